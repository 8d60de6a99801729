"""Smooth values that are bound, stored or converted in odd ways."""

from programs.table import cases

ODD_VALUES = cases("""
### comprehension's variable hides a smooth name
def f(p, rng):
    x = p
    ys = [x for x in [1.0, 2.0] if x < 2]
    return x * len(ys) + rng.binomial(1, p)

### types that arrays and tests name
import numpy as np

def f(p, rng):
    x = np.asarray([p, 1.0], dtype=float) + np.zeros(2, dtype=float)
    if not isinstance(x[0], float):
        return 9.0
    return x[0] if 2 * rng.random() < x[0] + x[1] / 2 else 0.0

### loop's variable was smooth before
def f(p, rng):
    x = p * p
    total = 0.0
    for x in range(3):
        total += x
    return total + x * p + rng.binomial(1, p)

### smooth name bound to a count later
def f(p, rng):
    x = p
    x = rng.binomial(2, p)
    if x > 1:
        return 3.0
    return x

### name of a caught error hides a smooth name
def f(p, rng):
    x = p
    try:
        raise ValueError(2.0)
    except ValueError as x:
        y = x.args[0]
    return y * rng.binomial(1, p)

### match captures a smooth value
def f(p, rng):
    match (p * p, rng.binomial(1, p)):
        case (x, n):
            return x + n

### with binds a smooth value
from contextlib import nullcontext

def f(p, rng):
    with nullcontext(p) as x:
        return x * rng.binomial(1, 0.5)

### starred target
def f(p, rng):
    first, *rest = [p, 2.0, p * p]
    return first * rng.binomial(1, 0.5) + rest[1]

### starred display
def f(p, rng):
    xs = [p, 1.0]
    ys = [*xs, 2.0]
    return ys[0] + rng.binomial(1, p)

### dict merged
def f(p, rng):
    d = {"a": p}
    e = {**d, "b": 1.0} | {"c": 2.0}
    return e["a"] + rng.binomial(1, p)

### dict of smooth values: get with a default, setdefault, update, items
def f(p, rng):
    d = {"a": p}
    d.setdefault("b", p * p)
    d.update(c=p)
    total = d.get("a", 0.0) + d.get("z", p) + d["b"] + d["c"]
    for key, x in d.items():
        total += x
    return total + rng.binomial(1, p)

### list methods of smooth values: remove, index, sort by another key
def f(p, rng):
    xs = [p, 2.0, p * p]
    xs.sort(key=lambda x: 0)
    return xs[0] + xs[2] + rng.binomial(1, p)

### deque
from collections import deque

def f(p, rng):
    q = deque([p, 1.0])
    q.appendleft(p * p)
    q.append(3.0)
    q.rotate(1)
    return q.popleft() + q.pop() * 2 + rng.binomial(1, p)

### array made of a list, then the list changes
import numpy as np

def f(p, rng):
    xs = [p, 1.0]
    a = np.array(xs)
    xs[0] = 5.0
    return float(a[0]) * xs[0] + rng.binomial(1, p)

### in-place functions of arrays
import numpy as np

def f(p, rng):
    x = np.array([p, 1.0])
    np.multiply(x, 2.0, out=x)
    np.add.at(x, 0, p)
    return float(x[0]) + rng.binomial(1, p)

### swap of two elements of an array
import numpy as np

def f(p, rng):
    x = np.array([p, 2.0])
    x[0], x[1] = x[1], x[0]
    return float(x[0]) + 3 * float(x[1]) + rng.binomial(1, p)

### object array
import numpy as np

def f(p, rng):
    x = np.array([None, None])
    x[0] = p
    return x[0] * 2 + rng.binomial(1, p)

### complex numbers
def f(p, rng):
    z = complex(p, 1.0) * (1 + 2j)
    return z.real + z.imag + rng.binomial(1, p)

### real and imaginary part
def f(p, rng):
    return abs(p * 1j) + (p + 1j).real + rng.binomial(1, p)

### conversions: float of int, Fraction, Decimal
from fractions import Fraction

def f(p, rng):
    return float(Fraction(p)) + rng.binomial(1, p)

### copy.copy and copy.deepcopy
import copy

def f(p, rng):
    xs = copy.deepcopy([p, [p]])
    return xs[1][0] + rng.binomial(1, p)

### itertools.accumulate and chain
import itertools

def f(p, rng):
    xs = list(itertools.accumulate([p, p, 1.0]))
    return xs[2] + rng.binomial(1, p)

### math.fsum, math.prod, sum of a dict's values
import math

def f(p, rng):
    return math.fsum([p, p]) + math.prod([p, 2.0]) + rng.binomial(1, p)

### statistics.mean
import statistics

def f(p, rng):
    return statistics.mean([p, 2.0]) + rng.binomial(1, p)

### rng.random() used and compared
def f(p, rng):
    u = rng.random()
    return u * 2 + p if u < 0.5 else 1.0 + rng.binomial(1, p)

### sum with a smooth default in the tangent
def f(p, rng):
    return sum([p, p], 3) + rng.binomial(1, p)

### mean, cumsum, reshape with more arguments
import numpy as np

def f(p, rng):
    x = np.array([[p, 1.0], [2.0, p * p]])
    return np.mean(x, axis=0)[1] + np.cumsum(x, 1)[0, 1] + x.reshape(4)[3] + x.sum(axis=1)[1] + rng.binomial(1, p)

### sum with initial
import numpy as np

def f(p, rng):
    return np.sum(np.array([p, p]), initial=2.0) + rng.binomial(1, p)

### max and min of three
def f(p, rng):
    return max(p, 0.1, 0.2) + rng.binomial(1, p)

### max with a default and a key
def f(p, rng):
    return max(p, 0.1, key=lambda x: -x) + rng.binomial(1, p)

### power of zero: the base, the exponent | p=1.0
def f(p, rng):
    return (1 - p) ** (1 + rng.integers(2)) + rng.integers(2) ** (p + 1)

### exponent zero, base zero | p=1.0
def f(p, rng):
    return (1 - p) ** rng.integers(2)

### base drawn, exponent smooth
def f(p, rng):
    return rng.integers(3) ** p + rng.poisson(0.5) ** (1 + p)
""")
