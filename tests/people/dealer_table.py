"""A game of cards against a dealer, whose rule is a table that the module fills; p = chance that the player stops.

Cards 1, 2, 3 are equally likely. Below 5 both draw; at 5 and 6 the player stops with chance p, the dealer by the table;
above 6 is a loss. Exact: recursion over sums.
"""

import numpy as np

P0 = 0.4
EXACT = -0.5435370624396687
EXACT_GRAD = 1.031596357827158
LIMIT = 6
STOPS = np.zeros(LIMIT + 1, dtype=bool)
for total in range(5, LIMIT + 1):
    STOPS[total] = True


def card():
    return np.random.randint(1, 4)


def played(stops, hand):
    while hand <= LIMIT and not stops(hand):
        hand += card()
    return hand


def model(p):
    def player(hand):
        return hand >= 5 and np.random.binomial(1, p) == 1

    mine = played(player, 0)
    if mine > LIMIT:
        return -1
    bank = played(lambda hand: STOPS[hand], 0)
    if bank > LIMIT:
        return 1
    return (mine > bank) - (mine < bank)
