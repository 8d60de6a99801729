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


HELPER = """
import random
import numpy as np


def pick(rng: {make}):
    return rng.randint(1, 6)


def either(rng):
    return pick(rng)


def f(p, rng):
    return {call}(rng) * (rng.random() < p)
"""
OBJECT = """
from dataclasses import dataclass
import random
import numpy as np


@dataclass
class Roll:
    eyes: int


class Dice:
    def __init__(self, rng: {make}):
        self.rng = rng

    def roll(self):
        return Roll(self.rng.randint(1, 6))


def pick(rng: {make}):
    return Roll(rng.randint(1, 6))


def f(p, rng):
    return {call}.eyes * (rng.random() < p)
"""
ANNOTATED = {
    "a function": HELPER.replace("{call}", "pick"),
    "a function of a function": HELPER.replace("{call}", "either"),
    "a function, beside objects": OBJECT.replace("{call}", "pick(rng)"),
    "a class": OBJECT.replace("{call}", "Dice(rng).roll()"),
    "a class, by keyword": OBJECT.replace("{call}", "Dice(rng=rng).roll()"),
}


@pytest.mark.parametrize(("make", "most"), [("random.Random", 6), ("np.random.RandomState", 5)])
@pytest.mark.parametrize("text", ANNOTATED.values(), ids=ANNOTATED)
def test_annotation_of_what_it_is_passed_to_tells_the_make(text: str, make: str, most: int) -> None:
    program = program_of(text.replace("{make}", make))
    assert {int(program.sample(1.0, seed=3, sample=i)) for i in range(60)} == {*range(1, most + 1)}


BOTH = """
import random
import numpy as np


def unit(r):
    return {}


def f(p, a: random.Random, b: np.random.{}):
    return p * unit(a) + unit(b)
"""


def test_generators_of_two_makes_may_be_passed_to_one_function() -> None:
    program = program_of(BOTH.format("r.random()", "Generator"))
    assert program.triple(2.0, seed=1).delta == pytest.approx(
        (program.sample(2.0, seed=1) - program.sample(0.0, seed=1)) / 2
    )


def test_each_of_them_means_its_own() -> None:
    program = program_of(BOTH.format("r.randint(1, 3)", "RandomState"))
    found = {divmod(round(program.sample(10.0, seed=1, sample=i)), 10) for i in range(60)}
    assert found == {(a, b) for a in (1, 2, 3) for b in (1, 2)}


SEEDS = {
    "an entry of the module": 'np.random.default_rng(CONFIG["seed"])',
    "arithmetic": "np.random.default_rng(SEED + 1)",
    "arithmetic with an entry": 'np.random.RandomState(1000 * SEED + CONFIG["seed"])',
}


@pytest.mark.parametrize("made", SEEDS.values(), ids=SEEDS)
def test_a_seed_may_be_made_of_constants(made: str) -> None:
    text = f'import numpy as np\n\nSEED, CONFIG = 3, {{"seed": 4}}\n\n\ndef f(p):\n    return {made}.normal(p, 1.0)\n'
    assert program_of(text).estimate(0.4, samples=10, seed=1, mode="interpreted").derivative == 1.0
