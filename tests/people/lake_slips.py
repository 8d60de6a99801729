"""An environment of reinforcement learning that keeps its transitions in a dictionary; p = chance to slip.

Four fields in a row, a hole at the left end and a goal at the right one; a slip goes back or stays. The outcome is the
first element of the cumulative probabilities that exceeds one uniform. Exact: Markov chain over ten moves.
"""

import numpy as np

P0 = 0.3
EXACT = 0.6262870659560573
EXACT_GRAD = -0.9956005516649324
HOLE, GOAL = 0, 5


class Lake:
    def __init__(self, slip, np_random):
        self.np_random = np_random
        self.moves = {
            s: [(1 - slip, s + 1, float(s + 1 == GOAL)), (slip / 2, s, 0.0), (slip / 2, s - 1, 0.0)]
            for s in range(HOLE + 1, GOAL)
        }
        self.state = 2

    def step(self):
        choices = self.moves[self.state]
        chances = np.asarray([q for q, _, _ in choices])
        i = np.argmax(np.cumsum(chances) > self.np_random.random())
        _, self.state, reward = choices[i]
        return reward, self.state in (HOLE, GOAL)


def model(p, rng):
    lake = Lake(p, rng)
    for t in range(10):
        reward, done = lake.step()
        if done:
            return reward * 0.9**t
    return 0.0
