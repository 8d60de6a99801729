"""Crossings at an end of a draw's support: replays stay inside it, and what rounding moves there is none."""

from __future__ import annotations

import math
from pathlib import Path

import pytest
from harness import filed, program_of

ROULETTE = """
import numpy as np


def f(p, rng):
    rates = np.array([0.3 * p, p / 7, 0.1, p * p])
    t = rng.exponential(1 / rates.sum())
    u = rng.random()
    j = np.searchsorted(np.cumsum(rates), u * rates.sum())
    return [3.0, 1.0, 0.0, 2.0][j] + (1.0 if t > 1.0 else 0.0)
"""
RACE = """
import math
import random


def f(p, rng):
    times = [-math.log(random.random()) / p, -math.log(random.random()) / 60.0]
    return 1.0 if min(times) == times[0] else 0.0
"""
NEVER = """
def f(p, rng):
    u = rng.random()
    early = u < p
    return (2.0 if early else 0.0) + (1.0 if u + rng.random() > 5.0 else 0.0)
"""
CIRCLE = """
import math


def f(p, rng):
    u, v = rng.random(), rng.random()
    x = math.sqrt(-2 * math.log(u)) * math.cos(2 * math.pi * v)
    y = math.sqrt(-2 * math.log(u)) * math.sin(2 * math.pi * v)
    return 1.0 if 0.6 * x + 0.8 * y + p > 0 else 0.0
"""
SORTED = """
import numpy as np


def f(p, rng):
    w = np.array([1.0, 1.0, 1.0, 1.0])
    w[0] += 0.1 * rng.exponential(p[0])
    for _ in range(3):
        w = (1 - p[1]) * w + p[1] * w.mean()
    return float(np.sort(w)[3] - p[0])
"""


@pytest.mark.parametrize("method", ["estimate", "gradient"])
@pytest.mark.parametrize("p", [0.3, 0.7, 1.1, 1.9])
def test_the_last_part_of_a_roulette_ends_with_the_uniform(method: str, p: float) -> None:
    program = program_of(ROULETTE)
    found = getattr(program, method)(p, samples=300, seed=1, replays="all", mode="interpreted")
    assert math.isfinite(found.value)


def test_a_compiled_roulette_ends_with_the_uniform(tmp_path: Path) -> None:
    pytest.importorskip("numba", reason="one of the two ways to run is compiled")
    program = filed(ROULETTE, tmp_path)
    for p in (0.3, 0.7, 1.1, 1.9):
        a, b = (program.estimate(p, samples=300, seed=1, replays="all", mode=m) for m in ("interpreted", "compiled"))
        assert a.derivative == pytest.approx(b.derivative, rel=1e-9)


def test_a_replay_beside_a_tiny_root_is_inside_the_support() -> None:
    found = program_of(RACE).estimate(0.5, samples=2000, seed=1, mode="interpreted")
    exact = 60.0 / 60.5**2
    assert abs(found.derivative - exact) < 5 * found.derivative_stderr  # false alarms: 6e-7
    assert found.derivative_stderr < exact / 2


@pytest.mark.parametrize("mode", ["interpreted", "compiled"])
def test_a_sum_that_vanishes_as_a_draw_ends_has_its_other_roots(mode: str, tmp_path: Path) -> None:
    if mode == "compiled":
        pytest.importorskip("numba", reason="one of the two ways to run is compiled")
    found = filed(CIRCLE, tmp_path).estimate(0.3, samples=200, seed=1, mode=mode)
    exact = math.exp(-(0.3**2) / 2) / math.sqrt(2 * math.pi)
    assert abs(found.derivative - exact) < 5 * found.derivative_stderr  # false alarms: 6e-7
    assert found.derivative_stderr < exact / 10


@pytest.mark.parametrize("method", ["estimate", "gradient"])
@pytest.mark.parametrize("p", [0.0, 1e-13, 1.0])
def test_a_probability_at_an_end_has_its_derivative(method: str, p: float) -> None:
    found = getattr(program_of(NEVER), method)(p, samples=200, seed=1, mode="interpreted")
    slope = found.derivative if method == "estimate" else found.gradient
    assert slope == pytest.approx(2.0, rel=1e-9)


def test_equal_elements_are_equal_in_reverse_mode_too() -> None:
    program = program_of(SORTED)
    forwards = program.estimate([0.4, 0.2], samples=50, seed=1, mode="interpreted")
    found = program.gradient([0.4, 0.2], samples=50, seed=1, mode="interpreted")
    assert found.gradient == pytest.approx(forwards.derivative, rel=1e-9)
