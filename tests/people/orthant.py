"""Two correlated normals by a Cholesky factor: are both positive; p = correlation. 1/4 + asin(p) / (2 pi)."""

import numpy as np

P0 = 0.4
EXACT = 0.31549494021722735
EXACT_GRAD = 0.17365227951073223


def model(p, rng):
    cov = np.array([[1.0, p], [p, 1.0]])
    L = np.linalg.cholesky(cov)
    x = L @ rng.standard_normal(2)
    return 1.0 if np.all(x > 0) else 0.0
