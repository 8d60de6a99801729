"""`numpy.vectorize` of functions of smooth values: all jumps of a sample are those of the same program with a list."""

from __future__ import annotations

import numpy as np
import pytest
from harness import program_of, run_original
from stubs import Queue

from stochtrace.estimation import interpreted
from stochtrace.estimation.program import Program
from stochtrace.estimation.shapes import flatten

SOURCE = """
import numpy as np

def pay(x):
    {body}

def f(p, rng):
    x = rng.exponential(p, size=3)
    y = {paid}
    return {result}
"""
LISTED = "np.array([pay(t) for t in x])"
CASES = {
    "a number first, then what moves": ("return x - 0.5 if x > 0.5 else 0.0", LISTED, "y.sum() + y.max()"),
    "a truth value": ("return x > 0.5", LISTED, "y.sum() ** 2"),
    "whole numbers": ("return 2 if x > 0.5 else 1", LISTED, "y.prod()"),
    "whole numbers first: the others are cut": (
        "return 0 if x < 0.2 else 4 * x",
        "np.array([pay(t) if pay(x[0]) else int(pay(t)) for t in x])",
        "y.sum()",
    ),
}


def both(name: str) -> tuple[str, str]:
    body, listed, result = CASES[name]
    return tuple(SOURCE.format(body=body, paid=paid, result=result) for paid in ("np.vectorize(pay)(x)", listed))  # type: ignore[return-value]


def means(program: Program) -> list[float]:
    found = program.estimate(0.4, samples=200, seed=3, mode="interpreted", replays="all")
    return [found.value, found.derivative, found.derivative_stderr]


@pytest.mark.parametrize("name", CASES)
def test_samples_are_those_of_a_list(name: str) -> None:
    vectorized, listed = map(program_of, both(name))
    assert means(vectorized) == pytest.approx(means(listed), rel=1e-6)
    assert means(vectorized)[2] > 0


@pytest.mark.parametrize("name", CASES)
def test_the_primal_is_the_source(name: str) -> None:
    source = both(name)[0]
    program = program_of(source)
    for seed in range(20):
        drawn = flatten(interpreted.drawn(program.functions, (0.4,), Queue(seed)))
        assert drawn == flatten(run_original(source, program, {"p": 0.4}, Queue(seed)))


def test_several_results_are_several_arrays() -> None:
    source = SOURCE.format(body="return min(x, 0.5), x > 0.5", paid="np.vectorize(pay)(x)", result="y[0] @ y[1]")
    found = program_of(source).estimate(0.4, samples=400, seed=3, mode="interpreted")
    tail = np.exp(-0.5 / 0.4)  # half of the number of values above 0.5
    assert found.value == pytest.approx(1.5 * tail, abs=5 * found.value_stderr)
    assert found.derivative == pytest.approx(1.5 * tail * 0.5 / 0.16, abs=1e-9 + 5 * found.derivative_stderr)
    assert 0.1 * found.derivative > 5 * found.derivative_stderr  # false alarms: 1 in 10**6; it sees a bias of a fifth


def test_a_decorated_function_is_one_that_is_vectorized() -> None:
    text, _ = both("a number first, then what moves")
    decorated = text.replace("def pay", "@np.vectorize\ndef pay").replace("np.vectorize(pay)(x)", "pay(x)")
    assert means(program_of(decorated)) == means(program_of(text))
