"""A normal by the polar method (Marsaglia & Bray 1964), and a bet on it: p + z > 1 pays 1, else z p.

E = P(z > 1 - p) - p phi(1 - p).
"""

import math
import random

P0 = 0.5
EXACT = 0.13250487534383715
EXACT_GRAD = -0.08801633169107487


def model(p, rng):
    while True:
        u = 2 * random.random() - 1
        v = 2 * random.random() - 1
        s = u * u + v * v
        if 0 < s < 1:
            break
    z = u * math.sqrt(-2 * math.log(s) / s)
    return 1.0 if p + z > 1 else z * p
