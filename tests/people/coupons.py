"""Coupon collector: packs bought until all three pictures are there, at most 12; p = chance of the rare one.

Exact: dynamic programme over the sets that have been seen.
"""

import numpy as np
from collections import Counter

P0 = 0.2
EXACT = 6.06224130048
EXACT_GRAD = -10.786103705598842


def model(p, rng):
    seen = Counter()
    packs = 0
    while len(seen) < 3 and packs < 12:
        picture = rng.choice(["rare", "blue", "red"], p=[p, 0.5 * (1 - p), 0.5 * (1 - p)])
        seen[picture] += 1
        packs += 1
    return packs
