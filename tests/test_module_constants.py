"""Constants of a generated module that change after its import."""

from __future__ import annotations

import pickle
import sys
from pathlib import Path
from typing import Any

import pytest
from harness import filed

from stochtrace.estimation import Program

TANGENT = """
    import numpy as np
    STEPS, GAINS, SIZES = 4, np.array([1.0, 2.0]), {"of": [1.0]}
    class Rules:
        bonus = 0.0
    def steps():
        return STEPS
    def f(p, rng):
        total = 0.0
        for _ in range(steps()):
            total += GAINS[0] * SIZES["of"][0] * (rng.random() < p) + Rules.bonus
        return total
    """
CARRIED = TANGENT.replace("(rng.random() < p)", "(rng.exponential(p) > 1.0)")


def estimated(program: Program, mode: str | None) -> list[float]:
    """Value, derivative and gradient of the same samples."""
    found = program.estimate(0.4, samples=4000, seed=1, mode=mode)
    reverse = program.gradient(0.4, samples=500, seed=1, mode=mode)
    return [found.value, found.derivative, reverse.value, reverse.gradient]


def changed(module: dict[str, Any], what: str) -> None:
    match what:
        case "a number":
            module["STEPS"] = 8
        case "an array in place":
            module["GAINS"][0] = 2.0
        case "a list in a dictionary":
            module["SIZES"]["of"][0] = 2.0


@pytest.mark.parametrize("mode", ["interpreted", None])
@pytest.mark.parametrize("source", [TANGENT, CARRIED], ids=["tangent lines", "carried"])
@pytest.mark.parametrize("what", ["a number", "an array in place", "a list in a dictionary"])
def test_a_program_follows_its_module(source: str, what: str, mode: str | None, tmp_path: Path) -> None:
    program = filed(source, tmp_path)
    before = estimated(program, mode)
    changed(program.primal.__globals__, what)
    after = estimated(program, mode)
    if what == "a number":
        folder = tmp_path / "eight"
        folder.mkdir()
        assert after == estimated(filed(source.replace("SIZES = 4,", "SIZES = 8,"), folder), mode)
    else:
        assert after == pytest.approx([2 * x for x in before])


def test_a_program_whose_module_has_changed_does_not_travel(tmp_path: Path) -> None:
    """A worker would make the module of its text, with the values from before."""
    program = filed(TANGENT, tmp_path)
    pickle.dumps(program)
    program.primal.__globals__["STEPS"] = 8
    with pytest.raises(TypeError, match="STEPS of its module changed after the import"):
        pickle.dumps(program)
    with pytest.raises(TypeError, match="STEPS of its module changed"):
        program.estimate(0.4, samples=10, checkpoint=tmp_path / "kept")
    program.primal.__globals__["STEPS"] = 4
    pickle.dumps(program)


def test_a_program_that_travels_back_is_that_of_its_module(tmp_path: Path) -> None:
    program = filed(TANGENT, tmp_path)
    module = sys.modules[program.primal.__module__]
    assert pickle.loads(pickle.dumps(program)) is program
    assert sys.modules[module.__name__] is module
