"""Judges rank three teams by noisy scores: does the first team win, and its rank; p = its strength.

P(win) and the expected rank are one-dimensional integrals over the first score.
"""

import numpy as np

P0 = 0.5
EXACT = 4.725690269502276
EXACT_GRAD = 1.4160252797885686
STRENGTH = {"ants": None, "bees": 0.0, "cats": 0.4}


def model(p, rng):
    strength = {**STRENGTH, "ants": p}
    names = list(strength)
    scores = np.array([strength[n] + rng.logistic() for n in names])
    order = np.argsort(-scores)
    podium = [names[i] for i in order]
    return 10 * (podium[0] == "ants") + podium.index("ants")
