"""Nested functions, closures and recursion with containers: what moves smoothly must be followed, or refused."""

from programs.table import cases

ODD_FUNCTIONS = cases("""
### nested function that draws and reads a variable that changes
def f(p, rng):
    q = 0.5
    def g():
        return rng.binomial(1, q)
    a = g()
    q = p
    return a + g()

### nested function that changes a smooth list of the outer one
def f(p, rng):
    xs = [p, 1.0]
    def step(i):
        xs[i] *= p
        return xs[i]
    return step(0) + step(1) + xs[0] + rng.binomial(1, p)

### nonlocal that becomes smooth inside
def f(p, rng):
    x = 1.0
    def g():
        nonlocal x
        x = p * 2
    before = x
    g()
    return before + x + rng.binomial(1, p)

### nonlocal through two levels
def f(p, rng):
    x = 1.0
    def outer():
        def inner():
            nonlocal x
            x += p
        inner()
        inner()
    outer()
    return x + rng.binomial(1, p)

### nested recursion
def f(p, rng):
    def count(n):
        return 0.0 if n == 0 else p * n + count(n - 1)
    return count(2) + rng.binomial(1, p)

### nested function returned and called
def f(p, rng):
    def make(a):
        def g(x):
            return a * x
        return g
    return make(p)(2.0) + rng.binomial(1, p)

### nested function as a key
def f(p, rng):
    def last(pair):
        return pair[1]
    return max([(p, 1), (p * p, 2)], key=last)[0] + rng.binomial(1, p)

### nested function with a parameter that hides a smooth name
def f(p, rng):
    x = p
    def g(x):
        return x * 2
    return g(1.0) + x + rng.binomial(1, p)

### nested function with a local that hides a smooth name
def f(p, rng):
    x = p
    def g():
        x = 3.0
        return x
    return g() + x + rng.binomial(1, p)

### nested functions of one name in two branches
def f(p, rng):
    if rng.binomial(1, 0.5):
        def g(x):
            return x * p
    else:
        def g(x):
            return x + p
    return g(2.0)

### helper called with a number here and a list there
def double(x):
    return x * 2

def f(p, rng):
    return double(p) + len(double([p, 1.0])) + double([p, 1.0])[2] + rng.binomial(1, p)

### helper called with an array here and a number there
import numpy as np

def double(x):
    y = x * 2
    return y + 1

def f(p, rng):
    return double(p) + double(np.array([p, 1.0]))[0] + rng.binomial(1, p)

### helper called with a list that moves and one that does not
def total(xs):
    s = 0.0
    for x in xs:
        s += x
    return s

def f(p, rng):
    return total([p, p]) + total([1.0, 2.0]) + total(range(3)) + total([]) + rng.binomial(1, p)

### helper that returns its argument or a number
def pick(n, x):
    if n:
        return x
    return 5

def f(p, rng):
    return pick(rng.binomial(1, p), p) * 0.2

### helper that returns a list, changed by the caller
def make(p):
    return [p, 1.0]

def f(p, rng):
    xs = make(p)
    ys = make(p)
    xs[0] += 1
    xs.append(p)
    return xs[0] * 0.5 + ys[0] + xs[2] + rng.binomial(1, p)

### helper that keeps nothing returns nothing
def log(x):
    print(end="")

def f(p, rng):
    log(p)
    return p + rng.binomial(1, p)

### helper that returns None in one branch
def g(n, x):
    if n:
        return x

def f(p, rng):
    x = g(1, p)
    return x + rng.binomial(1, p)

### helper with a default list of numbers
def g(x, weights=(1.0, 0.5)):
    return sum([w * x for w in weights])

def f(p, rng):
    return g(p) + g(1.0, [p, p]) + rng.binomial(1, p)

### recursion that builds a list
def build(n, p):
    if n == 0:
        return []
    return [p * n] + build(n - 1, p)

def f(p, rng):
    return sum(build(2, p)) + len(build(rng.binomial(1, p), p))

### recursion that fills a list
def fill(xs, n, p):
    if n > 0:
        xs.append(p * n)
        fill(xs, n - 1, p)

def f(p, rng):
    xs = []
    fill(xs, 2, p)
    return sum(xs) + rng.binomial(1, p)

### recursion over a tree of tuples
def total(tree):
    if isinstance(tree, tuple):
        return total(tree[0]) + total(tree[1])
    return tree

def f(p, rng):
    return total((p, (1.0, p))) + rng.binomial(1, p)

### smooth value through isinstance, type, len, is, hash
def f(p, rng):
    x = [p]
    y = 1.0 if isinstance(p, float) else 7.0
    y += type(p) is float
    return y + len(x) + (x is not None) + rng.binomial(1, p) + (p is None)

### hash of a smooth value
def f(p, rng):
    return hash(p) % 2 + rng.binomial(1, p)

### smooth value in a set, as a key, in repr
def f(p, rng):
    return len({p, 1.0}) + len(repr(p)) * 0 + rng.binomial(1, p)

### loop with two exits and a smooth accumulator
def f(p, rng):
    x = 0.0
    for i in range(3):
        x += p
        if rng.random() < 0.3:
            return x
        if rng.random() < p:
            break
    else:
        x = 2 * x
    return x + 1

### state machine of strings
def f(p, rng):
    state, cost = "on", 0.0
    for _ in range(3):
        if state == "on":
            state = "off" if rng.random() < p else "on"
            cost += p
        elif state == "off":
            state = rng.choice(["on", "dead"])
            cost += 0.5
        else:
            break
    return cost

### stack of work
def f(p, rng):
    todo, done = [1.0], 0.0
    while todo and done < 3:
        x = todo.pop()
        done += 1
        if rng.random() < p:
            todo.append(x + 1)
    return done * 0.5 + p

### smooth values on a stack
def f(p, rng):
    todo, total = [p], 0.0
    for _ in range(3):
        if todo:
            x = todo.pop()
            total += x
            if rng.random() < p:
                todo.append(x * 0.5)
                todo.append(p * 0.5)
    return total

### accumulation in a dict by drawn strings
def f(p, rng):
    counts = {"a": 0.0, "b": 0.0}
    for _ in range(2):
        counts["ab"[rng.binomial(1, p)]] += p
    return counts["b"] * 0.5 + counts["a"]

### matrix of smooth values as lists
def f(p, rng):
    m = [[p, 1.0], [0.0, p]]
    v = [1.0, p]
    out = [sum([m[i][j] * v[j] for j in range(2)]) for i in range(2)]
    m[0], m[1] = m[1], m[0]
    return out[0] + out[1] * 0.5 + m[0][1] + rng.binomial(1, p)
""")
