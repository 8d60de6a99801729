"""Sample variance and standard deviation of three normals; p = sd. E[s^2] = p^2, E[std] = p c, and an alarm s > 1.

s^2 is p^2 times exponential(1) (chi square with two degrees of freedom over 2): P(s > 1) = exp(-1/p^2).
"""

import numpy as np

P0 = 0.9
EXACT = 1.1009604588643103
EXACT_GRAD = 2.598245428983033


def model(p, rng):
    x = p * rng.standard_normal(3)
    alarm = 1.0 if x.std(ddof=1) > 1.0 else 0.0
    return np.var(x, ddof=1) + alarm
