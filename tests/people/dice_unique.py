"""Three loaded dice: score 5 for a pair, 20 for three alike, else the sum; p = chance of a six. Exact: enumeration."""

import numpy as np

P0 = 0.25
EXACT = 8.659999999999998
EXACT_GRAD = 1.709999999999449


def model(p, rng):
    faces = np.arange(1, 7)
    weights = np.append(np.full(5, (1 - p) / 5), p)
    dice = rng.choice(faces, size=3, p=weights)
    values, counts = np.unique(dice, return_counts=True)
    if counts.max() == 3:
        return 20
    if counts.max() == 2:
        return 5
    return dice.sum()
