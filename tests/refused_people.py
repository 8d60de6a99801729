"""Programs that cannot be differentiated without bias, as people write them: where each is refused, and by which words.

A row: the program, the line, words of the message. Some are refused where they are read, others where they run.
"""

from __future__ import annotations

from textwrap import dedent
from typing import NamedTuple


class Refused(NamedTuple):
    """A program whose function `model(p, rng)` or `model(p)` is refused at a line with these words."""

    line: int
    words: str
    text: str


def row(line: int, words: str, text: str) -> Refused:
    return Refused(line, words, dedent(text).lstrip("\n"))


REFUSED = {
    "int of the parameter": row(2, "a parameter is rounded", """
        def model(p, rng):
            n = int(p)
            return n + rng.normal(p, 1.0)
        """),
    "round of the parameter": row(2, "a parameter is rounded", """
        def model(p, rng):
            return round(p) * rng.exponential(p)
        """),
    "floor division of the parameter": row(4, "a parameter is rounded", """
        def model(p, rng):
            x = [rng.exponential(p)]
            x.sort()
            return x[0] * (p // 0.2)
        """),
    "remainder of the parameter": row(4, "a parameter is rounded", """
        def model(p, rng):
            x = [rng.exponential(p)]
            x.sort()
            return x[0] + p % 0.4
        """),
    "a test of the parameter": row(2, "compares a parameter", """
        def model(p, rng):
            if p > 0.3:
                return rng.exponential(p)
            return 0.0
        """),
    "the parameter as a trip count": row(3, "a parameter is rounded", """
        def model(p, rng):
            total = 0.0
            for _ in range(int(10 * p)):
                total += rng.exponential(p)
            return total
        """),
    "the parameter as a size": row(2, "a parameter is rounded", """
        def model(p, rng):
            return sorted(rng.normal(size=int(8 * p)))[0]
        """),
    "the environment": row(6, "survive the sample", """
        import os
        import random

        def model(p):
            k = sum(random.random() < p for _ in range(4))
            os.environ["K"] = str(k)
            return k
        """),
    "the address of an object": row(5, "`id` in a model", """
        import random

        def model(p):
            k = [1] if random.random() < p else [2]
            return id(k) % 7
        """),
    "eval": row(3, "`eval` in a model", """
        def model(p, rng):
            op = "+" if rng.random() < p else "-"
            return eval("3" + op + "1")
        """),
    "a law of one's own": row(5, "cannot see into `scipy.stats.rv_discrete`", """
        from scipy import stats

        def model(p, rng):
            x = [rng.exponential(p)]
            law = stats.rv_discrete(values=([0, 1], [1 - p, p]))
            return 1.0 if min(x) > law.rvs(random_state=rng) else 0.0
        """),
    "a file of NumPy": row(5, "`np.savetxt` in a model", """
        import numpy as np

        def model(p, rng):
            hits = [rng.binomial(10, p)]
            np.savetxt("hits.txt", hits)
            return hits[0]
        """),
    "an array that is read from a file": row(5, "`np.load` in a model", """
        import numpy as np

        def model(p, rng):
            x = rng.normal(p, 1.0)
            return 1.0 if x > np.load("limits.npy")[0] else 0.0
        """),
    "an array that writes itself": row(3, "`x.tofile` in a model", """
        def model(p, rng):
            x = rng.binomial(10, p, size=3)
            x.tofile("hits.bin")
            return x.sum()
        """),
    "a file": row(3, "`open` in a model", """
        def model(p, rng):
            hits = sum(rng.random() < p for _ in range(10))
            with open("hits.txt", "a") as file:
                file.write(str(hits))
            return hits
        """),
    "a socket": row(4, "cannot see into `socket", """
        import socket

        def model(p, rng):
            s = socket.create_connection(("localhost", 80))
            return rng.random() < p
        """),
    "a clock": row(4, "cannot see into `time", """
        import time

        def model(p, rng):
            start = time.perf_counter()
            return rng.exponential(p) + start
        """),
    "a thread": row(5, "cannot see into `threading", """
        import threading

        def model(p, rng):
            found = []
            worker = threading.Thread(target=lambda: found.append(rng.random() < p))
            worker.start()
            worker.join()
            return found[0]
        """),
    "processes": row(4, "cannot see into `multiprocessing", """
        import multiprocessing

        def model(p, rng):
            with multiprocessing.Pool() as pool:
                return sum(pool.map(abs, [rng.exponential(p)]))
        """),
    "global": row(4, "`global`", """
        count = 0

        def model(p, rng):
            global count
            count += rng.random() < p
            return count
        """),
    "a list of the module": row(5, "survive the sample", """
        history = []

        def model(p, rng):
            x = rng.exponential(p)
            history.append(x)
            return sum(history)
        """),
    "a list of the module under another name": row(3, "samples change `CONFIG`", """
        CONFIG = {"seen": []}

        def model(p, rng):
            config = CONFIG
            config["seen"].append(rng.random() < p)
            return sorted(config["seen"])[0] + 0.0
        """),
    "a list of a class": row(2, "the class `Shop` holds something", """
        class Shop:
            sales = []

            def sell(self, price):
                self.sales.append(price)

        def model(p, rng):
            shop = Shop()
            shop.sell(rng.exponential(p))
            return sum(shop.sales)
        """),
    "an attribute of a class": row(5, "survive the sample", """
        class Agent:
            made = 0

            def __init__(self):
                Agent.made += 1

        def model(p, rng):
            agents = [Agent() for _ in range(rng.binomial(3, p))]
            return Agent.made
        """),
    "a counter of a class": row(4, "the class `Job` holds something", """
        import itertools

        class Job:
            numbers = itertools.count()

            def __init__(self):
                self.number = next(self.numbers)

        def model(p, rng):
            jobs = [Job() for _ in range(rng.binomial(3, p))]
            return sum(job.number for job in jobs)
        """),
    "a cache": row(3, "a cache survives", """
        from functools import lru_cache

        @lru_cache(maxsize=None)
        def value(n, p):
            return n * p

        def model(p, rng):
            return value(rng.binomial(3, p), p)
        """),
    "a mutable default": row(1, "default that can be changed", """
        def model(p, rng, log=[]):
            log.append(rng.exponential(p))
            return max(log)
        """),
    "a decorator": row(9, "a decorator changes", """
        import atexit

        class Meter:
            def run(self, x):
                return x


        class Shop:
            @atexit.register
            def sell(self, x):
                return x

        def model(p, rng):
            return Shop().sell(Meter().run(rng.exponential(p)))
        """),
    "a function of another library": row(5, "cannot see into `pandas", """
        import pandas

        def model(p, rng):
            x = [rng.exponential(p) for _ in range(3)]
            return pandas.Series(x).median()
        """),
    "randint of which generator": row(2, "`randint` of which generator", """
        def model(p, rng):
            k = rng.randint(1, 6)
            return sorted([k * rng.random(), p])[0]
        """),
    "triangular of which generator": row(4, "`triangular` of which generator", """
        class Task:
            def __init__(self, source): self.source = source
            def draw(self):
                return self.source.triangular(1.0, 2.0, 3.0)

        def model(p, rng):
            return Task(rng).draw() * (rng.random() < p)
        """),
    "a text": row(3, "written into a text", """
        def model(p, rng):
            x = [rng.exponential(p)]
            return len(f"{x[0]:.3f}")
        """),
    "a text with str": row(3, "written into a text", """
        def model(p, rng):
            x = [rng.exponential(p)]
            return float(str(sorted(x)[0]))
        """),
    "a hash": row(3, "hashed", """
        def model(p, rng):
            x = rng.exponential(p)
            return x * (hash((x, 1)) % 7)
        """),
    "a method under another name": row(5, "called under another name", """
        class Walk:
            def __init__(self, rng): self.step = getattr(rng, "normal")

            def move(self, p):
                return self.step(p, 1.0)

        def model(p, rng):
            return Walk(rng).move(p)
        """),
    "everything caught": row(5, "compares a parameter", """
        def model(p, rng):
            x = [rng.exponential(p)]
            try:
                try:
                    return 1.0 if p > 0.3 else x[0]
                except:
                    return 2.0
            finally:
                return 3.0
        """),
    "a decision on a density": row(5, "solves an equation that stochtrace cannot solve", """
        from scipy import stats

        def model(p, rng):
            x = sorted([stats.norm.rvs(p, 1.0, random_state=rng), 0.0])
            return 1.0 if stats.logistic.pdf(x[1]) < 0.2 else 0.0
        """),
    "eigenvalues": row(5, "`numpy.linalg.eigvalsh` has no rule", """
        import numpy as np

        def model(p, rng):
            a = np.array([[p, rng.normal()], [0.0, 1.0]])
            return sorted(np.linalg.eigvalsh(a @ a.T))[0]
        """),
}  # fmt: skip

SCRIPT = dedent("""
    import random

    p = 0.4
    wins = 0
    for _ in range(100):
        if random.random() < p:
            wins += 1
    print(wins)
    """)
