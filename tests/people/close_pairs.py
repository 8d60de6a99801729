"""Random positions on a road of length p: pairs nearer than 0.5 among four. 6 (1 - (1 - 0.5/p)^2)."""

from itertools import combinations
from random import uniform

P0 = 2.0
EXACT = 2.625
EXACT_GRAD = -1.1249999999999372


def model(p):
    cars = [uniform(0, p) for _ in range(4)]
    return sum(1 for a, b in combinations(cars, 2) if abs(a - b) < 0.5)
