"""Conditions, early returns, and the other statements that are no loops."""

from programs.table import cases

BRANCHES = cases('''
### conditional expression on a draw
def f(p, rng):
    x = p if rng.random() < p else p * p
    y = 2 if rng.binomial(1, p) else p
    return x * y

### conditional expression, nested, and with parentheses
def f(p, rng):
    n = rng.binomial(2, p)
    return (p if n == 0 else (3.0 if n == 1 else p * p)) * (2 if n else p)

### draws in the branches of a conditional expression
def f(p, rng):
    n = rng.binomial(1, p) if rng.random() < 0.4 else rng.binomial(2, p)
    return n * p

### draw of the test first, then of the branch
def f(p, rng):
    b = rng.binomial(1, 0.3)
    return (rng.binomial(3, p) if b else 2) + rng.binomial(1, p)

### and, or, not: the right side is drawn only if needed
def f(p, rng):
    if rng.random() < p and rng.random() < p:
        return 1.0
    if rng.random() < 0.3 or not rng.random() < p * p:
        return 2.0 + p
    return 5.0

### and, or as values of draws
def f(p, rng):
    a = rng.binomial(2, p) or 7
    b = rng.binomial(1, p) and 3
    return a * p + b

### elif, each test drawn only if it is reached
def f(p, rng):
    if rng.random() < 0.5 * p:
        x = 1
    elif rng.random() < p:
        x = 2
    elif rng.binomial(1, p):
        x = p
    else:
        x = 4
    return x * p

### if without else leaves the old value
def f(p, rng):
    x = 1.0
    if rng.binomial(1, p):
        x = p * p
    return x + p

### smooth in one branch only
def f(p, rng):
    if rng.binomial(1, 0.3):
        x = rng.exponential(p)
    else:
        x = 3
    return x

### nothing in the branch but a comment and pass
def f(p, rng):
    # above
    x = p
    if rng.random() < p:
        # nothing happens
        pass
    else:
        x = 2.0
    return x

### early return
def f(p, rng):
    for i in range(4):
        if rng.random() < p:
            return i * p
    return -1

### return of a tuple in one place and of another in the next
def f(p, rng):
    if rng.random() < p:
        return p, 1
    return 2, p * p

### assert that holds
def f(p, rng):
    n = rng.binomial(2, p)
    assert 0 <= n <= 2, "a count"
    return n * p

### a guard of the parameter
def f(p, rng):
    if not 0 < p < 2:
        raise ValueError(f"p = {p} is not between 0 and 2")
    return p * rng.exponential(p)

### del
def f(p, rng):
    x = p * rng.exponential(1.0)
    y = [x, 1.0, p]
    del x
    del y[1]
    return y[0] + 2 * y[1]

### try with a handler that never runs
def f(p, rng):
    try:
        x = p * rng.binomial(1, p)
    except ZeroDivisionError:
        x = 0.0
    finally:
        y = p
    return x + y

### try on a lookup decided by a draw
def f(p, rng):
    table = {0: p, 1: p * p}
    try:
        x = table[rng.binomial(2, p)]
    except KeyError:
        x = 3.0
    else:
        x = x + 1
    return x

### match on a draw
def f(p, rng):
    match rng.binomial(2, p):
        case 0:
            x = p
        case 1:
            x = p * p
        case n:
            x = n * 3.0
    return x

### docstring, and strings that are no docstrings
def f(p, rng):
    """The sum.

    More of it.
    """
    "not a docstring"
    x = rng.exponential(p)  # a comment
    return x
''')
