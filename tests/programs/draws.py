"""Draws in every spelling."""

from programs.table import cases

DRAWS = cases("""
### choice among values that move, with probabilities that move, either way round
def f(p, rng):
    x = rng.choice([p, 2.0], p=[p, 1 - p])
    y = rng.choice([p * p, 2.0, p], p=[p / 2, 1 - p, p / 2])
    return x * rng.choice([1.0, p], p=[1 - p, p]) + y * y + rng.choice((p, 3.0), p=(p, 1 - p))

### choice among values that move, in another draw
def f(p, rng):
    x = rng.normal(rng.choice([p, p * p]), p)
    y: float = rng.normal(rng.choice([1.0, p], p=[1 - p, p]), 1.0)
    return x * x + y

### every discrete draw of a Generator
def f(p, rng):
    a = rng.binomial(3, p) + 2 * rng.binomial(1, p)
    b = rng.poisson(p) if a < 1 else rng.geometric(p)
    return a * p + b

### Poisson, default and keyword
def f(p, rng):
    return rng.poisson() + rng.poisson(lam=p) * p

### geometric
def f(p, rng):
    return rng.geometric(p) * rng.geometric(p=0.9)

### negative binomial: a real number of successes, both parameters move
def f(p, rng):
    return rng.negative_binomial(3.5 * p, p) ** 2

### negative binomial, keywords, and its parameters drawn
def f(p, rng):
    n = rng.negative_binomial(p=0.9, n=p)
    return rng.negative_binomial(1 + n, 0.2 + p) * p + rng.negative_binomial(2, 1 - p / 3)

### logarithmic series
def f(p, rng):
    return rng.logseries(p / 2) ** 2 + rng.logseries(p=0.1) * p

### zipf
def f(p, rng):
    return rng.zipf(8 + p) ** 2 + rng.zipf(a=9.0) * p

### hypergeometric: nothing moves, but it is drawn again when a parameter jumps
def f(p, rng):
    n = rng.binomial(3, p)
    return rng.hypergeometric(4, nbad=3 - n, nsample=1 + n) ** 2 * (1 + p)

### binomial with keywords, in any order, and a trial count that is drawn
def f(p, rng):
    n = rng.integers(2, 4)
    return rng.binomial(p=p, n=n) * p

### choice: of a number, a list, a string, a tuple, an array, a range
import numpy as np

def f(p, rng):
    a = rng.choice(3) + rng.choice([1, 5]) * p
    b = len(rng.choice(["x", "yyy"])) + rng.choice((2.0, 4.0))
    return a * b * rng.choice(np.array([p, 2.0])) + rng.choice(range(3))

### choice with weights in a list, a tuple, an array
import numpy as np

def f(p, rng):
    a = rng.choice([1, 2, 5], p=[p, 0.1, 0.9 - p])
    b = rng.choice(3, p=(0.2, p, 0.8 - p))
    q = np.array([p, 1 - p]) * 0.5
    c = rng.choice(3, p=np.array([q[0], q[1], 0.5]))
    return a * b + c * p

### choice of two, either way round: weight of the first or of the second
def f(p, rng):
    return rng.choice([1.0, 4.0], p=[1 - p, p]) + 3 * rng.choice([1.0, 4.0], p=[p, 1 - p])

### choice of two, either way round: weights that have a name
def f(p, rng):
    w = [p, 1 - p]
    return rng.choice(2, p=w) * p

### integers: from 0, from low, with endpoint
def f(p, rng):
    return rng.integers(3) * p + rng.integers(1, 3) + rng.integers(0, 2, endpoint=True) * rng.binomial(1, p)

### every continuous draw of a Generator
def f(p, rng):
    x = rng.exponential(p) + rng.uniform(p, 2 * p) * rng.normal(p, p * p)
    return x + rng.lognormal(p, p) + rng.standard_normal() * rng.standard_exponential() * p

### continuous draws with defaults and keywords
def f(p, rng):
    x = rng.exponential() * p + rng.exponential(scale=p)
    y = rng.uniform() * p + rng.uniform(high=p) + rng.uniform(low=p)
    z = rng.normal() * p + rng.normal(scale=p) + rng.normal(loc=p) + rng.lognormal(sigma=p)
    return x + y * z + rng.random() * p

### continuous draws of a Generator: location and scale, powers, ends that move
def f(p, rng):
    x = rng.gumbel(p, 2 * p) + rng.laplace(scale=p) * rng.logistic(p, p)
    return x + rng.rayleigh(p) * rng.weibull(1 + p) + rng.triangular(0, p, 2) * rng.triangular(p - 1, p, 2 * p)

### continuous draws that are inverted by a search
def f(p, rng):
    return rng.vonmises(p, 2 * p) * p + rng.vonmises(0.0, p) * rng.wald(p, 2.0) + rng.wald(1.0, p)

### Bernoulli: <, <=, on the left
def f(p, rng):
    return (rng.random() < p) * 1.0 + (rng.random() <= p * p) * p

### Bernoulli: >, >=, on the left
def f(p, rng):
    return (rng.random() > p) * 1.0 + (rng.random() >= p * p) * p

### Bernoulli: on the right
def f(p, rng):
    a, b = p > rng.random(), p * p >= rng.random()
    return a + 2 * b + 3 * (p < rng.random()) * p + 4 * (0.3 <= rng.random())

### Bernoulli: not
def f(p, rng):
    if not rng.random() < p:
        return 1.0
    return (not (rng.random() >= p)) * p

### Bernoulli: int(), bool(), float(), arithmetic
def f(p, rng):
    a = int(rng.random() < p) + bool(rng.binomial(1, p))
    return a * p + float(rng.random() < p) - 2 * (rng.random() < p)

### Bernoulli: uniform(0, 1) is one too
def f(p, rng):
    return p if rng.random() < p ** 2 else 2.0

### Bernoulli with a chance beyond 1 and below 0
def f(p, rng):
    return (rng.random() < 2 * p) + (rng.random() < p - 1) * p

### Bernoulli that nothing moves
def f(p, rng):
    return p if rng.random() < 0.3 else p * p

### draw as argument of a draw
def f(p, rng):
    return rng.binomial(2 + rng.binomial(2, p), p) + rng.normal(rng.exponential(p), 1.0)

### pathwise value as parameter of a discrete draw
def f(p, rng):
    return rng.poisson(rng.exponential(0.3 * p)) + rng.binomial(2, 0.5 + 0.4 * rng.random() * p)

### pathwise value as threshold
def f(p, rng):
    x = rng.uniform(0, p)
    return (rng.random() < x) * x + (rng.uniform(0, p) > rng.random())

### chain of draws
def f(p, rng):
    n = rng.binomial(2, p)
    x = rng.exponential(p + n)
    m = rng.binomial(2, 1 / (1 + x))
    return n * m * x

### value used in discrete and smooth ways
def f(p, rng):
    q = p * rng.random()
    return q * rng.binomial(2, q) + (q if rng.random() < q else 0)

### probability depends on the count so far
def f(p, rng):
    n = 0
    for i in range(4):
        n += rng.binomial(1, p * (1 - n / 8))
    return n

### result of a draw unused
def f(p, rng):
    rng.random()
    rng.exponential(p)
    rng.binomial(1, p)
    return rng.binomial(2, p)

### draws in a list, a dict, a tuple, an f-string
def f(p, rng):
    xs = [rng.binomial(1, p), rng.exponential(p)]
    d = {"a": rng.binomial(2, p), "b": p}
    name = f"{rng.binomial(1, p)}"
    return xs[0] * xs[1] + d["a"] * d["b"] + (name == "1")

### index and slice drawn
def f(p, rng):
    xs = [1.0, p, p * p]
    return xs[rng.binomial(2, p)] + sum(xs[: rng.binomial(3, 0.5)]) + xs[rng.integers(3)]

### domain met exactly | p=1.0
def f(p, rng):
    return rng.exponential(p) * p

### parenthesised draws
def f(p, rng):
    return (rng.binomial(1, p)) + (((rng.random())) < (p)) * 2
""")
