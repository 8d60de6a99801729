"""What must be refused; the place to be blamed stands ‹between these›.

Bodies of `def f(p, rng, rate=None)` after HEAD.
"""

CALLS = """
### arguments of a draw in another order, that change a list
    xs = [1.0, p]
    return rng.normal(scale=‹xs.pop()›, loc=xs.pop())
### arguments of a draw in another order, of which one assigns
    s = 1.0
    return scipy.stats.norm.rvs(scale=(‹s := p›), loc=s, random_state=rng)
### no rule: a method
    x = np.array([p, 1.0])
    return ‹x.cumprod()›[1] * rng.random()
### no rule: a function
    return ‹math.gcd(p, 2)› * rng.random()
### a module that is not known
    return ‹json.loads("1")› * rng.binomial(1, p)
### scipy.stats: a distribution that is not known
    return ‹scipy.stats.argus.rvs(p)› * rng.binomial(1, p)
### scipy.stats: a frozen distribution whose parameters change
    mu = 1.0
    d = scipy.stats.norm(‹mu›, 1.0)
    mu = p
    return d.rvs(random_state=rng)
### scipy.stats: a distribution out of a list
    ds = [scipy.stats.norm(0.0, 1.0)]
    return ‹ds[0].rvs()› * p
### scipy.stats: a list that is computed with
    return p * ‹scipy.stats.hypergeom.rvs([7, 3], 3, 2, size=2)›.sum()
### NumPy: a list that is computed with
    return p * ‹rng.integers(0, [4, 3], endpoint=True, size=2)›.sum()
### scipy.stats: a seed
    return scipy.stats.norm.rvs(p, random_state=‹3›)
### densities: the count of a discrete one
    return ‹scipy.stats.poisson.pmf(p, 2.0)› * rng.random()
### densities: a parameter that is an integer
    return ‹scipy.stats.binom(p, 0.5).logpmf(1)› * rng.random()
### densities: a place of a discrete distribution
    return ‹scipy.stats.geom.sf(1, 0.5, p)› * rng.random()
### densities: a quantile that jumps
    return ‹scipy.stats.poisson.ppf(0.5, p)› * rng.random()
### densities: a distribution that is not known
    return ‹scipy.stats.argus.pdf(0.5, p)› * rng.random()
### densities: a method of continuous distributions
    return ‹scipy.stats.poisson.pdf(1, p)› * rng.random()
### densities: a method that is not known
    return ‹scipy.stats.norm.mean(p)› * rng.random()
### densities: a frozen distribution that is used in another way
    d = scipy.stats.norm(p, 1.0)
    return d.pdf(0.5) * ‹d›.mean() * rng.random()
### densities: a list that moves
    return ‹scipy.stats.norm.pdf([p, 1.0])›[0] * rng.random()
### densities: a decision
    return 1 if ‹scipy.stats.norm.pdf(p) > 0.3› else rng.random()
### special functions: of a list that moves
    return ‹scipy.special.erf([p, 1.0])›[0] * rng.random()
### eval
    return ‹eval("p")› * rng.random()
### exec
    ‹exec("p = 1")›
    return p * rng.random()
### open
    return len(‹open("x")›.read()) * rng.binomial(1, p)
### input
    return float(‹input()›) * rng.binomial(1, p)
### getattr of the generator
    return getattr(‹rng›, "random")() < p
### getattr of something else
    return ‹getattr(math, "floor")(p)› * rng.random()
### a name that is not defined
    return ‹mystery›(p) * rng.random()
### an argument that is called
    return p * rng.random() * ‹rate(2)›
### time
    return p * rng.random() + ‹time.time()›
### __import__
    return ‹__import__("random")›.random() * p
### globals
    return ‹globals()›["SCALE"] * p * rng.random()
### a method that draws is not known
    return ‹rng.bytes(3)›[0] * p
### size that moves
    return rng.normal(0.0, 1.0, size=‹p›).sum()
### size that moves, by position
    return rng.random(‹p›).sum()
### shuffle whose value is used
    xs = [1, 2, 3]
    return len([‹rng.shuffle(xs)›]) * p
### shuffle of an argument
    ‹rng.shuffle(rate)›
    return p * rng.random()
### choice without replacement, as a table of a size that is called for
    return ‹rng.choice(9, (2, int(p * 0)), replace=False)›.sum() * p
### float32
    return rng.random(dtype=‹np.float32›) * p
### another type of integers
    return rng.integers(3, dtype=‹np.uint8›) * p
### draws into an array
    x = np.zeros(3)
    rng.random(out=‹x›)
    return x.sum() * p
### rows, each in an order of its own
    return rng.permuted(np.eye(3), axis=‹1›)[0, 1] * p
### choice that is not shuffled
    return rng.choice(4, 2, replace=False, shuffle=‹False›)[0] * p
### a covariance that is not checked
    return rng.multivariate_normal([p, p], np.eye(2), check_valid=‹"ignore"›).sum()
### weights twice
    import random
    return ‹random.choices([1, 2], [p, 1], cum_weights=[1, 2])›[0]
### state of a generator
    return ‹rng.get_state()›[0] * p
### seeding through a name
    ‹rng.seed(3)›
    return rng.random() * p
### raw bits
    return ‹rng.randbytes(4)›[0] * p
### generators made of one
    a, b = ‹rng.spawn(2)›
    return a.random() * p
### bit generator
    return ‹rng.bit_generator›.random_raw() * p
### generator made again in a loop
    total = 0
    for _ in range(3):
        own = ‹np.random.default_rng(7)›
        total += own.binomial(1, p)
    return total ** 2
### generator made again in a comprehension
    return sum([‹np.random.default_rng(7)›.binomial(1, p) for _ in range(3)]) ** 2
### two generators with one seed
    a = np.random.default_rng(7)
    b = ‹np.random.default_rng(7)›
    return abs(a.binomial(1, p) - b.binomial(1, p))
### two generators with one seed, one through its bit generator
    a = np.random.default_rng(7)
    b = ‹np.random.Generator(np.random.PCG64(7))›
    return abs(a.binomial(1, p) - b.binomial(1, p))
### two generators with one seed, by name
    a = np.random.default_rng(SEED)
    b = ‹np.random.default_rng(7)›
    return abs(a.binomial(1, p) - b.binomial(1, p))
### two generators with one seed, written differently
    a = np.random.default_rng(7)
    b = ‹np.random.default_rng(0x7)›
    return abs(a.binomial(1, p) - b.binomial(1, p))
### a seed of the module, and a generator with the same
    np.random.seed(7)
    a = np.random.binomial(1, p)
    b = ‹np.random.RandomState(SEED)›
    return abs(a - b.binomial(1, p))
### seeded again
    np.random.seed(1)
    a = np.random.binomial(1, p)
    ‹np.random.seed(1)›
    return abs(a - np.random.binomial(1, p))
### generator made in a function that is called
    def toss():
        return ‹np.random.default_rng(7)›.binomial(1, p)
    return abs(toss() - toss())
### seed drawn
    other = np.random.default_rng(‹rng.integers(10)›)
    return other.binomial(1, p)
### generator in a list
    sources = [‹rng›]
    return sources[0].binomial(1, p)
### generator in a dict
    sources = {"a": ‹rng›}
    return sources["a"].binomial(1, p)
### generator in a tuple that is assigned
    g, n = ‹rng›, 2
    return g.binomial(n, p)
### generator returned
    x = rng.binomial(1, p)
    return x, ‹rng›
### generator to a function of another module
    return ‹helper(rng)› * p
### generator as an attribute
    math.source = ‹rng›
    return rng.binomial(1, p)
### method without its call
    draw = rng.random
    if p > 0.5:
        draw = rng.standard_exponential
    return ‹draw()› < p
### method in a list
    draws = [‹rng›.random, rng.normal]
    return draws[0]() < p
### method as an argument
    return sum(map(‹rng›.exponential, [p, p]))
### conditional generator
    g = ‹rng› if p is not None else None
    return g.binomial(1, p)
### module of generators as a value
    r = ‹np.random›
    return r.binomial(1, 0.5) * rng.binomial(1, p)
"""
STATEMENTS = """
### a list that a pattern names, and that moves
    values = [0.0, 1.0]
    match rng.binomial(1, 0.5), values:
        case 0, ‹x›:
            x[0] = p
    return values[0]
### global
    ‹global COUNT›
    COUNT = rng.binomial(1, p)
    return COUNT
### module state, by subscript
    ‹STATE[0] += 1›
    return STATE[0] * rng.binomial(1, p)
### module state, under another name
    state = STATE
    ‹state[0]› += rng.binomial(1, p)
    return state[0]
### module state, a heap
    ‹heapq.heappush(STATE, rng.binomial(1, p))›
    return len(STATE)
### module state, deleted
    state = STATE
    del ‹state[0]›
    return rng.binomial(1, p)
### generators in a list of the module
    return (‹SOURCES[0].random()› < 0.5) * rng.binomial(1, p)
### module state, by method
    ‹LOG.append(1)›
    return len(LOG) * rng.binomial(1, p)
### attribute of a module
    ‹math.tau› = 3
    return p * rng.random()
### argument changed in place
    ‹rate[0]› = 2.0
    return rate[0] * rng.binomial(1, p)
### argument changed by a method
    ‹rate.append(2.0)›
    return len(rate) * rng.binomial(1, p)
### class inside
    ‹class A:
        pass›
    return rng.binomial(1, p)
### object of a class of the module
    return ‹Box()›.x * rng.binomial(1, p)
### yield
    ‹yield rng.binomial(1, p)›
### yield from
    ‹yield from [rng.binomial(1, p)]›
### with
    with ‹open("x")›:
        return rng.binomial(1, p)
### try on a smooth value
    x = rng.normal(p, 1)
    try:
        y = ‹math.sqrt(x)›
    except ValueError:
        y = 0.0
    return y
### starred beside a smooth value
    a = [1.0]
    b = ‹[rng.exponential(p), *a]›
    return b[0]
### walrus of a smooth value that may not be reached
    if (u := rng.random()) < 0.5 and (‹v := u * p›) is not None:
        return v * v
    return u
### walrus of a smooth value in an elif
    if rng.random() < 0.5:
        v = 1.0
    elif (‹v := rng.random() * p›) is None:
        return 0.0
    return v * v
### walrus of a smooth value in a while
    x, n = p, 0
    while (‹x := x * 0.5›) is not None and n < 3:
        n += 1
    return x * rng.random()
"""
HEAD = """import functools, heapq, json, math, time
import numpy as np
import scipy.special, scipy.stats
from elsewhere import helper
STATE, LOG, SCALE, COUNT = [0], [], 2.0, 0
SEED = 7
SOURCES = [np.random.default_rng(1)]
class Box:
    x = 1
"""
