"""A gene that switches on and makes proteins: the first reaction is the shortest -log(u) / rate; p = rate to switch on.

Exact: P(on at t) = p / s (1 - exp(-s t)) with s = p + 0.3, and proteins are made at rate 2 while it is on.
"""

import math
import random

P0 = 0.7
EXACT = 1.5894693965312576
EXACT_GRAD = 1.5127929803460114


def model(p, rng):
    state, t, proteins = "off", 0.0, 0
    while t < 2:
        rates = {"on": p} if state == "off" else {"off": 0.3, "make": 2.0}
        times = {k: -math.log(random.random()) / r for k, r in rates.items()}
        event = min(times, key=times.get)
        t += times[event]
        if t > 2:
            break
        if event == "make":
            proteins += 1
        else:
            state = event
    return proteins
