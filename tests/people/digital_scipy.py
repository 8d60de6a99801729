"""Digital option: 1 if the stock ends above the strike; p = volatility. Closed form (Reiner & Rubinstein 1991)."""

import numpy as np
from scipy import stats

P0 = 0.25
EXACT = 0.3970812823033213
EXACT_GRAD = -0.014952914500486933
S0, K, R, T = 100.0, 105.0, 0.02, 1.0


def model(p, rng):
    z = stats.norm.rvs(loc=0, scale=1, random_state=rng)
    terminal = S0 * np.exp((R - p * p / 2) * T + p * np.sqrt(T) * z)
    return np.exp(-R * T) if terminal > K else 0.0
