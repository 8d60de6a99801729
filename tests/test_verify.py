"""`Program.verify` and `stochtrace verify`: planted mistakes are found, right derivatives are not blamed."""

from __future__ import annotations

import json
import math
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import pytest
from click.testing import CliRunner
from coin import written
from harness import generate, program_of
from scipy import stats

from stochtrace import runtime as rt
from stochtrace.estimation import Program, verifying
from stochtrace.estimation.differences import BEND, WEIGHTS
from stochtrace.estimation.verification import AGREES, NOISY, POWER, WRONG, Method, judged, rates_of
from stochtrace_cli.main import main

COIN = "def f(p, rng):\n    return 3 * rng.binomial(1, p) + p * p\n"
SMOOTH = "import math\n\ndef f(p, rng):\n    return math.sin(p) * rng.exponential(p)\n"
CARRIED = "def f(p, rng):\n    t = rng.exponential(p)\n    return 5.0 if t > 1.0 else t\n"


def planted_primal(p: Any, c: Any, omega: Any) -> Any:
    return 3 * rt.bernoulli(omega, 1, p) + p * p


def planted_d(p: Any, p_dot: Any, c: Any, omega: Any, jumps: Any) -> Any:
    k = rt.bernoulli(omega, 1, p)
    rt.offer(omega, jumps, 1, 1 - k, c * p_dot / (1 - k - p))
    return 3 * k + p * p, c * 2 * p * p_dot


@pytest.fixture(scope="module")
def planted() -> Program:
    """A program whose derivative is multiplied by its argument c: right where that is 1."""
    return Program(
        planted_primal,
        planted_d,
        name="f",
        parameters=("p", "c"),
        wrt=("p",),
        smooth=True,
        source="model.py",
        draws={1: (1, "binomial", "bernoulli")},
        interface=2,
        command="",
    )


# -- what it finds ----------------------------------------------------------------------------------------------------


def test_right_derivative_agrees(planted: Program) -> None:
    found = planted.verify(0.4, 1.0, seed=1)
    assert found.verdict == AGREES, str(found)
    assert all(c.extrapolated.sees <= 0.06 * abs(c.derivative) for c in found.comparisons)


@pytest.mark.parametrize("source", [SMOOTH, CARRIED], ids=["smooth", "crossings"])
def test_right_derivative_agrees_in_plain_python(source: str) -> None:
    found = program_of(source).verify(0.4, seed=1, mode="interpreted", resolve=0.4)
    assert found.verdict == AGREES, str(found)


@pytest.mark.parametrize("factor", [0.0, 0.94, 1.06, -1.0, math.nan])
def test_planted_mistake_is_found(planted: Program, factor: float) -> None:
    found = planted.verify(0.4, factor, seed=2)
    assert found.verdict == WRONG, str(found)


def test_planted_mistake_of_one_parameter_is_found_there() -> None:
    code = generate("def f(p, q: float, rng):\n    return rng.exponential(p) + rng.exponential(q)\n", functions=("f",))
    assert code.count("q_dot * rt.log1p") == 1
    namespace: dict[str, Any] = {"__name__": "model_d"}
    exec(compile(code.replace("q_dot * rt.log1p", "1.1 * q_dot * rt.log1p"), "model_d.py", "exec"), namespace)
    found = namespace["f"].verify(0.4, 2.0, seed=2, mode="interpreted")
    assert [(c.label, c.verdict) for c in found.comparisons] == [("d/dp", AGREES), ("d/dq", WRONG)]


def test_too_few_samples_are_too_noisy_and_what_it_asks_for_is_enough(planted: Program) -> None:
    few = planted.verify(0.4, 1.0, samples=300, seed=3)
    assert few.verdict == NOISY and few.needed is not None and few.needed > 1000
    assert planted.verify(0.4, 1.0, samples=few.needed, seed=4).verdict == AGREES
    assert "samples would do" in str(few)


def test_steps_stay_inside_the_domain(planted: Program) -> None:
    found = planted.verify(0.9, 1.0, seed=1, resolve=0.2)
    assert found.verdict == AGREES and 0.02 < found.comparisons[0].quotients[0][0] < 0.1


def test_end_of_the_domain_has_no_central_differences(planted: Program) -> None:
    with pytest.raises(ValueError, match="both sides"):
        planted.verify(1.0, 1.0, seed=1)


def test_derivative_of_zero_agrees() -> None:
    program = program_of("def f(p, rng):\n    return rng.binomial(1, p) + rng.binomial(1, 1 - p)\n")
    assert program.verify(0.4, seed=1, mode="interpreted", resolve=0.5).verdict == AGREES


@pytest.mark.parametrize(("option", "value"), [("samples", 1), ("resolve", 0.0), ("false_alarm", 1.0), ("mode", "x")])
def test_wrong_option(option: str, value: Any) -> None:
    options: dict[str, Any] = {option: value}
    with pytest.raises(ValueError, match=option):
        program_of(COIN).verify(0.4, **{"seed": 1, "mode": "interpreted", **options})


# -- how often it is mistaken -----------------------------------------------------------------------------------------

ALARM, CHANCE = 0.05, 1e-6
# Samples with which a method sees the error `resolve`, the other one saying nothing.
ALONE = {"extrapolated": (10_000, 0.3), "score": (300, 0.2)}


