"""Rejection sampling of the density 1 + p (2x - 1) on (0, 1): x squared, and the number of trials.

E[x^2] = 1/3 + p/6, trials are geometric with mean 1 + p.
"""

import random

P0 = 0.5
EXACT = 1.9166666666666665
EXACT_GRAD = 1.1666666666664531


def model(p):
    trials = 0
    while True:
        trials += 1
        x, u = random.random(), random.random()
        if u * (1 + p) < 1 + p * (2 * x - 1):
            break
    return x**2 + trials
