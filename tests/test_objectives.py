"""Objectives and Adam: they find optima that are known, and see the samples that they say they see.

Optima of means over few samples are off by a known error: three comparisons at the rates of `statistics_checks`.
"""

from __future__ import annotations

import csv
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from harness import program_of
from scipy.optimize import minimize
from statistics_checks import Rates

import stochtrace
from stochtrace.estimation import Program

RATES = Rates(tests=9)
BOWL = """
import numpy as np

def f(theta, target, rng):
    miss = theta - target
    return (miss * miss).sum() + rng.normal(0.0, 1.0) * miss[0]
"""
BETTING = """
import numpy as np

def f(theta, rng):
    if rng.random() < 1 / (1 + np.exp(-theta)):
        return 1.0 + rng.normal(0.0, 1.0) - theta * theta / 8
    return -theta * theta / 8
"""
TWO = "def f(a, b, shift: float, rng):\n    return (a[0] - shift) ** 2 + (a[1] * b - 1) ** 2 + rng.normal(0.0, 1.0)\n"


@pytest.fixture(scope="module")
def bowl() -> Program:
    return program_of(BOWL, wrt=("theta",))


@pytest.fixture(scope="module")
def betting() -> Program:
    return program_of(BETTING)


def best_bet() -> float:
    """Where the derivative of q(theta) - theta**2 / 8 is zero."""
    found = minimize(lambda x: -1 / (1 + np.exp(-x[0])) + x[0] ** 2 / 8, [1.0], method="BFGS", options={"gtol": 1e-10})
    return float(found.x[0])


# -- objectives -------------------------------------------------------------------------------------------------------


def test_objective_is_the_gradient_at_the_same_samples(bowl: Program) -> None:
    theta, target = np.array([1.0, 2.0, 3.0]), np.zeros(3)
    f = bowl.objective(samples=200, seed=4, target=target)
    value, gradient = f(theta)
    expected = bowl.gradient(theta, target, samples=200, seed=4)
    assert value == expected.value and gradient.tolist() == expected.gradient.tolist()
    assert f(theta)[0] == value
    up = bowl.objective(samples=200, seed=4, target=target, maximise=True)(theta)
    assert up[0] == -value and up[1].tolist() == (-gradient).tolist()


def test_scipy_finds_the_optimum(bowl: Program) -> None:
    """The noise moves the optimum of a mean over n samples by half the mean of n normals in coordinate 0."""
    target, samples = np.array([1.0, -2.0, 0.5]), 1000
    found = minimize(
        bowl.objective(samples=samples, seed=1, target=target), np.zeros(3), jac=True, method="L-BFGS-B", tol=1e-12
    )
    assert found.success
    np.testing.assert_allclose(found.x[1:], target[1:], atol=1e-5)
    RATES.check("theta[0]", float(found.x[0]), 0.5 / samples**0.5, 1.0, 0.2)


def test_scipy_and_a_number() -> None:
    """E = (3 q - 1)**2 + 9 q (1 - q) / 3 in q, the success probability itself: least at q = 1/2."""
    program = program_of("def f(p, rng):\n    return (rng.binomial(3, p) - 1.5) ** 2 + 3 * (p - 0.5) ** 2\n")
    f = program.objective(samples=4000, seed=2)
    value, gradient = f([0.5])
    assert type(value) is float and gradient.shape == (1,)
    error = program.gradient(0.5, samples=4000, seed=2).gradient_stderr
    RATES.check("slope at the optimum", float(gradient[0]), error, 0.0, 1.5)
    assert f(np.array(0.5))[1].shape == ()


def test_matrix_is_told_by_like() -> None:
    program = program_of("def f(m, rng):\n    return m[0, 1] * m[1, 0] + rng.normal(0.0, 1.0)\n")
    f = program.objective(np.zeros((2, 2)), samples=3, seed=1)
    assert f(np.array([1.0, 2.0, 3.0, 4.0]))[1].tolist() == [0, 3, 2, 0]
    assert f(np.array([[1.0, 2.0], [3.0, 4.0]]))[1].tolist() == [[0, 3], [2, 0]]


def test_several_parameters_are_one_vector() -> None:
    program = program_of(TWO)
    f = program.objective({"a": np.zeros(2), "b": 1.0}, samples=3, seed=1, shift=0.5)
    value, gradient = f([1.0, 2.0, 3.0])
    assert gradient == pytest.approx([1.0, 30.0, 20.0])
    held = program.objective(samples=3, seed=1, shift=0.5, b=3.0)
    assert held([1.0, 2.0])[1] == pytest.approx([1.0, 30.0]) and held([1.0, 2.0])[0] == value
    with pytest.raises(ValueError, match="2 numbers for a, b, which have 3"):
        f([1.0, 2.0])


@pytest.mark.parametrize(
    ("fixed", "words"),
    [
        pytest.param({"shift": 0.5}, "several parameters are free.*'a': …, 'b': …", id="several"),
        pytest.param({"a": [1.0, 2.0], "b": 1.0, "shift": 1.0}, "no parameter of f is left", id="none"),
        pytest.param({"a": [1.0, 2.0], "shift": 1.0, "c": 1}, "'c'", id="unknown"),
        pytest.param({"a": [1.0, 2.0]}, "several", id="missing"),
    ],
)
def test_what_is_free_must_be_told(fixed: dict[str, Any], words: str) -> None:
    with pytest.raises(TypeError, match=words):
        program_of(TWO).objective(samples=3, **fixed)([1.0])


