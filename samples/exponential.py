"""One exponential draw with mean p.

E = p and dE/dp = 1; at p = 10: 10 and 1.
"""


def exponential(p, rng):
    """A waiting time with mean p."""
    return rng.exponential(p)
