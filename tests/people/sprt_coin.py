"""Wald's sequential test of a coin, 0.4 against 0.6: tosses used, plus 5 if it says fair-side wrong; p = true chance.

Exact: the log likelihood ratio is a lattice walk; dynamic programme over tosses. At most 15 tosses.
"""

import math
import random

P0 = 0.5
EXACT = 16.03192138671875
EXACT_GRAD = 7.10815429687468


def model(p):
    step = math.log(0.6 / 0.4)
    upper, lower = math.log(9), -math.log(9)
    llr, n = 0.0, 0
    while n < 15:
        n += 1
        toss = random.random()
        llr += step if toss < p else -step
        if llr >= upper:
            verdict = "high"
            break
        if llr <= lower:
            verdict = "low"
            break
    else:
        verdict = "open"
    return n + {"high": 5.0, "low": 0.0, "open": 2.0}[verdict]