@pytest.fixture(params=ALONE)
def told(request: pytest.FixtureRequest, planted: Program, monkeypatch: pytest.MonkeyPatch) -> Told:
    """Counts the verdicts of one method alone, at a declared rate of false alarms that can be seen."""
    pytest.importorskip("numba", reason="so many verifications are dear without Numba")
    samples, resolve = ALONE[request.param]
    if request.param == "extrapolated":
        monkeypatch.setattr(verifying, "score_samples", lambda *_: "left out")

    def verdicts(trials: int, wrong_by: float) -> list[str]:
        options: dict[str, Any] = {"samples": samples, "resolve": resolve, "false_alarm": ALARM}
        found = [planted.verify(0.4, 1.0 + wrong_by, seed=i, **options) for i in range(trials)]
        assert all(f.comparisons[0].extrapolated.verdict == NOISY for f in found) or request.param == "extrapolated"
        return [f.verdict for f in found]

    return Told(verdicts, resolve)


class Told(NamedTuple):
    """Verdicts on a derivative that is wrong by some share, and the share that should be seen."""

    verdicts: Callable[[int, float], list[str]]
    resolve: float


def test_false_alarms_are_as_rare_as_declared(told: Told) -> None:
    """Right verifications fail here with a chance of 1e-6; a rate of 0.12 is seen with 0.95."""
    trials = 600
    bound = stats.binom.isf(CHANCE, trials, ALARM)
    assert stats.binom.sf(bound, trials, 0.12) > 0.95
    assert told.verdicts(trials, 0.0).count(WRONG) <= bound


def test_a_wrong_derivative_is_found_as_often_as_declared(told: Told) -> None:
    """One that is off by `resolve` is found with the declared 0.95, or this fails with a chance of 1e-6.

    A power of 0.85 is seen with 0.9. A right one agrees, so that the declared power is that of these verifications.
    """
    trials = 300
    bound = stats.binom.ppf(CHANCE, trials, POWER)
    assert stats.binom.cdf(bound - 1, trials, 0.85) > 0.9
    assert told.verdicts(20, 0.0).count(NOISY) == 0
    assert told.verdicts(trials, told.resolve).count(WRONG) >= bound


def test_score_functions_decide_where_differences_are_too_noisy(planted: Program) -> None:
    right, wrong = (planted.verify(0.4, factor, samples=8_000, seed=3).comparisons[0] for factor in (1.0, 1.1))
    assert (right.extrapolated.verdict, right.score.verdict, right.verdict) == (NOISY, AGREES, AGREES)
    assert (wrong.extrapolated.verdict, wrong.score.verdict, wrong.verdict) == (NOISY, WRONG, WRONG)


def test_what_score_functions_need_is_told_where_it_is_less(planted: Program) -> None:
    comparison = planted.verify(0.4, 1.0, samples=1000, seed=3).comparisons[0]
    assert comparison.verdict == NOISY and comparison.needed == comparison.score.needed < comparison.extrapolated.needed


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
    found = program_of(source).verify(np.linspace(0.5, 1.5, 20), samples=400, seed=1, mode="interpreted", resolve=1.0)
    assert [c.label for c in found.comparisons] == [f"along random direction {i}" for i in (1, 2, 3, 4)]
    assert found.verdict == AGREES


def test_each_component_is_compared() -> None:
    program = program_of("def f(p, rng):\n    return p[0] * rng.random(), [p[0], p[1] * p[0]]\n")
    found = program.verify([0.5, 2.0], samples=500, seed=1, mode="interpreted", resolve=0.5)
    labels = [c.label for c in found.comparisons]
    assert labels[:2] == ["d/dp[0], component 0", "d/dp[0], component 1"] and found.verdict == AGREES


def test_replays_beside_a_root_are_no_mistake() -> None:
    """Where x crosses 1, a replay on either side of it has another x, by 1e-9 of it."""
    program = program_of("def f(p, rng):\n    x = rng.exponential(p)\n    return x, x > 1\n")
    found = program.verify(0.6, samples=2000, seed=9)
    assert found.comparisons[0].verdict == AGREES
    assert found.verdict != WRONG


def test_score_functions_say_why_they_do_not_apply() -> None:
    program = program_of("def f(p, rng):\n    return rng.choice(3, p=[p, p / 2, 1 - 1.5 * p])\n")
    found = program.verify(0.4, seed=1, mode="interpreted", resolve=0.3)
    assert found.verdict == AGREES and "no score function: " in str(found)
    assert found.comparisons[0].score is None


def test_what_is_shown() -> None:
    found = program_of(COIN).verify(0.4, samples=500, seed=1, mode="interpreted")
    fields = json.loads(json.dumps(found.to_dict()))
    assert fields["verdict"] == found.verdict and len(fields["comparisons"][0]["quotients"]) == 4
    page = found._repr_html_()
    assert str(found).startswith("f(p=0.4)\n\nd/dp") and page.count("<table>") == 1
    assert f"<strong>{found.verdict}" in page and "<code>wrong</code>" in page and "`" not in page
    assert str(found) == str(program_of(COIN).verify(0.4, samples=500, seed=1, mode="interpreted"))


def test_modes_agree(planted: Program) -> None:
    pytest.importorskip("numba")
    one, other = (planted.verify(0.4, 1.0, samples=500, seed=1, mode=m) for m in ("compiled", "interpreted"))
    assert (one.mode, other.mode) == ("compiled", "interpreted")
    np.testing.assert_allclose(one.comparisons[0].quotients, other.comparisons[0].quotients, rtol=1e-12)


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
