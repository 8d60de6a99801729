"""Five cards of four faces, what is single drawn again: the worth of the better hand; p = weight of the first face.

Exact: sum over all hands.
"""

import random
from collections import Counter
from enum import Enum

P0 = 0.3
EXACT = 6.77467875
EXACT_GRAD = -3.7066124999946513


class Hand(Enum):
    NOTHING = 0
    PAIR = 1
    TWO_PAIR = 3
    TRIPS = 5
    QUADS = 12


def classified(cards):
    match [count for _, count in Counter(cards).most_common()]:
        case [4, *_] | [5]:
            return Hand.QUADS
        case [3, *_]:
            return Hand.TRIPS
        case [2, 2, *_]:
            return Hand.TWO_PAIR
        case [2, *_] if max(cards) > 1:
            return Hand.PAIR
        case _:
            return Hand.NOTHING


def model(p):
    faces, weights = [1, 2, 3, 4], [p, 1 - p, 0.5, 0.5]
    cards = random.choices(faces, weights=weights, k=5)
    first = classified(cards)
    kept = [face for face in cards if cards.count(face) > 1]
    second = classified(kept + random.choices(faces, weights, k=5 - len(kept)))
    return max(first.value, second.value) + (second is Hand.TRIPS)
