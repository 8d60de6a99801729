"""Old-style script code: a seeded global generator, Box-Muller by hand, distance of a dart; p = spread.

r^2 / p^2 is exponential(2): P(r < 1) = 1 - exp(-1 / (2 p^2)), E[r] = p sqrt(pi/2).
"""

import numpy as np

P0 = 0.8
EXACT = 2.086984586309171
EXACT_GRAD = -0.5350974321049612


def model(p):
    np.random.seed(42)
    u, v = np.random.rand(2)
    r = p * np.sqrt(-2 * np.log(u))
    x, y = r * np.cos(2 * np.pi * v), r * np.sin(2 * np.pi * v)
    inside = r < 1
    return inside * 2.0 + np.sqrt(x**2 + y**2)
