"""Polya urn in a list: the drawn colour is doubled with chance p, the other one added otherwise; 6 draws, reds squared.

Exact: dynamic programme over the number of red balls.
"""

import random

P0 = 0.7
EXACT = 18.206655999999995
EXACT_GRAD = 4.346171428572124


def model(p):
    urn = ["red", "blue"]
    for _ in range(6):
        ball = random.choice(urn)
        other = "blue" if ball == "red" else "red"
        urn.append(ball if random.random() < p else other)
    return urn.count("red") ** 2
