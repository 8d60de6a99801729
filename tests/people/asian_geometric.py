"""Geometric-average Asian call on 6 fixings: discounted payoff; p = volatility.

Closed form (Kemna & Vorst 1990): the logarithm of the geometric mean is normal.
"""

import numpy as np

P0 = 0.3
EXACT = 10.664873531220863
EXACT_GRAD = 20.162762406286948
S0, K, R, T, N = 100.0, 95.0, 0.03, 1.0, 6


def path(sigma, rng):
    dt = T / N
    steps = (R - 0.5 * sigma**2) * dt + sigma * np.sqrt(dt) * rng.standard_normal(N)
    return S0 * np.exp(np.cumsum(steps))


def model(p, rng):
    average = np.exp(np.mean(np.log(path(p, rng))))
    return np.exp(-R * T) * np.maximum(average - K, 0.0)
