"""Assignments of every kind."""

from programs.table import cases

ASSIGNMENTS = cases("""
### tuple assignment
def f(p, rng):
    a, b = p * p, rng.exponential(p)
    a, b = b, a
    return a - 3 * b

### tuple assignment, in parentheses and brackets
def f(p, rng):
    (a, b) = [p, 2 * p]
    [c, d] = (a * b, rng.binomial(1, p))
    return a + b * c + d

### nested tuple assignment
def f(p, rng):
    (a, b), c = (p, rng.random() < p), p ** 2
    return a * c + b

### tuple assignment from a tuple that has a name
def f(p, rng):
    pair = (p, p * rng.exponential(1.0))
    a, b = pair
    return a * b

### one target reads what the other sets
def f(p, rng):
    a, b = p, 1.0
    a, b = a * b + 1, a
    a, b = a * b + 1, a
    return a * b

### targets one after the other see the first
def f(p, rng):
    xs = [p, 2 * p, 3 * p]
    i = 0
    i, xs[i] = 2, p ** 3
    return xs[0] + 2 * xs[1] + 5 * xs[2]

### augmented +, -, *, /, ** by a smooth value
def f(p, rng):
    x = rng.exponential(2.0) + p
    x += p
    x -= p * p
    x *= 1 + p
    x /= 2 - p
    x **= 2
    return x

### augmented by itself
def f(p, rng):
    x = p + rng.exponential(p)
    x += x
    x *= x
    x -= x / 3
    x /= x + 1
    return x

### augmented, exponent smooth
def f(p, rng):
    x = 1.5 + rng.random()
    x **= p
    return x

### augmented by a draw
def f(p, rng):
    x = p
    x += rng.exponential(p)
    x *= rng.binomial(2, p)
    x -= rng.normal(p, 1.0)
    x /= 1 + rng.poisson(0.3)
    return x

### discrete value augmented by a smooth one
def f(p, rng):
    x = rng.binomial(3, 0.4)
    x *= p
    return x

### augmented integers
def f(p, rng):
    n = 0
    n += rng.binomial(1, p)
    n <<= 1
    n |= rng.binomial(1, p)
    n ^= 3
    n %= 3
    n //= 1
    return n

### annotated assignment
def f(p: float, rng):
    x: float = rng.exponential(p)
    y: float
    y = x * p
    n: int = rng.binomial(1, p)
    return y + n

### chained assignment
def f(p, rng):
    a = b = p * rng.exponential(1.0)
    a += 1
    c = d = rng.binomial(1, p)
    return a * b + c + d

### chained assignment of a list is one list
def f(p, rng):
    a = b = [p, 1.0]
    a[1] = p * p
    return b[1] + a[0]

### walrus
def f(p, rng):
    if (n := rng.binomial(2, p)) > 0:
        return n * p
    return (y := p * p) + y

### walrus of a smooth value in an expression
def f(p, rng):
    x = (y := rng.exponential(p)) * y + p
    return x + y

### walrus of a draw in a product, in a test
def f(p, rng):
    if (v := rng.random() * p) is not None:
        y = v * v
    return v * v + y

### walrus binds a plain value to a name that was smooth
def f(p, rng):
    v = p * 2
    w = v * v
    if (v := rng.random()) < 0.5:
        return v * w
    return v * v * p

### walrus in a branch of a conditional expression
def f(p, rng):
    v = 1.0
    y = p if rng.random() < 0.5 else (v := rng.exponential(p)) * 2
    z = (t := (s := rng.random() * p) * 2) + s
    return y * v + z + t

### walrus in a while
def f(p, rng):
    total, n = 0.0, 0
    while (k := rng.binomial(2, p)) > n:
        total += k * p
        n += 1
    return total

### walrus reads its old value
def f(p, rng):
    x = p
    y = (x := x * 2) + x
    return x * y

### to subscripts
def f(p, rng):
    x = [0.0, 0.0, 0.0]
    x[0] = p
    x[rng.binomial(2, p)] = rng.exponential(p)
    x[1] += p * p
    x[-1] *= p + 2
    return x[0] + 2 * x[1] + 3 * x[2]

### elements side by side, one of them a product of what the others set
def f(p, rng):
    a = [rng.exponential(p), rng.normal(p, 1.0), 3.0]
    a[0], a[1], a[2] = a[2], a[0] * a[1], a[0]
    i = rng.binomial(2, 0.5)
    a[i], k = a[0] * a[i], 2
    return a[0] + k * a[1] + a[2] ** 2

### elements of a list with two names, side by side
def f(p, rng):
    a = [rng.exponential(p), p, 3.0]
    b = a
    (b[1], k), c = (a[0] * a[1], 2), b[1]
    return a[0] + k * a[1] + c

### to slices of a list
def f(p, rng):
    x = [1.0, 2.0, 3.0, 4.0]
    x[1:3] = [p, p * p]
    x[:1] = [p ** 3, 0.0]
    return x[0] + x[1] + 2 * x[2] + 4 * x[3] + 8 * x[4]

### semicolons and one-line blocks
def f(p, rng):
    a = p; b = rng.binomial(1, p); c = a * b
    if b: a = a * p; c += 1
    for i in range(2): a += c; c *= p
    return a + c
""")
