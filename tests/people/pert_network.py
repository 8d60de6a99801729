"""PERT network with exponential durations: project length, plus 2 if activity B is on the critical path; p = mean of B.

start -> A -> (B, C) -> D -> end. E = 1 + E max(B, C) + 0.5 + 2 P(B > C), with C of mean 1.
"""

import functools
import random

P0 = 1.3
EXACT = 4.365217391304348
EXACT_GRAD = 1.1890359168241227
NETWORK = {"A": [], "B": ["A"], "C": ["A"], "D": ["B", "C"]}


def model(p):
    means = dict(A=1.0, B=p, C=1.0, D=0.5)
    length = {name: random.expovariate(1 / mean) for name, mean in means.items()}
    finish, critical = {}, {}
    for name, before in NETWORK.items():
        start = max((finish[b] for b in before), default=0.0)
        critical[name] = next((b for b in before if finish[b] == start), None)
        finish[name] = start + length[name]
    return max(finish.values()) + 2 * (critical["D"] == "B")
