"""Randomness in disguise."""

from programs.table import cases

HIDDEN_DRAWS = cases("""
### lambda that draws
def f(p, rng):
    g = lambda q: rng.binomial(1, q)
    return g(p) + g(p * p)

### lambda called where it is made
def f(p, rng):
    return (lambda q: rng.random() < q)(p) * 2.0

### default of a lambda draws
def f(p, rng):
    g = lambda k=rng.binomial(1, p): k
    return g() * 2 + g()

### map
def f(p, rng):
    return sum(map(lambda q: rng.binomial(1, q), [p, p / 2]))

### filter
def f(p, rng):
    return len(list(filter(lambda i: rng.random() < p, range(4))))

### sorted with a key that draws
def f(p, rng):
    return sorted(range(3), key=lambda i: -(i == 2) * (rng.random() < p))[0]

### functools.partial of a helper
from functools import partial

def g(q, rng):
    return rng.binomial(1, q)

def f(p, rng):
    h = partial(g, rng=rng)
    return h(p) * 2

### functools.reduce
from functools import reduce

def f(p, rng):
    return reduce(lambda a, i: a + (rng.random() < p), range(3), 0)

### helpers in a dict
def one(p, rng):
    return rng.binomial(1, p)

def two(p, rng):
    return 2 * rng.binomial(1, p)

def f(p, rng):
    return {"a": one, "b": two}["b"](p, rng)

### helper under another name
def g(p, rng):
    return rng.binomial(1, p)

def f(p, rng):
    h = g
    return h(p, rng) * 3

### helper chosen by a draw
def one(x):
    return x

def two(x):
    return 2 * x

def f(p, rng):
    return (one if rng.random() < p else two)(p)

### helper as an argument
def twice(g, x):
    return g(g(x))

def double(x):
    return 2 * x

def f(p, rng):
    return twice(double, p) * rng.binomial(1, p)

### module of draws under another name
import numpy as np

def f(p, rng):
    r = np.random
    return (r.random() < 0.5) * rng.binomial(1, p)

### module of draws in a list
import random

def f(p, rng):
    return ([random][0].random() < 0.5) * rng.binomial(1, p)

### generator as an attribute
import math

def f(p, rng):
    math.source = rng
    return math.source.binomial(1, p) + rng.binomial(1, p)

### generator through or
import numpy as np

def f(p, rng=None):
    rng = rng or np.random.default_rng(0)
    return rng.binomial(1, p)

### generator made if it is missing
import numpy as np

def f(p, rng=None):
    if rng is None:
        rng = np.random.default_rng(0)
    return rng.binomial(2, p)

### generator by default_rng of the argument
import numpy as np

def f(p, rng=None):
    rng = np.random.default_rng(rng)
    return rng.binomial(2, p)

### generator spawned
def f(p, rng):
    child = rng.spawn(1)[0]
    return child.binomial(1, p)

### local generator in a loop repeats its draws
import numpy as np

def f(p):
    total = 0
    for _ in range(3):
        total += np.random.default_rng(7).binomial(1, p)
    return total

### generator deleted
def f(p, rng):
    x = rng.binomial(1, p)
    del rng
    return x

### walrus makes the generator
import numpy as np

def f(p):
    return (g := np.random.default_rng(1)).binomial(1, p) + g.binomial(1, p)
""")
