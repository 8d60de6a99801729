"""Dose finding by cohorts of two, three of them; p = chance of toxicity at the middle dose. The last dose, and toxicities.

Exact: the tree of cohorts.
"""

import random

P0 = 0.3
EXACT = 2.4922023374999998
EXACT_GRAD = -2.86177575


def model(p):
    toxic = {1: p / 2, 2: p, 3: min(1.5 * p, 0.9)}
    dose, seen = 1, {1: [0, 0], 2: [0, 0], 3: [0, 0]}
    for cohort in range(3):
        bad = sum(random.random() < toxic[dose] for _ in range(2))
        seen[dose][0] += 2
        seen[dose][1] += bad
        patients, hits = seen[dose]
        if hits / patients <= 0.25 and dose < 3:
            dose += 1
        elif hits / patients > 0.5:
            if dose == 1:
                return 0
            dose -= 1
    return dose + sum(hits for _, hits in seen.values()) / 10
