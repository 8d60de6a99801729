"""State that survives a sample, and names that hide others."""

from programs.table import cases

HIDDEN_STATE = cases("""
### hash of an object
def f(p, rng):
    return (id(object()) % 2 == 0) * 0 + rng.binomial(1, p)

### counter kept between samples in a default
def f(p, rng, seen=[]):
    seen.append(1)
    return rng.binomial(1, p) * (len(seen) < 100)

### counter kept as an attribute of the function
def f(p, rng):
    f.count = getattr(f, "count", 0) + 1
    return rng.binomial(1, p) * (f.count < 100)

### iterator kept by the module
import itertools

NUMBERS = itertools.count()

def f(p, rng):
    return rng.binomial(1, p) * (next(NUMBERS) < 100)

### cache kept by the module
CACHE = {}

def f(p, rng):
    return CACHE.setdefault("x", rng.binomial(1, p))

### generator in a with
def f(p, rng):
    with rng as g:
        return g.binomial(1, p)

### generator from a comprehension
def f(p, rng):
    return sum(g.binomial(1, p) for g in [rng, rng])

### shadowed builtin
def f(p, rng):
    sum = rng.binomial(2, p)
    return sum * 1.0

### shadowed builtin function
def abs(x):
    return x * x

def f(p, rng):
    return abs(p) * rng.binomial(1, 0.5)

### shadowed module
import math

def f(p, rng):
    math = rng.binomial(2, p)
    return math * p

### shadowed module of draws
import random

def f(p, rng):
    random = 1
    return random * rng.binomial(1, p)

### name of a generator bound to a number later
def f(p, rng):
    x = rng.binomial(1, p)
    rng = p * x
    return rng + x

### names of ours
def f(p, rng):
    omega, jumps, rt, Program, weight, hit = 1, 2, p, 4, 5.0, 6
    p_dot, w, x_dot, k, prob, total = p, 1.0, 2.0, 3, 0.5, rng.exponential(p)
    hit += rng.random() < p / 2
    return omega + jumps + rt + Program + weight + hit + p_dot + w + x_dot + k + prob + total

### functions with names of ours
def f_primal(p, rng):
    return rng.binomial(1, p)

def f_d(p, rng):
    return f_primal(p, rng) + 1

def f(p, rng):
    return f_d(p, rng) + f_primal(p, rng)

### parameters with names of ours
def f(p, omega=1.0, jumps=2, rng=None):
    return (rng.random() < p / 2) * omega + jumps * p

### names that rt would hide
from math import exp

def f(p, rng):
    runtime = p
    stochtrace = 2
    return runtime * rng.binomial(stochtrace, 0.5)
""")
