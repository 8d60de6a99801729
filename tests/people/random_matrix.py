"""Random 2 x 2 matrix with mean p on the diagonal: squared determinant, trace of the inverse times it, and norm.

E[det^2] = (p^2 + 1)^2 + 1, tr(A^-1) det(A) = tr A, E|A|^2 = 2 p^2 + 4.
"""

import numpy as np

P0 = 0.7
EXACT = 9.6001
EXACT_GRAD = 8.97199999999998


def model(p, rng):
    a = p * np.eye(2) + rng.normal(size=(2, 2))
    d = np.linalg.det(a)
    return d**2 + np.trace(np.linalg.inv(a)) * d + np.linalg.norm(a) ** 2
