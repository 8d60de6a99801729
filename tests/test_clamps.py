"""Clamps of a parameter: a test that takes the smaller or the larger of two values is a kink, and is not refused.

The statistical test sees a bias of a twentieth of the derivative: 8 standard errors, of which 4 give a false alarm in
one of 16 000 tests.
"""

from __future__ import annotations

import pytest
from harness import program_of

from stochtrace.diagnostics import Refusal

WALK = """
def f(p, rng):
    level = 2
    for _ in range(3):
        q = p * level / 2
        {clamp}
        level += 1 if rng.random() < q else -1
    return level


def clamp(x, lo=0.0, hi=1.0):
    return lo if x < lo else hi if x > hi else x
"""
CLAMPS = {
    "an if": "if q > 1: q = 1",
    "an if, equal too": "if 1.0 <= q: q = 1",
    "an elif": "if q > 1:\n            q = 1\n        elif q < 0:\n            q = 0",
    "a conditional expression": "q = q if q < 1 else 1.0",
    "a nested one": "q = 0.0 if q < 0.0 else 1.0 if q > 1.0 else q",
    "a function": "q = clamp(q)",
}
STEP = """
def f(p, rng):
    q, level = p, 0
    {test}
    return level + (rng.random() < q)
"""
OTHERS = {
    "another value": "if q > 0.5: q = 1",
    "another name": "if q > 1: level = 1",
    "an else": "if q > 1: q = 1\n    else: q = 0.5",
    "both": "q = 1 if q > 1 else 0.5",
}


def exact(p: float) -> float:
    """The walk by its tree."""

    def mean(level: int, steps: int) -> float:
        if not steps:
            return level
        q = min(p * level / 2, 1.0)
        return q * mean(level + 1, steps - 1) + (1 - q) * mean(level - 1, steps - 1)

    return mean(2, 3)


@pytest.mark.parametrize("mode", ["interpreted", "compiled"])
@pytest.mark.parametrize("clamp", CLAMPS.values(), ids=CLAMPS)
def test_a_clamp_is_a_kink(clamp: str, mode: str) -> None:
    if mode == "compiled":
        pytest.importorskip("numba", reason="compiled samples need Numba")
    slope = (exact(0.6 + 1e-4) - exact(0.6 - 1e-4)) / 2e-4
    found = program_of(WALK.format(clamp=clamp)).estimate(0.6, samples=12_000, seed=4, mode=mode)
    assert found.warnings == ()
    assert 8 * found.derivative_stderr < slope / 20 * 4
    assert abs(found.derivative - slope) < 4 * found.derivative_stderr


@pytest.mark.parametrize("test", OTHERS.values(), ids=OTHERS)
def test_any_other_test_of_a_parameter_is_refused(test: str) -> None:
    with pytest.raises(Refusal, match="compares a parameter"):
        program_of(STEP.format(test=test)).estimate(0.6, samples=100, seed=4, mode="interpreted")


def test_an_estimate_tells_where_a_clamp_ties() -> None:
    text = "def f(p, rng):\n    x = p\n    if x > 0.5:\n        x = 0.5\n    return x * rng.random()\n"
    found = program_of(text).estimate(0.5, samples=2000, seed=3, mode="interpreted")
    assert "two sides here" in "".join(found.warnings)
