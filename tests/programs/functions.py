"""Helper functions, nested functions, functions of math and NumPy."""

from programs.table import cases

FUNCTIONS = cases("""
### helper that draws and one that does not
def wait(scale, rng):
    return rng.exponential(scale) + scale

def square(x):
    return x * x

def f(p, rng):
    return square(wait(p, rng)) + wait(2.0, rng)

### helper called with moving and other arguments
def power(x, n):
    return x ** n

def f(p, rng):
    return power(p, 2) + power(2.0, rng.binomial(2, p)) + power(p, 1)

### keywords, defaults, order of evaluation
def g(a, b=2.0, *, c=1.0):
    return a * b + c

def f(p, rng):
    return g(p) + g(b=p, a=rng.binomial(1, p)) + g(1, c=p * p)

### helper decides on its argument
def g(n, x):
    if n > 1:
        return x * x
    return x

def f(p, rng):
    return g(rng.binomial(2, p), p)

### helper returns a tuple
def both(x, rng):
    y = rng.exponential(x)
    return y, x * y

def f(p, rng):
    a, b = both(p, rng)
    return a * b + both(p, rng)[1]

### helper changes a list in place
def add(xs, x):
    xs.append(x)
    xs[0] *= x

def f(p, rng):
    xs = [1.0 + p]
    add(xs, p)
    add(xs, rng.exponential(p))
    return sum(xs)

### recursion
def count(n, p, rng):
    if n == 0:
        return 0.0
    if rng.random() < p:
        return p + count(n - 1, p, rng)
    return count(n - 1, p, rng)

def f(p, rng):
    return count(3, p, rng)

### mutual recursion
def even(n, x):
    return x if n == 0 else odd(n - 1, x * 2)

def odd(n, x):
    return -x if n == 0 else even(n - 1, x + 1)

def f(p, rng):
    return even(rng.binomial(3, p), p)

### helper's result used in no assignment
def g(p, rng):
    return rng.binomial(1, p)

def f(p, rng):
    g(p, rng)
    return g(p, rng) + g(p, rng) * p

### the same helper twice in one expression
def g(p, rng):
    return rng.exponential(p) if rng.random() < p else p

def f(p, rng):
    return g(p, rng) * g(p, rng) - g(p, rng)

### nested function reads a smooth outer value
def f(p, rng):
    q = p * p
    def g(n):
        return n * q + rng.exponential(q)
    return g(rng.binomial(2, p)) + g(1)

### nested function sees the later value
def f(p, rng):
    q = p
    def g():
        return q * 2
    a = g()
    q = p * p
    return a + g()

### nonlocal
def f(p, rng):
    total = 0.0
    def add(x):
        nonlocal total
        total += x * p
    add(2)
    add(rng.exponential(p))
    add(rng.binomial(2, p))
    return total

### nested function takes the generator
def f(p, rng):
    def g(q, source):
        return source.binomial(2, q)
    return g(p, rng) * g(p * p, rng)

### functions inside two functions
def f(p, rng):
    def outer(a):
        def inner(b):
            return a * b + p
        return inner(2) + inner(a)
    return outer(rng.binomial(1, p)) + outer(p)

### lambda of plain values
def f(p, rng):
    g = lambda n: n * n + 1
    return g(rng.binomial(2, p)) * p

### math functions
import math

def f(p, rng):
    x = rng.exponential(p) + p
    return (math.exp(-x) + math.log(x) + math.sqrt(x) * math.sin(x) - math.cos(x) / math.tan(1 + x)
            + math.atan2(x, math.exp(p)) + math.hypot(x, p)
            + math.lgamma(x + 1) + math.pow(x, p) + math.pi * math.fabs(-x) + math.erf(x))

### at the end of a domain, where the partial is infinite and nothing moves
import math
import numpy as np

def f(p, rng):
    n = rng.poisson(0.5)
    a = math.sqrt(n * p) + (n * p) ** 0.5 + np.cbrt(n * p) + pow(n * p, 0.25) + np.power(n * p, 0.5)
    v = max(0.0, rng.normal(p, 1.0))
    k = rng.binomial(1, 0.5)
    h = math.hypot(k * p, k * p * 2) + math.atan2(k * p, abs(k)) + math.asin(1.0 + k * (p - 1.1))
    return a + math.sqrt(v) + h + np.sqrt(np.array([v, k * p])).sum()

### numpy scalar functions
import numpy

def f(p, rng):
    x = rng.normal(p, p)
    y = numpy.exp(-x * x) + numpy.tanh(x) + numpy.log1p(p) + numpy.square(x)
    return y + numpy.arctan2(x, numpy.exp(p)) + numpy.abs(x)

### from math import
from math import exp as e, log, pi

def f(p, rng):
    return e(-p) * log(1 + rng.exponential(p)) + pi

### builtins: abs, max, min, sum, float, pow, divmod of counts
def f(p, rng):
    n = rng.binomial(2, p)
    return abs(p - 2) + max(p, 0.1) * min(n, 1) + float(p) + sum([p, n]) + pow(p, 2) + divmod(n, 2)[0]

### discrete draws in every operator
def f(p, rng):
    n = rng.binomial(3, p)
    return n // 2 + n % 2 + -n + (n << 1) + (n & 1) + ~n + round(n / 2) + int(n) ** 2
""")
