"""Break sticks off a unit stick until a tenth is left: how many; p = concentration.

Logarithms of what is left are a Poisson process: E = 1 + p log 10.
"""

P0 = 1.5
EXACT = 4.453877639491068
EXACT_GRAD = 2.3025850929939624


def model(p, rng):
    left, sticks = 1.0, 0
    while left > 0.1:
        left *= 1 - rng.beta(1, p)
        sticks += 1
    return sticks
