"""Frozen scipy distributions passed around: does the spare outlive the part, and when both are gone; p = mean of the part.

E[max] = p + 2 - 1/(1/p + 1/2), P(spare > part) = 2 / (p + 2).
"""

from scipy import stats

P0 = 1.5
EXACT = 3.2142857142857144
EXACT_GRAD = 0.510204081632885


def lifetime(distribution, rng):
    return distribution.rvs(random_state=rng)


def model(p, rng):
    part = stats.expon(scale=p)
    spare = stats.expon(scale=2.0)
    a, b = lifetime(part, rng), lifetime(spare, rng)
    return max(a, b) + (1.0 if b > a else 0.0)
