"""epsilon-greedy on two arms, six pulls: reward; p = exploration rate. Exact: dynamic programme over wins and pulls."""

import numpy as np

P0 = 0.2
EXACT = 2.321147579104
EXACT_GRAD = 2.0946514917194348
ARMS = np.array([0.3, 0.7])


class EpsilonGreedy:
    def __init__(self, epsilon, rng):
        self.epsilon = epsilon
        self.rng = rng
        self.counts = np.zeros(2, dtype=int)
        self.values = np.zeros(2)

    def select(self):
        if self.rng.random() < self.epsilon:
            return int(self.rng.integers(0, 2))
        return int(np.argmax(self.values))

    def update(self, arm, reward):
        self.counts[arm] += 1
        self.values[arm] += (reward - self.values[arm]) / self.counts[arm]


def model(p, rng):
    agent = EpsilonGreedy(p, rng)
    total = 0
    for _ in range(6):
        arm = agent.select()
        reward = int(rng.random() < ARMS[arm])
        agent.update(arm, reward)
        total += reward
    return total
