"""Comprehensions and generator expressions."""

from programs.table import cases

COMPREHENSIONS = cases("""
### comprehension of draws
def f(p, rng):
    return sum([rng.binomial(1, p) for _ in range(4)]) ** 2

### comprehension of smooth draws
def f(p, rng):
    xs = [rng.exponential(p) * i for i in range(3)]
    return xs[1] * xs[2] + p

### comprehension with a condition on a draw
def f(p, rng):
    xs = [p * i for i in range(4) if rng.random() < p]
    return sum(xs) + len(xs)

### comprehension over a smooth list
def f(p, rng):
    xs = [p, p * p, 2.0]
    ys = [x * x + 1 for x in xs]
    return sum(ys) * ys[0]

### comprehension with a conditional expression
def f(p, rng):
    ys = [p if rng.random() < p else i for i in range(3)]
    return sum(ys)

### comprehension of pairs, unpacked
def f(p, rng):
    pairs = [(i, rng.exponential(p)) for i in range(3)]
    return sum([i * x for i, x in pairs])

### two clauses
def f(p, rng):
    return sum([p * i * j + rng.binomial(1, p) for i in range(2) for j in range(i + 1)])

### comprehension in a comprehension
def f(p, rng):
    rows = [[p * i * j for j in range(2)] for i in range(3)]
    return rows[1][1] + rows[2][1] * rows[2][1]

### draws in a comprehension in a comprehension
def f(p, rng):
    rows = [[rng.binomial(1, p) for j in range(2)] for i in range(2)]
    return sum(rows[0]) * sum(rows[1]) * p

### comprehension's variable is also a local name
def f(p, rng):
    i = p
    xs = [i * i for i in range(3)]
    return i + sum(xs)

### sum of a generator expression of draws
def f(p, rng):
    return sum(rng.random() < p for _ in range(4)) * p

### sum of a smooth generator expression
def f(p, rng):
    return sum(p ** i * rng.exponential(p) for i in range(3))

### sum of a generator expression with a condition
def f(p, rng):
    return sum(rng.exponential(p) for i in range(3) if rng.random() < 0.5)

### sum with a start
def f(p, rng):
    return sum([p, p * p], 2) + sum((i * p for i in range(3)), 1.0)

### max and min of draws
def f(p, rng):
    xs = [rng.binomial(2, p) for _ in range(3)]
    return max(xs) * p + min(xs)

### any and all of draws
def f(p, rng):
    xs = [rng.random() < p for _ in range(3)]
    return any(xs) * p + all(xs)

### any and all of a generator
def f(p, rng):
    xs = [rng.binomial(2, p) for _ in range(3)]
    return any(x > 1 for x in xs) * p + all(x for x in xs if x != 1)

### any of a generator stops early
def f(p, rng):
    hit = any(rng.random() < p for _ in range(3))
    return hit + rng.binomial(1, p) * p

### set and dict comprehensions of draws
def f(p, rng):
    kinds = {rng.binomial(2, p) for _ in range(3)}
    table = {i: rng.binomial(1, p) for i in range(2)}
    return len(kinds) * p + table[0] - table[1]

### an empty loop leaves the smooth value
def f(p, rng):
    x = p
    for _ in []:
        x = 0.0
    return x * rng.exponential(1.0)

### methods of what a comprehension or a lambda binds
WORDS, ROWS = ["up", "down"], [[1, 2], [1, 1]]

def f(p, rng):
    words = [word.upper() for word in WORDS]
    ones = sum([row.count(1) for row in ROWS])
    first = sorted(WORDS, key=lambda word: word.count("n"))[0]
    return (ones * len(words[0]) + len(first)) * rng.binomial(2, p)
""")
