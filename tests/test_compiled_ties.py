"""Equal values that are sorted, in compiled code: they stand in the order in which Python and NumPy leave them.

Numba's own sort keeps it for fifteen values, and not for more.
"""

from __future__ import annotations

from pathlib import Path

import pytest
from harness import filed
from test_compiled_records import both_ways, same_samples

pytest.importorskip("numba", reason="these sorts are compiled only")
COMPILED = {
    "by a key, upwards and downwards": """
        def f(p, rng):
            cards = [(rng.integers(0, 4), i) for i in range(40)]
            kinds = [kind for kind, _ in cards]
            up = sorted(cards, key=lambda card: card[0])
            down = sorted(cards, key=lambda card: card[0], reverse=True)
            places = sorted(range(40), key=lambda i: kinds[i])
            last = sorted(kinds, reverse=True)
            cards.sort(key=lambda card: -card[0])
            kinds.sort()
            total = 0.0
            for i in range(40):
                total += i * (up[i][1] + 3 * down[i][1] + 5 * places[i] + 7 * cards[i][1] + kinds[i] - 9 * last[i])
            return total + (rng.random() < p)
        """,
    "by a key, beside a decision on a value that moves": """
        def f(p, rng):
            cards = [(rng.integers(0, 4), i) for i in range(40)]
            down = sorted(cards, key=lambda card: card[0], reverse=True)
            cards.sort(key=lambda card: card[0])
            return down[1][1] + 50 * cards[1][1] + (rng.exponential(1.0) < p)
        """,
    "values that move, and tuples of them, in the order of Python's comparisons": """
        def f(p, rng):
            times = [p * rng.exponential(1.0) + 0.2 * i for i in range(6)]
            marked = [(t, i) for i, t in enumerate(times)]
            down = sorted(times, reverse=True)
            first = sorted(marked, reverse=True)
            marked.sort()
            times.sort(reverse=True)
            late = sorted(marked, key=lambda m: m[0], reverse=True)
            return first[2][1] + 10 * marked[2][1] + late[0][1] + down[1] - times[3] + (times[1] < 1.5)
        """,
}
EITHER = {
    "what sorts an array": """
        import numpy as np
        def f(p, rng):
            votes = rng.integers(0, 4, size=40) * 0.5
            order, back = np.argsort(votes), (-votes).argsort()
            return (np.arange(40) * (order + 3 * back)).sum() + (rng.random() < p)
        """,
    "an array parted around a value": """
        import numpy as np
        def f(p, rng):
            votes = rng.integers(0, 9, size=40)
            low, places = np.partition(votes, 10), np.argpartition(votes, 10)
            return (np.arange(40) * (low + 3 * places)).sum() + (rng.random() < p)
        """,
    "objects that compare by one of their attributes": """
        class Job:
            def __init__(self, size, number):
                self.size, self.number = size, number
            def __lt__(self, other):
                return self.size < other.size
        def f(p, rng):
            jobs = [Job(rng.integers(0, 4), i) for i in range(40)]
            jobs.sort()
            total = 0
            for i in range(40):
                total += i * jobs[i].number
            return total + (rng.random() < p)
        """,
}


@pytest.mark.parametrize("source", COMPILED.values(), ids=COMPILED)
def test_same_samples(source: str, tmp_path: Path) -> None:
    same_samples(filed(source, tmp_path), rtol=1e-9)


@pytest.mark.parametrize("source", EITHER.values(), ids=EITHER)
def test_the_order_is_that_of_python(source: str, tmp_path: Path) -> None:
    found, interpreted = both_ways(filed(source, tmp_path))
    assert found.value == pytest.approx(interpreted.value, rel=1e-12)
