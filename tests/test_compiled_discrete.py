"""Programs of discrete draws in forms that Numba lacks: compiled samples as interpreted, to the last bit."""

from __future__ import annotations

from pathlib import Path

import pytest
from harness import filed
from test_compiled_records import same_samples, stays_interpreted

pytest.importorskip("numba", reason="these forms are compiled only")
COMPILED = {
    "counts, match on a sequence, an enumeration": """
        import random
        from collections import Counter
        from enum import Enum
        class Hand(Enum):
            NOTHING = 0
            PAIR = 1
            TRIPS = 5
        def classified(cards):
            match [count for _, count in Counter(cards).most_common()]:
                case [3, *_]:
                    return Hand.TRIPS
                case [2, *_] if max(cards) > 1:
                    return Hand.PAIR
                case _:
                    return Hand.NOTHING
        def f(p):
            cards = random.choices([1, 2, 3], weights=[p, 1 - p, 0.5], k=4)
            hand = classified(cards)
            return hand.value + (hand is Hand.TRIPS)
        """,
    "keys that decide, next to lists that are read": """
        import math
        def score(wins, pulls, t):
            return wins / pulls + math.sqrt(2 * math.log(t) / pulls)
        def f(p, rng):
            wins, pulls, chances = [0, 0], [0, 0], (0.4, p)
            for t in range(6):
                if 0 in pulls:
                    arm = pulls.index(0)
                else:
                    arm = max(range(2), key=lambda a: score(wins[a], pulls[a], t))
                wins[arm] += rng.random() < chances[arm]
                pulls[arm] += 1
            return sum(wins)
        """,
    "a policy by cells, words, and match on strings and tuples": """
        POLICY = {(0, 0): "R", (0, 1): "R", (0, 2): "D", (1, 2): "D", (1, 0): "R", (1, 1): "R"}
        def move(cell, action):
            row, col = cell
            match action:
                case "D":
                    row += 1
                case "R":
                    col += 1
                case _:
                    raise ValueError(action)
            return min(row, 2), min(col, 2)
        def f(p, rng):
            cell, steps = (0, 0), 0.0
            while steps < 6:
                steps += 1
                action = POLICY.get(cell, "R") if cell[0] < 2 else "R"
                if rng.random() < p:
                    action = rng.choice(["D", "R"])
                cell = move(cell, action)
                match cell:
                    case (2, 2):
                        return steps + 10
                    case (1, 1):
                        steps += 0.5
            return steps
        """,
    "a deque of a generator expression, a set of it, elements from the last to the first": """
        from collections import deque
        def f(p, rng):
            cells = rng.random((3, 3)) < p
            queue = deque((0, c) for c in range(3) if cells[0, c])
            seen = set(queue)
            last = 0
            while queue:
                r, c = queue.popleft()
                last = max(last, r)
                for dr, dc in ((1, 0), (-1, 0), (0, 1), (0, -1)):
                    i, j = r + dr, c + dc
                    if 0 <= i < 3 and 0 <= j < 3 and cells[i, j] and (i, j) not in seen:
                        seen.add((i, j))
                        queue.append((i, j))
            rows = [sum(cells[i]) for i in range(3)]
            backwards = sum(i * n for i, n in enumerate(reversed(rows)))
            for i in reversed(range(len(rows))):
                rows[i] += i
                backwards += i * rows[i]
            return last + backwards / 10 + len(set(rows))
        """,
    "counts of words, of which some are not there": """
        from collections import Counter, defaultdict
        def f(p, rng):
            seen, packs, gaps = Counter(), 0, defaultdict(int)
            while len(seen) < 3 and packs < 9:
                picture = rng.choice(["rare", "blue", "red"], p=[p, 0.5 * (1 - p), 0.5 * (1 - p)])
                seen[picture] += 1
                packs += 1
                gaps[packs % 2] += seen["rare"]
            return packs + gaps[0] - gaps[1]
        """,
    "a list that its loop changes is read from its end as it is": """
        def f(p, rng):
            values = [1, 2, 3, 4]
            total = 0
            for i, x in enumerate(values[::-1]):
                total += x * i
                if rng.random() < p:
                    values[0] = 9
            return total + values[0]
        """,
}
INTERPRETED = {
    "an iterator that is used up, and asked again": """
        from itertools import accumulate
        def f(p, rng):
            times = accumulate([rng.exponential(p) for _ in range(3)])
            first = sum(times)
            return first + 10 * sum(times) + (first > 1)
        """,
    "an iterator that is passed on": """
        def total(values):
            return sum(values) + 10 * sum(values)
        def f(p, rng):
            return total(reversed([rng.binomial(2, p), 1]))
        """,
    "what goes through a list from its end sees what its loop stores": """
        def f(p, rng):
            values = [1, 2, 3, 4]
            total = 0
            for i, x in enumerate(reversed(values)):
                total += x * i
                if rng.random() < p:
                    values[0] = 9
            return total + values[0]
        """,
    "and what it stores under another name": """
        def f(p, rng):
            values = [1, 2, 3]
            other = values
            total = 0
            for x in reversed(values):
                total += x
                if rng.random() < p and len(other) > 1:
                    other.pop(0)
                    other[0] = 10
            return total
        """,
    "and what a function stores": """
        from itertools import islice
        def shorten(values):
            values.pop()
        def f(p, rng):
            values = [1, 2, 3]
            total = 0
            for x in islice(values, 3):
                total += x
                if rng.random() < p:
                    shorten(values)
            return total
        """,
}


@pytest.mark.parametrize("source", COMPILED.values(), ids=COMPILED)
def test_same_samples(source: str, tmp_path: Path) -> None:
    same_samples(filed(source, tmp_path), rtol=0)


@pytest.mark.parametrize("source", INTERPRETED.values(), ids=INTERPRETED)
def test_others_stay_interpreted(source: str, tmp_path: Path) -> None:
    stays_interpreted(filed(source, tmp_path))
