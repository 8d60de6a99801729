"""Whole modules that must be refused, after HEAD of `refused`; the place to be blamed stands ‹between these›."""

WHOLE = """
### decorator
‹@functools.cache›
def f(p, rng):
    return rng.binomial(1, p)
### a default that its function changes
def total(x, seen=‹[]›):
    seen.append(x)
    return sum(seen)

def f(p, rng):
    return total(p) * rng.binomial(1, p)
### async
‹async def f(p, rng):
    return rng.binomial(1, p)›
### *args
‹def f(p, rng, *args):
    return rng.binomial(1, p)›
### **options
‹def f(p, rng, **options):
    return rng.binomial(1, p)›
### default that draws
def f(p, x=‹np.random.random()›):
    return np.random.binomial(1, p) * x
### default of a helper that draws
def g(p, x=‹np.random.random()›):
    return x
def f(p, rng):
    return rng.binomial(1, p) * g(p)
### import *
‹from simulator import *›
def f(p):
    return binomial(1, p) * exponential(p)
### nothing to differentiate by
‹def f(n: int, rng):
    return rng.binomial(n, 0.5)›
### randint of which generator
def f(p, rng):
    return ‹rng.randint(0, 2)› * p
### method of a class
class Model:
    def f(self, p, rng):
        return rng.binomial(1, p)
def f(p, rng):
    return ‹Model()›.f(p, rng)
### two generators whose seeds may be equal
def f(p, first=1, second=2):
    a = np.random.default_rng(first)
    b = ‹np.random.default_rng(second)›
    return abs(a.binomial(1, p) - b.binomial(1, p))
### a seed of random, and a generator with the same
import random
random.seed(3)
def f(p):
    own = ‹random.Random(3)›
    return (own.random() < p) * random.random()
### module state, by a helper
def bump(where, by):
    ‹where[0]› += by
def f(p, rng):
    bump(STATE, rng.binomial(1, p))
    return STATE[0]
### module state, returned by a helper
def state():
    return STATE
def f(p, rng):
    mine = state()
    ‹mine.pop()›
    return rng.binomial(1, p)
### module state, a row of a list that is copied
ROWS = [[0, 0], [0, 0]]
def f(p, rng):
    rows = ROWS.copy()
    ‹rows[0][0]› += rng.binomial(1, p)
    return rows[0][0]
### module state, a row in a loop
ROWS = [[0, 0], [0, 0]]
def f(p, rng):
    for row in ROWS:
        ‹row[0]› = rng.binomial(1, p)
    return ROWS[0][0]
### module state, a view of an array
WEIGHTS = np.zeros(3)
def f(p, rng):
    view = WEIGHTS[1:]
    ‹view[0]› = rng.binomial(1, p)
    return WEIGHTS.sum()
### module state, an array under another name grows
WEIGHTS = np.zeros(3)
def f(p, rng):
    mine = WEIGHTS
    ‹mine += rng.binomial(1, p)›
    return mine.sum()
### module state, by out=
WEIGHTS = np.zeros(3)
def f(p, rng):
    ‹np.add(WEIGHTS, rng.binomial(1, p), out=WEIGHTS)›
    return WEIGHTS.sum()
### an argument under another name
def f(p, data: list, rng):
    mine = data
    ‹mine[0]› = rng.binomial(1, p)
    return mine[0]
### a function out of a dict
DRAWS = {"a": np.random.random}
def f(p, rng):
    return ‹DRAWS["a"]()› * rng.binomial(1, p)
### a generator in a comprehension
def f(p, rng):
    return rng.binomial(1, p) + sum(‹source.random()› for source in SOURCES)
### an iterator of the module
NUMBERS = ‹iter([1, 2, 3])›
def f(p, rng):
    return next(NUMBERS) * rng.binomial(1, p)
### a generator expression of the module
NUMBERS = (‹i for i in range(100)›)
def f(p, rng):
    return next(NUMBERS) * rng.binomial(1, p)
### a generator of the module that a helper makes
def make():
    return np.random.default_rng(3)
SOURCE = make()
def f(p, rng):
    return ‹SOURCE.random()› * rng.binomial(1, p)
### a generator of a class
class Model:
    source = np.random.default_rng(3)
def f(p, rng):
    return ‹Model.source.random()› * rng.binomial(1, p)
### an object of the module
THING = ‹helper.Thing()›
def f(p, rng):
    return THING[0] * rng.binomial(1, p)
### a method of an argument
def f(p, thing: object, rng):
    return ‹thing.step()› * rng.binomial(1, p)
"""
