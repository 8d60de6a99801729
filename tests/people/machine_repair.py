"""Three machines, one mechanic, a shift of 4 hours: machine hours produced, less 0.3 per breakdown.

p = failure rate. Exact: Markov chain on the number of broken machines (integral of its matrix exponential).
"""

import random
from collections import deque

P0 = 0.5
EXACT = 7.408785637394169
EXACT_GRAD = -7.553028158577761
SHIFT, REPAIR = 4.0, 1.5


def model(p):
    clock = 0.0
    up = {0, 1, 2}
    broken = deque()
    produced, breakdowns = 0.0, 0
    while True:
        rate = len(up) * p + (REPAIR if broken else 0.0)
        step = random.expovariate(rate)
        if clock + step > SHIFT:
            produced += len(up) * (SHIFT - clock)
            break
        produced += len(up) * step
        clock += step
        if random.random() < len(up) * p / rate:
            machine = random.choice(sorted(up))
            up.remove(machine)
            broken.append(machine)
            breakdowns += 1
        else:
            up.add(broken.popleft())
    return produced - 0.3 * breakdowns
