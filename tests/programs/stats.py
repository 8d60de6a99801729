"""Draws of scipy.stats: called, frozen, frozen under a name; moved and stretched."""

from programs.table import cases

STATS = cases("""
### scipy.stats: called
import numpy as np
from scipy import stats

def f(p, rng):
    x = stats.norm.rvs(p, 2.0, random_state=rng)
    y = stats.expon.rvs(scale=p, random_state=rng) + stats.expon.rvs(p, random_state=rng)
    z = stats.gamma.rvs(p + 1, loc=p, scale=2 * p, random_state=rng)
    return x * y + z

### scipy.stats: frozen, and frozen under a name
from scipy.stats import beta, poisson, t as student

def f(p, rng):
    d = poisson(p, loc=2)
    e = beta(p, 2.0, scale=p)
    n = d.rvs(random_state=rng) + d.rvs(random_state=rng)
    return n * e.rvs(1, random_state=rng) + student(p + 4, 1.0, p).rvs(random_state=rng)

### scipy.stats: arrays
import numpy as np
import scipy.stats

def f(p, rng):
    x = scipy.stats.uniform(p, 2.0).rvs(3, random_state=rng)
    k = scipy.stats.binom.rvs(3, p / 2, size=2, random_state=rng)
    return x.sum() * k[0] + scipy.stats.bernoulli.rvs(p, size=2, random_state=rng).sum() * k[1]

### scipy.stats: counts
from scipy import stats

def f(p, rng):
    b = stats.hypergeom.rvs(10, 4, 3, random_state=rng)
    c = stats.randint.rvs(1, 4, random_state=rng)
    return p * b + c * stats.boltzmann.rvs(p, 5, random_state=rng)

### scipy.stats: counts without end
from scipy import stats

def f(p, rng):
    return stats.nbinom.rvs(3, p, random_state=rng) ** 2 * p + stats.geom(p).rvs(random_state=rng)

### scipy.stats: two-sided counts
from scipy import stats

def f(p, rng):
    return stats.dlaplace.rvs(1.5 * p, random_state=rng) ** 2 + stats.betabinom.rvs(4, p, 2.0, random_state=rng) ** 2
""")
