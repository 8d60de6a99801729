"""(s, S) inventory: cost of five weeks of ordering, holding and lost sales; p = mean weekly demand.

Exact: dynamic programme over the stock level (Poisson demand).
"""

import numpy as np

P0 = 2.5
EXACT = 26.22557522808221
EXACT_GRAD = 7.916997726380259
REORDER, UP_TO = 2, 6
FIXED, UNIT, HOLDING, SHORTAGE = 5.0, 1.0, 0.5, 4.0


def order_quantity(stock):
    return UP_TO - stock if stock <= REORDER else 0


def model(p):
    stock, cost = UP_TO, 0.0
    for week in range(5):
        quantity = order_quantity(stock)
        if quantity:
            cost += FIXED + UNIT * quantity
            stock += quantity
        demand = np.random.poisson(p)
        sold = min(stock, demand)
        lost = demand - sold
        stock -= sold
        cost += HOLDING * stock + SHORTAGE * lost
    return cost
