"""Breakdowns before time 3, the gaps drawn by a function that is handed on; p = rate of the gaps.

Gaps are exponential, or the sum of two: E = 3 p + the mean of an Erlang renewal process.
"""

import random
from functools import partial

P0 = 1.2
EXACT = 5.150186646452093
EXACT_GRAD = 4.498880121287809


def breakdowns(gap, horizon=3.0):
    clock, count = gap(), 0
    while clock < horizon:
        count += 1
        clock += gap()
    return count


def model(p):
    draw = random.gammavariate
    return breakdowns(partial(random.expovariate, p)) + breakdowns(lambda: draw(2, 1 / p))
