"""A policy for a windy grid: a table of logits, four for each cell, and what it chooses is a draw.

One starts at the lower left and looks for the goal at the upper right, past two ditches. On one step in ten the wind
takes over. A step costs 0.1, a ditch 2, and the goal brings 5, all discounted; an episode ends after 40 steps.
"""

import numpy as np

GRID = np.array(
    [
        [0, 0, 0, 0, 1],
        [0, 2, 0, 2, 0],
        [0, 0, 0, 0, 0],
        [0, 0, 0, 0, 0],
    ]
)
ROWS, COLUMNS = GRID.shape
GOAL, DITCH = 1, 2
REWARD = np.array([-0.1, 5.0, -2.0])
MOVES = np.array([[-1, 0], [1, 0], [0, -1], [0, 1]])
WIND, DISCOUNT, STEPS = 0.1, 0.95, 40


def episode(logits, rng):
    """The discounted return of an episode; `logits` has a row for each cell: up, down, left, right."""
    row, column = ROWS - 1, 0
    total, worth = 0.0, 1.0
    for _ in range(STEPS):
        chance = np.exp(logits[row * COLUMNS + column])
        move = rng.choice(4, p=chance / np.sum(chance))
        if rng.random() < WIND:
            move = rng.integers(4)
        row = min(max(row + MOVES[move, 0], 0), ROWS - 1)
        column = min(max(column + MOVES[move, 1], 0), COLUMNS - 1)
        total += worth * REWARD[GRID[row, column]]
        if GRID[row, column] == GOAL:
            break
        worth *= DISCOUNT
    return total
