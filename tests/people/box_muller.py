"""Two correlated normals by Box and Muller (1958), each in one exceedance; p = their correlation.

Exact: x = 0.2 + a, y = p a + sqrt(1 - p^2) b, P(x > 0.5, y > 0) is an integral over a of P(y > 0 | a).
"""

import math

P0 = 0.5
EXACT = 0.27034431484387533
EXACT_GRAD = 0.17307400001616477


def gauss_pair(rng):
    u1, u2 = rng.random(2)
    r = math.sqrt(-2 * math.log(u1))
    return r * math.cos(2 * math.pi * u2), r * math.sin(2 * math.pi * u2)


def model(p, rng):
    a, b = gauss_pair(rng)
    x = 0.2 + a
    y = p * a + math.sqrt(1 - p**2) * b
    return float(x > 0.5 and y > 0)
