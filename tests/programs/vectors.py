"""Arrays of draws: `size`, arrays of parameters, and both."""

from programs.table import cases

VECTORS = cases("""
### size: a number, a tuple, by position
import numpy as np

def f(p, rng):
    x = rng.normal(p, 2.0, size=3)
    y = rng.exponential(p, (2, 1))
    z = rng.uniform(0.0, p, 2)
    return (x.sum() + y[1, 0]) * z[0] + z[1] * rng.random(2).sum() + np.random.rand(2, 1).sum() + np.random.randn(2)[0]

### arrays of parameters
import numpy as np

def f(p, rng):
    scales = np.array([1.0, 2.0]) * p
    x = rng.exponential(scales)
    y = rng.normal([p, 1.0], scales)
    z = rng.lognormal(x[:, None] * np.zeros((2, 2)), 0.5)
    k = rng.binomial(2, scales / 2)
    return np.sum(x * y) + z.sum() + k[0] * x[1] + k[1] * p

### arrays of decisions and of counts
import numpy as np

def f(p, rng):
    hits = rng.random(3) < p
    misses = p < rng.random(2)
    n = rng.poisson(p, size=2)
    return (hits.sum() + p) * (1 + misses.sum()) + n[0] * n[1] + hits[0] * n[0]

### arrays of choices, either way round
import numpy as np

def f(p, rng):
    k = rng.choice([1.0, 5.0, 2.0], size=2, p=[p, 0.5 - p / 2, 0.5 - p / 2])
    j = rng.choice(np.array([p, 2.0]), 2, p=[p, 1 - p])
    i = rng.integers(3, size=2)
    return k.sum() ** 2 + j[0] * j[1] + i.sum() * k[0]

### a drawn size
import numpy as np

def f(p, rng):
    n = rng.binomial(2, p)
    x = rng.exponential(p, n)
    return x.sum() + n * (rng.random((n, 1)) < p).sum()

### arrays of draws inside expressions
import numpy as np

def total(values):
    return np.sum(values * values)

def f(p, rng):
    return total(rng.normal(p, 1.0, size=2)) + total(rng.binomial(1, p, size=2)) * p + np.sum(p + rng.random(2))

### a parameter that is annotated as an array | rates=[0.5, 0.2]
import numpy as np

def f(rates: np.ndarray, rng):
    n = rng.poisson(rates)
    return n[0] * rng.normal(rates, 1.0).sum() + n[1] ** 2
""")
