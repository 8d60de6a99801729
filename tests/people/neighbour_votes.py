"""Votes on a grid that wraps around, counted by a convolution of SciPy; p = chance that a cell is for it.

A cell follows if two or more of its four neighbours are for it: E = 9 P(Binomial(4, p) >= 2).
"""

import numpy as np
from scipy.signal import convolve2d

P0 = 0.45
EXACT = 5.481168750000002
EXACT_GRAD = 14.701499999999479
CROSS = np.array([[0, 1, 0], [1, 0, 1], [0, 1, 0]])


def model(p, rng):
    votes = (rng.random((3, 3)) < p).astype(int)
    around = convolve2d(votes, CROSS, mode="same", boundary="wrap")
    return np.sum(around >= 2)
