"""Second-to-default basket of four names, one-factor Gaussian copula: paid if two or more fall; p = threshold.

Exact: binomial, given the common factor, integrated over it.
"""

import numpy as np

P0 = -0.8
EXACT = 0.228359025613015
EXACT_GRAD = 0.40512114381553316
RHO = 0.3


def model(p, rng):
    n = 4
    corr = np.full((n, n), RHO)
    np.fill_diagonal(corr, 1.0)
    chol = np.linalg.cholesky(corr)
    latent = chol @ rng.standard_normal(n)
    defaults = np.count_nonzero(latent < p)
    return 1.0 if defaults >= 2 else 0.0
