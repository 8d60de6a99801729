"""Largest gap between four random arrivals in an hour: is one over p; the inner spacings of uniforms.

P(some of 3 inner gaps > p) = sum_j (-1)^(j+1) C(3, j) (1 - j p)_+^4 (spacings of uniforms, David & Nagaraja 2003).
"""

import numpy as np

P0 = 0.3
EXACT = 0.6435999999999998
EXACT_GRAD = -2.592


def model(p, rng):
    times = np.sort(rng.uniform(size=4))
    return 1.0 if np.any(np.diff(times) > p) else 0.0
