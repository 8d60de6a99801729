"""Replace a part when it fails, at a cost of 5, or at age p, at a cost of 1; profit of four parts, 2 a year.

Lives are Weibull with shape 2. Exact: quadrature of the survival function.
"""

import random

P0 = 0.9
EXACT = -7.232338820724625
EXACT_GRAD = -9.253047777436752


def model(p):
    cost = years = 0.0
    for _ in range(4):
        life = random.weibullvariate(1.0, 2.0)
        if life < p:
            cost += 5.0
            years += life
        else:
            cost += 1.0
            years += p
    return 2.0 * years - cost
