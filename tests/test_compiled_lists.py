"""Lists of lists and objects in compiled code, and lists and dictionaries of the module: samples as interpreted."""

from __future__ import annotations

from pathlib import Path

import pytest
from harness import filed
from test_compiled_records import same_samples

pytest.importorskip("numba", reason="lists are compiled only")
COMPILED = {
    "lists that are moved in a list": """
        def f(p, rng):
            rows = []
            n = 0
            for i in range(12):
                row = [i, 2]
                if rng.random() < p:
                    row.append(5)
                rows.append(row)
                if len(rows) > 4:
                    rows[1:2] = [[7, 8], [9]]
                    rows.append([i])
                    del rows[1:3]
                    rows.append([i, i])
                    rows[2:4] = [[1]]
                    rows.append([i, i, i])
                    rows.insert(1, [4])
                    first = rows.pop(0)
                    n += len(first) + first[0] + rows[-1][0] + len(rows[2])
            for row in rows:
                n += len(row) + row[0]
            return n
        """,
    "objects that leave a queue at its front": """
        class Customer:
            def __init__(self, arrival):
                self.arrival = arrival
        def f(p, rng):
            waiting, t, n = [], 0.0, 0.0
            for _ in range(8):
                t += rng.exponential(p)
                waiting.append(Customer(t))
                if t > 1.5:
                    n += waiting.pop(0).arrival
            return n + sum(c.arrival for c in waiting)
        """,
    "a row that a call returns, and that is not read again": """
        def of(rows, i):
            return rows[i]
        def f(p, rng):
            rows = [[0.0, 1.0], [0.0, 2.0], [0.0, 3.0]]
            for _ in range(6):
                row = of(rows, rng.integers(3))
                if rng.random() < p:
                    row[0] = rng.random()
                row[:1] = [u + 0.5 for u in row[:1]]
            return sum([row[0] * row[1] for row in rows])
        """,
    "a row that is drawn, and grows": """
        import random
        def f(p):
            rows = [[0], [0, 1], [2]]
            for t in range(6):
                row = random.choice(rows)
                if random.random() < p:
                    row += [t]
                row[0] += 1
            return sum([sum(row) * len(row) for row in rows])
        """,
    "operations whose result is not read": """
        class Counter:
            def __init__(self):
                self.n = 0
            def __getitem__(self, i):
                self.n += i
                return self.n
            def __lt__(self, other):
                self.n += 10 * other
                return self.n > 3
            def __add__(self, other):
                self.n += 100 * other
                return self
            def __neg__(self):
                self.n = -self.n
                return self
        def f(p, rng):
            counter, weights = Counter(), [u for u in range(3)]
            for _ in range(4):
                place = rng.choice([1, 2, 5])
                counter[place]
                if rng.random() < p:
                    counter + 3
                counter < place
                -counter
            return counter.n + len(weights)
        """,
    "an element that is not there, and would not be read": """
        def f(p, rng):
            weights, missed = [u for u in range(3)], 0
            for _ in range(4):
                place = rng.choice([1, 5])
                try:
                    if rng.random() < p:
                        weight = weights[place]
                except Exception:
                    missed += 1
            return missed
        """,
    "lists of the module": """
        WEIGHTS = [1.0, 2.0, 0.5]
        GRID = [[1, 2], [3, 4, 5]]
        NAMES = ["a", "b"]
        def f(p, rng):
            total = 0.0
            for i in range(3):
                total += WEIGHTS[i] * rng.exponential(p) + WEIGHTS[-1]
                if total > sum(WEIGHTS):
                    total -= GRID[i % 2][1]
            for w in WEIGHTS[1:]:
                total += w * (total > len(NAMES))
            return total + max(WEIGHTS) + (NAMES[0] == "a") + (2.0 in WEIGHTS) + len(GRID[1])
        """,
    "dictionaries of the module with values of several kinds, and of dictionaries": """
        import random
        RATES = {"rate": 1.5, "limit": 3, "names": ("early", "late"), "deep": {"x": 0.25}}
        AFTER = {"healthy": {"sick": 0.3, "healthy": 0.7}, "sick": {"healthy": 0.5, "dead": 0.5}}
        COST = {1: {1: 0.5, 2: 1.5}, 2: {1: 2.5, 2: 0.0}}
        def f(p):
            state, t, n = "healthy", 0.0, 0
            while state != "dead" and t < RATES["limit"]:
                t += random.expovariate(1 / p) * RATES["rate"]
                options, weights = list(AFTER[state].keys()), list(AFTER[state].values())
                state = random.choices(options, weights=weights)[0]
                n += state == "sick"
            return t + RATES["deep"]["x"] * n + COST[1 + (t > 2.0)][1 + n % 2] + (RATES["names"][0] == "early")
        """,
    "functions of NumPy of lists of plain numbers and truth values": """
        import statistics
        import numpy as np
        def f(p, rng):
            sizes, history, n = [], [], 0
            for i in range(12):
                n += rng.binomial(1, p)
                sizes.append(n)
                history.append(n / 2)
            total = np.mean(history[2:]) + np.sum(sizes) + np.std(sizes) + np.var(history, ddof=1)
            total += np.max(history) - np.min(sizes) + np.amax(sizes) + np.argmax(history) + np.median(sizes)
            total += np.mean([x > 1 for x in history]) + np.sum([x > 2 for x in sizes]) + np.diff(sizes).max()
            return total + np.prod([x + 1 for x in sizes[:3]]) + np.std(sizes, ddof=1) + statistics.mean(history)
        """,
    "functions of NumPy of lists of plain numbers and of moving ones": """
        import numpy as np
        def f(p, rng):
            waits, lengths = [], []
            for i in range(8):
                waits.append(rng.exponential(p))
                lengths.append(len([w for w in waits if w > 0.5]))
            total = np.mean(waits) + np.max(waits) + np.argmin(waits) + np.median(waits) + np.std(waits)
            return total + np.mean(lengths) + np.max(lengths) + np.std(lengths) + np.var(waits, ddof=1)
        """,
}


@pytest.mark.parametrize("source", COMPILED.values(), ids=COMPILED)
def test_same_samples(source: str, tmp_path: Path) -> None:
    same_samples(filed(source, tmp_path), rtol=1e-9)
