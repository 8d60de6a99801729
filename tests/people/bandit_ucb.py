"""UCB1 on two Bernoulli arms, eight pulls: reward; p = success chance of the second. Exact: enumeration."""

import math

P0 = 0.55
EXACT = 3.8560147906250006
EXACT_GRAD = 4.797325975000381


def ucb(wins, pulls, t):
    return wins / pulls + math.sqrt(2 * math.log(t) / pulls)


def model(p, rng):
    wins, pulls = [0, 0], [0, 0]
    chances = (0.4, p)
    for t in range(8):
        if 0 in pulls:
            arm = pulls.index(0)
        else:
            arm = max(range(2), key=lambda a: ucb(wins[a], pulls[a], t))
        reward = rng.random() < chances[arm]
        wins[arm] += reward
        pulls[arm] += 1
    return sum(wins)
