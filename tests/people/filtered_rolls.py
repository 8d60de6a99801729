"""Lists of hits among four, drawn up to three times, until the last hit is the second or third and a coin of p says so.

Exact: the lists that may come, and the tries.
"""

import random

P0 = 0.35
EXACT = 5.302561738281234
EXACT_GRAD = 4.2094345125


def model(p):
    hits = []
    tries = 0
    while tries < 3:
        hits = [k for k in range(4) if random.random() < p + 0.05 * k]
        tries += 1
        if len(hits[::-2]) == 0:
            continue
        if 0 < hits[-1] < 3 and random.random() < p:
            break
    else:
        tries += sum(hits[::-1][:2])
    return tries + sum(i * hit for i, hit in enumerate(reversed(hits)))
