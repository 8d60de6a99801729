"""Dose finding by the 3 + 3 rule on three doses, toxicity by a logistic curve; p = its slope. The dose that is left.

Exact: the chance of each number of toxicities at each dose.
"""

import math
import random

P0 = 0.8
EXACT = 1.6032710406711224
EXACT_GRAD = -0.8766490035224209


def toxicity(dose, p):
    return 1 / (1 + math.exp(2 - p * dose))


def model(p):
    level = 0
    while level < 3:
        bad = sum(random.random() < toxicity(level, p) for _ in range(3))
        if bad == 1:
            bad += sum(random.random() < toxicity(level, p) for _ in range(3))
        if bad > 1:
            break
        level += 1
    return level
