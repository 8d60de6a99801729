"""`Program.verify` and `stochtrace verify`: planted mistakes are found, right derivatives are not blamed."""

from __future__ import annotations

import json
import math
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from click.testing import CliRunner
from coin import written
from harness import generate, program_of
from scipy import stats

from stochtrace.estimation import Program
from stochtrace.estimation.differences import BEND, WEIGHTS
from stochtrace.estimation.verification import AGREES, NOISY, WRONG, Method, judged, rates_of
from stochtrace_cli.main import main

COIN = "def f(p, rng):\n    return 3 * rng.binomial(1, p) + p * p\n"
SMOOTH = "import math\n\ndef f(p, rng):\n    return math.sin(p) * rng.exponential(p)\n"
CARRIED = "def f(p, rng):\n    t = rng.exponential(p)\n    return 5.0 if t > 1.0 else t\n"
LINES = {COIN: "offer(omega, jumps, 1, 1 - k, weight", SMOOTH: "return math.sin(p) * x"}


def wrong_by(source: str, factor: float) -> Program:
    """The program of a source, whose derivative is multiplied by a factor."""
    right = program_of(source)
    derivative = right.derivative
    assert derivative is not None

    def planted(p: float, p_dot: float, omega: Any, jumps: Any) -> Any:
        return derivative(p, p_dot * factor, omega, jumps)

    return Program(
        right.primal,
        planted,
        name="f",
        parameters=right.parameters,
        wrt=right.wrt,
        smooth=right.smooth,
        source=right.source,
        draws=right.draws,
        interface=1,
        command="",
    )


# -- what it finds ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("source", [COIN, SMOOTH, CARRIED], ids=["jumps", "smooth", "crossings"])
def test_right_derivative_agrees(source: str) -> None:
    found = program_of(source).verify(0.4, seed=1)
    assert found.verdict == AGREES, str(found)
    assert all(c.extrapolated.sees <= 0.06 * abs(c.derivative) for c in found.comparisons)


@pytest.mark.parametrize("factor", [0.0, 0.94, 1.06, -1.0])
@pytest.mark.parametrize("source", [COIN, SMOOTH], ids=["jumps", "smooth"])
def test_planted_mistake_is_found(source: str, factor: float) -> None:
    found = wrong_by(source, factor).verify(0.4, seed=2)
    assert found.verdict == WRONG, str(found)


def test_planted_mistake_of_one_parameter_is_found_there() -> None:
    code = generate("def f(p, q: float, rng):\n    return rng.exponential(p) + rng.exponential(q)\n", functions=("f",))
    assert code.count("q_dot * rt.log1p") == 1
    namespace: dict[str, Any] = {"__name__": "model_d"}
    exec(compile(code.replace("q_dot * rt.log1p", "1.1 * q_dot * rt.log1p"), "model_d.py", "exec"), namespace)
    found = namespace["f"].verify(0.4, 2.0, seed=2)
    assert [(c.label, c.verdict) for c in found.comparisons] == [("d/dp", AGREES), ("d/dq", WRONG)]


def test_too_few_samples_are_too_noisy_and_what_it_asks_for_is_enough() -> None:
    program = program_of(COIN)
    few = program.verify(0.4, samples=300, seed=3)
    assert few.verdict == NOISY and few.needed is not None and few.needed > 1000
    assert program.verify(0.4, samples=few.needed, seed=4).verdict == AGREES
    assert "samples would do" in str(few)


def test_steps_stay_inside_the_domain() -> None:
    found = program_of(COIN).verify(0.99, seed=1)
    assert found.verdict == AGREES and found.comparisons[0].quotients[0][0] < 0.01


def test_end_of_the_domain_has_no_central_differences() -> None:
    with pytest.raises(ValueError, match="both sides"):
        program_of(COIN).verify(1.0, seed=1)


def test_derivative_of_zero_agrees() -> None:
    found = program_of("def f(p, rng):\n    return rng.binomial(1, p) + rng.binomial(1, 1 - p)\n").verify(0.4, seed=1)
    assert found.verdict == AGREES


def test_derivative_that_is_not_finite_is_wrong() -> None:
    assert wrong_by(SMOOTH, math.nan).verify(0.4, samples=500, seed=1).verdict == WRONG


@pytest.mark.parametrize(("option", "value"), [("samples", 1), ("resolve", 0.0), ("false_alarm", 1.0), ("mode", "x")])
def test_wrong_option(option: str, value: Any) -> None:
    options: dict[str, Any] = {option: value}
    with pytest.raises(ValueError, match=option):
        program_of(COIN).verify(0.4, seed=1, **options)


# -- how often it is mistaken -----------------------------------------------------------------------------------------

TRIALS, ALARM = 200, 0.05


