"""Comments on a draw's line, what `explain` says of them, and what `tune` advises."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner, Result
from harness import generate, program_of
from statistics_checks import Rates

from stochtrace.diagnostics import Refusal
from stochtrace.estimation.tails import FEWEST, Tail
from stochtrace.estimation.tuning import tune
from stochtrace.forms import WORDS
from stochtrace_cli.main import main

HEAD = "import math\n\n\ndef f(p, rng):\n"
CLOCK = (
    HEAD + "    t, n = 0.0, 0\n    while True:\n        t += rng.exponential(1 / p)\n"
    "        if t > 3.0:\n            return n\n        n += 1\n"
)


def run(*arguments: str) -> Result:
    return CliRunner().invoke(main, arguments)


@pytest.fixture
def model(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path / "model.py"


# -- comments ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("word", WORDS)
def test_a_comment_reaches_the_program(word: str) -> None:
    program = program_of(
        HEAD + f"    x = rng.normal(p, 1.0)  # stochtrace: {word}\n    return 1.0 if x > 1.0 else 0.0\n"
    )
    assert program.forms == {1: word}


@pytest.mark.parametrize(
    ("line", "comment", "what"),
    [
        ("    x = rng.normal(p, 1.0)  ‹# stochtrace: magic", "magic", "is no way to differentiate a draw"),
        ("    x = rng.normal(p, 1.0)  ‹# stochtrace: score please", "score please", "is no way"),
        ("    x = 2.0 * p  ‹# stochtrace: score", "score", "on a line without a draw"),
        ("    x = 2.0 * p  ‹# stochtrace: constant", "constant", "without a draw or a decision"),
        ("    x = p + abs(rng.normal())\n    ‹# stochtrace: leaving", "leaving", "on a line without a draw"),
        (
            "    if rng.normal() > p: x = 1.0  ‹# stochtrace: score\n    else: x = 0.0",
            "score",
            "no parameter of its own",
        ),
    ],
)
def test_a_comment_that_says_nothing_is_refused_at_its_place(line: str, comment: str, what: str) -> None:
    text = HEAD + line + "\n    return x\n"
    place = text.index("‹")
    with pytest.raises(Refusal) as refused:
        generate(text.replace("‹", ""), functions=("f",))
    refusal = refused.value
    assert (refusal.line, refusal.column) == (text.count("\n", 0, place) + 1, place - text.rfind("\n", 0, place) - 1)
    assert comment in refusal.what and what in refusal.what and refusal.instead


def test_comments_of_other_functions_are_left_alone() -> None:
    other = "\n\ndef g(p, rng):\n    return rng.normal(p, 1.0)  # stochtrace: score\n"
    assert program_of(CLOCK + other).forms == {}


def test_a_bias_that_is_accepted_is_told_everywhere(model: Path) -> None:
    text = HEAD + "    x = rng.normal(p, 1.0)  # stochtrace: pathwise\n    return x if x > 1.0 else 0.0\n"
    assert "# BIASED: line 5: `pathwise` accepts a bias" in generate(text)
    found = program_of(text).estimate(0.5, samples=100, seed=1)
    assert "line 5" in found.warnings[0] and "biased" in found.warnings[0] and found.warnings[0] in str(found)
    model.write_text(text)
    assert "BIASED: line 5" in run("explain", "model.py").stdout


def test_a_decision_on_a_parameter_may_be_held_constant() -> None:
    body = "    a = 2.0 if p > 0.3 else 5.0{}\n    return a * rng.normal(p, 1.0) + int(4 * p){}\n"
    comment = "  # stochtrace: constant"
    program = program_of(HEAD + body.format(comment, "").replace(" + int(4 * p)", ""))
    assert program.estimate(0.5, samples=10, seed=1).derivative == pytest.approx(2.0)
    with pytest.raises(Refusal):
        program_of(HEAD + body.format("", "").replace(" + int(4 * p)", "")).estimate(0.5, samples=10, seed=1)


def test_constant_is_not_for_decisions_on_draws() -> None:
    program = program_of(
        HEAD + "    x = rng.normal(p, 1.0)\n    return 1.0 if x > p else 0.0  # stochtrace: constant\n"
    )
    with pytest.raises(Refusal, match="marked `constant`, and compares a draw"):
        program.estimate(0.5, samples=10, seed=1)


# -- explain -----------------------------------------------------------------------------------------------------------


def test_explain_shows_the_plan_of_a_program_on_carried_values(model: Path) -> None:
    model.write_text(CLOCK.replace("(1 / p)", "(1 / p)  # stochtrace: leaving"))
    plan = run("explain", "model.py", "--at", "p=1.5")
    assert plan.exit_code == 0, plan.output
    assert "f: derivative with respect to p" in plan.stdout
    assert "on carried values, as tangent lines cannot be written: line 8" in plan.stdout
    row = next(line for line in plan.stdout.split("\n") if "rng.exponential(1 / p)" in line)
    assert row.split()[0] == "7" and "leaving" in row and "its comment says so" in row
    measured = plan.stdout.rstrip().split("\n")[-1].split()
    draws, decisions, stale = float(measured[1]), float(measured[2]), float(measured[4])
    assert draws == decisions > 2 and stale == 0 and measured[5] == "leaving"


def test_explain_shows_the_plan_of_a_program_with_tangent_lines(model: Path) -> None:
    body = "    a = rng.binomial(10, p)\n    b = rng.normal(a, p)\n    return b + rng.normal()\n"
    model.write_text(HEAD + body)
    plan = run("explain", "model.py").stdout
    assert "with tangent lines" in plan
    assert [line.split()[0] for line in plan.rstrip().split("\n")[-3:]] == ["5", "6", "7"]
    assert all(word in plan for word in ("leaving mass", "pathwise", "nothing to do"))


def test_explain_counts_what_is_stale(model: Path) -> None:
    body = "    x = rng.normal(p, 1.0)\n    y = rng.normal()\n    a = x + y > 0\n    return a and x > 0.7\n"
    found = program_of(HEAD + body).survey(0.2, samples=200, seed=1)
    assert 0 < found[1].stale <= found[1].jumps and found[2].stale == 0 and found[2].decisions == pytest.approx(1.0)


@pytest.mark.parametrize(
    ("body", "options"),
    [
        ("    return eval('p') * rng.normal(p, 1)\n", ()),
        ("    return p if p > 0.3 else rng.normal(p, 1)\n", ("--at", "p=0.5")),
    ],
)
def test_explain_ends_with_3_where_a_program_is_refused(model: Path, body: str, options: tuple[str, ...]) -> None:
    model.write_text(HEAD + body)
    result = run("explain", "model.py", *options)
    assert result.exit_code == 3, result.output
    assert "p > 0.3" in result.stderr or "model.py:5:12" in result.stderr


# -- tune --------------------------------------------------------------------------------------------------------------


def test_all_trials_have_the_same_mean() -> None:
    """E of the arrivals before 3 is 3p - 1 + exp(-3p) + ..., whose slope by p is 3."""
    trials = tune(program_of(CLOCK), {"p": 1.5}, 1500, 1).trials
    assert {t.tried for t in trials} == {"as it is", "leaving", "hybrid", "score", "replays = 4", "replays = all"}
    rates = Rates(tests=len(trials))
    for t in trials:
        assert t.estimate is not None and t.variance >= 0 and t.seconds > 0
        rates.check(t.tried, t.estimate.derivative, t.estimate.derivative_stderr, 3.0, 1.2)


def test_tune_prints_a_table_and_the_comment_to_add(model: Path) -> None:
    model.write_text(CLOCK)
    assert run("transform", "model.py").exit_code == 0
    result = run("tune", "model_d.py:f", "--at", "p=1.5", "--samples", "200")
    assert result.exit_code == 0, result.output
    lines = result.stdout.rstrip().split("\n")
    assert lines[0].split() == ["line", "form", "variance", "seconds", "a", "sample", "variance", "×", "cost"]
    assert any(line.startswith("   7  leaving") for line in lines)
    # leaving mass has no spread at all here, so it is advised whatever the clock says
    assert lines[-1] == "line 7: add `# stochtrace: leaving`"


# -- infinite variance -------------------------------------------------------------------------------------------------


def test_infinite_variance_is_flagged() -> None:
    body = "    q = p + rng.random()\n    u = rng.random()  # stochtrace: leaving\n    return 1.0 if u < q else 0.0\n"
    found = program_of(HEAD + body).estimate(0.0, samples=45_000, seed=1, mode="interpreted")
    assert "variance looks infinite" in found.warnings[0] and found.warnings[0] in str(found)
    calm = program_of(HEAD + body.replace("leaving", "two-sided")).estimate(0.0, samples=21_000, seed=1)
    assert calm.warnings == ()


def draws(name: str, rng: np.random.Generator, size: int) -> np.ndarray:
    e = rng.exponential(size=(3, size))
    return {
        "normal": lambda: rng.normal(size=size),
        "exponential": lambda: e[0],
        "square of an exponential": lambda: e[0] ** 2,
        "product of two": lambda: e[0] * e[1],
        "lognormal": lambda: np.exp(0.5 * rng.normal(size=size)),
        "a rare jump": lambda: np.where(e[0] < 0.05, 20 * e[1], 0.0),
        "counts": lambda: rng.poisson(3.0, size) * 1.0,
        "one value": lambda: np.ones(size),
        "power 5": lambda: rng.pareto(5.0, size),
        "a power that ends": lambda: (1 / 40**2 + (1 - 1 / 40**2) * rng.random(size)) ** -0.5,
    }[name]()  # fmt: skip


CALM = (
    "normal", "exponential", "square of an exponential", "product of two", "lognormal", "a rare jump", "counts",
    "one value", "power 5", "a power that ends",
)  # fmt: skip


@pytest.mark.parametrize("name", CALM)
def test_no_false_alarm(name: str) -> None:
    """20 sets of samples each: a rate of false alarms of 1 % would be seen in one of the 200 with 87 %."""
    rng = np.random.default_rng(7)
    assert [Tail.of(draws(name, rng, 2 * FEWEST)).heavy for _ in range(20)] == [None] * 20


@pytest.mark.parametrize("alpha", [1.0, 1.5, 2.0])
def test_heavy_tails_are_seen(alpha: float) -> None:
    rng = np.random.default_rng(7)
    assert all(Tail.of(1 + rng.pareto(alpha, 2 * FEWEST)).heavy is not None for _ in range(20))
