"""Two Metropolis steps towards N(p, 1) from 0 with N(0, 1) proposals: the state and whether it moved; p = mean.

Exact: iterated quadrature (Gauss-Legendre between the kinks of the acceptance).
"""

import math
import random

P0 = 0.8
EXACT = 1.8413214127119992
EXACT_GRAD = 0.3464357519425351


def log_target(x, mu):
    return -0.5 * (x - mu) ** 2


def model(p):
    x, moved = 0.0, 0
    for _ in range(2):
        y = x + random.gauss(0, 1)
        accept = math.exp(min(0.0, log_target(y, p) - log_target(x, p)))
        if random.random() < accept:
            x = y
            moved += 1
    return x + moved
