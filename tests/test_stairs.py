"""A program that goes in steps which are too narrow for its samples is told of; the way out of the warning is right."""

from __future__ import annotations

import math
from typing import Any

import pytest
from harness import program_of

SEARCHED = """
import math

def root(target):
    low, high = 0.0, 10.0
    while high - low > 1e-6:
        middle = (low + high) / 2
        if middle + math.sin(middle) / 2 < target:
            low = middle
        else:
            high = middle
    return (low + high) / 2

def f(p, rng):
    x = root(rng.exponential(p))
    return x if x > 1 else 0.5
"""
SOLVED = """
import math

def f(p, rng):
    target = rng.exponential(p)
    x = target
    for _ in range(8):
        x -= (x + math.sin(x) / 2 - target) / (1 + math.cos(x) / 2)
    return 1.0 if target > 1 + math.sin(1) / 2 else 0.0
"""
ROUNDED = """
def f(p, rng):
    x = round(rng.exponential(p), {digits})
    return 1.0 if x > 1 else 0.0
"""
SORTED = """
def f(p, rng):
    xs = sorted(rng.exponential(p) for _ in range(20))
    return xs[10] + (xs[0] < 0.1)
"""


def told(found: Any) -> list[str]:
    """The warnings of steps: programs of other tests, in files of the same name, have warnings of their own."""
    return [warning for warning in found.warnings if "goes in steps" in warning]


@pytest.mark.parametrize("source", [SEARCHED, ROUNDED.format(digits=6)], ids=["bisection", "rounding"])
def test_steps_that_no_sample_meets_are_told(source: str) -> None:
    (warning,) = told(program_of(source).estimate(1.2, samples=2000, seed=1, mode="interpreted"))
    assert warning.startswith("the program goes in steps, of about ") and "of 2000 samples" in warning
    assert "Newton's method" in warning


@pytest.mark.parametrize("source", [SOLVED, ROUNDED.format(digits=1), SORTED], ids=["Newton", "coarse", "sorted"])
def test_steps_that_samples_meet_are_not(source: str) -> None:
    assert not told(program_of(source).estimate(1.2, samples=500, seed=1, mode="interpreted"))


def test_the_way_out_has_the_derivative() -> None:
    """One decision on one draw: each sample is the derivative of P(target > end) = exp(-end / p)."""
    end, p = 1 + math.sin(1) / 2, 1.2
    found = program_of(SOLVED).estimate(p, samples=20, seed=1, mode="interpreted")
    assert found.derivative == pytest.approx(math.exp(-end / p) * end / p**2, rel=1e-9)


def test_gradients_tell_too() -> None:
    assert told(program_of(SEARCHED).gradient(1.2, samples=1000, seed=1, mode="interpreted"))
