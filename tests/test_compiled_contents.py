"""Containers in containers, and dictionaries that make what they have not, in compiled code: samples as interpreted."""

from __future__ import annotations

from pathlib import Path

import numpy as np
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
}
INTERPRETED = {
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

ROWS = """
def f(p, rng):
    served = []
    for i in range(4):
        customer = {"id": i, "patience": 0.5}
        customer["wait"] = rng.exponential(p)
        served.append(customer)
    return sum(row["wait"] for row in served if row["wait"] > row["patience"])
"""


def test_key_that_a_dictionary_makes_under_another_name_leaves_the_sample_to_python(tmp_path: Path) -> None:
    program = filed(ALIASED, tmp_path)
    found, interpreted = both_ways(program)
    assert found.mode == "compiled"
    assert "KeyError" in (program.fallback or "")
    assert found.value == pytest.approx(interpreted.value, rel=1e-12)
    assert found.derivative == pytest.approx(interpreted.derivative, rel=1e-12)


def test_values_alone_where_rows_are_dictionaries(tmp_path: Path) -> None:
    """`verify` asks for the primal without tangents: samples that look at its containers have none."""
    program = filed(ROWS, tmp_path)
    arguments = program.bound((0.4,), {})
    found, wanted = np.zeros((2, 50, 1))
    program.values(arguments, "compiled")(tuple(arguments.values()), 1, 0, found)
    program.values(arguments, "interpreted")(tuple(arguments.values()), 1, 0, wanted)
    np.testing.assert_allclose(found, wanted, rtol=1e-12)


@pytest.mark.parametrize("source", COMPILED.values(), ids=COMPILED)
def test_same_samples(source: str, tmp_path: Path) -> None:
    same_samples(filed(source, tmp_path), rtol=1e-9)


@pytest.mark.parametrize("source", INTERPRETED.values(), ids=INTERPRETED)
def test_meaning_of_python_is_kept(source: str, tmp_path: Path) -> None:
    stays_interpreted(filed(source, tmp_path))


def test_a_generator_may_give_its_variable_the_name_of_what_it_goes_through(tmp_path: Path) -> None:
    source = """
        def f(p, rng):
            v, seen = [rng.exponential(p) for _ in range(4)], {0}
            seen |= {rng.poisson(p), 1}
            return next((i for i, v in enumerate(v) if v > 0.5), 4) + any(v > 1 for v in v) + len(seen)
        """
    same_samples(filed(source, tmp_path), rtol=1e-6)


def test_a_helper_has_one_meaning() -> None:
    from stochtrace.estimation.compiled_forms import LOWERED, TABLES

    assert len(LOWERED) == sum(map(len, TABLES))
