"""Least squares by normal equations: is the slope significant (over 1), and its square; p = true slope.

The estimate is N(p, 1 / S_xx), S_xx = 10.
"""

import numpy as np

P0 = 0.8
EXACT = 1.0035446284327694
EXACT_GRAD = 2.6328830949347024


def model(p, rng):
    x = np.arange(-2.0, 3.0)
    X = np.column_stack([np.ones_like(x), x])
    y = 0.5 + p * x + rng.standard_normal(len(x))
    beta = np.linalg.solve(X.T @ X, X.T @ y)
    return float(beta[1] > 1) + beta[1] ** 2
