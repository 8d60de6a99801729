"""A mouse in a maze: steps to the cheese, at most 15; p = chance to follow the smell instead of a random door.

Exact: dynamic programme over cells and steps.
"""

import random

P0 = 0.4
EXACT = 11.956368713685501
EXACT_GRAD = -8.740011369871237
MAZE = """
#######
#S..#.#
#.#...#
#..#.C#
#######
""".strip().splitlines()


def find(mark):
    return next((r, c) for r, row in enumerate(MAZE) for c, cell in enumerate(row) if cell == mark)


def doors(cell):
    r, c = cell
    around = [(r - 1, c), (r + 1, c), (r, c - 1), (r, c + 1)]
    return [(i, j) for i, j in around if MAZE[i][j] != "#"]


def model(p):
    here, goal = find("S"), find("C")
    steps = 0
    while here != goal and steps < 15:
        options = doors(here)
        if random.random() < p:
            here = min(options, key=lambda d: (abs(d[0] - goal[0]) + abs(d[1] - goal[1]), d))
        else:
            here = random.choice(options)
        steps += 1
    return steps
