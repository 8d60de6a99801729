"""A named tuple with a property, replaced step by step, until its level exceeds 1; p = mean step."""

from typing import NamedTuple

P0 = 0.7
EXACT = 4.128571428571429
EXACT_GRAD = -1.0408163265305352


class State(NamedTuple):
    level: float = 0.0
    steps: int = 0

    @property
    def full(self):
        return self.level > 1


def model(p, rng):
    state = State()
    while not state.full:
        state = state._replace(level=state.level + rng.exponential(p), steps=state.steps + 1)
    level, steps = state
    return level + steps
