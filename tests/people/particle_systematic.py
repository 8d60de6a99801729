"""Bootstrap particle filter with systematic resampling: estimate of the likelihood; p = AR coefficient.

The estimate is unbiased for any number of particles (Del Moral 2004): the exact value is the Gaussian density.
"""

import numpy as np

P0 = 0.6
EXACT = 1.434699977663894
EXACT_GRAD = -0.8344568286062165
OBSERVED = np.array([0.5, -0.3, 0.8])


def model(p, rng):
    n = 4
    x = rng.normal(0.0, 1.0, size=n)
    likelihood = 1.0
    for y in OBSERVED:
        x = p * x + rng.normal(0.0, 1.0, size=n)
        w = np.exp(-0.5 * (y - x) ** 2) / np.sqrt(2 * np.pi)
        likelihood = likelihood * w.mean()
        u = (rng.random() + np.arange(n)) / n
        index = np.searchsorted(np.cumsum(w / w.sum()), u)
        x = x[np.minimum(index, n - 1)]
    return 100 * likelihood