def test_objective_of_several_numbers_is_refused() -> None:
    program = program_of("def f(p, rng):\n    return rng.binomial(1, p), p\n")
    with pytest.raises(TypeError, match=r"returns several numbers.*jacobian"):
        program.objective(samples=3)(0.5)


def test_sample_that_is_not_finite_ends_it() -> None:
    program = program_of("import numpy as np\n\ndef f(p, rng):\n    return np.exp(p * 800 * rng.binomial(1, 0.5))\n")
    with pytest.raises(ArithmeticError, match=r"triple\(\.\.\., seed=0, sample=\d+\)"):
        program.objective(samples=50)(1.0)


# -- adam -------------------------------------------------------------------------------------------------------------


def test_adam_finds_the_optimum_of_a_bowl(bowl: Program) -> None:
    target = np.array([1.0, -2.0, 0.5])
    found = stochtrace.optimize.adam(bowl, np.zeros(3), steps=400, samples=4, rate=0.05, target=target)
    np.testing.assert_allclose(found.theta[1:], target[1:], atol=1e-3)
    assert found.trace.gradient_norm[0] > 4 and found.trace.value[-50:].mean() < 0.1 < found.trace.value[0]


def test_adam_finds_the_best_bet(betting: Program) -> None:
    """Where it is going on moving: the mean of independent runs has an error of its own."""
    ends = np.array(
        [
            stochtrace.optimize.adam(betting, 0.0, steps=150, samples=256, rate=0.05, seed=seed, maximise=True)
            .trace.parameters[-50:]
            .mean()
            for seed in range(8)
        ]
    )
    RATES.check("the best bet", float(ends.mean()), float(ends.std(ddof=1) / 8**0.5), best_bet(), 0.25)


def test_adam_sees_fresh_samples_and_the_same_in_every_run(betting: Program) -> None:
    run = {"steps": 5, "samples": 8, "seed": 3, "maximise": True}
    one, other = (stochtrace.optimize.adam(betting, 0.5, **run) for _ in range(2))
    assert one.theta == other.theta and one.trace.value.tolist() == other.trace.value.tolist()
    assert type(one.theta) is float
    at = one.trace.parameters[:, 0]
    for step in range(5):
        seen = [betting.triple(float(at[step]), seed=3, sample=step * 8 + i) for i in range(8)]
        assert one.trace.value[step] == pytest.approx(np.mean([t.value for t in seen]), rel=1e-9)
        slope = np.mean([t.derivative for t in seen])
        assert one.trace.gradient_norm[step] == pytest.approx(abs(slope), rel=1e-9, abs=1e-12)


def test_first_step_of_adam_is_the_rate(bowl: Program) -> None:
    target = np.array([5.0, -5.0, 5.0])
    found = stochtrace.optimize.adam(bowl, np.zeros(3), steps=1, samples=2, rate=0.05, target=target)
    np.testing.assert_allclose(found.theta, [0.05, -0.05, 0.05], rtol=1e-6)


def test_adam_keeps_structures_and_writes_its_trace(tmp_path: Path) -> None:
    program, seen = program_of(TWO), []

    def callback(step: int, value: float, theta: Any) -> bool:
        seen.append((step, value, theta))
        return step == 2

    start = {"a": np.array([0.0, 1.0]), "b": 2.0}
    found = stochtrace.optimize.adam(program, start, steps=9, samples=2, callback=callback, shift=0.5)
    assert found.theta["a"].shape == (2,) and type(found.theta["b"]) is float
    assert [step for step, _, _ in seen] == found.trace.step.tolist() == [0, 1, 2]
    assert found.trace.parameters.shape == (3, 3) and found.trace.parameters[0].tolist() == [0.0, 1.0, 2.0]
    assert seen[-1][2]["b"] == found.theta["b"] and start["b"] == 2.0
    found.trace.to_csv(tmp_path / "trace.csv")
    with open(tmp_path / "trace.csv", newline="") as file:
        rows = list(csv.DictReader(file))
    assert list(rows[0]) == ["step", "value", "gradient_norm", "theta_0", "theta_1", "theta_2"]
    assert [float(row["value"]) for row in rows] == found.trace.value.tolist()


def test_adam_says_how_it_ran(betting: Program) -> None:
    found = stochtrace.optimize.adam(betting, 0.5, steps=3, samples=8, mode="interpreted")
    first, last = found.trace.value[[0, -1]]
    assert repr(found) == f"3 steps: value {first:.6g} at the first, {last:.6g} at the last; interpreted"
    program = program_of("def f(p, kept, rng):\n    return rng.binomial(3, p) + kept['a']\n", wrt=("p",))
    told = stochtrace.optimize.adam(program, 0.5, steps=1, samples=8, kept={"a": 1})
    assert told.mode == "interpreted" and told.reason and "FailedSample" not in told.reason


def test_no_steps_leave_theta_where_it_is(betting: Program) -> None:
    found = stochtrace.optimize.adam(betting, 0.5, steps=0)
    assert found.theta == 0.5 and found.trace.parameters.shape == (0, 1)
