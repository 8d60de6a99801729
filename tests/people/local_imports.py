"""A score clipped by a median, and whether it is far out, with modules imported where used; p = mean (sd 1)."""
import statistics; import random

P0 = 0.2
EXACT = 1.4612778301396179
EXACT_GRAD = 0.16737261243676693


def far(x):
    import math as m

    return m.sqrt(abs(x)) > m.exp(0.0)


def model(p):
    from math import floor, exp as e

    x = random.gauss(p, 1.0)
    return statistics.median([0.0, x, 1.0]) + 2 * far(x) + (floor(e(x)) == 0)
