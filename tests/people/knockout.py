"""Knockout tournament of four by recursion, Bradley-Terry strengths: does the favourite win; p = its strength.

Exact: the two possible finals.
"""

import random

P0 = 2.0
EXACT = 0.4876190476190476
EXACT_GRAD = 0.14309297052152842


def match(a, b):
    return a if random.random() < a[1] / (a[1] + b[1]) else b


def champion(players):
    if len(players) == 1:
        return players[0]
    half = len(players) // 2
    return match(champion(players[:half]), champion(players[half:]))


def model(p):
    players = [("fav", p), ("low", 0.5), ("mid", 1.0), ("mad", 1.5)]
    name, *_ = champion(players)
    return name == "fav"
