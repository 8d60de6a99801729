"""Betting a fraction p of the wealth, four rounds, until the second loss: log wealth; the stop is an exception.

Exact: enumeration of the outcomes (wins of 55 %).
"""

import math
import random

P0 = 0.3
EXACT = -0.04137028339605254
EXACT_GRAD = -0.7411538461538965


class Stopped(Exception):
    def __init__(self, wealth):
        super().__init__("stopped")
        self.wealth = wealth


def bet(wealth, fraction):
    stake = wealth * fraction
    won = random.random() < 0.55
    return wealth + (stake if won else -stake), won


def model(p):
    wealth, rounds, losses = 1.0, 0, 0
    try:
        while rounds < 4:
            wealth, won = bet(wealth, p)
            rounds += 1
            losses += not won
            if losses == 2:
                raise Stopped(wealth)
    except Stopped as stop:
        wealth = stop.wealth * math.exp(-0.05)
    finally:
        rounds += 1
    return math.log(wealth) + 0.01 * rounds
