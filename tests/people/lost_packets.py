"""A packet is sent up to four times: lost with probability p, timed out with 0.3 (1 - p), else through; errors tell.

Exact: with f the probability to fail, E = sum over tries f^k (p + 0.6 (1 - p) + 0.1) + 10 f^4.
"""

import random

P0 = 0.5
EXACT = 3.897475
EXACT_GRAD = 10.875875


class Lost(Exception):
    def __init__(self, cost):
        super().__init__(cost)
        self.cost = cost


def send(lost, late):
    u = random.random()
    if u < lost:
        raise Lost(1.0)
    elif u < lost + late:
        raise TimeoutError
    return "ok"


def model(p, rng):
    cost, attempts = 0.0, 0
    while attempts < 4:
        try:
            if send(p, 0.3 * (1 - p)) == "ok":
                break
        except Lost as error:
            cost += error.cost
            continue
        except (TimeoutError, KeyError):
            cost += 2.0
        finally:
            attempts += 1
    else:
        cost += 10.0
    return cost + 0.1 * attempts
