"""Generators of every kind, under every alias."""

from programs.table import cases

GENERATORS = cases("""
### a parameter under another name, by its use
def f(p, gen):
    return gen.binomial(2, p)

### a parameter by its annotation
import numpy as np

def f(p, source: np.random.Generator):
    return source.binomial(2, p) * source.exponential(p)

### a parameter that is optional
import numpy as np

def f(p, rng: np.random.Generator | None = None):
    return rng.binomial(2, p)

### a parameter that is filled in
import numpy as np

def f(p, n: int = 2, rng=None):
    # a generator of its own
    if rng is None:
        rng = np.random.default_rng(7)
    return rng.binomial(n, p) * p

### a parameter that is filled in, on one line
import numpy as np
import random

def g(q, rng=None):
    rng = rng or random.Random()
    return (rng.random() < q) * q

def f(p, rng=None):
    own = rng if rng is not None else np.random.default_rng()
    return own.binomial(2, p) * p + h(p, own) + g(p)

def h(q, rng):
    rng = np.random.default_rng(rng)
    return rng.binomial(1, q)

### a parameter by its name, passed on only
def g(q, source):
    return source.binomial(2, q)

def f(p, random_state):
    return g(p, random_state)

### random.Random
import random

def f(p, rng: random.Random):
    return (rng.random() < p) * p + rng.gauss(p, 1.0) + rng.randint(1, 3) + rng.expovariate(p) + rng.choice([p, 1.0])

### module-level default_rng
import numpy as np

rng = np.random.default_rng(1)

def f(p):
    return rng.binomial(2, p) * p

### module-level default_rng under another name, annotated
from numpy.random import Generator, default_rng as make

source: Generator = make(42)

def f(p):
    return source.binomial(2, p)

### local default_rng
import numpy as np

def f(p):
    rng = np.random.default_rng(0)
    return rng.binomial(2, p)

### local generator of a bit generator
import numpy as np

def f(p):
    rng = np.random.Generator(np.random.PCG64(1))
    return rng.binomial(2, p)

### local default_rng, seed a parameter
import numpy as np

def f(p, seed: int = 3):
    rng = np.random.default_rng(seed)
    return rng.binomial(2, p)

### numpy.random functions
import numpy as np

np.random.seed(0)

def f(p):
    np.random.seed(1)
    return np.random.binomial(2, p) + (np.random.rand() < p) + np.random.exponential(p) + np.random.randint(3)

### numpy.random functions under aliases
import numpy.random as nr
from numpy import random as r
from numpy.random import binomial, rand as u

def f(p):
    return nr.poisson(p) + r.normal(p) + binomial(2, p) * (u() < p)

### import numpy.random
import numpy.random

def f(p):
    return numpy.random.binomial(2, p) + numpy.random.randn() * p

### RandomState
import numpy as np

def f(p):
    state = np.random.RandomState(seed=0)
    return state.binomial(2, p) + state.random_sample() * p + state.randint(2)

### random functions
import random

random.seed(3)

def f(p):
    n = random.randint(1, 2) + random.randrange(2)
    return (random.random() <= p) * n + random.gauss(0.0, p) + random.uniform(0, p)

### random functions under aliases
import random as rnd
from random import random as r, expovariate

def f(p):
    x = (r() < p) + rnd.normalvariate(p, p) * expovariate(1 / p)
    return x + rnd.lognormvariate(0, p) + rnd.choice("ab").count("a")

### random.Random made at the top
import random

rng = random.Random(7)

def f(p):
    return rng.random() < p

### imported inside the function
def f(p):
    import random
    from numpy.random import default_rng
    rng = default_rng()
    return rng.binomial(2, p) + (random.random() < p) * p

### another name for the generator
def f(p, rng):
    g = rng
    h = g
    return h.binomial(1, p) + rng.binomial(1, p) * p

### generator passed by keyword
def g(q, *, rng):
    return rng.binomial(2, q)

def f(p, rng):
    return g(p, rng=rng) + g(rng=rng, q=p * p)

### two generators
def f(p, a, b):
    return a.binomial(2, p) * b.binomial(2, p)
""")
