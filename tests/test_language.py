"""Every construct of the language: the primal is the program, and the derivative is exact.

Nothing here is sampled: where the discrete draws are enumerated, both sides of the identity are finite sums.
"""

from __future__ import annotations

import importlib.util
from functools import cache

import numpy as np
import pytest
from harness import every_direction, given, program_of, run_original
from programs import LANGUAGE, Case
from stubs import Queue
from tree import assert_exact, enumerated, paths

from stochtrace.estimation.program import Program
from stochtrace.estimation.shapes import flatten
from stochtrace.runtime.jumps import EveryJump
from stochtrace.runtime.uniforms import Omega

each = pytest.mark.parametrize("case", LANGUAGE, ids=lambda case: case.name)
SEEDS = range(60)


@cache
def program(source: str) -> Program:
    return program_of(source)


def of(case: Case) -> Program:
    return program(case.source)


def test_names_are_unique() -> None:
    assert len({case.name for case in LANGUAGE}) == len(LANGUAGE)


@each
def test_primal_is_the_source_bit_for_bit(case: Case) -> None:
    if "either way round" in case.name:
        pytest.skip("the choice of two inverts its uniform from one end or the other: compared by outcomes")
    for seed in SEEDS:
        result = of(case).primal(*given(of(case), case.at), Queue(seed))
        expected = run_original(case.source, of(case), case.at, Queue(seed))
        assert flatten(result) == flatten(expected)
        assert kinds(result) == kinds(expected)


def kinds(value: object) -> object:
    """The containers of a result."""
    return [kinds(v) for v in value] if isinstance(value, list | tuple) else np.shape(value)


@pytest.mark.parametrize("case", [c for c in LANGUAGE if "either way round" in c.name], ids=lambda case: case.name)
def test_primal_has_the_distribution_of_the_source(case: Case) -> None:
    arguments = given(of(case), case.at)
    with enumerated():
        ours = distribution(lambda omega: of(case).primal(*arguments, omega))
        theirs = distribution(lambda omega: run_original(case.source, of(case), case.at, omega))
    assert ours == pytest.approx(theirs, rel=1e-12)


def distribution(run: object) -> dict[float, float]:
    found: dict[float, float] = {}
    for chance, result, _ in paths(run, 1, {}):  # type: ignore[arg-type]
        found[result] = found.get(result, 0.0) + chance
    return found


@each
def test_derivative_program_has_the_value_of_the_primal(case: Case) -> None:
    omega = Omega(5, len(of(case).draws))
    for sample in SEEDS:
        for direction in every_direction(of(case), case.at):
            omega.start(sample)
            result = of(case).derivative(*given(of(case), case.at, direction), omega, EveryJump())
            value = result[0] if of(case).smooth else result
            visits = list(omega.visits)
            omega.start(sample)
            assert flatten(value) == flatten(of(case).primal(*given(of(case), case.at), omega))
            assert visits == omega.visits


@each
def test_derivative_is_exact(case: Case) -> None:
    assert_exact(of(case), case.at)


COMPILED = [
    "augmented +, -, *, /, ** by a smooth value",
    "elif, each test drawn only if it is reached",
    "for over a smooth list that has a name, target changed inside",
    "comprehension with a condition on a draw",
    "arrays: slice assignment",
    "any and all of a generator",
    "arrays: types that are built in",
    "helper decides on its argument",
    "every discrete draw of a Generator",
    "every continuous draw of a Generator",
]


@pytest.mark.parametrize("name", COMPILED)
def test_compiled_samples_are_the_interpreted_ones(name: str) -> None:
    pytest.importorskip("numba")
    case = next(case for case in LANGUAGE if case.name == name)
    ran = [of(case).estimate(**case.at, samples=40, seed=9, mode=mode) for mode in ("compiled", "interpreted")]
    assert ran[0].mode == "compiled"
    for field in ("value", "value_stderr", "derivative", "derivative_stderr"):
        first, second = (np.array(flatten(getattr(estimate, field))) for estimate in ran)
        np.testing.assert_allclose(first, second, rtol=1e-12, atol=1e-13)


def test_numba_is_optional() -> None:
    """Without Numba the same program is interpreted, and the estimate says why."""
    case = next(case for case in LANGUAGE if case.name == COMPILED[0])
    if importlib.util.find_spec("numba") is None:
        assert "Numba is not installed" in str(of(case).estimate(**case.at, samples=2, seed=1).reason)
