"""Weather chain as a nested dict, simulated with random.choices: umbrella days of five; p = chance rain stays.

Exact: two-state Markov chain.
"""

import random

P0 = 0.7
EXACT = 2.8299199999999995
EXACT_GRAD = 4.948799999999372


def step(state, table):
    options, weights = zip(*table[state].items())
    return random.choices(options, weights=weights)[0]


def model(p):
    table = {"rain": {"rain": p, "sun": 1 - p}, "sun": {"rain": 0.3, "sun": 0.7}}
    weather = ["rain"]
    for _ in range(5):
        weather.append(step(weather[-1], table))
    return sum(day == "rain" for day in weather[1:])
