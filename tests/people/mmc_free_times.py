"""Two servers, the one that is free first takes the next customer: how many of six customers wait; p = mean service.

Exact: the chain of the number in the system seen by arrivals (exponential gaps and services), by dynamic programming.
"""

import heapq
import random

P0 = 1.2
EXACT = 1.1840517065432392
EXACT_GRAD = 1.1458535471018414


class Station:
    def __init__(self, servers, seed=None):
        self.rng = random.Random(seed)
        self.free_at = [0.0] * servers
        heapq.heapify(self.free_at)

    def serve(self, now, mean):
        start = max(now, self.free_at[0])
        heapq.heapreplace(self.free_at, start + self.rng.expovariate(1 / mean))
        return start - now


def model(p):
    station = Station(2)
    now = 0.0
    delayed = 0
    for _ in range(6):
        if station.serve(now, p) > 0:
            delayed += 1
        now += station.rng.expovariate(1.0)
    return delayed
