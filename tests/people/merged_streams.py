"""Two generators of Poisson arrivals, merged by a heap: net arrivals by time 2, and the first; p = mean gap of one."""

import heapq
import itertools
import random

P0 = 0.7
EXACT = 1.26890756302521
EXACT_GRAD = -3.735611891815445


def stream(gap, kind):
    t = 0.0
    while True:
        t += random.expovariate(1 / gap)
        yield t, kind


def model(p):
    merged = heapq.merge(stream(p, 1), stream(1.0, -1))
    first, kind = next(merged)
    early = itertools.takewhile(lambda event: event[0] < 2, merged)
    return first + sum(kind for _, kind in early) + (kind if first < 2 else 0)
