"""Names that clash: with ours, with builtins, with one another."""

from programs.table import cases

NAMES = cases("""
### unicode
def f(p, rng):
    λ = rng.exponential(p)
    ångström = λ * 2
    return ångström + λ

### unicode parameter | σ=0.6
def f(σ, rng):
    return rng.normal(0.0, σ) * σ

### soft keywords
def f(p, rng):
    match, case, type, _ = p, rng.binomial(1, p), 2.0, 3
    return match * case + type * _

### underscores
def f(p, rng):
    _ = p
    __ = _ * p
    _x_ = rng.binomial(1, __)
    return _x_ + __ * _

### names like ours
def f(p, rng):
    x_dot = p
    x = rng.exponential(x_dot)
    w = x * x
    return w + x_dot

### names like ours that are smooth
def f(p, rng):
    up, down, z, hit = p, p * p, p ** 3, 2.0
    hit *= rng.binomial(2, p) + rng.normal(p, z)
    return hit * up - down

### builtins
def f(p, rng):
    float, int, len, range_ = p, 2, rng.binomial(1, p), 1
    return float * int + len

### builtins as parameters
def g(max, min):
    return max * min

def f(p, rng):
    return g(p, rng.binomial(1, p))

### parameter named self | self=0.6
def f(self, rng):
    return rng.binomial(1, self)

### function named like a draw
def binomial(n, p, rng):
    return rng.binomial(n, p)

def f(p, rng):
    return binomial(2, p, rng)

### local function hides a helper
def g(x):
    return 7.0

def f(p, rng):
    def g(x):
        return x * x
    return g(p) * rng.binomial(1, p)

### variable hides a helper
def g(x):
    return 7.0

def f(p, rng):
    g = p
    return g * rng.binomial(1, p)

### two helpers with a nested one of the same name
def a(x):
    def g(y):
        return y * x
    return g(x)

def b(x):
    def g(y):
        return y + x
    return g(x)

def f(p, rng):
    return a(p) * b(p) * rng.binomial(1, p)

### imports hidden by locals
import math
from math import exp

def f(p, rng):
    exp = p
    return exp * math.exp(p) * rng.binomial(1, p)
""")
