"""The newest syntax of Python 3.11."""

from programs.table import cases

SYNTAX = cases("""
### match
def f(p, rng):
    k = rng.binomial(2, p)
    match k:
        case 0 | 1:
            return p
    return 2.0

### match on a class
def f(p, rng):
    match (k := rng.binomial(2, p)):
        case int(x) if x > 1:
            return p
    return k * 1.0

### walrus in a comprehension
def f(p, rng):
    return sum([y for i in range(2) if (y := rng.binomial(1, p)) >= 0])

### nested f-strings
def f(p, rng):
    k = rng.binomial(1, p)
    return len(f"{f'{k}{k!r:>{k + 2}}'}") * p

### underscores in numbers
def f(p, rng):
    return rng.binomial(1_0, p) / 1_0 + 0x_ff + 1e-3

### parenthesised with
def f(p, rng):
    x = rng.binomial(1, p)
    return x

def g():
    with (open('a') as a, open('b')):
        pass

### positional-only
def g(a, /, b, *, c):
    return a + b * c

def f(p, rng):
    return g(1, p, c=rng.binomial(1, p))

### union annotations
def f(p: float | None, rng: object) -> float | int:
    return rng.binomial(1, p)

### dotted lambda default
def f(p, rng):
    return (lambda x=0.2, *, y=0.3: x + y)() * rng.binomial(1, p)

### ellipsis
def f(p, rng):
    ...
    return rng.binomial(1, p)

### except*
def g():
    try:
        pass
    except* ValueError:
        pass

def f(p, rng):
    return rng.binomial(1, p)
""")
