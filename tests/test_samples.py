"""The samples, end to end: transformed, equal to their goldens, run in both ways, right.

Rates of this file (`statistics_checks`): one false alarm in 10**6 runs of all its comparisons together, and a bias of
3 % of E, or of the largest component of dE/dp, is seen with probability 0.95 or more. The seeds are fixed.
"""

from __future__ import annotations

import math
from functools import cache as once
from pathlib import Path
from typing import Any

import exact
import lattice
import numpy as np
import pytest
from exact import CASES, Case
from statistics_checks import Rates

from stochtrace.estimation import Program, interpreted
from stochtrace.estimation.functions import Functions, Given
from stochtrace.transform.pipeline import transform

SAMPLES = Path(__file__).parents[1] / "samples"
RESOLVED = 0.03
# Samples that bring the standard errors down to what the rates above need, and no more; the board is left to compiled
# code, where it is as fast as the others (interpreted it gives the same numbers, which is checked below).
INTERPRETED = {
    "exponential": 60_000,
    "exponential_squared": 300_000,
    "bernoulli": 90_000,
    "lecture_walk": 11_000,
    "crazy": 14_000,
    "state_walk": 19_000,
    "kl_poisson": 12_000,
    "epidemic": 55_000,
}
COMPILED = 600_000
RUNS = [
    (case, way)
    for case in CASES
    for way in ("interpreted", "compiled")
    if way == "compiled" or case.name in INTERPRETED
]
BIG_BOARD = (12.6535342706, 39.9066039765)
RATES = Rates(sum(1 + len(case.parameters) for case, _ in RUNS) + 4)


def program(case: Case) -> Program:
    return transformed(case.name, case.function, case.replace)


@once
def transformed(name: str, function: str, replace: tuple[str, str]) -> Program:
    text = (SAMPLES / f"{name}.py").read_text(encoding="utf-8")
    assert replace[0] in text
    return lattice.generated(text.replace(*replace) if replace[0] else text, function)


def named(derivative: Any, case: Case) -> dict[str, float]:
    return derivative if isinstance(derivative, dict) else dict.fromkeys(case.parameters, derivative)


@pytest.mark.parametrize("name", [case.name for case in CASES])
def test_the_golden_is_what_the_transformer_writes(name: str) -> None:
    source = (SAMPLES / f"{name}.py").read_bytes()
    code = transform(source, filename=f"samples/{name}.py", output=f"samples/{name}_d.py").code
    assert code == (SAMPLES / f"{name}_d.py").read_text(encoding="utf-8"), (
        "run `make golden` and look at the difference"
    )


def test_every_sample_has_an_exact_answer() -> None:
    assert {p.stem for p in SAMPLES.glob("*.py") if not p.stem.endswith("_d")} == {case.name for case in CASES}


@pytest.mark.parametrize(("case", "way"), RUNS, ids=[f"{case.name}-{way}" for case, way in RUNS])
def test_value_and_derivative_agree_with_the_exact_answer(case: Case, way: str, cache: None) -> None:
    if way == "compiled":
        pytest.importorskip("numba")
    samples = INTERPRETED[case.name] if way == "interpreted" else COMPILED
    found = program(case).estimate(**case.parameters, samples=samples, seed=20, mode=way)
    assert (found.mode, found.samples) == (way, samples)
    RATES.check("E", found.value, found.value_stderr, case.value(), RESOLVED * abs(case.value()))
    derivatives, errors = named(found.derivative, case), named(found.derivative_stderr, case)
    largest = max(map(abs, case.derivatives().values()))
    for name, expected in case.derivatives().items():
        RATES.check(f"dE/d{name}", derivatives[name], errors[name], expected, RESOLVED * largest)


# -- the same numbers in both ways ------------------------------------------------------------------------------------

COUNT = 3000
# Programs of discrete draws and of arithmetic agree in every bit; `exp` and `log` may differ in the last place.
TRANSCENDENTAL = {"exponential", "exponential_squared", "crazy", "state_walk", "kl_poisson"}


