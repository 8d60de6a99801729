"""Containers in containers, dictionaries that make what they have not, deques, folds and names in tests, compiled."""

from __future__ import annotations

from pathlib import Path

import pytest
from harness import filed
from test_compiled_records import both_ways, same_samples, stays_interpreted

pytest.importorskip("numba", reason="these forms are compiled only")
COMPILED = {
    "a dictionary of lists by keys that are drawn": """
        def f(p, rng):
            queues = {"a": [], "b": []}
            for i in range(8):
                queues["a" if rng.random() < p else "b"].append(rng.exponential(p))
            return sum(queues["a"]) + (len(queues["b"]) > 2) * 3 + (max(queues["b"], default=0.0) > 0.5)
        """,
    "lists that a defaultdict makes, and that were there when they were read": """
        from collections import defaultdict
        def f(p, rng):
            d = defaultdict(list)
            n = 0
            for i in range(4):
                k = int(rng.poisson(p))
                if d[k]:
                    n += 1
                d[k + 1].append(i)
                if k in d: n += 10
            return n + len(d) * 100 + sum(len(v) for v in d.values()) + d.get(99, [1])[0]
        """,
    "lists of moving values under drawn keys, sets under others": """
        from collections import defaultdict
        def part_0(p, rng):
            groups = defaultdict(list)
            for i in range(6):
                groups[int(rng.integers(0, 3))].append(rng.exponential(p))
            return sum(max(v) for v in groups.values()) + sum(1 for v in groups.values() if sum(v) > 1)
        def part_1(p, rng):
            d = defaultdict(set)
            for i in range(6):
                d[i % 2].add(int(rng.poisson(p)))
            return len(d[0] & d[1]) + 2 * len(d[5]) + len(d)
        def f(p, rng):
            return part_0(p, rng) + part_1(p, rng)
        """,
    "lists that `setdefault` and `get` make": """
        def part_0(p, rng):
            seen = {}
            for i in range(6):
                seen.setdefault(int(rng.integers(0, 3)), []).append(rng.exponential(p))
            return sum(sum(v) > 0.8 for v in seen.values())
        def part_1(p, rng):
            d = {}
            for i in range(5):
                k = int(rng.poisson(p))
                d[k] = d.get(k, []) + [rng.exponential(p)]
            return sum(v[0] for v in d.values()) + len(d)
        def part_2(p, rng):
            d = {}
            for i in range(5):
                d.setdefault(i % 2, {})[int(rng.poisson(p))] = rng.exponential(p)
            return sum(len(v) for v in d.values()) + sum(sum(v.values()) for v in d.values())
        def f(p, rng):
            return part_0(p, rng) + part_1(p, rng) + part_2(p, rng)
        """,
    "neighbours of nodes, a search from one of them": """
        from collections import deque
        def part_0(p, rng):
            adj = {i: [] for i in range(5)}
            for i in range(5):
                for j in range(i):
                    if rng.random() < p:
                        adj[i].append(j)
                        adj[j].append(i)
            dist = {0: 0}
            q = deque([0])
            while q:
                u = q.popleft()
                for v in adj[u]:
                    if v not in dist:
                        dist[v] = dist[u] + 1
                        q.append(v)
            return sum(dist.values()) + len(dist)
        def part_1(p, rng):
            adj = [[] for _ in range(5)]
            for i in range(5):
                for j in range(i):
                    if rng.random() < p:
                        adj[i].append(j)
                        adj[j].append(i)
            return max(len(a) for a in adj) + sum(adj[0])
        def f(p, rng):
            return part_0(p, rng) + part_1(p, rng)
        """,
    "histories by name, and sums by a tuple": """
        def part_0(p, rng):
            history = {"t": [], "x": []}
            t, x = 0.0, 0
            while t < 3:
                t += rng.exponential(p)
                x += 1 if rng.random() < p else -1
                history["t"].append(t)
                history["x"].append(x)
            return max(history["x"]) + history["t"][-1]
        def part_1(p, rng):
            grid = {}
            x = y = 0
            for _ in range(8):
                dx, dy = [(0, 1), (1, 0), (0, -1), (-1, 0)][int(rng.integers(0, 4))] if rng.random() < p else (0, 0)
                x, y = x + dx, y + dy
                grid[(x, y)] = grid.get((x, y), 0) + 1
            return len(grid) + max(grid.values())
        def f(p, rng):
            return part_0(p, rng) + part_1(p, rng)
        """,
    "the shortest of several queues, which lose their first": """
        def f(p, rng):
            queues = {s: [] for s in ("a", "b")}
            t = 0.0
            for _ in range(8):
                t += rng.exponential(p)
                k = min(queues, key=lambda s: len(queues[s]))
                queues[k].append(t)
                for q in queues.values():
                    while q and q[0] < t - 0.8:
                        q.pop(0)
            return sum(len(q) for q in queues.values()) + sum(q[0] for q in queues.values() if q)
        """,
    "rows that begin empty, and one row that stands twice": """
        def part_0(p, rng):
            log = []
            for i in range(4):
                log.append([])
                for j in range(int(rng.poisson(p))):
                    log[-1].append(rng.exponential(p))
            log[-1] = [1.0]
            return sum(len(r) for r in log) + sum(map(sum, log)) + max((max(r) for r in log if r), default=0.0)
        def part_1(p, rng):
            rows = [[0.0, 0]] * 3
            rows[0][0] += rng.exponential(p)
            q = [[]] * 2
            q[0].append(rng.exponential(p))
            return rows[2][0] + len(q[1]) + (q[1][0] > 1)
        def f(p, rng):
            return part_0(p, rng) + part_1(p, rng)
        """,
    "values of a dictionary, and of a set, summed": """
        from collections import Counter
        def part_0(p, rng):
            d = {i: 1.0 for i in range(5)}
            for i in list(d):
                d[i] += rng.exponential(p)
                if d[i] > 1.6:
                    del d[i]
            return len(d) + sum(d.values())
        def part_1(p, rng):
            c = Counter(int(rng.poisson(p)) for _ in range(6))
            return sum(c.values()) + max(c.values()) + c[0] * 2 + len(c)
        def part_2(p, rng):
            seen = set()
            n = 0
            while len(seen) < 4:
                seen.add(int(rng.geometric(p)))
                n += 1
                if n > 30: break
            return n + sum(seen) + 0
        def part_3(p, rng):
            x, t = 3, 0.0
            while t < 2 and x > 0:
                rates = {"birth": p * x, "death": 0.8 * x}
                total = sum(rates.values())
                t += rng.exponential(1 / total)
                u, acc = rng.random() * total, 0.0
                for name, r in rates.items():
                    acc += r
                    if u < acc:
                        break
                x += 1 if name == "birth" else -1
            return x
        def f(p, rng):
            return part_0(p, rng) + part_1(p, rng) + part_2(p, rng) + part_3(p, rng)
        """,
    "the order of keys in an OrderedDict": """
        from collections import OrderedDict
        def part_0(p, rng):
            lru = OrderedDict()
            hits = 0
            for _ in range(12):
                k = int(rng.geometric(p))
                if k in lru:
                    hits += 1
                    lru.move_to_end(k)
                else:
                    lru[k] = True
                    if len(lru) > 2:
                        lru.popitem(last=False)
            return hits
        def part_1(p, rng):
            lru = OrderedDict()
            for i in range(5): lru[i] = rng.exponential(p)
            s = 0.0
            for i in range(4):
                lru.move_to_end(int(rng.integers(0, 5)))
                if lru[2] > 0.5 and 2 in lru: lru.move_to_end(2)
            k, v = lru.popitem(last=False)
            k2, v2 = lru.popitem()
            return k + 10 * k2 + v - v2 + len(lru)
        def f(p, rng):
            return part_0(p, rng) + part_1(p, rng)
        """,
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
    "dictionaries that are equal in one order only": """
        from collections import OrderedDict
        def f(p, rng):
            one, other = OrderedDict(), OrderedDict()
            first = rng.random() < p
            for key in (1, 2) if first else (2, 1):
                one[key] = 1.0
            for key in (1, 2):
                other[key] = 1.0
            return (one == other) + rng.exponential(p)
        """,
    "a fraction among whole numbers that the first samples do not show": """
        def f(p, rng):
            rows = [[] for _ in range(2)]
            rows[0].append(1)
            if rng.random() < 0.003:
                rows[0].append(0.5)
            return rows[0][-1] + (rng.exponential(p) > 1.0)
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
ALIASED = """
from collections import defaultdict
def counts(values):
    found = defaultdict(int)
    for value in values:
        found[value] += 1
    return found
def f(p, rng):
    one = counts([int(rng.poisson(p)) for _ in range(4)])
    other = counts([int(rng.poisson(1.0)) for _ in range(4)])
    return sum(min(one[k], other[k]) for k in list(one)) + len(other)
"""


def test_key_that_a_dictionary_makes_under_another_name_leaves_the_sample_to_python(tmp_path: Path) -> None:
    program = filed(ALIASED, tmp_path)
    found, interpreted = both_ways(program)
    assert found.mode == "compiled"
    assert "KeyError" in (program.fallback or "")
    assert found.value == pytest.approx(interpreted.value, rel=1e-12)
    assert found.derivative == pytest.approx(interpreted.derivative, rel=1e-12)


@pytest.mark.parametrize("source", COMPILED.values(), ids=COMPILED)
def test_same_samples(source: str, tmp_path: Path) -> None:
    same_samples(filed(source, tmp_path), rtol=1e-9)


@pytest.mark.parametrize("source", INTERPRETED.values(), ids=INTERPRETED)
def test_meaning_of_python_is_kept(source: str, tmp_path: Path) -> None:
    stays_interpreted(filed(source, tmp_path))
