"""NumPy's functions of carried arrays in compiled code: each sample is that of interpreted code."""

from __future__ import annotations

from pathlib import Path

import pytest
from harness import filed
from test_compiled_records import same_samples

pytest.importorskip("numba", reason="these functions are compiled only")
DECIMALS = 1e-6  # a replay stands beside a kink, by a few ulps
PROGRAMS = {
    "matrix products, and the order of decisions in a nested expression": """
        import numpy as np
        MATRIX = np.array([[1.0, 0.5], [0.2, 1.0]])
        def f(p, rng):
            x = rng.normal(p, 1, 2)
            y = MATRIX @ x + x @ MATRIX
            return (y[0] > 1) + np.clip(y, 0.0, 2.0).sum() + (np.dot(MATRIX, y)[1] > 2)
        """,
    "products and spreads": """
        import numpy as np
        def f(p, rng):
            x = rng.lognormal(p, 1, 4)
            return 2 * (np.prod(x) > 2.0) + int(x.std() > 1.0) + 0.1 * np.cumprod(x)[1] + 0.1 * np.var(x[:3])
        """,
    "signs, roundings, and arrays as lists": """
        import numpy as np
        def f(p, rng):
            x, y = rng.normal(p, 1.0, size=(2, 2)), rng.exponential(p, size=3)
            rounded = np.round(y, 1).sum() + np.around(y[0]) + np.floor(y).sum() + np.ceil(y[1:]).sum()
            values, counts = y.tolist(), rng.poisson(p, 3).tolist()
            values.append(2.0 * (values[0] > 1))
            return np.sign(x).sum() + np.sign(y[0] - 0.3) + rounded + np.rint(x).max() + max(counts) + len(values)
        """,
    "quantiles": """
        import numpy as np
        def f(p, rng):
            x = [rng.exponential(p) for _ in range(6)]
            low, high = np.percentile(x, [25, 75])
            return (np.quantile(x, 0.9) > 1.0) + high - low + np.percentile(np.array(x), 100)
        """,
    "searches": """
        import numpy as np
        def f(p, rng):
            x = np.cumsum(rng.exponential(p, 5))
            fixed = np.searchsorted(np.array([0.5, 1.0, 2.0]), x[1], side="right")
            among = np.searchsorted(x, np.array([1.0, 0.2, 3.0])).sum()
            moving = np.searchsorted(x, np.sort(rng.random(3) * 4)).sum()
            return fixed + among + 2 * moving + np.searchsorted(x, 2.0) ** 2
        """,
    "operations in place, on arrays that have two names, lists and numbers": """
        def f(p, rng):
            x, seen, total = rng.normal(p, 1, 3), [0.5], 0
            y, also = x, seen
            x += 0.5 * p
            x *= y
            for value in y:
                also += [1.0 * (value > 1)]
                total += 1
            return sum(seen) + total + (y[0] > 1)
        """,
    "the least, the largest and an order by a key": """
        def f(p, rng):
            free = [0.0 * p, 0.0 * p, 0.0 * p]
            late = 0
            for _ in range(4):
                server = min(range(3), key=lambda i: free[i])
                free[server] = free[server] + rng.exponential(p)
                late += free[server] > 1.0
            last = max([2, 0, 1], key=lambda i: (free[i], -i))
            order = sorted(range(len(free)), key=lambda i: 2.0 - free[i])
            return late + last + 3 * order[1] + free[order[0]]
        """,
    "names that our functions might have": """
        def min_by(x, y):
            return 7.0 * x - y
        def movable(x):
            return 3.0 * x
        def f(p, rng):
            free = [rng.exponential(p), rng.exponential(p)]
            first = min([0, 1], key=lambda i: free[i])
            return first + min_by(p, free[0]) + movable(p)
        """,
    "pairs of a list, and a name of the program's own": """
        import itertools as it
        from itertools import combinations, product as both
        from itertools import permutations
        def g(x):
            permutations = lambda x, n: [(x[0], x[n])]
            return [int(a > b) for a, b in permutations(x, 2)]
        def f(p, rng):
            x = [rng.exponential(p) for _ in range(4)]
            near = sum(1 for a, b in combinations(x, 2) if a + b < 0.8)
            order = 2 * g(x)[0]
            for i, j in it.permutations(range(3), 2):
                order += i * (x[i] > 2 * x[j])
            for i, j in both(range(2), [2, 3]):
                order += 2 * (x[i] + x[j] > 1.0)
            return near + order
        """,
    "a queue": """
        from collections import deque
        def f(p, rng):
            waiting, t, served = deque(), 0.0, 0
            while t < 3:
                t += rng.exponential(p)
                waiting.append(t)
                if t - waiting[0] > 1.0:
                    waiting.popleft()
                    served += 1
            return served - waiting[0]
        """,
}


@pytest.mark.parametrize("source", PROGRAMS.values(), ids=PROGRAMS)
def test_same_samples(source: str, tmp_path: Path) -> None:
    same_samples(filed(source, tmp_path), rtol=DECIMALS)


def test_numbers_keep_the_meaning_of_python(tmp_path: Path) -> None:
    source = """
        def f(p, rng):
            x, k = rng.normal(p, 1, 3), 1
            for _ in range(70):
                k *= 2
            return (x.sum() > 1) + k / 2**70
        """
    program = filed(source, tmp_path)
    found = program.estimate(0.8, samples=20, seed=1)
    assert found.value == program.estimate(0.8, samples=20, seed=1, mode="interpreted").value


def test_quantiles_have_the_digits_of_numpy(tmp_path: Path) -> None:
    source = """
        import numpy as np
        def f(p, rng):
            x = np.array([rng.integers(0, 100) / 10 for _ in range(7)])
            whole = np.percentile(x.astype(int), 60) >= 4.6
            return np.percentile(x, 33.3) + np.quantile(x, [0.15, 0.9]).sum() + whole
        """
    same_samples(filed(source, tmp_path), rtol=0)
