"""Decisions on smooth values in disguise."""

from programs.table import cases

HIDDEN_DECISIONS = cases("""
### uniform assigned first, compared later
def f(p, rng):
    u = rng.random()
    return 2.0 if u < p else 1.0

### uniform compared twice
def f(p, rng):
    u = rng.random()
    return 2.0 if u < p / 2 else 1.0 if u < p else 5.0

### uniform shifted, compared
def f(p, rng):
    return (rng.random() - p < 0) * 2.0

### uniform scaled, compared
def f(p, rng):
    return (2 * rng.random() < p) * 2.0

### chained comparison around a uniform
def f(p, rng):
    return (0 < rng.random() < p) * 2.0

### chained comparison from a uniform
def f(p, rng):
    return (rng.random() < p < 1) * 2.0

### elements floored and reduced in place
def f(p, rng):
    xs = [3 * rng.exponential(p), rng.exponential(p)]
    xs[0] //= 1
    xs[1] %= 0.5
    return xs[0] + xs[1]

### two uniforms compared
def f(p, rng):
    return (rng.random() < rng.random()) * p

### two uniforms compared, one moves
def f(p, rng):
    return (rng.random() < p * rng.random()) * 2.0

### round trip through a list
def f(p, rng):
    u = [rng.random()]
    return (u[0] < p) * 2.0

### round trip through a tuple
def f(p, rng):
    u, v = rng.random(), p
    return (u < v) * 2.0

### round trip through sum
def f(p, rng):
    return (sum([rng.random()]) < p) * 2.0

### round trip through min, max, abs
def f(p, rng):
    return (max(min(rng.random(), 1.0), 0.0) < p) * 2.0 + (abs(rng.random()) < p)

### round trip through a dict
def f(p, rng):
    d = {"u": rng.random(), "p": p}
    return (d["u"] < d["p"]) * 2.0

### round trip through a string
def f(p, rng):
    return (rng.random() < float(str(p))) * 2.0

### round trip through a helper
def less(a, b):
    return a < b

def f(p, rng):
    return less(rng.random(), p) * 2.0

### round trip through a closure
def f(p, rng):
    u = rng.random()
    def hit():
        return u < p
    return hit() * 2.0

### round trip through a default
def f(p, rng):
    def hit(u, q=p):
        return u < q
    return hit(rng.random()) * 2.0

### round trip through a global list
STORE = [0.0]

def f(p, rng):
    STORE[0] = p
    return (rng.random() < STORE[0]) * 2.0

### max of two, one moves
def f(p, rng):
    return max(rng.uniform(0, 2), 1 + p) - 1

### clipped
def f(p, rng):
    return min(max(rng.uniform(-1, 1) + p, 0.0), 2.0)

### np.where
import numpy as np

def f(p, rng):
    u = rng.random()
    return float(np.where(u < p, 2.0, 1.0))

### np.heaviside
import numpy as np

def f(p, rng):
    return float(np.heaviside(p - rng.random(), 0.0)) * 2

### np.searchsorted
import numpy as np

def f(p, rng):
    return int(np.searchsorted(np.array([p / 2, p]), rng.random()))

### bisect
import bisect

def f(p, rng):
    return bisect.bisect([p / 2, p], rng.random())

### np.sign
import numpy as np

def f(p, rng):
    return float(np.sign(p - rng.random()))

### math.copysign
import math

def f(p, rng):
    return math.copysign(1.0, p - rng.random())

### rounding to a count
def f(p, rng):
    return int(rng.random() + p)

### rounding through a format
def f(p, rng):
    return float(f"{rng.random() + p:.0f}")

### rounding through an integer array
import numpy as np

def f(p, rng):
    xs = np.zeros(1, dtype=int)
    xs[0] = rng.random() * 2 + 2 * p
    return int(xs[0])

### rounding through astype
import numpy as np

def f(p, rng):
    return int((np.array([rng.random() * 2 + 2 * p])).astype(int)[0])

### rounding through np.array of integers
import numpy as np

def f(p, rng):
    return int(np.array([rng.random() * 2 + 2 * p], dtype=np.int64)[0])

### divmod
def f(p, rng):
    return divmod(rng.random() + p, 1)[0]

### math.floor under another name
from math import floor as whole

def f(p, rng):
    return whole(rng.random() + p)

### __lt__
def f(p, rng):
    return rng.random().__lt__(p) * 2.0

### operator.lt
import operator

def f(p, rng):
    return operator.lt(rng.random(), p) * 2.0

### arange up to a smooth end
import numpy as np

def f(p, rng):
    return len(np.arange(0.0, rng.random() + p, 1.0))

### max over pairs
def f(p, rng):
    return max((rng.random(), 1.0), (p, 3.0))[1]

### min over a dict
def f(p, rng):
    d = {1.0: rng.random(), 3.0: p}
    return min(d, key=d.get)

### sorted, then the first
def f(p, rng):
    order = sorted([(rng.random(), 1.0), (p, 3.0)])
    return order[0][1]

### argsort
import numpy as np

def f(p, rng):
    return float(np.argsort(np.array([rng.random(), p]))[0])

### np.any
import numpy as np

def f(p, rng):
    return float(np.any(np.array([rng.random() - p]) < 0))

### truth of a difference clipped to zero
def f(p, rng):
    gap = max(0.0, p - rng.random())
    return 2.0 if gap else 1.0

### count of a value
def f(p, rng):
    return [max(0.0, p - rng.random())].count(0.0) * 2.0

### set of values
def f(p, rng):
    return float(len({max(p, rng.random()), p}))

### equality of tuples
def f(p, rng):
    return ((max(p, rng.random()), 1) == (p, 1)) * 2.0

### filter None
def f(p, rng):
    return float(len(list(filter(None, [max(0.0, p - rng.random())]))))

### all
def f(p, rng):
    return all([max(0.0, p - rng.random())]) * 2.0

### try on the square root
import math

def f(p, rng):
    try:
        math.sqrt(p - rng.random())
        return 2.0
    except ValueError:
        return 1.0

### try on a guard
def f(p, rng):
    x = p - rng.random()
    try:
        if x < 0:
            raise ValueError
        return 2.0
    except ValueError:
        return 1.0

### try on an assert
def f(p, rng):
    try:
        assert rng.random() - p < 0
        return 2.0
    except AssertionError:
        return 1.0

### match on a smooth value
def f(p, rng):
    match max(0.0, p - rng.random()):
        case 0.0:
            return 1.0
    return 2.0

### match with a guard
def f(p, rng):
    u = rng.random()
    match 1:
        case n if u < p:
            return 2.0
    return 1.0

### walrus in a test
def f(p, rng):
    if (gap := p - rng.random()) > 0:
        return 2.0 + gap * 0
    return 1.0

### kinks of counts beside a parameter
import numpy as np

def f(p, rng):
    n = rng.integers(0, 3, size=2)
    if rng.random() + p > 3.0:
        return 0.0
    lost = np.clip(n - p, 0.0, 1.1).sum() + np.max(np.array([n[0], p + 0.9]))
    return np.minimum(n, p + 0.9).sum() + 2 * np.maximum(p - n, 0.0)[1] - lost
""")
