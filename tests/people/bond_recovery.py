"""A bond of four years with coupons, lost at a default whose rate is 0.1 for two years and p from then on.

Exact: quadrature of the default time's density.
"""

import math
import random

P0 = 0.3
EXACT = 0.7143463916288613
EXACT_GRAD = -0.49807900965563867


def default_time(early, late):
    e = random.expovariate(1)
    return e / early if e < 2.0 * early else 2.0 + (e - 2.0 * early) / late


def model(p):
    tau = default_time(0.1, p)
    value = 0.0
    for year in range(1, 5):
        if tau <= year:
            return value + 0.4 * math.exp(-0.05 * tau)
        value += 0.06 * math.exp(-0.05 * year)
    return value + math.exp(-0.2)
