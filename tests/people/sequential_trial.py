"""A trial with looks after 4, 8 and 12 patients that stops at a bound: its sample size, with the sign of the effect.

p = mean response. Exact: quadrature of the score's density from look to look.
"""

import numpy as np

P0 = 0.5
EXACT = 13.094572669260486
EXACT_GRAD = -14.969267305378569


def model(p, rng):
    bounds = {1: 2.5, 2: 1.8, 3: 1.4}
    score, n = 0.0, 0
    for look in range(1, 4):
        n += 4
        score += rng.normal(p, 1, size=4).sum()
        z = score / np.sqrt(n)
        if abs(z) > bounds[look]:
            return n if z > 0 else -n
    return 20
