"""Deques, arguments by keyword, folds and names in tests, in compiled code: samples as interpreted."""

from __future__ import annotations

from pathlib import Path

import pytest
from harness import filed
from test_compiled_records import same_samples, stays_interpreted

pytest.importorskip("numba", reason="these forms are compiled only")
COMPILED = {
    "deques of a greatest length, and both of their ends": """
        from collections import deque
        def part_0(p, rng):
            d = deque(maxlen=3)
            n = 0
            for i in range(8):
                d.append(rng.exponential(p))
                if len(d) == 3 and sum(d) > 2:
                    n += 1
            return n + d[0]
        def part_1(p, rng):
            ends = deque()
            for i in range(6):
                x = rng.exponential(p)
                if x > 0.7:
                    ends.append(x)
                else:
                    ends.appendleft(x)
            return ends[0] + ends[-1] + (ends.pop() > 1) + ends.popleft()
        def part_2(p, rng):
            ring = deque([1, 2, 3, 4, 5])
            for i in range(4):
                ring.rotate(int(rng.poisson(p)) - 1)
            ring.rotate(-7)
            ring.rotate()
            return ring[0] * 10 + ring[-1]
        def f(p, rng):
            return part_0(p, rng) + part_1(p, rng) + part_2(p, rng)
        """,
    "places in an order": """
        import bisect
        def f(p, rng):
            xs = []
            for i in range(6):
                bisect.insort(xs, rng.exponential(p))
            return xs[2] + bisect.bisect(xs, 0.7)
        """,
    "arguments by keyword of functions inside": """
        def part_0(p, rng):
            def serve(rate, *, speed=1.0, patient=False):
                t = rng.exponential(1 / rate)
                return t / speed if patient else t
            return serve(p, speed=2.0, patient=True) + (serve(p) > 1) + serve(1.0, patient=rng.random() < p, speed=0.5)
        def part_1(p, rng):
            def f(a, b=2.0, c=3.0):
                return a * b - c
            return f(c=rng.exponential(p), a=rng.exponential(p)) + (f(1.0, c=rng.exponential(p)) > 1)
        def f(p, rng):
            return part_0(p, rng) + part_1(p, rng)
        """,
    "folds, and parts of lists while a test holds": """
        import itertools
        from functools import reduce
        def part_0(p, rng):
            xs = [rng.exponential(p) for _ in range(4)]
            total = 2.0
            r = reduce(lambda total, x: total * 0.5 + x if x > 0.4 else total, xs, total)
            m = reduce(lambda a, b: a if a > b else b, xs)
            c = reduce(lambda n, x: n + (x > 1), xs, 0)
            return r + m * 2 + c + total
        def part_1(p, rng):
            xs = [rng.exponential(p) for _ in range(6)]
            return sum(itertools.takewhile(lambda x: x < 1, xs)) + len(list(itertools.dropwhile(lambda x: x < 0.5, xs)))
        def f(p, rng):
            return part_0(p, rng) + part_1(p, rng)
        """,
    "map, filter, join, columns of rows": """
        def part_0(p, rng):
            xs = [rng.exponential(p) for _ in range(6)]
            return sum(map(lambda x: x * x, filter(lambda x: x > 0.5, xs))) + sum(filter(None, xs))
        def part_1(p, rng):
            s = "".join("H" if rng.random() < p else "T" for _ in range(8))
            return max(len(r) for r in s.split("T"))
        def part_2(p, rng):
            rows = [(rng.exponential(p), i) for i in range(4)]
            if rng.random() < 0.1: rows = rows[:1]
            a, b = zip(*rows)
            return max(a) + b[-1] + len(a)
        def f(p, rng):
            return part_0(p, rng) + part_1(p, rng) + part_2(p, rng)
        """,
    "names given in tests": """
        def part_0(p, rng):
            n, x = 0, 9.0
            while n < 3 and (x := rng.exponential(p)) < 1.0 and (y := rng.random()) < 0.9:
                n += 1
            if (k := int(rng.poisson(p))) and (z := rng.exponential(p)) > 0.5:
                n += 10 * k
            return n + x
        def part_1(p, rng):
            n = 0
            while (x := rng.exponential(p)) < 1.2:
                n += 1
                if n > 2: break
            else:
                n += 100
            return n + x
        def part_2(p, rng):
            n = 0
            if (x := rng.exponential(p)) < 1.2:
                n += 1
            elif (y := x + rng.exponential(p)) > 2 and n == 0:
                n += y
            while not (k := rng.random()) > p:
                n += k
                if n > 3: continue
                n += 1
            return n + x
        def f(p, rng):
            return part_0(p, rng) + part_1(p, rng) + part_2(p, rng)
        """,
    "sorted by keys that decide, medians, sets of what is counted": """
        import numpy as np
        def part_0(p, rng):
            d = {i: rng.exponential(p) for i in range(4)}
            calls = [0]
            def key(k):
                calls[0] += 1
                return d[k] if d[k] < 1 else -d[k]
            r = sorted(d, key=key)
            q = sorted((k for k in d if d[k] > 0.2), key=lambda k: (d[k] > 0.7, k))
            return r[0] + 3 * r[-1] + (q[0] if q else 9) + calls[0]
        def part_1(p, rng):
            x = rng.normal(p, 1.0, size=5)
            y = rng.exponential(p, size=(2, 2))
            return np.median(x) + np.median(y) + (np.median(x * 0 + 1.0)) + (np.median(x) > 0.5)
        def part_2(p, rng):
            xs = [int(rng.poisson(p)) for _ in range(5)]
            s = {x for x in xs if x > 0}
            t = {x % 2 for x in xs}
            return len(s) + 10 * len(t) + sum(s)
        def f(p, rng):
            return part_0(p, rng) + part_1(p, rng) + part_2(p, rng)
        """,
}
INTERPRETED = {
    "a deque of a greatest length that has another name": """
        from collections import deque
        def f(p, rng):
            recent = deque(maxlen=2)
            other = recent
            for _ in range(4):
                other.append(rng.exponential(p))
            return len(recent) + recent[0]
        """,
    "a deque of a greatest length that a function fills": """
        from collections import deque
        def push(held, x):
            held.append(x)
        def f(p, rng):
            recent = deque(maxlen=2)
            for _ in range(4):
                push(recent, rng.exponential(p))
            return len(recent) + (recent[0] > 1.0)
        """,
    "a deque of a greatest length that is extended": """
        from collections import deque
        def f(p, rng):
            recent = deque(maxlen=2)
            for _ in range(2):
                recent.extend([rng.exponential(p), 1.0, 2.0])
            return len(recent) + (recent[0] > 1.0)
        """,
    "a function whose name is given to another one": """
        def f(p, rng):
            def g(x, *, by=1.0):
                return x - by
            first = g(rng.exponential(p), by=0.5)
            g = lambda x, *, by=2.0: x * by
            return first + g(rng.exponential(p))
        """,
}


@pytest.mark.parametrize("source", COMPILED.values(), ids=COMPILED)
def test_same_samples(source: str, tmp_path: Path) -> None:
    same_samples(filed(source, tmp_path), rtol=1e-9)


@pytest.mark.parametrize("source", INTERPRETED.values(), ids=INTERPRETED)
def test_meaning_of_python_is_kept(source: str, tmp_path: Path) -> None:
    stays_interpreted(filed(source, tmp_path))