def samples_of(case: Case, direction: str, way: str) -> tuple[Any, Any]:
    """Values and derivatives of single samples."""
    made = program(case)
    functions = Functions(made.__name__, made.primal, made.derivative, made.smooth, len(made.draws))
    given = Given(*map(tuple, lattice.given(made, case.parameters, direction, ())))
    values, derivatives = np.zeros((2, COUNT, 1))
    if way == "compiled":
        from stochtrace.estimation.compiled import Loop

        Loop(functions)(given, 77, 5, values, derivatives)
    else:
        interpreted.run(functions, given, 77, 5, values, derivatives)
    return values, derivatives


@pytest.mark.parametrize(
    ("case", "direction"), [pytest.param(c, p, id=f"{c.name}-{p}") for c in CASES for p in c.parameters]
)
def test_compiled_and_interpreted_samples_are_the_same(case: Case, direction: str, cache: None) -> None:
    pytest.importorskip("numba")
    (x, x_dot), (y, y_dot) = (samples_of(case, direction, way) for way in ("interpreted", "compiled"))
    if case.name in TRANSCENDENTAL:
        np.testing.assert_allclose(y, x, rtol=1e-13, atol=1e-12)
        np.testing.assert_allclose(y_dot, x_dot, rtol=1e-11, atol=1e-10)
    else:
        assert np.array_equal(x, y) and np.array_equal(x_dot, y_dot)


@pytest.mark.parametrize("case", CASES, ids=lambda c: c.name)
def test_a_triple_is_its_sample(case: Case) -> None:
    """Sample number i is the same wherever it is asked for."""
    made, name = program(case), next(iter(case.parameters))
    values, derivatives = samples_of(case, name, "interpreted")
    for i in (0, 1, 17):
        triple = made.triple(**case.parameters, seed=77, index=5 + i)
        triple = triple[name] if isinstance(triple, dict) else triple
        assert made.sample(**case.parameters, seed=77, index=5 + i) == triple.value == values[i, 0]
        assert triple.derivative == pytest.approx(derivatives[i, 0], rel=1e-12)


# -- the large board ---------------------------------------------------------------------------------------------------

LIFE = next(case for case in CASES if case.name == "game_of_life")._replace(replace=("", ""))


def test_the_large_board_agrees_with_the_exact_answer(cache: None) -> None:
    pytest.importorskip("numba")
    found = program(LIFE).estimate(0.5, samples=COMPILED, seed=3, mode="compiled")
    for what, mean, error, expected in (
        ("E", found.value, found.value_stderr, BIG_BOARD[0]),
        ("dE/dp", found.derivative, found.derivative_stderr, BIG_BOARD[1]),
    ):
        RATES.check(what, mean, error, expected, RESOLVED * expected)


def test_the_large_board_agrees_with_differences_on_common_random_numbers(cache: None) -> None:
    """(X(p + h) - X(p - h)) / 2h on the same uniforms: biased by O(h**2), which the 3 x 3 board shows to be small."""
    pytest.importorskip("numba")
    h = 0.05
    small = (exact.game_of_life(0.5 + h)[0] - exact.game_of_life(0.5 - h)[0]) / (2 * h)
    bias = abs(small / exact.game_of_life(0.5)[1] - 1)
    assert bias < RESOLVED / 10
    made = program(LIFE)
    ends = [made.estimate(0.5 + s * h, samples=COMPILED, seed=4, mode="compiled") for s in (1, -1)]
    difference = (ends[0].value - ends[1].value) / (2 * h)
    # as if the two ends were independent, which is more than the error on common random numbers
    error = math.hypot(ends[0].value_stderr, ends[1].value_stderr) / (2 * h)
    RATES.check("difference", difference, error, BIG_BOARD[1], RESOLVED * BIG_BOARD[1])
    found = made.estimate(0.5, samples=COMPILED, seed=5, mode="compiled")
    error = math.hypot(error, found.derivative_stderr)
    RATES.check("derivative", found.derivative, error, difference, RESOLVED * BIG_BOARD[1])
