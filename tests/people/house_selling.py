"""Sell to the first of five offers above a reserve price, else to the last one; p = reserve.

Offers are uniform(0, 1). E = sum_{k<4} p^k (1 - p^2)/2 + p^4 / 2.
"""

from random import random

P0 = 0.6
EXACT = 0.735008
EXACT_GRAD = 0.09311999999991884


def model(p):
    waited = 0
    for _ in range(4):
        offer = random()
        if offer > p:
            break
        waited += 1
    else:
        offer = random()
    return offer - 0.02 * waited
