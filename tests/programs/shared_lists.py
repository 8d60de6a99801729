"""Lists and dicts that have two names."""

from programs.table import cases

SHARED_LISTS = cases("""
### list: the other name becomes smooth
def f(p, rng):
    xs = [1.0, 2.0]
    ys = xs
    ys[0] = p * p
    return xs[0] + rng.binomial(1, p)

### list: the other name grows
def f(p, rng):
    xs = [1.0]
    ys = xs
    ys.append(p * p)
    return xs[1] + rng.binomial(1, p)

### list in a list
def f(p, rng):
    rows = [[1.0], [2.0]]
    row = rows[0]
    row[0] = p * p
    return rows[0][0] + rng.binomial(1, p)

### list in a list, by a loop
def f(p, rng):
    rows = [[1.0], [2.0]]
    for row in rows:
        row[0] *= p
    return rows[0][0] + 2 * rows[1][0] + rng.binomial(1, p)

### list in a list, by enumerate
def f(p, rng):
    rows = [[1.0], [2.0]]
    for i, row in enumerate(rows):
        row.append(i * p)
    return rows[1][1] + rng.binomial(1, p)

### list in a dict
def f(p, rng):
    d = {"a": [1.0]}
    xs = d["a"]
    xs[0] = p * p
    return d["a"][0] + rng.binomial(1, p)

### list in a tuple
def f(p, rng):
    xs = [1.0]
    pair = (xs, 2.0)
    xs[0] = p * p
    return pair[0][0] + rng.binomial(1, p)

### list unpacked
def f(p, rng):
    a, b = pair = ([1.0], [2.0])
    a[0] = p * p
    return pair[0][0] + rng.binomial(1, p)

### list by get
def f(p, rng):
    d = {}
    d.setdefault("a", [1.0]).append(p)
    return d["a"][1] + rng.binomial(1, p)

### list through a conditional expression
def f(p, rng):
    a, b = [1.0], [2.0]
    chosen = a if rng.random() < 0.5 else b
    chosen[0] = p
    return a[0] * 3 + b[0]

### list through a helper that changes it
def put(xs, x):
    xs[0] = x

def f(p, rng):
    xs = [1.0]
    put(xs, p * p)
    return xs[0] + rng.binomial(1, p)

### list through a helper that appends
def put(xs, x):
    xs.append(x)

def f(p, rng):
    xs = []
    put(xs, p * p)
    return xs[0] + rng.binomial(1, p)

### list through a helper that returns it
def same(xs):
    return xs

def f(p, rng):
    xs = [1.0]
    ys = same(xs)
    ys[0] = p * p
    return xs[0] + rng.binomial(1, p)

### list through a closure
def f(p, rng):
    xs = [1.0]
    def put(x):
        xs[0] = x
    put(p * p)
    return xs[0] + rng.binomial(1, p)

### list through a closure that appends
def f(p, rng):
    log = []
    def add(n):
        log.append(n * p)
    add(rng.binomial(2, p))
    add(1)
    return sum(log)

### rows that are one row
def f(p, rng):
    rows = [[0.0] * 2] * 2
    rows[0][1] = p * p
    return rows[1][1] + rng.binomial(1, p)

### rows that are one row, the number first, beside others
def f(p, rng):
    rows = 2 * [[0.0, 1.0]] + [[2.0, 0.0]] * 2
    rows[1][0] = p * p
    rows[2][1] = p
    return rows[0][0] + rows[3][1] * 2 + rng.binomial(1, p)

### rows that are one row, by a library
import itertools

def f(p, rng):
    rows = list(itertools.repeat([0.0, 1.0], 2))
    rows[1][0] = p * p
    return rows[0][0] + rng.binomial(1, p)

### rows of their own, by a comprehension
def f(p, rng):
    rows = [[0.0] * 2 for _ in range(2)]
    rows[1][0] = p * p
    return rows[0][0] * 3 + rows[1][0] + rng.binomial(1, p)

### rows that are one smooth row
def f(p, rng):
    rows = [[p, 1.0]] * 2
    rows[0][1] += p
    return rows[1][1] + rng.binomial(1, p)

### tuple grows by +=
def f(p, rng):
    xs = (p, 1.0)
    ys = xs
    xs += (p * p,)
    return xs[2] + len(ys) + rng.binomial(1, p)

### list grows by += under two names
def f(p, rng):
    xs = [p]
    ys = xs
    xs += [p * p]
    return ys[1] + rng.binomial(1, p)

### list grows by = + under one of two names
def f(p, rng):
    xs = [p]
    ys = xs
    xs = xs + [p * p]
    return len(ys) + xs[1] + rng.binomial(1, p)

### list repeated by a draw
def f(p, rng):
    xs = [p, 1.0] * rng.binomial(2, 0.5)
    return sum(xs) + len(xs)

### list of numbers and of lists
def f(p, rng):
    xs = [p, [p, 2.0], (1.0, p)]
    return xs[1][0] + xs[2][1] + rng.binomial(1, p)

### list slice copied, then changed
def f(p, rng):
    xs = [p, 2.0]
    ys = xs[:]
    ys[0] = 5.0
    zs = list(xs)
    zs[1] = p * p
    return xs[0] + ys[0] + xs[1] + zs[1] + rng.binomial(1, p)

### list slice assigned from another
def f(p, rng):
    xs = [1.0, 2.0, 3.0]
    ys = [p, p * p]
    xs[:2] = ys
    ys[0] = 7.0
    return xs[0] + xs[1] + rng.binomial(1, p)

### list sorted by a key that does not move
def f(p, rng):
    pairs = [(2, p), (1, p * p)]
    pairs.sort(key=lambda pair: pair[0])
    return pairs[0][1] + rng.binomial(1, p)

### dict under two names
def f(p, rng):
    d = {"a": 1.0}
    e = d
    e["a"] = p * p
    return d["a"] + rng.binomial(1, p)

### dict through a helper
def put(d, x):
    d["a"] = x

def f(p, rng):
    d = {}
    put(d, p * p)
    return d["a"] + rng.binomial(1, p)

### get with a smooth default
def f(p, rng):
    d = {"a": p}
    return d.get("a", 1.0) + d.get("b", 2.0) + rng.binomial(1, p)

### pop with a default
def f(p, rng):
    d = {"a": p}
    return d.pop("a", 1.0) + d.pop("b", 2.0) + rng.binomial(1, p)

### loop over a list that the loop changes
def f(p, rng):
    xs = [p, 1.0]
    total = 0.0
    for x in xs:
        total += x
        if len(xs) < 4:
            xs.append(x * p)
    return total + rng.binomial(1, p)

### loop's target is an element
def f(p, rng):
    xs = [0.0, 0.0]
    for xs[0] in [p, p * p]:
        xs[1] += xs[0]
    return xs[1] + rng.binomial(1, p)

### comprehension leaks a walrus
def f(p, rng):
    xs = [y := p * i for i in range(3)]
    return y + xs[1] + rng.binomial(1, p)

### += of a list in a helper
def extended(xs, x):
    xs += [x]
    return xs

def f(p, rng):
    xs = [1.0]
    ys = extended(xs, p)
    return sum(xs) + ys[1] + rng.binomial(1, p)
""")
