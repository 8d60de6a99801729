"""Draws in odd places, functions that are defined in odd ways."""

from programs.table import cases

ODD_PLACES = cases("""
### draw in a nested default
def f(p, rng):
    def g(k=rng.binomial(1, p)):
        return k
    return g() + g()

### draw in an annotation
def f(p, rng):
    x: rng.random() = 2.0
    return x * rng.binomial(1, p)

### draw in an f-string format
def f(p, rng):
    return len(f"{1:{rng.integers(1, 3)}}") + rng.binomial(1, p)

### draw in a slice of a target
def f(p, rng):
    xs = [1, 2, 3]
    xs[rng.binomial(1, p):] = [5, 6]
    return sum(xs)

### draw in an augmented target
def f(p, rng):
    xs = [1.0, 2.0]
    xs[rng.binomial(1, p)] *= 1 + p
    return xs[0] + xs[1]

### draw in an index read and written
def f(p, rng):
    xs = [1.0, 2.0]
    xs[rng.binomial(1, p)] += rng.binomial(1, p)
    return xs[0] - xs[1]

### draw in a del
def f(p, rng):
    xs = [1.0, 2.0]
    del xs[rng.binomial(1, p)]
    return xs[0]

### draw in an assert
def f(p, rng):
    assert rng.random() < 2
    return rng.binomial(1, p)

### draw in a raise that is caught
def f(p, rng):
    try:
        if rng.random() < p:
            raise ValueError(rng.binomial(1, p))
    except ValueError as error:
        return 1.0 + error.args[0]
    return 0.0

### draw in the subject of a match
def f(p, rng):
    match rng.random() < p:
        case True:
            return 3.0
    return 1.0

### draw in the guard of a match
def f(p, rng):
    match 1:
        case n if rng.random() < p:
            return 3.0
    return 1.0

### draw in the iterable of a for that is unpacked
def f(p, rng):
    total = 0
    for i, k in enumerate([rng.binomial(1, p), rng.binomial(1, p)]):
        total += (i + 1) * k / 2
    return total

### draw in while after continue
def f(p, rng):
    n = total = 0
    while n < 3:
        n += 1
        if rng.random() < p:
            continue
        total += rng.random() < 0.5
    return total

### starred arguments
def g(a, b):
    return a * b

def f(p, rng):
    return g(*[p, rng.binomial(1, 0.5)])

### conditional import
try:
    import random
except ImportError:
    random = None

def f(p):
    return random.random() < p

### function redefined
def g(p, rng):
    return 100.0

def g(p, rng):
    return rng.binomial(1, p)

def f(p, rng):
    return g(p, rng)

### function defined in one of two branches
FAST = False
if FAST:
    def g(p):
        return 100.0
else:
    def g(p):
        return p

def f(p, rng):
    return g(p) * rng.binomial(1, 0.5)

### function replaced after its definition
def g(p):
    return p

g = lambda p: 2 * p

def f(p, rng):
    return g(p) * rng.binomial(1, 0.5)

### function redefined twice
def f(p, rng):
    return 1.0

def f(p, rng):
    return 2.0

def f(p, rng):
    return rng.binomial(1, p) * 3.0

### helper redefined
def g(x):
    return 7.0

def g(x):
    return x * x

def f(p, rng):
    return g(p) * rng.binomial(1, p)

### helper redefined after
def g(x):
    return 7.0

def f(p, rng):
    return g(p) * rng.binomial(1, p)

def g(x):
    return x * x

### nested function redefined
def f(p, rng):
    def g():
        return 7.0
    a = g()
    def g():
        return p
    return (a + g()) * rng.binomial(1, p)
""")
