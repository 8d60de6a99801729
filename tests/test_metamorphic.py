"""Programs of people in other words: the same values to the last bit, and the same derivatives sample by sample.

Each program is rewritten in one way, all ways in turn; a way that finds nothing to rewrite is passed over. Derivatives
are compared where both texts get the same form, as forms offer jumps in ways of their own.
"""

from __future__ import annotations

import ast
import importlib
from collections.abc import Callable
from functools import partial

import numpy as np
import pytest

from stochtrace.estimation.estimator import ONE_REPLAY
from stochtrace.estimation.program import Program
from tests.harness import bound, every_direction, executed, generate
from tests.metamorphic.places import WRAPPED, numbered, wrapped
from tests.metamorphic.statements import STATEMENTS
from tests.test_people import FOLDER, NAMES

SAMPLES, SEED = 20, 7
WAYS: list[Callable[[ast.Module], object]] = [
    *(way().visit for way in STATEMENTS),
    *(partial(wrapped, text=text) for text in WRAPPED.values()),
    numbered,
]


def rewritten(source: str, first: int) -> str:
    """Return a program in other words, by the first way from this one on that changes it."""
    for way in [*WAYS[first:], *WAYS[:first]]:
        tree = ast.parse(source)
        way(tree)
        text = ast.unparse(ast.fix_missing_locations(tree))
        if text != ast.unparse(ast.parse(source)):
            return text
    raise AssertionError("nothing to rewrite")


def program(source: str) -> Program:
    """Return the program of a text."""
    return executed(generate(source, functions=("model",), wrt=("p",)), "model")


def sampled(model: Program, at: dict[str, object]) -> np.ndarray:
    """Return values and derivatives of samples."""
    (direction,) = every_direction(model, at)
    given, found = model.given(bound(model, at), direction), np.zeros((2, SAMPLES, 1))
    run, _, _ = model._sampler.pick(given, "interpreted", ONE_REPLAY)
    run(given, SEED, 0, *found)
    return found


@pytest.mark.parametrize("name", NAMES)
def test_other_words_have_the_same_samples(name: str) -> None:
    source = (FOLDER / f"{name}.py").read_text(encoding="utf-8")
    at = {"p": importlib.import_module(f"tests.people.{name}").P0}
    one, other = program(source), program(rewritten(source, NAMES.index(name) % len(WAYS)))
    first, second = sampled(one, at), sampled(other, at)
    assert first[0].tolist() == second[0].tolist()
    if one.functions.on_carried_values == other.functions.on_carried_values and len(one.draws) == len(other.draws):
        assert first[1] == pytest.approx(second[1], rel=1e-6, abs=1e-9)
