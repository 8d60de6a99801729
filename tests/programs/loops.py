"""Loops: for and while, over everything."""

from programs.table import cases

LOOPS = cases("""
### for over a range, draws inside
def f(p, rng):
    total = 0.0
    for i in range(4):
        total += i * rng.binomial(1, p) * p
    return total

### for over a range with a start and a step
def f(p, rng):
    total = 0.0
    for i in range(5, 0, -2):
        total = total * p + i + rng.binomial(1, p)
    return total

### trip count drawn
def f(p, rng):
    total = 1.0
    for _ in range(rng.binomial(3, p)):
        total *= 1 + p
    return total

### trip count of a Poisson draw
def f(p, rng):
    total = 0.0
    for _ in range(rng.poisson(p)):
        total += rng.exponential(p)
    return total

### for over a list of numbers
def f(p, rng):
    total = 0.0
    for rate in [0.5, 1.5, 2.5]:
        total += rng.exponential(rate * p)
    return total

### for over a smooth list
def f(p, rng):
    total = 0.0
    for x in [p, rng.exponential(p), 3.0]:
        total += x * x
    return total

### for over a smooth list, after a value that nothing reads
def f(p, rng):
    xs = [p, 2 * p]
    total = p * rng.binomial(1, p)
    unread = p * p
    for x in xs:
        total += x
    return total

### for over a smooth list that has a name, target changed inside
def f(p, rng):
    xs = [p, p * p, 2.0]
    total = 0.0
    for x in xs:
        x *= p
        total += x
    return total + x

### for over a tuple of smooth pairs
def f(p, rng):
    total = 0.0
    for a, b in ((p, 2.0), (p * p, p)):
        total += a * b
    return total

### for over a string
def f(p, rng):
    total = 0.0
    for letter in "abca":
        if letter == "a" and rng.random() < p:
            total += p
    return total

### for over an array
import numpy as np

def f(p, rng):
    total = 0.0
    for x in np.array([1.0, 2.0, 3.0]):
        total += p ** x * rng.binomial(1, p)
    return total

### for over a smooth array
import numpy as np

def f(p, rng):
    xs = np.arange(3) * p + rng.exponential(p)
    total = 0.0
    for x in xs:
        total += x * x
    return total

### enumerate
def f(p, rng):
    total = 0.0
    for i, x in enumerate([p, 2.0, p * p]):
        total += (i + 1) * x
    return total

### enumerate from a start, of something that does not move
def f(p, rng):
    total = 0.0
    for i, x in enumerate([3, 2], 5):
        total += i * x * p
    return total

### zip of smooth and other lists
def f(p, rng):
    xs = [p, p * p, 1.0]
    total = 0.0
    for x, n, y in zip(xs, [1, 2, 3], [p * v for v in xs]):
        total += n * x * y
    return total

### enumerate of zip
def f(p, rng):
    total = 0.0
    for i, (x, y) in enumerate(zip([p, 2.0], [3, rng.exponential(p)])):
        total += (i + 1) * x * y
    return total

### reversed and sorted of plain values
def f(p, rng):
    total = 0.0
    for x in reversed([p, p * p, 1.0]):
        total = total * 2 + x
    for n in sorted([3, 1, 2]):
        total = total * p + n
    return total

### items of a dict
def f(p, rng):
    total = 0.0
    for key, n in {"a": 1, "b": 3}.items():
        total += n * p if key == "a" else rng.binomial(n, p)
    return total

### nested for
def f(p, rng):
    total = 0.0
    for i in range(3):
        for j in range(i):
            total += (i - j) * p * rng.binomial(1, p)
    return total

### while
def f(p, rng):
    n, total = 3, 0.0
    while n > 0:
        n -= 1 + rng.binomial(1, p)
        total += p * n
    return total

### while on a draw in the test
def f(p, rng):
    n = 0
    while n < 4 and rng.random() < p:
        n += 1
    return n * p

### while not
def f(p, rng):
    n = 0
    while not rng.random() < p:
        n += 1
        if n == 4:
            break
    return n

### while True with break
def f(p, rng):
    n, x = 0, 1.0
    while True:
        n += 1
        if rng.random() < p or n >= 4:
            break
        x *= p
    return x * n

### continue
def f(p, rng):
    total = 0.0
    for i in range(4):
        if rng.random() < p:
            continue
        total += i + p
    return total

### continue in a while
def f(p, rng):
    i, total = 0, 0.0
    while i < 3:
        i += 1
        if rng.binomial(1, p):
            continue
        total += i * p
    return total

### for-else, else reached and not
def f(p, rng):
    for i in range(3):
        if rng.random() < p:
            x = i * p
            break
    else:
        x = p * p * rng.exponential(p)
    return x

### while-else
def f(p, rng):
    n = 2
    while n:
        n -= 1
        if rng.binomial(1, p):
            break
    else:
        n = 7
    return n * p
""")
