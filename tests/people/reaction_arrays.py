"""An epidemic of five by Gillespie's method, with arrays of propensities and a search in their sums; p = infection rate.

Exact: the counts (S, I) are a Markov chain; E of those that were ill until 1.5 is a row of exp(1.5 Q).
"""

import numpy as np

P0 = 1.2
EXACT = 2.184831637032698
EXACT_GRAD = 1.0103131780489802
CHANGES = np.array([[-1, 1, 0], [0, -1, 1]])


def propensities(x, p):
    s, i, r = x
    return np.array([p * s * i / 5.0, 0.5 * i])


def model(p, rng):
    x = np.array([4, 1, 0])
    t = 0.0
    while True:
        a = propensities(x, p)
        total = a.sum()
        if total == 0:
            break
        t += rng.exponential(1 / total)
        if t >= 1.5:
            break
        j = np.searchsorted(np.cumsum(a), rng.random() * total)
        x = x + CHANGES[j]
    return float(x[2] + x[1])
