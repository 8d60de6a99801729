"""Isolated nodes of a random graph whose edges are found by skipping from one to the next; p = chance of an edge.

The gaps are whole parts of exponential ones. E = n (1 - p)**(n - 1).
"""

import math

P0 = 0.3
EXACT = 1.2004999999999997
EXACT_GRAD = -6.860000000000037
RNG = "random.Random"


def edges_of(n, chance, source):
    if chance <= 0 or chance >= 1:
        message = f"no chance: {chance}"
        raise ValueError(message)
    step = math.log(1 - chance)
    v, w = 1, -1
    while v < n:
        w += 1 + int(math.log(1 - source.random()) / step)
        while w >= v and v < n:
            w -= v
            v += 1
        if v < n:
            yield v, w


def model(p, rng):
    alone = set(range(5))
    for pair in edges_of(5, p, rng):
        alone -= set(pair)
    return len(alone)
