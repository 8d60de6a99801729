"""What is evaluated when: side effects between reads, defaults, short circuits, choices."""

from programs.table import cases

ODD_ORDERS = cases("""
### variable read before a call that changes it
def f(p, rng):
    total = p
    def add(x):
        nonlocal total
        total += x
        return total * x
    return total + add(p) + total + add(2 * p)

### list read before a helper that changes it
def grow(xs, x):
    xs[0] += x
    return xs[0]

def f(p, rng):
    xs = [p]
    return xs[0] + grow(xs, p) * 0.5 + xs[0] + rng.binomial(1, p)

### pops in one expression
def f(p, rng):
    xs = [1.0, p, p * p]
    return xs.pop() - 2 * xs.pop() + xs.pop(0) + rng.binomial(1, p)

### pops as keywords out of order
def g(a, b):
    return a - 2 * b

def f(p, rng):
    xs = [1.0, p, 0.5]
    return g(b=xs.pop(), a=xs.pop()) + rng.binomial(1, p)

### pops as keywords of a draw, out of order
def f(p, rng):
    xs = [3 * p, p]
    return rng.logistic(scale=xs.pop(), loc=xs.pop()) + rng.binomial(1, p)

### pop as index and as value
def f(p, rng):
    xs, order = [p, 1.0, p * p], [0, 1]
    xs[order.pop()] = xs.pop() + order.pop()
    return xs[1] + rng.binomial(1, p)

### walrus after the read
def f(p, rng):
    x = p
    return x + (x := x * 0.5) + x + rng.binomial(1, p)

### walrus in arguments
def g(a, b):
    return a - b

def f(p, rng):
    x = p
    return g(x, (x := x * 0.5)) + x + rng.binomial(1, p)

### default of a nested function is evaluated where it is defined
def f(p, rng):
    n = 1
    def g(k=n):
        return k
    n = 2
    return g() * p + rng.binomial(1, 0.5) + n

### smooth default of a nested function
def f(p, rng):
    q = p
    def g(k=q):
        return k
    q = 3.0
    return g() + rng.binomial(1, p) + q

### default of a helper names a global that the caller hides
SCALE = 2.0

def g(x, scale=SCALE):
    return x * scale

def f(p, rng):
    SCALE = 0.5
    return g(p) + SCALE * rng.binomial(1, p)

### default of a helper is a list that it keeps
def g(x, seen=[]):
    seen.append(x)
    return len(seen) * 0.001

def f(p, rng):
    return g(1) + rng.binomial(1, p)

### default of a helper that is called
import math

def g(x, scale=math.sqrt(4.0)):
    return x * scale

def f(p, rng):
    return g(p) + rng.binomial(1, p)

### short circuit in a chained comparison
def f(p, rng):
    return (1 <= rng.binomial(2, p) <= rng.binomial(2, p)) * p

### short circuit in the middle of an expression
def f(p, rng):
    return p * (rng.random() < p and rng.random() < p) + (rng.random() < 0.5 or rng.binomial(1, p))

### short circuit with a helper
def g(p, rng):
    return rng.random() < p

def f(p, rng):
    if g(p, rng) and g(p, rng) or g(0.5, rng):
        return 1.0 + p
    return 0.0

### while with a helper in its test
def g(p, n, rng):
    return rng.random() < p and n < 3

def f(p, rng):
    n = 0
    while g(p, n, rng):
        n += 1
    return n * 0.5

### while with a smooth helper beside its test
def g(n, p):
    return n * p

def f(p, rng):
    n, total = 0, 0.0
    while n < 2 and rng.random() < p:
        total += g(n, p)
        n += 1
    return total + n

### for over what the loop rebinds
def f(p, rng):
    xs = [p, p * p]
    total = 0.0
    for x in xs:
        xs = [1.0]
        total += x
    return total + xs[0] + rng.binomial(1, p)

### for over a range whose end changes
def f(p, rng):
    n, total = 2, 0
    for _ in range(n):
        n += 1
        total += rng.binomial(1, p)
    return total + n

### finally after return
def f(p, rng):
    x = p
    try:
        return x + rng.binomial(1, p)
    finally:
        x = 5.0

### return in finally
def f(p, rng):
    try:
        x = p * 2
    finally:
        x = p + rng.binomial(1, p)
    return x

### error raised by the draw's value
def f(p, rng):
    table = [1.0, 2.0]
    try:
        return table[rng.binomial(2, p)] / 2
    except IndexError:
        return 0.0

### loop variable after the loop
def f(p, rng):
    for i in range(3):
        if rng.random() < p:
            break
    return i * 0.5 + p

### comprehension that reads a variable that changes after
def f(p, rng):
    q = p
    xs = [q * i for i in range(3)]
    q = 7.0
    return xs[1] + rng.binomial(1, p) + q

### generator expression evaluated late
def f(p, rng):
    q = p
    xs = (q * i for i in range(3))
    q = 0.5
    return sum(xs) + rng.binomial(1, p)

### lambda evaluated late
def f(p, rng):
    n = 1
    g = lambda: n
    n = 2
    return g() * rng.binomial(1, p)

### two draws at one place
def f(p, rng):
    xs = [rng.binomial(1, p) - rng.binomial(1, p) for _ in range(2)]
    return xs[0] - xs[1]

### choice among drawn values
import numpy as np

def f(p, rng):
    return rng.choice(np.array([rng.binomial(1, p), 2, rng.binomial(1, p)]))

### choice among the values of a helper that draws
def g(p, rng):
    return [rng.binomial(1, p), 2]

def f(p, rng):
    return rng.choice(g(p, rng)) + rng.choice([rng.binomial(1, p), rng.binomial(1, p)])

### choice among popped values
def f(p, rng):
    bags = [[1.0, p], [2.0, 2 * p]]
    return rng.choice(bags.pop()) + rng.choice(bags.pop()) + len(bags)

### choice among values drawn with weights
def f(p, rng):
    return rng.choice([rng.binomial(1, p), 1], p=[1 - p, p])

### choice of a list of lists, changed after
def f(p, rng):
    bags = [[1.0], [2.0]]
    bag = rng.choice(bags)
    bag[0] += p
    return bags[0][0] + bags[1][0] * 0.5

### range of a draw, twice in a comprehension
def f(p, rng):
    return sum([1 for _ in range(rng.binomial(2, p)) for _ in range(rng.binomial(2, 0.5))])

### parameter of a draw with a side effect
def f(p, rng):
    qs = [p, p / 2]
    return rng.binomial(1, qs.pop()) - rng.binomial(1, qs.pop()) + len(qs)

### parameter of a draw is a walrus
def f(p, rng):
    return rng.binomial(1, q := p / 2) + q + rng.exponential(s := p) * 0.1 + s

### parameter of a continuous draw with a side effect
def f(p, rng):
    qs = [p, 2 * p]
    return rng.exponential(qs.pop()) * 0.3 - rng.normal(qs.pop(), 0.1) + len(qs)

### threshold with a side effect
def f(p, rng):
    qs = [p, p / 2]
    return (rng.random() < qs.pop()) - (qs.pop() > rng.random()) + len(qs)
""")
