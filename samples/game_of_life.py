"""A game of life with random rules on a square board, after 3 steps; p is the chance that a cell starts alive.

At p = 0.5: E = 12.653534 and dE/dp = 39.906604 (sums over the ancestors of each cell, one variable at a time).
With SIZE = 3, at p = 0.5: E = 1.376034 and dE/dp = 3.004077 (transition matrix over the 512 boards).
"""

import numpy as np

SIZE = 7
# the chance that a cell flips, at 5 * alive + living neighbours
TABLE = np.array([0.1, 0.1, 0.1, 0.9, 0.1, 0.9, 0.9, 0.1, 0.1, 0.9])


def game_of_life(p, rng):
    """The number of living cells after 3 steps; the border of zeros around the board stays dead."""
    board = np.zeros((SIZE + 2, SIZE + 2), dtype=np.int64)
    for i in range(1, SIZE + 1):
        for j in range(1, SIZE + 1):
            board[i, j] = rng.random() < p
    for _ in range(3):
        old = board.copy()
        for i in range(1, SIZE + 1):
            for j in range(1, SIZE + 1):
                neighbours = old[i + 1, j] + old[i - 1, j] + old[i, j - 1] + old[i, j + 1]
                board[i, j] ^= rng.random() < TABLE[5 * board[i, j] + neighbours]
    return int(board.sum())
