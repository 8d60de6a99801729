"""Reverse mode: exact means of whole programs and of jump rules, no bias by sampling, and forward mode's own samples.

By one parameter, reverse mode knows the direction, and takes the jumps of forward mode: sample by sample the same.
"""

from __future__ import annotations

import importlib
from typing import Any

import numpy as np
import pytest
import static_programs
from harness import program_of
from lattice import Case, check_recorded
from programs.on_lattice import WHOLE
from statistics_checks import Rates
from test_compiled_carried import bound
from test_jump_rules import CASES, Row, forced_to, moved, some_function
from test_lattice import table

from stochtrace import runtime
from stochtrace.runtime.jumps import EveryJump
from stochtrace.runtime.tape import Tape, TapeFull
from stochtrace.runtime.taped import Taped
from tests.test_people import generated

SAMPLES = 20
PEOPLE = ("account_closure", "bandit_ucb", "buffon", "clip_where", "coupons", "frozen_parts", "gillespie_dimer")
PEOPLE += ("hidden_markov", "kelly_exceptions", "metropolis_normal", "particle_systematic", "regression", "survey_mask")
SEVERAL = ("barrier", "gillespie", "hawkes", "ranking")
RATES = Rates(sum(len(static_programs.EXACT[name][2]) for name in SEVERAL))


@pytest.mark.parametrize("case", table(WHOLE))
def test_all_jumps_have_the_exact_mean(case: Case) -> None:
    check_recorded(case)


def leaf_weights(row: Row, at: tuple[Any, ...], outcome: int) -> list[tuple[int, Any]]:
    """The jumps of an outcome: where to, and the weight by each leaf; every parameter that moves is a leaf."""
    tape, jumps, omega = Tape(len(at)), EveryJump(), forced_to(outcome)
    pairs = [part for i, value in enumerate(at) for part in (value, Taped(tape, 1.0, i))]
    getattr(runtime, f"{row.name}_d")(omega, jumps, 3, *row.fixed, *pairs, *row.behind)
    return [(j.to, tape.adjoints([(j.weight.node, j.weight.factor)])) for j in jumps.all]


@pytest.mark.parametrize(("row", "at", "dot"), [c for c in CASES if isinstance(c.values[1], tuple)])
def test_jumps_of_several_parameters_have_the_exact_mean_by_each(row: Row, at: Any, dot: Any) -> None:
    for i in range(len(at)):
        chances = moved(row, at, tuple(float(i == k) for k in range(len(at))))
        f = some_function(row, len(chances))
        expected = sum(c.imag / 1e-30 * f[row.first + k] for k, c in enumerate(chances))
        found = 0.0
        for y, chance in enumerate(chances, start=row.first):
            if chance.real > 1e-50:
                found += chance.real * sum(w[i] * (f[to] - f[y]) for to, w in leaf_weights(row, at, y))
        scale = sum(abs(c.imag) / 1e-30 for c in chances)
        assert found == pytest.approx(expected, abs=1e-12 * max(1.0, scale))


@pytest.mark.parametrize("name", PEOPLE)
def test_by_one_parameter_the_samples_are_those_of_forward_mode(name: str) -> None:
    program, at = generated(name), importlib.import_module(f"tests.people.{name}").P0
    gradient = program.gradient(at, samples=SAMPLES, mode="interpreted")
    estimate = program.estimate(at, samples=SAMPLES, seed=1, mode="interpreted")
    assert gradient.gradient == pytest.approx(estimate.derivative, rel=1e-9, abs=1e-12)
    assert gradient.gradient_stderr == pytest.approx(estimate.derivative_stderr, rel=1e-9, abs=1e-12)


@pytest.mark.parametrize("name", SEVERAL)
def test_no_bias_by_several_parameters(name: str) -> None:
    """Resolves a bias of 0.6 of the largest component, at the false-alarm rate of `statistics_checks`."""
    primal, p, exact = static_programs.EXACT[name]
    found = bound(name, primal).gradient(np.array(p), samples=6000, seed=2, mode="interpreted")
    for mean, error, value in zip(found.gradient, found.gradient_stderr, exact, strict=True):
        RATES.check(name, mean, error, value, 0.6 * float(np.max(np.abs(exact))))


# -- compiled ----------------------------------------------------------------------------------------------------------

ARRAYS = """
import numpy as np

TABLE = np.cos(np.arange(12.0)).reshape(4, 3) / 3

def f(w, b, rng):
    score = np.zeros(4)
    for i in range(4):
        score[i] = np.dot(w, TABLE[i]) + b * (i - 1)
    chance = np.exp(score) / np.sum(np.exp(score))
    k = rng.choice(4, p=chance)
    x = rng.normal(w[0], 1.0 + b * b)
    lifts = TABLE @ w
    return k * lifts[k] + x * w[2] + np.cumsum(lifts * b)[2] + (rng.random() < chance[1])
"""
WALK = """
import math

def f(w, rng):
    n = 0
    for t in range(12):
        n += rng.random() < 1 / (1 + math.exp(-w[0] - w[1] * (n - t)))
    return n * n
"""


