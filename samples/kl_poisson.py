"""The Kullback-Leibler divergence of Poisson(p) from a negative binomial, by one draw.

The parameter sits in the draw and in the integrand. At p = 10: E = 2.972275 and dE/dp = -0.392922 (sum over i).
"""

import math


def logpmf_poisson(i: int, p):
    """The logarithm of p**i exp(-p) / i!."""
    return i * math.log(p) - p - math.lgamma(i + 1)


def logpmf_nbinom(i: int, n: int, q):
    """The logarithm of the chance of i failures before the n-th success; q is the chance of a success."""
    return math.lgamma(n + i) - math.lgamma(n) - math.lgamma(i + 1) + n * math.log(q) + i * math.log(1 - q)


def kl_poisson(p, rng):
    """The log ratio of the two probabilities at a Poisson draw."""
    i = rng.poisson(p)
    return logpmf_poisson(i, p) - logpmf_nbinom(i, 10, 0.25)
