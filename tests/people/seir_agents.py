"""SEIR epidemic among five agents for four days: how many were ever infected; p = infection chance per contact.

Exact: Markov chain on the counts of each state (binomial moves, independent agents).
"""

from enum import Enum
import random

P0 = 0.3
EXACT = 3.7919316195588704
EXACT_GRAD = 6.429614254868773


class State(Enum):
    S = 0
    E = 1
    I = 2
    R = 3


class Agent:
    def __init__(self, state=State.S):
        self.state = state

    @property
    def infectious(self):
        return self.state is State.I

    def step(self, infectious, p):
        raise NotImplementedError


class Person(Agent):
    def step(self, infectious, p):
        if self.state == State.S:
            if any([random.random() < p for _ in range(infectious)]):
                return State.E
        elif self.state == State.E:
            if random.random() < 0.6:
                return State.I
        elif self.state == State.I and random.random() < 0.3:
            return State.R
        return self.state


def model(p):
    people = [Person(State.I)] + [Person() for _ in range(4)]
    for day in range(4):
        infectious = sum(a.infectious for a in people)
        new = [a.step(infectious, p) for a in people]
        for agent, state in zip(people, new):
            agent.state = state
    return sum(1 for a in people if a.state is not State.S)
