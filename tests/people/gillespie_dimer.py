"""Gillespie simulation of dimerisation 2A <-> B until t = 1 from six A: squared number of dimers; p = binding rate.

Exact: matrix exponential on the number of dimers.
"""

import numpy as np

P0 = 0.4
EXACT = 3.0456880687495973
EXACT_GRAD = 4.513958447812527


class Reaction:
    def __init__(self, name, rate, change, propensity):
        self.name = name
        self.rate = rate
        self.change = change
        self._propensity = propensity

    def propensity(self, state):
        return self.rate * self._propensity(state)


def model(p, rng):
    state = {"A": 6, "B": 0}
    reactions = [
        Reaction("bind", p, {"A": -2, "B": +1}, lambda s: s["A"] * (s["A"] - 1) / 2),
        Reaction("split", 0.7, {"A": +2, "B": -1}, lambda s: s["B"]),
    ]
    t = 0.0
    while True:
        rates = [r.propensity(state) for r in reactions]
        total = sum(rates)
        t += rng.exponential(1.0 / total)
        if t > 1.0:
            break
        pick = rng.random() * total
        acc = 0.0
        for reaction, rate in zip(reactions, rates):
            acc += rate
            if pick < acc:
                break
        for species, change in reaction.change.items():
            state[species] += change
    return state["B"] ** 2
