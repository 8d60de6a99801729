"""One coin that shows 1 with probability p.

E = p and dE/dp = 1; at p = 0.6: 0.6 and 1.
"""


def bernoulli(p, rng):
    """A coin: 1 with probability p, otherwise 0."""
    return rng.binomial(1, p)
