"""A search by steps of exponential length ends in an exception that tells where, and after how many; p = mean step.

The steps before the end are a Poisson process on [0, 1.5], and the last one exceeds it by p on average.
"""

import itertools

P0 = 0.7
EXACT = 4.342857142857143
EXACT_GRAD = -2.0612244897952454


class Found(Exception):
    def __init__(self, at, steps):
        super().__init__(at)
        self.at, self.steps = at, steps


def search(p, rng):
    at = 0.0
    for steps in itertools.count():
        at += rng.exponential(p)
        if at > 1.5:
            raise Found(at, steps)


def model(p, rng):
    try:
        search(p, rng)
    except Found as found:
        return found.args[0] + found.steps
