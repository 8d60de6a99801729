"""Draws that are named, kept or passed on are those that are written out: `rand = random.random`, `partial(...)`.

Each has one site, so that its samples are those of the program that writes the draw out.
"""

from __future__ import annotations

import pytest
from harness import executed, generate, program_of

from stochtrace.diagnostics import Refusal

PLAIN = "def f(p, rng):\n    x = rng.normal(p, 1.0)\n    return x * (max([x, 0.5]) > 0.5)\n"
NAMED = {
    "a name": """
def f(p, rng):
    draw = rng.normal
    x = draw(p, 1.0)
""",
    "two names": """
def f(p, rng):
    draw, other = rng.normal, max
    x = other([draw(p, 1.0)])
""",
    "a name of the module": """
import numpy as np

draw = np.random.normal


def f(p):
    x = draw(p, 1.0)
""",
    "an import": """
from numpy.random import normal


def f(p):
    draw = normal
    x = draw(p, 1.0)
""",
    "a table": """
import random

DRAWS = {"a": random.gauss}


def f(p):
    x = DRAWS["a"](p, 1.0)
""",
    "an attribute": """
class Walk:
    def __init__(self, rng):
        self.draw = rng.normal


def f(p, rng):
    x = Walk(rng).draw(p, 1.0)
""",
    "a method of an attribute": """
class Walk:
    def __init__(self, rng):
        self.source = rng
        self.draw = self.source.normal


def f(p, rng):
    x = Walk(rng).draw(p, 1.0)
""",
    "a name for a generator": """
class Walk:
    def __init__(self, rng):
        self.source = rng

    def go(self, p):
        given = self.source
        draw = given.normal
        return draw(p, 1.0)


def f(p, rng):
    x = Walk(rng).go(p)
""",
    "an argument": """
def made(draw, p):
    return draw(p, 1.0)


def f(p, rng):
    x = made(rng.normal, p)
""",
    "a default": """
import random


def made(p, draw=random.gauss):
    return draw(p, 1.0)


def f(p):
    x = made(p)
""",
    "a part": """
from functools import partial


def f(p, rng):
    draw = partial(rng.normal, p)
    x = draw(1.0)
""",
    "a map": """
import random


def f(p):
    (x,) = map(random.gauss, [p], [1.0])
""",
    "a distribution of SciPy": """
from scipy import stats


def f(p):
    draw = stats.norm(0.0, 1.0).rvs
    x = p + draw()
""",
    "one that is not frozen": """
from scipy import stats

draw = stats.norm.rvs


def f(p):
    x = draw(p, 1.0)
""",
    "a generator of its own": """
import random


def f(p):
    draw = random.Random(4).gauss
    x = draw(p, 1.0)
""",
}


@pytest.mark.parametrize("named", NAMED.values(), ids=NAMED)
def test_a_named_draw_is_the_one_that_is_written_out(named: str) -> None:
    found, plain = (
        executed(generate(text, functions=("f",))).estimate(0.4, samples=100, seed=2, mode="interpreted")
        for text in (named + PLAIN[PLAIN.index("    return") :], PLAIN)
    )
    assert (found.value, found.derivative) == (plain.value, plain.derivative)
    assert found.derivative_stderr > 0


def test_what_only_has_the_name_of_a_draw_is_left_alone() -> None:
    text = (
        "class Menu:\n    def __init__(self, choice):\n        self.choice = choice\n\n\n"
        "def f(p, rng):\n    menu = Menu(2)\n    return menu.choice * max([rng.normal(p, 1.0)])\n"
    )
    assert "menu.choice *" in generate(text)
    assert program_of(text).estimate(0.4, samples=10, seed=1).derivative == 2.0


def test_a_draw_that_is_asked_for_by_its_name_is_refused() -> None:
    with pytest.raises(Refusal, match="under another name"):
        program_of('def f(p, rng):\n    return getattr(rng, "normal")(p)\n').estimate(0.4, samples=10, seed=1)


READ_ONCE = "table.values()", "(w for w in (p, 2 * p))", "map(float, (p, 2 * p))", "range(1, 3)"


@pytest.mark.parametrize("weights", READ_ONCE)
def test_weights_that_are_read_once_are_those_of_a_list(weights: str) -> None:
    def text(given: str) -> str:
        drawn = f"random.choices([1, 2], weights={given})[0]"
        return f"import random\n\n\ndef f(p):\n    table = {{'a': p, 'b': 2 * p}}\n    return p * {drawn}\n"

    found, plain = (
        program_of(text(given)).estimate(0.4, samples=100, seed=2, mode="interpreted")
        for given in (weights, f"list({weights})")
    )
    assert (found.value, found.derivative) == (plain.value, plain.derivative)
    assert found.derivative_stderr > 0
