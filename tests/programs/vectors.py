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
    hits = rng.random(2) < p
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

### orders: permutation, shuffle, choice without replacement
import numpy as np

def f(p, rng):
    xs = [p, 2.0, p * p]
    ys = xs
    rng.shuffle(ys)
    order = rng.permutation(2)
    zs = rng.permutation(np.array([1.0, p]))
    two = rng.choice([p, 4.0, 1.0], 2, replace=False)
    i = rng.choice(3, size=2, replace=False)
    return xs[0] * 2 + zs[order[0]] * two[1] + i[0] * p + xs[1] * rng.binomial(1, p)

### orders of random: shuffle, sample, choices
import random

def f(p):
    deck = [1, 2, 3]
    random.shuffle(deck)
    hand = random.sample(deck, 2) + [p]
    picked = random.choices([p, 2.0, 5.0], weights=[1.0, p, 2 * p], k=2)
    letters = random.choices(["a", "b"], k=2)
    one = random.choices([1.0, p], [p, 1.0])[0]
    return hand[0] * p + hand[2] + picked[0] * picked[1] + (letters[1] == "a") * one

### choice without replacement, with probabilities
import numpy as np

def f(p, rng):
    k = rng.choice(4, 2, replace=False, p=[p / 2, 0.3, 0.0, 0.7 - p / 2])
    x = rng.choice(np.array([p, 2.0, 5.0]), size=2, p=[p, 1 - p, 0.0], replace=False, axis=0, shuffle=True)
    return k[0] * x[1] + k[1] ** 2 * p

### an array of two dimensions in another order
import numpy as np

def f(p, rng):
    x = rng.permuted(np.array([[p, 1.0], [2.0, p * p]]))
    y = rng.permuted([p, 3.0], axis=None)
    return x[0, 1] * x[1, 0] + y[0] * p

### options that change nothing
import numpy as np

def f(p, rng: np.random.Generator):
    x = rng.random(2, dtype=np.float64) * p + rng.standard_exponential(method="inv") * rng.standard_normal(dtype=float)
    k = rng.integers(0, 3, 2, dtype=np.int64)
    return x[0] * x[1] + k[0] * rng.binomial(1, p) + rng.integers(0, 1, None, int, True)

### sums of weights, counts, ranges with a step
import random

def f(p):
    a = random.choices([p, 2.0, 5.0], cum_weights=[1.0, 1.0 + p, 3 * p + 1.0], k=2)
    b = random.sample(["x", "y", "z"], counts=[2, 1, 0], k=2)
    c = random.randrange(5, -2, -3) + random.randrange(1, 4) * random.getrandbits(2)
    return a[0] * a[1] + (b[0] == "y") * p + c * a[0]

### inclusive integers
import numpy as np

def f(p):
    return np.random.random_integers(2) * p + np.random.random_integers(3, 5) * np.random.binomial(1, p)

### weights that are all numbers
import random

def f(p):
    return sum(random.choices((10, 20, 30), weights=(5, 1, 1), k=2)) * p

### multinomial
import numpy as np

def f(p, rng):
    counts = rng.multinomial(3, [p / 2, 0.3, 0.7 - p / 2])
    more = rng.multinomial(rng.binomial(2, p), np.array([p, 1 - p]))
    return counts[0] * counts[1] * p + counts[2] ** 2 + more[0] * counts[0]

### shares
import numpy as np

def f(p, rng):
    x = rng.dirichlet([p, 2.0, p * p])
    y = rng.dirichlet(np.array([1.0, p]))
    return x[0] * x[2] + x[1] * y[0] + x.sum()

### colours without replacement
import numpy as np

def f(p, rng):
    n = rng.multivariate_hypergeometric([2, 1, 2], rng.binomial(2, p) + 1)
    return n[0] * n[1] * p + n[2]

### normal vectors
import numpy as np

def f(p, rng):
    x = rng.multivariate_normal([p, 1.0], [[1.0, p / 2], [p / 2, p]])
    y = rng.multivariate_normal(np.array([p, 0.0]), np.eye(2))
    z = rng.multivariate_normal(np.zeros(2), np.array([[2.0, p], [p, 1.0]]) * p)
    return x[0] * x[1] + np.sum(x * x) + y[0] * z[1] + z[0]
""")
