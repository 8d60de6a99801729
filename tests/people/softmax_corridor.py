"""A policy by softmax in a corridor, an environment as a class: discounted reward; p = preference for right. Exact: chain."""

import numpy as np

P0 = 0.4
EXACT = 5.3344203719082275
EXACT_GRAD = 7.062927310540376
MOVES = {0: -1, 1: 1}


def softmax(z):
    e = np.exp(z - z.max())
    return e / e.sum()


class Corridor:
    def __init__(self, rng, length=5):
        self.rng, self.length, self.place = rng, length, 2

    def step(self, action):
        move = MOVES[action]
        if self.rng.random() < 0.1:
            move = -move
        self.place += move
        done = self.place in (0, self.length)
        reward = 10.0 if self.place == self.length else -1.0 if done else -0.1
        return self.place, reward, done


def model(p, rng):
    corridor = Corridor(rng)
    place, total, discount = corridor.place, 0.0, 1.0
    for _ in range(12):
        action = rng.choice(2, p=softmax(np.array([0.0, p * place])))
        place, reward, done = corridor.step(action)
        total += discount * reward
        discount *= 0.95
        if done:
            break
    else:
        total -= 5.0
    return total
