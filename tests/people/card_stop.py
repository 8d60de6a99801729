"""Draw cards from a shuffled pack of six until the sum passes 10; stop early with chance p after each; score or bust.

Exact: enumeration of the orders and the stops.
"""

import random

P0 = 0.3
EXACT = 2.7216500000000234
EXACT_GRAD = 6.913166666691972


def model(p):
    pack = [2, 3, 4, 5, 6, 7]
    random.shuffle(pack)
    hand = []
    while pack:
        hand.append(pack.pop())
        if sum(hand) > 10:
            return 0
        if random.random() < p:
            break
    return sum(hand)
