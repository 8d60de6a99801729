"""Random programs that decide on what they draw: refused, or equal to the source and without bias.

The value of the primal is that of the source on the same uniforms, bit for bit; the mean of the derivative samples is
compared with that of the score function. False alarms: |z| > 6 has chance 2e-9 in each of PROGRAMS comparisons.
Resolved: a bias of 9 standard errors is seen with a chance of 99.8 %; programs whose estimators spread so far that this
is more than RESOLVED are counted, and are the smaller part. 100 programs in a usual run, always the same ones; any
others by `python -m fuzz decisions`.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest
from fuzz import SourceFails, survey
from harness import executed, generate, program_of
from random_decisions import Writer
from scored import Dual, Scored, dual
from stubs import Queue, Stub

from stochtrace.carried.running import Refused
from stochtrace.diagnostics import Refusal
from stochtrace.estimation import interpreted
from stochtrace.estimation.program import Program
from stochtrace.runtime.uniforms import Omega

PROGRAMS = 100
SAMPLES, SCORES, AT, RESOLVED = 600, 8000, 0.7, 3.0


def outcome(source: str) -> str:
    """What becomes of a program: why it is refused, or "right"; an assertion where it is neither."""
    try:
        program = executed(generate(source))
    except Refusal as refusal:
        assert refusal.line > 0 and refusal.instead
        return refusal.what
    space: dict[str, Any] = {}
    exec(compile(source, "model.py", "exec"), space)
    function = tried(space["f"])
    try:
        same_values(function, program)
        found, error = by_program(program)
        expected, spread = by_score(function)
    except Refused as refused:
        return str(refused.args[0])
    except OverflowError:
        return "numbers that are too large"
    except SourceFails as failed:
        return f"an error of the source: {failed}"
    except TypeError:
        if why := fails(function):
            return f"an error of the source: {why}"
        raise
    total = (error**2 + spread**2) ** 0.5
    assert abs(found - expected) <= 6 * total + 1e-9, f"{found} ± {error}, by score {expected} ± {spread}\n{source}"
    return "right" if 9 * total < RESOLVED else "right, but coarse"


def tried(function: Any) -> Any:
    """Return a function whose errors of types are told from others': a truth value of NumPy is no index of a text."""

    def call(*arguments: Any) -> Any:
        try:
            return function(*arguments)
        except TypeError as error:
            raise SourceFails(str(error)) from error

    return call


def fails(function: Any) -> str:
    """Return the error of types that some sample of the source raises, empty where there is none."""
    try:
        for seed in range(SAMPLES):
            Stub.omega = Queue(seed)
            function(AT, Stub())
    except SourceFails as failed:
        return str(failed)
    return ""


def same_values(function: Any, program: Program) -> None:
    for seed in range(20):
        Stub.omega, queue = Queue(seed), Queue(seed)
        assert function(AT, Stub()) == interpreted.drawn(program.functions, (AT,), queue)


def by_program(program: Program) -> tuple[float, float]:
    arguments = program.given({"p": AT}, interpreted_direction(program))
    omega, slopes = Omega(7, program.functions.sites), []
    for sample in range(SAMPLES):
        omega.start(sample)
        jumps = interpreted.collection(program.functions, 1)
        _, delta, found, _ = interpreted.differentiated(program.functions, arguments, omega, jumps)
        slopes.append(float(delta) + sum(j.weight * (float(j.far) - float(j.near)) for j in found))
    return float(np.mean(slopes)), float(np.std(slopes)) / len(slopes) ** 0.5


def interpreted_direction(program: Program) -> Any:
    from stochtrace.estimation.shapes import directions

    return directions(program.wrt, {"p": AT})[0]


def by_score(function: Any) -> tuple[float, float]:
    scored, pairs = Scored(np.random.default_rng(3)), []
    for _ in range(SCORES):
        scored.score = 0.0
        value = function(Dual(AT, 1.0), scored)
        whole = dual(value)
        pairs.append((whole.v, scored.score, whole.d))
    values, scores, slopes = np.array(pairs).T
    products = (values - values.mean()) * scores + slopes
    return float(products.mean()), float(products.std()) / SCORES**0.5


def test_random_decisions_are_refused_or_right() -> None:
    found = survey(Writer, outcome, range(PROGRAMS))
    assert found["right"] > 0.5 * PROGRAMS, found
    assert found["right"] + found["right, but coarse"] > 0.8 * PROGRAMS, found


def test_a_draw_that_cancels_may_have_a_shape_that_is_drawn() -> None:
    source = """
def positive(x):
    return x if x > 0.0 else 0.0


def f(p, rng):
    x = rng.weibull(2.0)
    y = rng.gamma(x + p, 1.0)
    return positive(y - 1.7) + 0.5 - y
"""
    assert outcome(source) == "right"


@pytest.mark.parametrize("mode", ["interpreted", "compiled"])
def test_roots_are_sought_in_the_support_alone(mode: str) -> None:
    if mode == "compiled":
        pytest.importorskip("numba", reason="one of the two ways to run is compiled")
    source = """
def f(p, rng):
    x = p * rng.weibull(2.0)
    y = x - 1.7
    return 1.0 if (y - 1.7) + y >= 1.0 else 0.0
"""
    end = 3.05  # where the program decides, on a variable with P(x > end) = exp(-(end / p)²)
    found = program_of(source).estimate(1.5, samples=20, seed=1, mode=mode)
    assert found.derivative == pytest.approx(math.exp(-((end / 1.5) ** 2)) * 2 * end**2 / 1.5**3, rel=1e-9)
