"""Trees on a ring that grow from their neighbours, with all names of NumPy at hand; p = chance to seed a neighbour.

Exact: Markov chain on the 2**5 states of the ring.
"""

from numpy import *
from numpy.random import *

P0 = 0.35
EXACT = 2.1252495946875
EXACT_GRAD = 5.142581498749747
RNG = "np.random"
size, years = 5, 3


def model(p):
    wood = zeros(size, dtype=int)
    wood[0] = 1
    later = zeros(size, dtype=int)
    for year in range(years):
        for x in range(size):
            state = wood[x]
            if state == 0:
                for dx in (-1, 1):
                    if wood[(x + dx) % size] == 1 and random() < p:
                        state = 1
            elif random() < 0.2:
                state = 0
            later[x] = state
        wood, later = later, wood
    return sum(wood == 1)
