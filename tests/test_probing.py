"""Tests that hold no draw in one sample and hold one in others are followed; those of parameters alone are refused.

Each derivative is exact (closed forms and sums); a z-test at the rates of `statistics_checks`.
"""

from __future__ import annotations

import math
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from harness import filed, generate, program_of
from statistics_checks import Rates

from stochtrace.diagnostics import Refusal


class Followed(NamedTuple):
    """A body of `f(p, rng)`, where to differentiate it, the exact derivative, and a bias that is seen."""

    body: str
    p: float
    derivative: float
    resolved: float


def poisson(n: int, mean: float) -> float:
    return math.exp(-mean) * mean**n / math.factorial(n)


FOLLOWED = {
    "a threshold above a plateau": Followed(
        "wait = max(0.0, rng.exponential(1.0) - rng.exponential(1.0))\nreturn 1.0 if wait > p else 0.0",
        0.7,
        -math.exp(-0.7) / 2,
        0.1,
    ),
    "patience of those who need not wait": Followed(
        "free = rng.exponential(1.0)\nnow = rng.exponential(1.0)\nstart = max(now, free)\n"
        "return 1.0 if start - now > p else 0.0",
        0.7,
        -math.exp(-0.7) / 2,
        0.1,
    ),
    "a count times the parameter": Followed(
        "n = rng.poisson(2.0)\nreturn n * p if n * p > 1.3 else 0.0",
        0.5,
        sum(n * poisson(n, 2.0) for n in range(3, 40)),
        0.3,
    ),
    "a count times the parameter, rounded": Followed(
        "n = rng.poisson(2.0)\nreturn p * int(n * p)",
        0.53,
        sum(int(n * 0.53) * poisson(n, 2.0) for n in range(40)),
        0.2,
    ),
    "a stake and a ruin": Followed(
        "wealth = 1.0\nfor _ in range(2):\n    wealth *= 1 + p if rng.random() < 0.6 else 1 - p\n"
        "    if wealth < 0.8:\n        return 0.0\nreturn wealth",
        0.3,
        0.36 * 2 * 1.3 - 0.24 * 2 * 0.3,
        0.15,
    ),
}
RATES = Rates(2 * len(FOLLOWED))


def source(body: str) -> str:
    return "def f(p, rng):\n    " + body.replace("\n", "\n    ") + "\n"


def estimated(name: str, samples: int) -> Any:
    """The estimate of a program in a file of its own."""
    space: dict[str, Any] = {"__name__": "model_d"}
    exec(compile(generate(source(FOLLOWED[name].body), functions=("f",)), f"{name}_d.py", "exec"), space)
    return space["f"].estimate(FOLLOWED[name].p, samples=samples, seed=4, mode="interpreted")


@pytest.mark.parametrize("name", FOLLOWED)
def test_followed_without_bias(name: str) -> None:
    case = FOLLOWED[name]
    program, found = program_of(source(case.body)), estimated(name, 6000)
    RATES.check(name, found.derivative, found.derivative_stderr, case.derivative, case.resolved)
    gradient = program.gradient(case.p, samples=3000, seed=5)
    RATES.check(f"{name}, reverse", gradient.gradient, gradient.gradient_stderr, case.derivative, 2 * case.resolved)


def test_an_estimate_tells_nothing_of_another_program_of_the_file() -> None:
    jumping = program_of(source(FOLLOWED["a count times the parameter"].body))
    assert jumping.estimate(0.5, samples=200, seed=4, mode="interpreted").warnings
    smooth = program_of(source("x = max([rng.normal(p, 1.0)])\nreturn x if x > 0.5 else 0.0"))
    assert smooth.estimate(0.5, samples=200, seed=4, mode="interpreted").warnings == ()


def test_an_estimate_tells_where_the_mean_jumps() -> None:
    warned = {name: estimated(name, 200) for name in FOLLOWED}
    told = {name for name, found in warned.items() if any("decides by the parameters" in w for w in found.warnings)}
    assert told == {name for name in FOLLOWED if "count" in name or "stake" in name}


REFUSED = {
    "after a draw": "x = rng.normal(p, 1.0)\nq = [2 * p]\nreturn x if q[0] > 0.3 else 0.0",
    "beside a draw": "x = rng.poisson(2.0)\nq = [2 * p]\nreturn x * p if x > 1 and q[0] > 0.3 else 0.0",
    "rounded after a draw": "x = [rng.normal(p, 1.0)]\nq = [2.2 * p]\nreturn max(x) * int(q[0])",
    "a count exactly at its limit": "n = rng.poisson(2.0)\nreturn n * p if n * p > 1.0 else 0.0",
    "a count at its limit but for rounding": "n = rng.poisson(2.0)\nreturn p if n * (p / 5) > 0.3 else 0.0",
}


@pytest.mark.parametrize("name", REFUSED)
def test_parameters_alone_are_refused(name: str) -> None:
    with pytest.raises(Refusal, match="without a draw in it"):
        program_of(source(REFUSED[name])).estimate(0.5, samples=300, seed=1, mode="interpreted")


LARGEST = """
import numpy as np

class Softmax:
    def __init__(self, logits):
        self.logits = logits

    def first(self):
        shifted = self.logits - self.logits.max()
        return np.exp(shifted[0]) / np.exp(shifted).sum()

def f(p, rng):
    return Softmax(p * np.arange(1.0, 4.0)).first() if rng.normal(p, 1.0) > 0 else 0.0
"""


def test_the_largest_of_parameters_is_no_step(tmp_path: Path) -> None:
    """The mean is q(p) Φ(p), q = 1 / (1 + exp(p) + exp(2 p)): a z-test at 5 standard errors (6e-7), bias 0.03 seen."""
    p, samples = 0.4, 4000
    found = filed(LARGEST, tmp_path).estimate(p, samples=samples, seed=2, mode="interpreted")
    q = 1 / (1 + math.exp(p) + math.exp(2 * p))
    below, density = (1 + math.erf(p / 2**0.5)) / 2, math.exp(-p * p / 2) / math.sqrt(2 * math.pi)
    exact = -(math.exp(p) + 2 * math.exp(2 * p)) * q * q * below + q * density
    assert not found.warnings and found.derivative_stderr < 0.03 / 9
    assert abs(found.derivative - exact) < 5 * found.derivative_stderr
