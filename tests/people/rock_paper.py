"""Rock, paper, scissors by objects that are subtracted, three rounds or two wins; p = chance that the first plays rock.

Exact: all moves of all rounds.
"""

import random

P0 = 0.4
EXACT = 1.5899343749999997
EXACT_GRAD = -2.309808593750129


class Player:
    hands = ("rock", "paper", "scissors")

    def __init__(self, rock):
        self.rock = rock
        self.last = None

    def move(self):
        r = random.random()
        if r < self.rock:
            self.last = 0
        elif r < 0.75:
            self.last = 1
        else:
            self.last = 2
        return self.last

    def __sub__(self, other):
        return (self.move() - other.move()) % 3


def model(p):
    a, b = map(Player, (p, 0.5))
    score = [0, 0, 0]
    for _ in range(3):
        score[a - b] += 1
        if score[1] == 2:
            break
    else:
        score[0] += 1
    return score[1] * 2 - score[2] + 0.1 * score[0] + (Player.hands[a.last] == "paper")
