"""Keys, counts, parts of lists, `match`, and arrays along axes in compiled code: samples as interpreted."""

from __future__ import annotations

from pathlib import Path

import pytest
from harness import filed
from test_compiled_records import both_ways, same_samples

pytest.importorskip("numba", reason="these forms are compiled only")
COMPILED = {
    "the smallest and largest by keys that decide, of dictionaries, tuples and lists": """
        import math
        from operator import itemgetter
        def score(x, n, t):
            return x / n + math.sqrt(2 * math.log(t + 1) / n)
        class Job:
            def __init__(self, due, length):
                self.due, self.length = due, length
            def slack(self, t):
                return self.due - t - self.length if self.due > t else -self.length
        def f(p, rng):
            sums, counts = [rng.normal(0.3, 1.0), rng.normal(p, 1.0)], [1, 1]
            for t in range(2, 5):
                arm = max(range(2), key=lambda i: score(sums[i], counts[i], t))
                sums[arm] += rng.normal(p if arm else 0.3, 1.0)
                counts[arm] += 1
            jobs = [Job(1.0 + i, rng.exponential(p)) for i in range(3)]
            now, total = 0.0, 0.0
            while jobs:
                job = min(jobs, key=lambda j: j.slack(now))
                jobs = [j for j in jobs if j is not job]
                now += job.length
                total += now > job.due
            due = {i: rng.exponential(p) for i in range(3)}
            i, s = min(due.items(), key=lambda kv: kv[1])
            k = max(due, key=due.get)
            pairs = [(due[0], 1), (due[1], 2)]
            pairs.sort(key=itemgetter(0))
            words = max(pairs, key=itemgetter(1))
            rows = [[s], [s, 2.0 * s]]
            shortest = min(rows, key=len)
            return sum(sums) + total + i + 2 * k + s + pairs[0][1] + words[1] + len(shortest)
        """,
    "counts, dictionaries with a number for all keys, copies, sums, pairs": """
        import copy
        from collections import Counter, defaultdict
        from itertools import accumulate, islice, pairwise
        class Tally:
            def __init__(self):
                self.counts = Counter()
                self.sums = defaultdict(float)
            def add(self, kind, x):
                self.counts[kind] += 1
                self.sums[kind] += x
        def f(p, rng):
            counts = Counter()
            for _ in range(4):
                x = rng.normal(p, 1.0)
                counts["high" if x > 1.0 else "low" if x < 0.0 else "mid"] += 1
            sums = defaultdict(float)
            tally = Tally()
            for i in range(4):
                sums[i % 2] += rng.exponential(p)
                tally.add(i % 3, sums[i % 2] > 1.0)
            votes = Counter(1 if rng.normal(p, 1.0) > 0.5 else 0 for _ in range(3))
            winner, n = votes.most_common(1)[0]
            gaps = [rng.exponential(p) for _ in range(4)]
            times = list(accumulate(gaps))
            late = sum(1 for t in islice(times, 1, None) if t > 1.0)
            rises = sum(b > a for a, b in pairwise(gaps))
            early = [t for t in islice(times, 2)]
            kept = copy.copy(gaps)
            kept.sort()
            old = copy.deepcopy(gaps)
            gaps[0] = 9.0
            counted = counts["high"] - 0.5 * counts["none"] + len(counts) + sums[1] + winner * n
            listed = late + rises + kept[0] + old[0] + early[1]
            return counted + listed + tally.counts[0] + tally.sums[1]
        """,
    "rows and columns, truth values along an axis, differences, types of arrays": """
        import numpy as np
        def f(p, rng):
            x = rng.normal(p, 1.0, size=(4, 3))
            hit = (x > 1.0).any(axis=1)
            every = np.all(x > 0.0, axis=0)
            n = np.count_nonzero(x > 0.5, axis=1)
            y = x[[0, 2]]
            z = x[:, [0, 1]]
            d = np.diff(x, axis=1)
            e = np.diff(x, axis=0)
            hits = (x[0] > 0.5).astype(int)
            vals, counts = np.unique(n, return_counts=True)
            truths = hit.sum() + every.sum() + n[0] + (y > 1.0).sum() + counts.max() * vals[0]
            return truths + z.max() + d[0].sum() + e.sum() + (hits * x[0]).sum()
        """,
    "match on tuples, lists and numbers": """
        def f(p, rng):
            n, t = 0, 0.0
            runs = [rng.exponential(p) > 0.5 for _ in range(2)]
            kinds = [1, 2, 3]
            for i in range(5):
                state = (i % 2, i)
                match state:
                    case (0, k) if k > 2:
                        n += k
                    case (0, 0):
                        n += 7
                    case (1, k):
                        t += k * rng.exponential(p)
                match kinds[: i % 4]:
                    case []:
                        n += 20
                    case [1]:
                        n += 30
                    case [1, *_]:
                        n += 40
            match len(runs):
                case 2 | 3:
                    n += 100
                case other:
                    n -= other
            return n + t + (t > 3.0)
        """,
    "match on truth values and strings": """
        def step(kind, x, p, rng):
            match kind:
                case "up":
                    return x + rng.exponential(p)
                case "down" | "left":
                    return x - rng.exponential(1.0)
                case _:
                    return x
        def f(p, rng):
            x, n = 0.0, 0
            for i in range(5):
                kind = ["up", "down", "stay"][i % 3]
                x = step(kind, x, p, rng)
                match (x > 1.0, i):
                    case (True, 0):
                        n += 5
                    case (True, k) if k > 2:
                        n += k
                    case (False, _):
                        n -= 1
            return n + x
        """,
    "queues of times: what is pushed and popped at once": """
        import heapq
        def f(p, rng):
            free = [0.0, 0.0]
            heapq.heapify(free)
            t, wait = 0.0, 0.0
            for _ in range(5):
                t += rng.exponential(1.0)
                start = max(t, free[0])
                wait += start - t
                heapq.heapreplace(free, start + rng.exponential(p))
            first = heapq.heappushpop(free, t)
            return wait + (heapq.nsmallest(1, free)[0] > 4.0) + first
        """,
}
INTERPRETED = {
    "a list that stands twice in one that is copied": """
        import copy
        def f(p, rng):
            row = [rng.exponential(p), 1.0]
            rows = copy.deepcopy([row, row])
            rows[0][0] = 5.0
            return rows[1][0] + (row[0] > 1.0)
        """,
    "a key of a defaultdict that is there once it was asked for": """
        from collections import defaultdict
        def f(p, rng):
            sums = defaultdict(float)
            sums[0] += rng.exponential(p)
            if sums[1] > 1.0 or sums[0] > 1.0:
                sums[0] += 1.0
            return len(sums) + sums[0]
        """,
    "what compares elements of an array is no truth value of Python": """
        import numpy as np
        def f(p, rng):
            x = rng.exponential(p)
            y = np.array([0.5, 1.5])
            match (y[0] > 1.0, y[1] > 1.0):
                case (False, True):
                    return x
            return 2.0 * x + (x > 1.0)
        """,
}


@pytest.mark.parametrize("source", COMPILED.values(), ids=COMPILED)
def test_same_samples(source: str, tmp_path: Path) -> None:
    same_samples(filed(source, tmp_path), rtol=1e-9)


@pytest.mark.parametrize("source", INTERPRETED.values(), ids=INTERPRETED)
def test_meaning_of_python_is_kept(source: str, tmp_path: Path) -> None:
    found, interpreted = both_ways(filed(source, tmp_path))
    assert found.value == pytest.approx(interpreted.value, rel=1e-12)
    assert found.derivative == pytest.approx(interpreted.derivative, rel=1e-12)
