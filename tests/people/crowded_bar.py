"""Four evenings at a bar: each guest brings another one with a chance that is clamped, or leaves; p = pull of a guest.

Exact: the chain of the number of guests.
"""

import random

P0 = 0.37
EXACT = 1.4572731200000002
EXACT_GRAD = 7.34050400000007

happens = lambda chance: random.random() < chance  # noqa: E731 (people write lambdas so)


def pull(p, guests):
    chance = p * guests
    if chance > 1:
        chance = 1
    return chance


def model(p):
    fine = 0 < p < 1
    if not fine:
        raise ValueError(p)
    guests = 1
    for _ in range(4):
        guests += 1 if happens(pull(p, guests)) else -1
        if guests == 0:
            return 0
    return guests
