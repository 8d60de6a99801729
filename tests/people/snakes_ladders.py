"""Snakes and ladders on 12 squares with a loaded die of three faces: throws to finish (at most 10); p = chance of a 3.

Exact: dynamic programme over squares and throws.
"""

import random

P0 = 0.4
EXACT = 8.386657135
EXACT_GRAD = -0.8332381749998656
JUMPS = {3: 7, 6: 2, 10: 4}


class Board:
    def __init__(self, size, jumps):
        self.size, self.jumps = size, jumps

    def land(self, square):
        if square > self.size:
            square = 2 * self.size - square
        return self.jumps.get(square, square)


def model(p):
    board = Board(12, JUMPS)
    square, throws = 0, 0
    while square != board.size and throws < 10:
        [die] = random.choices([1, 2, 3], weights=[(1 - p) / 2, (1 - p) / 2, p])
        square = board.land(square + die)
        throws += 1
    return throws
