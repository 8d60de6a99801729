"""A generator that is passed in is of the make whose methods take what the program gives them."""

from __future__ import annotations

import pytest
from harness import program_of

from stochtrace.diagnostics import Refusal

HELD = """
class Task:
    def __init__(self, source):
        self.source = source

    def draw(self, p):
        return {}


def f(p, rng):
    return Task(rng).draw(p) * (rng.random() < p)
"""
PASSED = "def f(p, rng):\n    return {} * (rng.random() < p)\n"
TOLD = {
    "rng.sample([2, 4, 6], 2)[0]": {2, 4, 6},
    "rng.sample([2, 4, 6], k=1)[0]": {2, 4, 6},
    "rng.randint(3)": {0, 1, 2},
    "rng.randint(1, 3, size=2).max()": {1, 2},
    "rng.randint(1, high=3)": {1, 2},
    "rng.randint(1, b=3)": {1, 2, 3},
    "round(rng.triangular(low=2.0, high=4.0, mode=3.0))": {2, 3, 4},
}


@pytest.mark.parametrize("text", [PASSED, HELD], ids=["passed", "held by an object"])
@pytest.mark.parametrize("call", TOLD)
def test_arguments_tell_the_make(call: str, text: str) -> None:
    source = text.format(call if text is PASSED else call.replace("rng", "self.source"))
    program = program_of(source)
    assert {int(program.sample(1.0, seed=3, sample=i)) for i in range(60)} == TOLD[call]


@pytest.mark.parametrize("call", ["rng.randint(1, 6)", "rng.triangular(1.0, 2.0, 3.0)"])
def test_what_both_take_is_refused(call: str) -> None:
    with pytest.raises(Refusal, match="of which generator"):
        program_of(PASSED.format(call)).sample(0.5, seed=1)
