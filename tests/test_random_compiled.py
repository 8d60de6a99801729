"""Random programs compiled: where Numba takes one, its samples are the numbers of interpreted code.

To the last bit where a program only adds, multiplies and draws counts; elsewhere to ROUNDING, as `exp`, `log`, powers
and sums differ between libraries in the last places, and a replay beside a crossing is nudged by 1e-9. A few programs
in a usual run, always the same ones; any others by `python -m fuzz compiled`.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import pytest
import random_decisions
import random_programs
from fuzz import survey
from harness import bound, every_direction, executed, generate

from stochtrace.carried.running import Refused
from stochtrace.diagnostics import Refusal
from stochtrace.estimation.estimator import ONE_REPLAY, Estimator
from stochtrace.estimation.functions import Given
from stochtrace.estimation.program import Program
from stochtrace.estimation.reasons import reason
from stochtrace.estimation.shapes import flatten

pytest.importorskip("numba", reason="compiled samples are compared")
PROGRAMS = (20_004, 20_005, 20_006)  # numbers of programs that Numba takes
SAMPLES, SEED, MOVED = 50, 5, 0.7
ROUNDING, NUDGED = 1e-11, 1e-6
INEXACT = re.compile(
    r"\*\*|exp|sin|cos|log\b|sqrt|normal|uniform|gamma|laplace|weibull|logistic|gumbel|rayleigh|geometric|poisson|dot|@"
)


def Writer(pick: Callable[[Sequence[Any]], Any]) -> Any:
    """Return the writer of a discrete program, or of one that decides on what it draws."""
    return pick((random_programs.Writer, random_decisions.Writer))(pick)


def outcome(source: str) -> str:
    """Return what becomes of a program: why it is refused or not compiled, or "the same"."""
    try:
        program = executed(generate(source, functions=("f",)))
    except Refusal as refusal:
        return f"refused: {refusal.what}"
    at = {"p": MOVED} if "def f(p, rng" in source else random_programs.at_of(source)
    form = "carried values" if program.functions.on_carried_values else "tangent lines"
    estimators = (ONE_REPLAY, Estimator(None)) if program.functions.on_carried_values else (ONE_REPLAY,)
    for direction in every_direction(program, at):
        given = program.given(bound(program, at), direction)
        for estimator in estimators:
            try:
                run, _, _ = program._sampler.pick(given, "compiled", estimator)
            except Exception as error:
                return f"not compiled, {form}: {general(reason(error))}"
            interpreted, _, _ = program._sampler.pick(given, "interpreted", estimator)
            first, told = sampled(program, run, given)
            second, _ = sampled(program, interpreted, given)
            if isinstance(second, str) or isinstance(first, str):
                assert first == second
                return f"an error in both: {second.split(':')[0]}"
            same(first, second, rounding(source, form))
            if told:
                return f"the same, {form}, but for samples that only interpreted code can follow"
    return f"the same, {form}"


def sampled(program: Program, run: Any, given: Given) -> tuple[Any, str | None]:
    """Return values and derivatives of samples, or the error that one of them ends with."""
    width = len(flatten(program.sample(*given.arguments, seed=SEED)))
    found = np.zeros((2, SAMPLES, width))
    try:
        told = run(given, SEED, 0, *found)
    except (Exception, Refused) as error:
        return f"{type(error).__name__}: {error}", None
    return found, told


def rounding(source: str, form: str) -> float:
    """Return how far the numbers of two ways to run may be apart, as a part of the largest of them."""
    if form == "carried values":
        return NUDGED
    return ROUNDING if INEXACT.search(source) else 0.0


def same(first: Any, second: Any, part: float) -> None:
    """Fail unless values and derivatives are the same numbers."""
    for a, b in zip(first, second, strict=True):
        np.testing.assert_allclose(a, b, rtol=part, atol=part * float(np.max(np.abs(b[np.isfinite(b)]), initial=0.0)))


def general(told: str) -> str:
    """Return a reason without places, names and numbers."""
    told = re.sub(r"^\S+:\d+: ", "", told)
    return re.sub(r"0x\w+|\b[xnvadmseoyc]\d+(_\d+)?\b|\d+", "_", told)


def test_random_programs_are_the_same_compiled() -> None:
    found = survey(Writer, outcome, PROGRAMS)
    assert found == {"the same, tangent lines": len(PROGRAMS)}
