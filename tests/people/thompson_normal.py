"""Thompson sampling, two normal arms: one pull of each, then the arm whose posterior sample is larger; p = its mean.

Posterior of an arm after reward r is N(r/2, 1/2); the difference of samples is N(p/2, 3/2). E = p + p Phi(p / sqrt(6)).
"""

from dataclasses import dataclass
import random

P0 = 0.7
EXACT = 1.128732019215471
EXACT_GRAD = 1.7219200348395636


@dataclass
class Posterior:
    mean: float = 0.0
    precision: float = 1.0

    def sample(self):
        return random.gauss(self.mean, self.precision**-0.5)

    def update(self, reward):
        self.mean = (self.mean * self.precision + reward) / (self.precision + 1)
        self.precision += 1


def model(p):
    arms = {"safe": Posterior(), "new": Posterior()}
    means = {"safe": 0.0, "new": p}
    total = 0.0
    for name, arm in arms.items():
        reward = random.gauss(means[name], 1.0)
        arm.update(reward)
        total += reward
    best = max(arms, key=lambda name: arms[name].sample())
    total += random.gauss(means[best], 1.0)
    return total
