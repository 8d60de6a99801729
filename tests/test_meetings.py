"""Roots of two decisions on one draw that meet at exactly these parameters: as those move, each changes alone."""

from __future__ import annotations

import math
import re
from statistics import NormalDist
from typing import Any

import numpy as np
import pytest
from harness import program_of
from statistics_checks import Rates

from stochtrace.optimize import adam

DENSITY = NormalDist().pdf
MEETING: dict[str, tuple[str, Any, Any]] = {
    "two sides of a uniform": (
        "u = rng.random()\nreturn (2.0 if u < p else 0.0) + (3.0 if u > 1 - p else 0.0)",
        0.5,
        5.0,
    ),
    "two parameters that are equal": (
        "u = rng.random()\nreturn (2.0 if u < p[0] else 0.0) + (3.0 if u < p[1] else 0.0)",
        [0.5, 0.5],
        [2.0, 3.0],
    ),
    "a parameter and a number": (
        "x = rng.normal(0.0, 1.0)\nreturn (2.0 if x < p else 0.0) + (3.0 if x < 0.0 else 0.0)",
        0.0,
        2 * DENSITY(0.0),
    ),
    "the number first": (
        "x = rng.normal(0.0, 1.0)\nreturn (3.0 if x < 0.0 else 0.0) + (2.0 if x < p else 0.0)",
        0.0,
        2 * DENSITY(0.0),
    ),
    "a number but for rounding": (
        "x = rng.normal(0.0, 1.0)\nreturn (3.0 if x < 0.1 + 0.2 else 0.0) + (2.0 if x < p else 0.0)",
        0.3,
        2 * DENSITY(0.3),
    ),
    "a step": (
        "x = rng.exponential(1.0)\nreturn (2.0 if x > p else 0.0) + math.floor(x)",
        1.0,
        -2 * math.exp(-1),
    ),
    "a number that only some samples ask for": (
        "x = rng.exponential(1.0)\ny = 2.0 if x > p else 0.0\n"
        "if x > 2:\n    return y + 5.0\nelif x > 1:\n    return y + 3.0\nreturn y",
        1.0,
        -2 * math.exp(-1),
    ),
    "bins of an array": (
        "x = rng.exponential(1.0, size=2)\nreturn (2.0 * (x > p)).sum() + np.digitize(x, [0.5, 1.0, 2.0]).sum()",
        1.0,
        -4 * math.exp(-1),
    ),
    "two circles": (
        "r = math.hypot(rng.normal(0.0, 1.0), rng.normal(0.0, 1.0))\n"
        "return (1.0 if r < p[0] else 0.0) + (2.0 if r < p[1] else 0.0)",
        [1.0, 1.0],
        [math.exp(-0.5), 2 * math.exp(-0.5)],
    ),
    "a sum of two draws": (
        "t = rng.exponential(1.0) + rng.exponential(1.0)\nreturn (1.0 if t < p else 0.0) + (2.0 if t < 1.0 else 0.0)",
        1.0,
        math.exp(-1),
    ),
    "steps of two parameters": (
        "x = rng.exponential(1.0)\nreturn math.floor(x + p[0]) + 2.0 * math.floor(x + p[1])",
        [0.5, 0.5],
        [found := math.exp(0.5) / (math.e - 1), 2 * found],
    ),
}
SAMPLES, RESOLVED = 6000, 0.15
RATES = Rates(tests=sum(np.size(exact) for _, _, exact in MEETING.values()) * 3)


def made(body: str) -> Any:
    lines = "".join(f"    {line}\n" for line in body.splitlines())
    return program_of(f"import math\nimport numpy as np\n\ndef f(p, rng):\n{lines}")


def check(name: str, found: Any, error: Any, exact: Any) -> None:
    for each, stderr, right in zip(*map(np.atleast_1d, (found, error, exact)), strict=True):
        RATES.check(name, each, max(stderr, 1e-5 * abs(right)), right, RESOLVED * np.max(np.abs(exact)))


