"""Rollout of a policy in a 3 x 3 grid with slippery floor: discounted return of 8 moves; p = chance to slip.

Exact: policy evaluation by dynamic programming.
"""

import numpy as np

P0 = 0.25
EXACT = 1.9302978706878047
EXACT_GRAD = -11.787898049906953
GOAL, PIT = (2, 2), (1, 1)
POLICY = {(0, 0): "R", (0, 1): "R", (0, 2): "D", (1, 0): "D", (1, 2): "D", (2, 0): "R", (2, 1): "R"}


def move(cell, action):
    row, col = cell
    match action:
        case "U":
            row -= 1
        case "D":
            row += 1
        case "L":
            col -= 1
        case "R":
            col += 1
        case _:
            raise ValueError(action)
    return min(max(row, 0), 2), min(max(col, 0), 2)


def model(p, rng):
    cell, value, discount = (0, 0), 0.0, 1.0
    for _ in range(8):
        action = POLICY[cell]
        if rng.random() < p:
            action = rng.choice(list("UDLR"))
        cell = move(cell, action)
        match cell:
            case (2, 2):
                return value + discount * 10
            case (1, 1):
                return value - discount * 5
        value -= discount
        discount *= 0.9
    return value
