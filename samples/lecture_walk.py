"""A walk of 100 tosses; each step up, and each toss, makes the next step up less likely.

At p = 0.5: E = 32.644333 and dE/dp = 56.607871 (dynamic programme over n).
"""


def walk(p, rng):
    """The number of steps up in 100 tosses."""
    n = 0
    for i in range(1, 101):
        # step up with a probability that depends on the state
        n += rng.binomial(1, p * (1 - (n + i) / 200))
    return n
