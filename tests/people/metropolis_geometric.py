"""Metropolis chain on 0..4 with target weights p^x, ten steps from 0: mean of the last state.

Exact: power of the transition matrix.
"""

import numpy as np

P0 = 0.7
EXACT = 1.1532101239681638
EXACT_GRAD = 2.085357955028561


def model(p):
    rng = np.random.default_rng(123)
    x = 0
    for _ in range(10):
        y = x + (1 if rng.random() < 0.5 else -1)
        if 0 <= y <= 4:
            if rng.random() < min(1.0, p**y / p**x):
                x = y
    return x