@pytest.mark.parametrize(("body", "at", "exact"), MEETING.values(), ids=MEETING)
def test_the_derivative_is_that_of_both_sides(body: str, at: Any, exact: Any) -> None:
    found = made(body).estimate(at, samples=SAMPLES, seed=5, mode="interpreted")
    check(body, found.derivative, found.derivative_stderr, exact)
    assert found.warnings
    assert all(re.match("at this p.* two decisions change at the same outcome", told) for told in found.warnings)


@pytest.mark.parametrize(
    "name", ["two parameters that are equal", "a number that only some samples ask for", "two circles"]
)
def test_compiled_samples_are_the_same(name: str) -> None:
    pytest.importorskip("numba", reason="compiled samples need Numba")
    body, at, _ = MEETING[name]
    first, second = (made(body).estimate(at, samples=SAMPLES, seed=5, mode=m) for m in ("compiled", "interpreted"))
    assert first.mode == "compiled"
    np.testing.assert_allclose(first.derivative, second.derivative, rtol=1e-6)


@pytest.mark.parametrize(("body", "at", "exact"), MEETING.values(), ids=MEETING)
def test_a_gradient_runs_forwards_there(body: str, at: Any, exact: Any) -> None:
    found = made(body).gradient(at, samples=SAMPLES, seed=5, mode="interpreted")
    check(body, found.gradient, found.gradient_stderr, exact)
    assert found.reason == "a forward pass for each parameter: roots of decisions meet at these parameters"


@pytest.mark.parametrize("name", ["two sides of a uniform", "the number first"])
def test_a_single_sample_parts_them_for_itself(name: str) -> None:
    body, at, exact = MEETING[name]
    program = made(body)
    samples = [program.triple(at, seed=7, sample=i) for i in range(3000)]
    found = np.array([sample.derivative for sample in samples])
    check(name, found.mean(), found.std() / math.sqrt(len(found)), exact)


TURNING = {
    "a chain that closes": ("u = rng.random()\nreturn 1.0 if u < p else 3.0 if u < 0.5 else 7.0", -6.0),
    "a chain that opens": ("u = rng.random()\nreturn 1.0 if u < 0.5 else 3.0 if u < p else 7.0", -4.0),
}


@pytest.mark.parametrize(("body", "exact"), TURNING.values(), ids=TURNING)
def test_where_the_mean_has_two_sides_an_estimate_says_so(body: str, exact: float) -> None:
    found = made(body).estimate(0.5, samples=SAMPLES, seed=5, mode="interpreted")
    RATES.check(body, found.derivative, max(found.derivative_stderr, 1e-5), exact, RESOLVED * 7)
    assert found.warnings == ("the derivative by p has two sides here: what is given is that of larger values",)


def test_where_a_value_ties_at_these_parameters_alone_an_estimate_says_so() -> None:
    program = made("x = rng.exponential(1.0)\ny = min(x, p)\nreturn y + 2.0 * (y == 1.0) + (x > 1.0)")
    found = program.estimate(1.0, samples=SAMPLES, seed=5, mode="interpreted")
    assert found.warnings == (
        "the value jumps at this p: what is given, and its derivative, are those of larger values",
    )


def test_clocks_that_all_run_as_fast_make_no_jumps() -> None:
    """The rate of their order is rounding: it made a sample's choice among the others depend on the last bit of p."""
    program = made(
        "clocks = sorted(rng.exponential(1.0) / p for _ in range(3))\n"
        "return (1.0 if clocks[0] < 1 else 0.0) + (1.0 if clocks[1] - clocks[0] > 0.6 else 0.0)"
    )
    for seed in range(1, 6):
        assert program.estimate(0.83, samples=2000, seed=seed, mode="interpreted").warnings == ()


def test_optimisers_get_what_an_estimate_gives() -> None:
    """Only samples with u < p ask the second decision: for the others, the first one stands alone."""
    program = made("u = rng.random()\nif u < p:\n    return 7.0 if u > 1 - p else 2.0\nreturn 0.0")
    found = program.estimate(0.5, samples=1000, seed=2, mode="interpreted").derivative
    assert program.objective(samples=1000, seed=2)(0.5)[1] == pytest.approx(found, rel=1e-6)
    assert adam(program, 0.5, steps=1, samples=1000, seed=2).trace.gradient_norm == pytest.approx(found, rel=1e-6)
    assert abs(found - 12) < 1
