"""Containers that other functions fill, places among sorted values, and dictionaries that are passed on, compiled."""

from __future__ import annotations

from pathlib import Path

import pytest
from harness import filed
from test_compiled_records import same_samples

pytest.importorskip("numba", reason="these forms are compiled only")
COMPILED = {
    "a heap that a function fills, by another one that waits": """
        import heapq
        def schedule(queue, t, kind):
            heapq.heappush(queue, (t, kind))
        def later(queue, t, mean, rng):
            due = t + rng.exponential(mean)
            schedule(queue, due, "arrive")
        def f(p, rng):
            queue, n = [], 0
            later(queue, 0.0, p, rng)
            while queue:
                t, kind = heapq.heappop(queue)
                if t > 3.0:
                    break
                if kind == "arrive":
                    n += 1
                    later(queue, t, p, rng)
                    schedule(queue, t + 0.5, "leave")
                else:
                    n -= 1
            return n
        """,
    "a list of tuples and a dictionary that functions fill": """
        def note(log, t, x):
            log.append((t, x))
        def mark(best, key, x):
            if key not in best or x > best[key]:
                best[key] = x
        def f(p, rng):
            log, t = [], 0.0
            best = {}
            for i in range(4):
                t += rng.exponential(p)
                note(log, t, i)
                mark(best, i % 2, rng.normal(p, 1.0))
            return sum(t > 2.0 for t, _ in log) + best[0] + (best[1] > 1.0)
        """,
    "tuples that are gone through, truth values as numbers, objects made by map": """
        class Arm:
            def __init__(self, mean):
                self.mean = mean
            def pull(self, rng):
                return rng.exponential(self.mean)
        def f(p, rng):
            total = 0.0
            for rate in (p, 1.0, 2.0):
                total += rng.exponential(rate)
            a, b = map(Arm, (p, 0.5))
            x, y = a.pull(rng), b.pull(rng)
            return float(total > 2.0 and x > y) + y + 2.0 * float(not x > 1.0)
        """,
    "where values belong among others, and dictionaries of the module that are kept or changed": """
        import bisect
        from bisect import bisect_left, insort
        CUTS = [0.5, 1.0, 2.0]
        JUMPS = {3: 1, 6: 2}
        RATES = {"slow": 0.5, "fast": 2.0}
        class Board:
            def __init__(self, jumps):
                self.jumps = jumps
            def land(self, square):
                return self.jumps.get(square, square)
        def f(p, rng):
            board = Board(JUMPS)
            rates = {**RATES, "fast": p}
            others = dict(RATES, slow=p)
            x, y = rng.exponential(rates["fast"]), rng.exponential(others["slow"] + others["fast"])
            times = [1.0 * p]
            insort(times, x)
            insort(times, y)
            square = board.land(bisect.bisect(CUTS, x) + bisect_left(CUTS, y))
            return square + rates["slow"] * times[1]
        """,
}


@pytest.mark.parametrize("source", COMPILED.values(), ids=COMPILED)
def test_same_samples(source: str, tmp_path: Path) -> None:
    same_samples(filed(source, tmp_path), rtol=1e-9)
