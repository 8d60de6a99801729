"""Seeds that make a sample no function of fresh uniforms, as people write them: rows as in `refused_people`."""

from __future__ import annotations

from tests.refused_people import row

SEEDS = {
    "a draw as a seed": row(5, "seed is computed", """
        import random

        def model(p, rng):
            k = rng.binomial(10, p)
            inner = random.Random(k)
            return inner.random()
        """),
    "a draw as a seed of a class": row(6, "seed is computed", """
        import numpy as np

        class Sim:
            def __init__(self, seed):
                self.rng = np.random.RandomState(seed)

            def run(self):
                return self.rng.rand()

        def model(p, rng):
            return Sim(int(rng.integers(100)) + int(rng.random() < p)).run()
        """),
    "a draw as the seed of a function": row(4, "seed is computed", """
        import random

        def source(seed):
            return random.Random(seed)

        def model(p, rng):
            return source(seed=rng.binomial(3, p)).random()
        """),
    "a draw as a random_state": row(6, "seed is computed", """
        from scipy import stats

        def model(p, rng):
            k = rng.binomial(10, p)
            key = 2 * k + 1
            return stats.norm.rvs(random_state=key)
        """),
    "an attribute as a seed": row(8, "seed is computed", """
        import random

        class Run:
            def __init__(self, p):
                self.key = sum(random.random() < p for _ in range(4))

            def go(self):
                return random.Random(self.key).random()

        def model(p):
            return Run(p).go()
        """),
    "a draw that seeds again": row(11, "seed is computed", """
        import random

        class Agent:
            def __init__(self):
                self.rng = random.Random()

            def go(self, p):
                return self.rng.random() < p

            def reset(self, k):
                self.rng.seed(k)

        def model(p):
            agent = Agent()
            agent.reset(sum(agent.go(p) for _ in range(3)))
            return agent.go(0.5)
        """),
    "a generator's class under another name": row(6, "seed is computed", """
        import random

        def model(p):
            k = sum(random.random() < p for _ in range(3))
            make = random.Random
            return make(k).random()
        """),
    "the bare parameter as a seed": row(4, "seed is computed", """
        import random

        def model(p):
            return random.Random(p).random()
        """),
    "a class that stands on a generator": row(3, "cannot be followed", """
        import random

        class Dice(random.Random):
            def coin(self, p):
                return self.random() < p

        def model(p):
            return Dice(3).coin(p)
        """),
    "the parameter as a seed": row(4, "seed", """
        import random

        def model(p):
            rng = random.Random(int(1000 * p))
            return 1.0 if rng.expovariate(p) > 1.0 else 0.0
        """),
    "the same seed in a loop": row(6, "seed 1 repeats draws", """
        import numpy as np

        def model(p):
            total = 0.0
            for _ in range(3):
                source = [np.random.default_rng(1)]
                total += max(0.2, source[0].exponential(p))
            return total
        """),
}  # fmt: skip
