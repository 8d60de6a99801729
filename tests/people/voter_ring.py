"""Voter model on a ring of five: six rounds in which one copies a neighbour; p = chance to copy the left one.

A zealot at 0 never changes. Exact: Markov chain on the 16 states.
"""

import numpy as np

P0 = 0.6
EXACT = 5.51361696875
EXACT_GRAD = 0.27057398437525654


def model(p, rng):
    opinion = np.array([1, 0, 0, 1, 0])
    for _ in range(6):
        i = rng.integers(1, 5)
        side = -1 if rng.random() < p else 1
        opinion[i] = opinion[(i + side) % 5]
    left, right = opinion[:3], opinion[3:]
    return left.sum() * 2 + right.sum() + (opinion == 1).all() * 3
