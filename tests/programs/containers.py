"""Lists, dicts, tuples and strings."""

from programs.table import cases

CONTAINERS = cases("""
### list of smooth values: append, insert, pop, extend
def f(p, rng):
    xs = []
    xs.append(p)
    xs.append(2)
    xs.insert(0, rng.exponential(p))
    xs.extend([p * p, 1])
    last = xs.pop()
    first = xs.pop(0)
    return first * xs[0] + last * xs[1] + xs[2]

### list grows by +=, + and *
def f(p, rng):
    xs = [p] * 2
    xs += [1.0, p * p]
    ys = xs + [rng.exponential(p)]
    return sum(ys) + len(ys) * ys[-1]

### list of lists
def f(p, rng):
    rows = [[p, 1.0], [2.0]]
    rows[1].append(p * p)
    rows[0][1] += p
    rows[rng.binomial(1, p)][0] *= p
    return rows[0][0] + 2 * rows[0][1] + 3 * rows[1][0] + 4 * rows[1][1]

### reverse, clear, copy
def f(p, rng):
    xs = [p, 2.0, p * p]
    ys = xs.copy()
    xs.reverse()
    ys.clear()
    ys.append(p)
    return xs[0] * ys[0] + xs[2]

### slices of smooth lists
def f(p, rng):
    xs = [p ** i for i in range(5)]
    return sum(xs[1:3]) + sum(xs[::2]) * xs[-1] + sum(xs[: rng.binomial(2, p)])

### two names for one list
def f(p, rng):
    xs = [p, 1.0]
    ys = xs
    ys[1] = p * p
    ys.append(p)
    return xs[1] * xs[2] + xs[0]

### list in a tuple, changed through the tuple
def f(p, rng):
    pair = ([p], 2.0)
    pair[0].append(p * p)
    return pair[0][1] * pair[1]

### dict of smooth values
def f(p, rng):
    d = {"a": p, "b": 1.0}
    d["c"] = rng.exponential(p)
    d["b"] += p * p
    return d["a"] * d["b"] + d.get("c") + len(d)

### dict by drawn keys
def f(p, rng):
    d = {}
    d[rng.binomial(1, p)] = p
    d[1] = p * p
    d[2] = d.pop(1)
    return sum(d.values())

### strings chosen by a draw
def f(p, rng):
    word = rng.choice(["sun", "rain"], p=[1 - p, p])
    return len(word) * p if word == "rain" else {"sun": 1.0}[word]

### string built from draws
def f(p, rng):
    word = ""
    for _ in range(3):
        word += "ab"[rng.binomial(1, p)]
    return word.count("b") * p + word.startswith("ab")

### lists chosen by a draw, changed after
def f(p, rng):
    a, b = [1.0], [2.0]
    chosen = a if rng.random() < p else b
    chosen[0] += p
    return a[0] * 3 + b[0]

### choice among smooth values
def f(p, rng):
    x = rng.choice([p, p * p, 2.0])
    return x * rng.choice([p, 1.0, 0.5], p=[0.3, 0.5, 0.2])

### choice with smooth weights
def f(p, rng):
    return rng.choice([10.0, 2.0, 5.0], p=[p / 2, 1 - p, p / 2]) + rng.choice(3, p=[0.2, p / 2, 0.8 - p / 2])

### containers of the module, copied before they change
import copy

LIST, ROWS, GRAPH = [0, 1], [[0, 0], [0, 0]], {0: [1, 2], 1: [0], 2: [0]}

def f(p, rng):
    mine, other, third = LIST[:], list(LIST), LIST.copy()
    mine[0] += rng.binomial(1, p)
    other.append(3)
    third.pop()
    rows, deep = [row[:] for row in ROWS], copy.deepcopy(ROWS)
    rows[0][1] = deep[1][0] = rng.binomial(1, p)
    queue, seen = [0], {0}
    while queue:
        for node in GRAPH[queue.pop(0)]:
            if node not in seen and rng.random() < p:
                seen.add(node)
                queue.append(node)
    return mine[0] + len(other) * len(third) + rows[0][1] * deep[1][0] + len(seen) * p

### arrays of the module, copied before they change
import numpy as np

GRID = np.zeros((2, 2))

def f(p, rng):
    mine = GRID.copy()
    mine[0][1] += rng.binomial(1, p)
    other = np.array(GRID)
    other[1, 1] = p
    other += 1.0
    return mine.sum() + (other * GRID).sum() + other[1, 1]

### list argument unpacked
def f(p, rng):
    first, *rest = [1, 2, 3]
    return first * p + sum(rest) * rng.binomial(1, p)
""")
