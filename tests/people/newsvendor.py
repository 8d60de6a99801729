"""Newsvendor over three days: mean profit and sold-out days; p = mean of exponential demand.

E min(q, D) = p (1 - exp(-q/p)), P(sold out) = exp(-q/p).
"""

import statistics

import numpy as np

P0 = 8.0
EXACT = 4.175720483176008
EXACT_GRAD = 0.6270075843337377
PRICE, COST, SALVAGE = 5.0, 3.0, 1.0


def profit(demand, order):
    sold = min(order, demand)
    return PRICE * sold + SALVAGE * (order - sold) - COST * order


def model(p, rng, order=6.0):
    demands = [rng.exponential(p) for _ in range(3)]
    sold_out = sum(d >= order for d in demands)
    return statistics.mean(profit(d, order) for d in demands) - 0.5 * sold_out
