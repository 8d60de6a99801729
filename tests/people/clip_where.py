"""Limited and excess losses of four normal claims: clipped mean and the mean over 1; p = mean. Gaussian integrals."""

import numpy as np

P0 = 0.6
EXACT = 1.0134710730237093
EXACT_GRAD = 1.2134543060785419


def model(p, rng):
    x = rng.normal(loc=p, scale=0.8, size=4)
    limited = np.clip(x, 0.0, 1.0)
    excess = np.where(x > 1.0, x, 0.0)
    return limited.mean() + excess.mean()
