"""A greedy learner of two arms that starts from values of the module; p = mean reward of the first arm.

The first arm is pulled, its value goes half the way to the reward, and the better arm is pulled. The reward is above
0.4 with probability q = P(z > 0.4 - p), so E = p + q p + (1 - q) 0.3.
"""

import copy

import numpy as np

P0 = 0.5
EXACT = 0.9079655674554057
EXACT_GRAD = 1.6192183467724386
FIRST = [np.zeros(1), np.full(1, 0.2)]


def model(p, rng):
    values = copy.deepcopy(FIRST)
    reward = rng.normal(p, 1.0)
    values[0][0] += 0.5 * (reward - values[0][0])
    best = int(np.argmax([value[0] for value in values]))
    return reward + rng.normal(p if best == 0 else 0.3, 1.0)