@pytest.mark.parametrize("source", [COIN, SMOOTH], ids=["jumps", "smooth"])
def test_false_alarms_are_as_rare_as_declared(source: str) -> None:
    """At a declared rate of 0.05, so that it can be seen: above this bound with a chance of 1e-6."""
    program = program_of(source)
    told = [program.verify(0.4, samples=500, seed=seed, false_alarm=ALARM).verdict for seed in range(TRIALS)]
    assert told.count(WRONG) <= stats.binom.isf(1e-6, TRIALS, ALARM)


def test_verdicts_at_the_declared_power() -> None:
    """Means that are off by exactly what must be seen are found with the declared power."""
    rates, rng = rates_of(0.05, 1e-3), np.random.default_rng(1)
    error = 0.05 / (rates.bound + rates.reach)
    found = [method(0.05 + error * z).verdict for z in rng.normal(size=2000)]
    assert stats.binomtest(found.count(WRONG), 2000, rates.power).pvalue > 1e-6 and found.count(NOISY) == 0


def method(off: float, participants: float = math.inf) -> Method:
    rates = rates_of(0.05, 1e-3)
    error = 0.05 / (rates.bound + rates.reach)
    return judged("", (1.0, error), (off, error), 0.0, 0.05 * (1 + 1e-9), 1000, participants, rates)


def test_a_mean_of_few_jumps_says_nothing() -> None:
    assert method(1.0).verdict == WRONG and method(1.0, participants=50).verdict == NOISY


# -- extrapolation ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("power", [0, 1, 2, 3, 4])
def test_extrapolation_removes_three_terms(power: int) -> None:
    quotients = np.array([0.5**j for j in range(4)]) ** (2 * power)
    assert (WEIGHTS @ quotients == pytest.approx(float(power == 0), abs=1e-13)) == (power <= 3)
    assert (abs(BEND @ quotients) < 1e-13) == (power <= 2)


# -- many parameters, shapes, what is shown ----------------------------------------------------------------------------


def test_many_parameters_are_compared_along_random_directions() -> None:
    source = "def f(p, rng):\n    return (p * p).sum() * rng.exponential(p[0])\n"
    found = program_of(source).verify(np.linspace(0.5, 1.5, 20), seed=1)
    assert [c.label for c in found.comparisons] == [f"along random direction {i}" for i in (1, 2, 3, 4)]
    assert found.verdict == AGREES


def test_each_component_is_compared() -> None:
    found = program_of("def f(p, rng):\n    return p * rng.random(), [p, p * p]\n").verify([0.5, 2.0], seed=1)
    labels = [c.label for c in found.comparisons]
    assert labels[:2] == ["d/dp[0], component 0", "d/dp[0], component 1"] and found.verdict == AGREES


def test_score_functions_say_why_they_do_not_apply() -> None:
    found = program_of("def f(p, rng):\n    return rng.choice(3, p=[p, p / 2, 1 - 1.5 * p])\n").verify(0.4, seed=1)
    assert found.verdict == AGREES and "no score function: " in str(found)
    assert found.comparisons[0].score is None


def test_what_is_shown() -> None:
    found = program_of(COIN).verify(0.4, samples=2000, seed=1)
    fields = json.loads(json.dumps(found.to_dict()))
    assert fields["verdict"] == found.verdict and len(fields["comparisons"][0]["quotients"]) == 4
    assert str(found).startswith("f(p=0.4)\n\nd/dp") and "<table>" in found._repr_html_()
    assert str(found) == str(program_of(COIN).verify(0.4, samples=2000, seed=1))


def test_modes_agree() -> None:
    pytest.importorskip("numba")
    one, other = (program_of(COIN).verify(0.4, samples=500, seed=1, mode=m) for m in ("compiled", "interpreted"))
    assert (one.mode, other.mode) == ("compiled", "interpreted")
    assert one.comparisons[0].quotients == pytest.approx(other.comparisons[0].quotients, rel=1e-12)


# -- the command ------------------------------------------------------------------------------------------------------


def verify(*arguments: str) -> Any:
    return CliRunner().invoke(main, ["verify", *arguments])


def test_exit_codes(tmp_path: Path) -> None:
    file = written(tmp_path)
    asked = (f"{file}:f", "--at", "p=0.4", "--at", "q=2.0")
    good, noisy = verify(*asked, "--resolve", "0.5"), verify(*asked, "--samples", "20", "--json")
    assert good.exit_code == 0 and "agrees" in good.stdout
    assert noisy.exit_code == 4 and json.loads(noisy.stdout)["verdict"] == NOISY
    file.write_text(file.read_text().replace("up = p_dot", "up = 1.1 * p_dot"))
    assert verify(*asked).exit_code == 1
    assert verify(f"{file}:f", "--at", "p=1.0", "--at", "q=2.0").exit_code == 2
