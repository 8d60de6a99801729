"""Gambler's ruin with a generator of bets: ruined before doubling 4 units, within 12 bets? p = chance to win a bet.

Exact: dynamic programme over capital and bets.
"""

import itertools
import random

P0 = 0.45
EXACT = 0.4946448330023054
EXACT_GRAD = -2.300194485923497


def bets(p):
    while True:
        yield 1 if random.random() < p else -1


def model(p):
    capital = 4
    for bet in itertools.islice(bets(p), 12):
        capital += bet
        if capital == 0:
            return 1.0
        if capital == 8:
            return 0.0
    return 0.25
