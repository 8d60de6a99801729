"""Nagel-Schreckenberg traffic on a ring of seven cells with two cars, five steps: distance driven; p = dawdling.

Exact: enumeration of the dawdling decisions.
"""

import numpy as np

P0 = 0.3
EXACT = 10.881003699999996
EXACT_GRAD = -16.79629700000458


def model(p):
    rng = np.random.RandomState(7)
    length, vmax = 7, 2
    position = np.array([0, 1])
    speed = np.array([0, 0])
    total = 0
    for _ in range(5):
        gap = (np.roll(position, -1) - position - 1) % length
        speed = np.minimum(np.minimum(speed + 1, vmax), gap)
        slow = rng.rand(2) < p
        speed[slow] = np.maximum(speed[slow] - 1, 0)
        position = (position + speed) % length
        total += speed.sum()
    return total
