"""Buffon's needle: crossings of ten needles, squared; p = needle length (lines 1 apart). P(cross) = 2 p / pi."""

import numpy as np

P0 = 0.6
EXACT = 16.95094403425246
EXACT_GRAD = 50.136949057166966


def model(p, rng):
    centre = rng.uniform(0, 0.5, size=10)
    angle = rng.uniform(0, np.pi / 2, size=10)
    crossings = np.sum(centre <= p / 2 * np.sin(angle))
    return crossings**2
