"""Survey with non-response: sum and number of the answers of six people; p = response rate, also shifts the answers.

E[sum] = 6 p (1 + p/2), E[count^2] = 6p(1-p) + 36p^2.
"""

import numpy as np

P0 = 0.4
EXACT = 3.6000000000000005
EXACT_GRAD = 11.399999999999403


def model(p, rng):
    u = rng.random(6)
    answers = rng.normal(1.0 + p / 2, 0.5, size=6)
    hits = u < p
    return answers[hits].sum() + 0.1 * hits.sum() ** 2