DRAWN = """
import numpy as np

def f(w, b, rng):
    x = rng.normal(w, np.exp(w), size=3)
    y = rng.normal(b, 1.0, size=(2, 3)) * x
    late = rng.exponential(w * w + 1, size=(2, 3))
    k = rng.binomial(1, 1 / (1 + np.exp(-w)), size=3)
    return (y * late).sum() + (x * k).sum() + rng.uniform(w[0], b, 2)[1]
"""


@pytest.mark.parametrize("source", [ARRAYS, WALK, DRAWN], ids=["arrays", "walk", "arrays of draws"])
def test_compiled_samples_are_those_of_interpreted_code(source: str) -> None:
    pytest.importorskip("numba", reason="what compiles is seen with Numba only")
    program = program_of(source)
    at = {"w": np.array([0.3, -0.2, 0.5])} | ({"b": 0.4} if "b" in program.wrt else {})
    compiled, interpreted = (program.gradient(**at, samples=300, mode=m) for m in ("compiled", "interpreted"))
    assert compiled.tape > 0
    for name in program.wrt:
        pairs = [(e.gradient, e.gradient_stderr) for e in (compiled, interpreted)]
        one, other = (tuple(q[name] if len(program.wrt) > 1 else q for q in pair) for pair in pairs)
        np.testing.assert_allclose(one[0], other[0], rtol=1e-9, atol=1e-12)
        np.testing.assert_allclose(one[1], other[1], rtol=1e-9, atol=1e-12)


def test_without_jumps_samples_are_those_of_forward_mode() -> None:
    source = "import numpy as np\n\ndef f(w, rng):\n    x = rng.normal(w[0], w[1])\n    return x * x * np.exp(w[2])\n"
    program, w = program_of(source), np.array([0.5, 1.2, -0.3])
    gradient, estimate = program.gradient(w, samples=50), program.estimate(w, samples=50, seed=1)
    np.testing.assert_allclose(gradient.gradient, estimate.derivative, rtol=1e-12)
    np.testing.assert_allclose(gradient.gradient_stderr, estimate.derivative_stderr, rtol=1e-11)


def test_jacobian_has_a_sweep_for_each_component() -> None:
    program = program_of("def f(p, q, rng):\n    k = rng.binomial(2, p)\n    return k * q, k + p, q * q\n")
    found = program.jacobian(0.5, 2.0, samples=2000)
    assert found.jacobian["q"][2] == 4.0 and found.jacobian["p"][2] == 0.0
    error = found.jacobian_stderr["p"][1]
    assert abs(found.jacobian["p"][1] - 3.0) < 6 * error < 0.6  # a false alarm in 5e8; sees a bias of 0.6


@pytest.mark.parametrize("mode", ["compiled", "interpreted"])
def test_memory_is_bounded(mode: str) -> None:
    if mode == "compiled":
        pytest.importorskip("numba", reason="what compiles is seen with Numba only")
    loop = "    for i in range(n):\n        x = x * q + p\n"
    source = f"def f(p, q, n, rng):\n    x = p\n{loop}    return x + rng.random()\n"
    program = program_of(source, wrt=("p", "q"))
    assert program.gradient(0.5, 0.5, 10, samples=5, mode=mode).tape > 0
    with pytest.raises(TapeFull, match=r"more than 1 MiB of partials .*memory="):
        program.gradient(0.5, 0.5, 100_000, samples=5, mode=mode, memory=2**20)


def test_what_reverse_mode_has_no_rule_for_runs_forwards() -> None:
    result = "float(np.linalg.det(np.outer(w, w) + np.eye(2))) * rng.random()"
    source = f"import numpy as np\n\ndef f(w, rng):\n    return {result}\n"
    program = program_of(source)
    found = program.gradient(np.array([0.5, 0.2]), samples=20, mode="interpreted")
    estimate = program.estimate(np.array([0.5, 0.2]), samples=20, seed=1, mode="interpreted")
    np.testing.assert_allclose(found.gradient, estimate.derivative, rtol=1e-9)


def test_arrays_of_draws_are_recorded() -> None:
    source = "import numpy as np\n\ndef f(q, rng):\n    return np.sum(rng.binomial(3, q, size=len(q)))\n"
    found = program_of(source).gradient(np.array([0.2, 0.4]), samples=4000, mode="interpreted")
    assert found.reason is None  # no forward pass for each parameter
    for mean, error in zip(found.gradient, found.gradient_stderr, strict=True):
        assert abs(mean - 3.0) < 6 * error < 0.8  # a false alarm in 5e8 each; sees a bias of 0.8
