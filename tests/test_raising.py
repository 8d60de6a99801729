"""Tests that only raise: decisions where a draw is in them and something catches, no decisions on parameters alone."""

from __future__ import annotations

import math

import pytest
from harness import program_of

from stochtrace.diagnostics import Refusal

CAUGHT = {
    "an iterator that stops at a parameter": (
        """
class Arrivals:
    def __init__(self, rng, horizon):
        self.rng, self.horizon, self.t = rng, horizon, 0.0

    def __iter__(self):
        return self

    def __next__(self):
        self.t += self.rng.exponential(0.5)
        if self.t > self.horizon:
            raise StopIteration
        return self.t


def f(p, rng):
    return sum(1 for _ in Arrivals(rng, p))
""",
        2.0,
    ),
    "an error of its own, after a line": (
        """
class Ruined(Exception):
    pass


def play(wealth, p, rng):
    if p <= 0:
        raise ValueError("p must be positive")
    wealth += rng.normal()
    if wealth < p:
        wealth = 0.0
        raise Ruined(wealth)
    return wealth


def f(p, rng):
    try:
        play(p, p, rng)
        return 2 * p
    except Ruined:
        return 3 * p
""",
        2.5,
    ),
    "an assertion": (
        """
class Box:
    def __init__(self, rng):
        self.u = rng.random()


def f(p, rng):
    box = Box(rng)
    try:
        assert box.u < p, "too large"
    except AssertionError:
        return 1.0
    return 3.0
""",
        2.0,
    ),
}


@pytest.mark.parametrize("method", ["estimate", "gradient"])
@pytest.mark.parametrize(("source", "slope"), CAUGHT.values(), ids=CAUGHT)
def test_what_is_caught_is_a_decision(source: str, slope: float, method: str) -> None:
    found = getattr(program_of(source), method)(0.7, samples=3000, seed=1, mode="interpreted")
    mean = found.derivative if method == "estimate" else found.gradient
    error = found.derivative_stderr if method == "estimate" else found.gradient_stderr
    assert abs(mean - slope) < 5 * error + 1e-9  # false alarms: 6e-7
    assert error < 0.1 * slope


LEFT = {
    "an error that the end of a `with` swallows": """
import math


class Ignore:
    def __enter__(self):
        return self

    def __exit__(self, kind, error, trace):
        return kind is not None and issubclass(kind, ValueError)


def f(p, rng):
    found = [0.0]
    with Ignore():
        y = math.sqrt(rng.normal(p, 1.0))
        found.append(1.0)
    return sum(found)
""",
    "a root that is not a number": """
import numpy as np


def f(p, rng):
    with np.errstate(invalid="ignore"):
        x = np.sqrt(rng.normal(p, 1.0, size=3))
    return float((~np.isnan(x)).sum()) / 3
""",
    "a logarithm that is finite": """
import numpy as np


def f(p, rng):
    x = 2.0 * np.log(rng.normal(p, 1.0)) + 1.0
    return 1.0 if np.isfinite(x) else 0.0
""",
}


@pytest.mark.filterwarnings("ignore:invalid value")
@pytest.mark.parametrize("source", LEFT.values(), ids=LEFT)
def test_a_domain_that_is_left_without_an_error_is_a_decision(source: str) -> None:
    found = program_of(source).estimate(0.5, samples=600, seed=1, mode="interpreted")
    exact = math.exp(-(0.5**2) / 2) / math.sqrt(2 * math.pi)
    assert abs(found.derivative - exact) < 5 * found.derivative_stderr + 1e-9  # false alarms: 6e-7
    assert found.derivative_stderr < 0.1 * exact


GUARDS = {
    "a name": "bad = p <= 0 or p >= 1\n    if bad:\n        raise ValueError('p')",
    "its contrary": "good = 0 < p < 1\n    if not good:\n        raise ValueError('p')",
    "an assertion": "good = 0 < p < 1\n    assert good, 'p'",
}
ASKED = {
    "where more is done": "bad = p <= 0 or p >= 1\n    if bad:\n        p = 0.5",
    "once more": "bad = p >= 1\n    if bad:\n        raise ValueError('p')\n    p = 0.5 if bad else p",
}


@pytest.mark.parametrize("lines", GUARDS.values(), ids=GUARDS)
def test_a_guard_may_have_a_name(lines: str) -> None:
    program = program_of(f"def f(p, rng):\n    {lines}\n    return max([rng.random(), 0.5]) * p\n")
    found = program.estimate(0.6, samples=20, seed=1, mode="interpreted")
    assert found.derivative == pytest.approx(found.value / 0.6)


@pytest.mark.parametrize("lines", ASKED.values(), ids=ASKED)
def test_a_name_that_decides_is_no_guard(lines: str) -> None:
    with pytest.raises(Refusal, match="compares a parameter"):
        program_of(f"def f(p, rng):\n    {lines}\n    return max([rng.random(), 0.5]) * p\n").estimate(
            0.6, samples=20, seed=1, mode="interpreted"
        )


SUPPRESSED = """
import math
from contextlib import suppress


def f(p, rng):
    y = max([rng.normal(p, 1.0), -3.0])
    {opened}
        y = math.log(y)
        y += 2.0
    {closed}
    return y
"""
STORED = """
class Model:
    def __init__(self, **given):
        for name in given:
            {stored}


def f(p, rng):
    return Model(mean=p).mean * (rng.random() < p)
"""


def test_errors_that_are_suppressed_are_errors_that_are_caught() -> None:
    texts = (
        SUPPRESSED.format(opened="with suppress(ValueError):", closed=""),
        SUPPRESSED.format(opened="try:", closed="except ValueError:\n        pass"),
    )
    found, caught = (program_of(t).estimate(0.3, samples=100, seed=1, mode="interpreted") for t in texts)
    assert (found.value, found.derivative) == (caught.value, caught.derivative)
    assert found.derivative_stderr > 0


def test_attributes_may_be_stored_by_their_names() -> None:
    texts = (STORED.format(stored=s) for s in ("setattr(self, name, given[name])", "self.mean = given[name]"))
    found, plain = (program_of(t).estimate(0.3, samples=100, seed=1, mode="interpreted") for t in texts)
    assert (found.value, found.derivative) == (plain.value, plain.derivative)


@pytest.mark.parametrize("target", ["Model", "math", "TABLE[0]"])
def test_attributes_of_what_survives_are_not(target: str) -> None:
    head = "import math\n\nTABLE = [math]\n\n\nclass Model:\n    pass\n\n\n"
    text = f"{head}def f(p, rng):\n    setattr({target}, 'a', p)\n    return rng.random() < p\n"
    with pytest.raises(Refusal, match="would survive"):
        program_of(text)
