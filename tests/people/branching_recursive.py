"""Galton-Watson tree by recursion, three generations: its size, plus 3 if the last is empty; p = mean offspring.

E[size] = 1 + p + p^2 + p^3; extinction by iterating f(s) = exp(p (s - 1)).
"""

import numpy as np

P0 = 0.9
EXACT = 5.506201897357987
EXACT_GRAD = 3.328319698938398


def grow(depth, p, leaves):
    if depth == 3:
        leaves.append(1)
        return 1
    return 1 + sum(grow(depth + 1, p, leaves) for _ in range(np.random.poisson(p)))


def model(p):
    leaves = []
    size = grow(0, p, leaves)
    return size + (3 if not leaves else 0)
