"""Module constants, parameters and results."""

from programs.table import cases

MODULES = cases("""
### module constants
LOW, HIGH = 0.5, 2
SCALE = LOW * HIGH
NAMES = ["a", "b"]

def f(p, rng):
    return SCALE * p + rng.exponential(p) * LOW + len(NAMES) * rng.binomial(HIGH, p)

### annotated and conditional module constants
import sys

N: int = 2
if sys.version_info >= (3, 0):
    WEIGHT = 2.0
else:
    WEIGHT = 1.0

def f(p, rng):
    return WEIGHT * rng.binomial(N, p)

### parameters with defaults
def f(p, n=2, scale: float = 1.5, label="x", rng=None):
    return rng.binomial(n, p) * scale + len(label) * p

### keyword-only parameters | p=0.6, q=0.3
def f(p, rng, *, q):
    return rng.binomial(2, p) * q

### positional-only parameters
def f(p, /, rng):
    return rng.binomial(2, p) * p

### several parameters | p=0.6, q=1.2
def f(p, q, rng):
    return rng.binomial(2, p) * q + rng.exponential(q * p)

### an array as parameter | p=[0.6, 0.3]
def f(p, rng):
    return p[0] * rng.binomial(1, p[1]) + rng.exponential(p[0]) * p.sum()

### probabilities as parameter | p=[0.5, 0.3, 0.2]
def f(p, rng):
    return rng.choice(3, p=p / p.sum()) ** 2

### results of several kinds
import numpy as np

def f(p, rng):
    n = rng.binomial(2, p)
    return n > 1, n, p * n, np.array([p, n * p]), [p * p]
""")
