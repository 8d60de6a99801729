"""What must be evaluated once, in its place, and with its parentheses."""

from programs.table import cases

ONCE = cases("""
### a tuple that is taken apart again | p=0.5
def f(p, rng):
    x = p
    x = (p * x, (1,))[0]
    x = (
        p * x,
        (1,))[0]
    return x * rng.binomial(1, p)

### unpacked over itself | p=0.5, q=0.25
import math
import numpy as np

def f(p, q, rng):
    n = 0
    x = q
    x, m = (
        math.sin(x), n)
    y = x
    x += y
    (x, x), n = ((n, np.cos(x)), 0)
    return x * p

### zeros beside a draw | p=0.5, q=0.25
def f(p, q, rng):
    total = 0.0
    for i in range(2):
        x = p if i > 5 else rng.choice([1, 2])
        y = [p, rng.choice([1, 2])] if i else [rng.choice([3, 1]), 2]
        total += x * rng.binomial(1, q * x) + y[0] * y[1]
    return total * total

### zeros beside a call that draws | p=0.5, q=0.25
def toss(c, rng):
    return rng.binomial(1, c)

def f(p, q, rng):
    if rng.random() < 0.5:
        return p, p
    return toss(q, rng), 1.0

### a comprehension in a branch | p=0.5
def f(p, rng):
    x = p
    x += sum((p for i in range(3))) if rng.random() < p else 0
    x = y = sum([x * i for i in range(3)]) if x is not None else [p][0]
    return x * y

### parentheses around a product with a rest | p=0.5, q=0.25
def f(p, q, rng):
    x = q
    y = p
    n = rng.binomial(3, p)
    y = (y + x) * (2 % 3 * y) - (n % 2 * x) - x / (n // 2 * y + 1) + p * (n % 2)
    return -(n % 2 * y)
""")
