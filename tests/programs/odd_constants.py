"""Module constants that take more than one assignment."""

from programs.table import cases

ODD_CONSTANTS = cases("""
### constant built in several statements
TABLE = [0.5, 1.0]
TABLE.append(2.0)
TABLE[0] = 0.25

def f(p, rng):
    return TABLE[rng.binomial(2, p)] * p

### constant changed by a function
import numpy as np

TABLE = np.zeros(3)
np.add.at(TABLE, [0, 1], 0.5)
TABLE.sort()

def f(p, rng):
    return TABLE[rng.binomial(2, p)] * p + TABLE.sum()

### constant filled by a loop
TABLE = {}
for i in range(3):
    TABLE[i] = i / 2

def f(p, rng):
    return TABLE[rng.binomial(2, p)] * p

### constant made by a helper
def build(n):
    return [i / 2 for i in range(n)]

TABLE = build(3)

def f(p, rng):
    return TABLE[rng.binomial(2, p)] * p

### constant changed by a helper
TABLE = [0.5, 1.0]

def extend():
    TABLE.append(2.0)

extend()

def f(p, rng):
    return TABLE[rng.binomial(2, p)] * p

### constant rebound after the model
N = 1

def f(p, rng):
    return rng.binomial(1, p) * N

N = 2

### constant augmented
N = 1
N += 1

def f(p, rng):
    return rng.binomial(1, p) * N

### constant by unpacking, by walrus, by with, by import in a try
import contextlib

(A, B), *REST = (1, 2), 3
if (C := 0.5):
    pass
with contextlib.nullcontext(0.25) as D:
    pass
try:
    import no_such_module
except ImportError:
    no_such_module = None

def f(p, rng):
    return (A - B + C + D) * rng.binomial(1, p) + (no_such_module is None)

### constant deleted and made again
N = 5
del N
N = 2

def f(p, rng):
    return rng.binomial(1, p) * N

### attribute set on a helper
def g(x):
    return x * g.scale

g.scale = 0.5

def f(p, rng):
    return g(p) + rng.binomial(1, p)

### enumeration
import enum

class Kind(enum.IntEnum):
    LOW = 1
    HIGH = 2

def f(p, rng):
    return (Kind.HIGH if rng.random() < p else Kind.LOW) * 0.5

### constant drawn by the module
import random

START = random.random() * 0

def f(p, rng):
    return START + rng.binomial(1, p)

### constant made by the model
def f(p, rng):
    return rng.binomial(1, p)

import random
START = f(0.5, __import__("numpy").random.default_rng(0))
""")
