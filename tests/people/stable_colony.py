"""A colony whose members divide, in a class that checks its parameters; p = rate of division.

E = exp(p T) at time T (Yule).
"""

import numpy as np

P0 = 0.7
EXACT = 2.0137527074704766
EXACT_GRAD = 2.013752707470427


class Colony:
    def __init__(self, rate, horizon=1.0):
        if rate <= 0:
            raise ValueError("rate")
        self.rate = rate
        self.horizon = horizon
        growth = self.rate * self.horizon
        if growth >= 3:
            raise ValueError("too large")
        elif not np.isfinite(growth):
            raise ValueError("no number")
        self.size = 1
        self.time = 0.0

    def grow(self, rng):
        while True:
            self.time += rng.exponential(1 / (self.rate * self.size))
            if self.time > self.horizon:
                return self.size
            self.size += 1


def model(p, rng):
    return Colony(p).grow(rng)
