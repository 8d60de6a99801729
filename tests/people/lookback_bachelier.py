"""Lookback: the maximum of a Gaussian walk of five days over its start; p = drift per day.

E[max(0, X_1, .., X_n)] = sum_k E[X_k^+] / k (Spitzer 1956), X_k ~ N(k p, k).
"""

import numpy as np

P0 = 0.1
EXACT = 1.5559236893885364
EXACT_GRAD = 2.832542252778118


def model(p, rng):
    walk = np.concatenate([[0.0], np.cumsum(rng.normal(p, 1.0, 5))])
    running = np.maximum.accumulate(walk)
    return running[-1]
