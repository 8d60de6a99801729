"""Carried programs in compiled code: sample by sample the numbers of interpreted code, and no bias."""

from __future__ import annotations

import importlib
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
import static_programs
from statistics_checks import Rates

from stochtrace import runtime as rt
from stochtrace.diagnostics import Refusal
from stochtrace.estimation import Program
from stochtrace.estimation.shapes import directions
from stochtrace.version import INTERFACE

pytest.importorskip("numba")
SAMPLES, SITES = 100, 3
COMPARED = static_programs.EXACT
RATES = Rates(tests=sum(np.size(case[2]) for case in COMPARED.values()))


def bound(name: str, primal: Callable[..., Any]) -> Program:
    """A generated module's program object of a primal."""
    draws = {site: (1, "", "") for site in range(1, SITES + 1)}
    return Program(
        primal, None, name=name, parameters=("p",), wrt=("p",), smooth=True, carried=True, source="", draws=draws,
        interface=INTERFACE, command="",
    )  # fmt: skip


def same_samples(name: str) -> Program:
    """A program whose samples are the same numbers, compiled and interpreted."""
    primal, p, _ = COMPARED[name]
    program = bound(name, primal)
    p = np.array(p) if isinstance(p, list) else p
    for direction in directions(("p",), {"p": p}):
        given = program.given({"p": p}, direction)
        found = np.zeros((2, 2, SAMPLES, 1))
        for (values, derivatives), mode in zip(found, ("compiled", "interpreted"), strict=True):
            run, _, _ = program._sampler.pick(given, mode)
            run(given, 1, 0, values, derivatives)
        np.testing.assert_allclose(found[0], found[1], rtol=1e-7, atol=1e-9)
    return program


@pytest.mark.parametrize("name", COMPARED)
def test_same_samples_and_no_bias(name: str) -> None:
    _, p, exact = COMPARED[name]
    program = same_samples(name)
    p = np.array(p) if isinstance(p, list) else p
    estimate = program.estimate(p, samples=40_000, seed=2, mode="compiled")
    assert program.fallback is None
    numbers = np.ravel(estimate.derivative), np.ravel(estimate.derivative_stderr), np.ravel(exact)
    for mean, error, value in zip(*numbers, strict=True):
        if error < 1e-6 * abs(value):  # one decision on one draw: every sample is the derivative, to its nudge
            np.testing.assert_allclose(mean, value, rtol=1e-6)
        else:
            RATES.check(name, mean, error, value, 0.3 * float(np.max(np.abs(exact))))


def place(p: float, omega: Any) -> float:
    """Where the largest of two parameters stands: a jump without a draw in it."""
    values = [p * factor for factor in (1.0, 0.5)]
    hit = 1.0 if rt.normal(omega, 1, p, 1.0) > 0.0 else 0.0
    return hit + float(np.argmax(np.array(values)))


@pytest.mark.parametrize("mode", ["compiled", "interpreted"])
def test_place_of_the_largest_parameter_is_refused(mode: str) -> None:
    with pytest.raises(Refusal, match="compares a parameter"):
        bound("place", place).estimate(0.5, samples=10, seed=1, mode=mode)


def test_methods_of_other_arrays_stay_as_they_are() -> None:
    from numba import njit

    importlib.import_module("stochtrace.carried.numba_arrays")
    sums = njit(lambda x: (x.sum(), x.mean(), x.max(), x.min()))
    assert sums(np.array([[1, 2], [3, 6]])) == (12, 3.0, 6, 1)
    assert sums(np.array([0.5, 1.5])) == (2.0, 1.0, 1.5, 0.5)
