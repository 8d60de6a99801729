"""What moves and is stored in an array of whole numbers is cut: a decision, on carried values."""

from __future__ import annotations

import math

import pytest
from harness import program_of
from statistics_checks import Rates

SOURCE = """
import numpy as np
START = np.array([0, 0])

def fill(a, x):
    a[0] = x
    return a

def made(n):
    return np.zeros(n, int)

def f(p, rng):
    x = 2 * rng.exponential(p)
    {}
    return a[0]
"""
CUT = [
    "a = np.zeros(3, dtype=int); a[0] = x",
    "a = np.empty((2, 2), 'int32').T; a[0] = x; a = a[0]",
    "a = np.array([0, 0]); a[:] = x",
    "a = np.arange(3) + 1; a[0] = x",
    "a = np.full(3, 1); b = a; b[0] = x",
    "a = rng.binomial(3, 0.5, size=2); a[0] = x",
    "a = np.bincount([0, 1]); a[0] = x",
    "a = START.copy(); a[0] = x",
    "a = fill(np.zeros(2, dtype=np.int64), x)",
    "a = made(2); a[0] = x",
    "a = np.zeros_like([1, 2]); a[0] = x",
    "a = np.zeros(2).astype(int); a[0] = x",
    "a = np.array([len(START), 1]); a[0] = x",
]
KEPT = [
    "a = np.zeros(3); a[0] = x",
    "a = np.zeros(3, float); a[0] = x",
    "a = np.array([0, 1.0]); a[0] = x",
    "a = np.full(3, 0.5); a[0] = x",
    "a = [0, 0]; a[0] = x",
    "a = [0] * 3; a[0] = x",
    "a = np.arange(3) / 2; a[0] = x",
    "a = fill([0, 1], x)",
    "a = {0: 1}; a[0] = x",
    "a = np.array([p, 1]); a[0] = x",
]
AT, SAMPLES = 0.4, 2000
RATES = Rates(len(CUT) + len(KEPT))


@pytest.mark.parametrize("stored", CUT)
def test_a_value_that_is_cut_jumps(stored: str) -> None:
    program = program_of(SOURCE.format(stored))
    assert program.functions.on_carried_values
    found = program.estimate(AT, samples=SAMPLES, seed=1, mode="interpreted")
    growth = math.exp(1 / (2 * AT))  # the mean is 1 / (growth - 1)
    exact = growth / (growth - 1) ** 2 / (2 * AT * AT)
    RATES.check(stored, found.derivative, found.derivative_stderr, exact, 0.12 * exact)


@pytest.mark.parametrize("stored", KEPT)
def test_arrays_of_floats_and_lists_have_tangent_lines(stored: str) -> None:
    program = program_of(SOURCE.format(stored))
    assert not program.functions.on_carried_values
    found = program.estimate(AT, samples=SAMPLES, seed=1, mode="interpreted")
    RATES.check(stored, found.derivative, found.derivative_stderr, 2.0, 0.4)
