"""Histogram by integer parts of five exponential times: product of the first two bins; p = mean.

Multinomial: E[n0 n1] = 5 * 4 * q0 q1, q_j = exp(-j/p) - exp(-(j+1)/p).
"""

import random

P0 = 1.5
EXACT = 2.4988301623733293
EXACT_GRAD = -1.1094705553575157


def model(p):
    counts = [0] * 4
    for _ in range(5):
        t = random.expovariate(1 / p)
        counts[min(int(t), 3)] += 1
    return counts[0] * counts[1] + 0.1 * counts[3]
