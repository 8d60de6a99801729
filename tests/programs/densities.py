"""Densities, distribution functions and quantiles of scipy.stats in programs: called, frozen, of arrays, in tests."""

from programs.table import cases

DENSITIES = cases("""
### densities: of discrete draws, compiled too
from scipy import stats

def f(p, rng):
    i = rng.binomial(3, p / 2)
    d = stats.binom(3, p)
    return stats.poisson.logpmf(i, p) - d.logpmf(i) + d.sf(x=i) + stats.geom.cdf(i, p=p / 2, loc=-1)

### densities: of draws that move
import scipy.stats as st

def f(p, rng):
    x = rng.exponential(p)
    law = st.gamma(p + 1, scale=2.0)
    y = law.logpdf(x) + law.cdf(x)
    y += st.norm.logpdf(rng.normal(p), loc=x, scale=p) * st.norm(x, p).pdf(1.0)
    return y + st.t.sf(x, p + 3)

### densities: of arrays, compiled too
import numpy as np
from scipy.stats import norm, poisson

def f(p, rng):
    data = np.array([0.5, -1.0, 2.0])
    x = rng.normal(p, 1.0, size=3)
    k = rng.binomial(2, 0.5, size=2)
    return np.sum(norm.logpdf(data, x)) + poisson.pmf(k, p)[0] * norm.ppf(0.3, p)

### densities: chances of decisions
from scipy.stats import norm, logistic

def f(p, rng):
    n = 0
    for dose in [-1.0, 0.5]:
        if rng.random() < norm.cdf(dose + p):
            n += 1
        n += rng.binomial(1, logistic.cdf(p, loc=dose, scale=2.0))
    return n * n

### densities: in a function of the file, compiled too
from scipy import stats

def score(x, mu, sigma=2.0):
    return stats.norm.logpdf(x, mu, sigma)

def f(p, rng):
    k = rng.geometric(p / 2)
    return score(1.5, p) if k > 1 else score(mu=0.3, x=p * k, sigma=p)

### densities: beside draws of the same distribution
from scipy import stats

def f(p, rng):
    law = stats.expon(p, scale=2 * p)
    x = law.rvs(random_state=rng)
    return law.logpdf(x) * law.cdf(2 * x) + stats.expon.isf(p / 2)

### densities: nothing moves
from scipy import stats

def f(p, rng):
    k = rng.binomial(2, p)
    return stats.poisson.ppf(0.9, 3.0) * k + stats.hypergeom.pmf(k, 10, 4, 3) + stats.norm(1.0, 2.0).isf(0.1 * (k + 1))
""")
