"""Majority of three noisy labels, in strings: is it right; p = chance that a judge is right. Exact: enumeration."""

import random
from collections import Counter

P0 = 0.6
EXACT = 0.6479999999999999
EXACT_GRAD = 1.4400000000000401


def label(p):
    return "cat" if random.random() < p else random.choice(["dog", "fox"])


def model(p):
    votes = Counter(label(p) for _ in range(3))
    winner, count = votes.most_common(1)[0]
    text = "{}:{}".format(winner, count)
    return 1.0 if text.startswith("cat") and count > 1 else 0.0
