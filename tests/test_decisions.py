"""Decisions on smooth values: each trap has the exact derivative, by a z-test with two declared rates."""

from __future__ import annotations

import math

import pytest
from decisions import TRAPS, Trap, source
from harness import program_of
from statistics_checks import Rates

SAMPLES, SAME = 4000, 50
RATES = Rates(tests=len(TRAPS))
ROUNDING = 1e-8  # to which the exact derivatives are known, where an estimator has no spread


@pytest.mark.parametrize("trap", TRAPS.values(), ids=TRAPS)
def test_no_bias(trap: Trap) -> None:
    program = program_of(source(trap.body))
    found = program.estimate(trap.p, samples=SAMPLES, seed=1, mode="interpreted")
    for sample in range(SAME):
        carried, plain = program.triple(trap.p, seed=2, sample=sample), program.sample(trap.p, seed=2, sample=sample)
        assert carried.value == plain
    error = max(found.derivative_stderr, ROUNDING)
    RATES.check(trap.body, found.derivative, error, trap.derivative, trap.resolved)


FLAT = "x = rng.lognormal(0.0, p)\nreturn min(x, 10.0) if x > 5 else 0.0"


def test_a_crossing_is_replayed_beside_its_root_wherever_the_sample_is() -> None:
    """Where x is tiny, so is its slope: what is seen of a root there is no measure of how far to step aside from it."""
    program = program_of(source(FLAT))
    jumps = [jump for i in range(60) for jump in program.triple(20.0, seed=1, sample=i).jumps]
    changes = [jump.change for jump in jumps if abs(jump.change) > 1e-3]  # the others are the kink at 10
    assert changes == pytest.approx([5.0] * len(changes), rel=1e-6)
    assert len(changes) > 30


def test_compiled_crossings_are_replayed_beside_their_roots() -> None:
    pytest.importorskip("numba", reason="compiled decisions need Numba")
    program = program_of(source(FLAT))
    interpreted, compiled = (program.estimate(20.0, samples=300, seed=1, mode=m) for m in ("interpreted", "compiled"))
    assert compiled.derivative == pytest.approx(interpreted.derivative, rel=1e-6)


NEAREST = """
import numpy as np

def f(p, rng):
    x = rng.normal(p, 1.0, size=4)
    c = np.array([x.min(), x.max()])
    near = np.abs(x[:, None] - c[None, :]).argmin(axis=1)
    return near.sum() + x[near == 0].mean()
"""


def test_a_check_that_ends_inside_numpy_ends() -> None:
    program = program_of(NEAREST)
    found = [program.triple(1.0, seed=3, sample=i).value for i in range(60)]
    assert found == [program.sample(1.0, seed=3, sample=i) for i in range(60)]


SIGN = """
import numpy as np

def f(p, rng):
    x = rng.normal(p, 1.0)
    return np.linalg.slogdet(np.array([[x, 0.5 * x], [0.0, 2.0]]))[0]
"""


def test_sign_of_a_determinant_is_a_decision() -> None:
    """E = P(x > 0) - P(x < 0): a decision on one draw, so each sample is the derivative, twice the density at p."""
    found = program_of(SIGN).estimate(0.3, samples=20, seed=1, mode="interpreted")
    assert found.derivative == pytest.approx(2 * math.exp(-(0.3**2) / 2) / math.sqrt(2 * math.pi), rel=1e-6)
