"""The program object as users meet it: arguments, samples, triples, estimates, errors."""

from __future__ import annotations

import dataclasses
import json
import math
from typing import Any

import numpy as np
import pytest
from harness import program_of
from statistics_checks import Rates

import stochtrace
from stochtrace.estimation.program import Program
from stochtrace.estimation.reasons import reason
from stochtrace.estimation.sampling import Sampler

WALK = """
def f(p, rng):
    n = 0
    for i in range(1, 101):
        n += rng.binomial(1, p * (1 - (n + i) / 200))
    return n
"""
TWO = "def f(p, q, rng):\n    return rng.binomial(3, p) * q + rng.exponential(q)\n"
MANY = """
import numpy as np

def f(p, rng, n=2, scale: float = 1.0):
    k = rng.binomial(n, p)
    return k > 0, k, p * scale, np.array([p, k * p]), [p]
"""


# -- arguments --------------------------------------------------------------------------------------------------------


def test_arguments_by_position_keyword_and_default() -> None:
    program = program_of("def f(p, n=2, rng=None, *, scale: float = 3.0):\n    return rng.binomial(n, p) * scale\n")
    assert program.parameters == ("p", "n", "scale")
    assert program.sample(1.0) == program.sample(p=1.0) == program.sample(1.0, 2, 3.0) == 6.0
    assert program.sample(1.0, scale=1.0, n=4) == 4.0
    assert program.wrt == ("p", "scale")


@pytest.mark.parametrize(
    ("args", "kwargs", "words"),
    [
        pytest.param((), {}, "'p'", id="missing"),
        pytest.param((0.5, 0.5), {}, "too many", id="too many"),
        pytest.param((0.5,), {"p": 0.5}, "'p'", id="twice"),
        pytest.param((0.5,), {"q": 1}, "'q'", id="unknown"),
        pytest.param((0.5,), {"rng": 1}, "'rng'", id="the generator"),
        pytest.param(("x",), {}, "p = 'x'", id="a string"),
        pytest.param((None,), {}, "p = None", id="None"),
        pytest.param((1j,), {}, "p = 1j", id="complex"),
        pytest.param(({},), {}, "p = {}", id="a dict"),
        pytest.param((["a"],), {}, "p = ", id="a list of strings"),
        pytest.param(([[0.5], [0.5, 0.5]],), {}, "p = ", id="a ragged list"),
    ],
)
def test_wrong_arguments(args: tuple[Any, ...], kwargs: dict[str, Any], words: str) -> None:
    program = program_of("def f(p, rng):\n    return rng.binomial(1, p)\n")
    for call in (program.sample, program.triple, lambda *a, **k: program.estimate(*a, samples=2, **k)):
        with pytest.raises(TypeError, match=words):
            call(*args, **kwargs)


@pytest.mark.parametrize("samples", [0, -1, 2.5, True, "3", None])
def test_wrong_number_of_samples(samples: Any) -> None:
    with pytest.raises((ValueError, TypeError), match="samples"):
        program_of(WALK).estimate(0.5, samples=samples)


@pytest.mark.parametrize("seed", [-1, 2**128, 1.5, "1", True])
def test_wrong_seed(seed: Any) -> None:
    program = program_of(WALK)
    for call in (program.sample, program.triple, lambda p, seed: program.estimate(p, samples=2, seed=seed)):
        with pytest.raises((ValueError, TypeError), match="seed"):
            call(0.5, seed=seed)


def test_wrong_mode() -> None:
    with pytest.raises(ValueError, match="compiled, interpreted"):
        program_of(WALK).estimate(0.5, samples=2, mode="fast")


def test_list_is_accepted_where_an_array_is() -> None:
    program = program_of("def f(p, rng):\n    return rng.choice(3, p=p) * p[0]\n")
    runs = [program.estimate(kind([0.5, 0.3, 0.2]), samples=20, seed=1) for kind in (list, tuple, np.array)]
    assert all(isinstance(run.derivative, np.ndarray) and run.derivative.shape == (3,) for run in runs)
    assert len({run.derivative.tobytes() for run in runs}) == 1


def test_the_users_array_is_not_changed() -> None:
    program = program_of("def f(p, rng):\n    p = p * 1.0\n    p[0] *= rng.binomial(1, 0.5)\n    return p.sum()\n")
    given = np.array([1.0, 2.0])
    program.estimate(given, samples=5, seed=1)
    assert given.tolist() == [1.0, 2.0]


@pytest.mark.parametrize("name", ["self", "args", "kwargs", "arguments"])
def test_parameter_may_have_any_name(name: str) -> None:
    program = program_of(f"def f({name}, rng):\n    return rng.binomial(3, {name})\n")
    assert program.sample(**{name: 1.0}) == 3
    assert program.triple(**{name: 1.0}, seed=1).value == 3
    assert program.estimate(**{name: 1.0}, samples=2).value == 3.0


@pytest.mark.parametrize("name", ["samples", "seed", "mode", "sample", "prune"])
def test_parameter_named_like_an_option_is_given_by_position(name: str) -> None:
    program = program_of(f"def f(p, {name}: int, rng):\n    return rng.binomial({name}, p)\n")
    assert program.sample(1.0, 3) == 3
    assert program.triple(1.0, 3, seed=1).value == 3
    assert program.estimate(1.0, 3, samples=2, seed=1).value == 3.0


# -- shapes -----------------------------------------------------------------------------------------------------------


def test_one_parameter_gives_a_float_several_a_dict(mode: str) -> None:
    one = program_of(WALK).estimate(0.5, samples=10, seed=1, mode=mode)
    assert type(one.derivative) is float and type(one.derivative_stderr) is float
    two = program_of(TWO).estimate(0.5, 2.0, samples=10, seed=1, mode=mode)
    assert list(two.derivative) == list(two.derivative_stderr) == ["p", "q"]
    assert all(type(v) is float for v in two.derivative.values())


def test_array_parameter_and_array_result(mode: str) -> None:
    program = program_of(
        "import numpy as np\n\ndef f(p, rng):\n    return np.array([p[0, 0] * p[1, 1], p[0, 1]]) * rng.random()\n"
    )
    estimate = program.estimate([[1.0, 2.0], [3.0, 4.0]], samples=400, seed=1, mode=mode)
    assert estimate.value.shape == (2,)
    assert estimate.derivative.shape == (2, 2, 2)
    half = estimate.value[1] / 2
    np.testing.assert_allclose(estimate.derivative / half, [[[4, 0], [0, 1]], [[0, 1], [0, 0]]], rtol=1e-12)


def test_result_of_several_kinds(mode: str) -> None:
    estimate = program_of(MANY).estimate(0.5, samples=50, seed=1, mode=mode)
    for field in (estimate.value, estimate.value_stderr, estimate.derivative["p"], estimate.derivative_stderr["p"]):
        assert isinstance(field, tuple) and len(field) == 5
        assert isinstance(field[3], np.ndarray) and field[3].shape == (2,)
        assert isinstance(field[4], list)
    assert estimate.derivative["p"][2] == 1.0 and estimate.derivative["scale"][2] == 0.5


def test_kinds_of_a_sample() -> None:
    kinds = [type(v) for v in program_of(MANY).sample(0.5, seed=1)]
    assert kinds == [bool, int, float, np.ndarray, list]


NO_NUMBERS = {"None": "without a `return`", "{'a': p}": r"`tuple\(result.values\(\)\)`"}
NO_NUMBERS |= dict.fromkeys(("'x'", "{1, 2}", "object()", "1j * rng.random()"), "Return a number, or numbers in")


@pytest.mark.parametrize("result", NO_NUMBERS)
@pytest.mark.parametrize("mode", ["interpreted", None])
def test_result_that_is_no_number(result: str, mode: str | None) -> None:
    program = program_of(f"def f(p, rng):\n    rng.binomial(1, p)\n    return {result}\n")
    with pytest.raises(TypeError, match=f"must return numbers.*{NO_NUMBERS[result]}"):
        program.estimate(0.5, samples=3, seed=1, mode=mode)


@pytest.mark.parametrize(
    "body",
    [
        "return (p, 1.0) if rng.binomial(1, 0.5) else (p,)",
        "return [p] * (1 + rng.binomial(1, 0.5))",
        "return np.ones(1 + rng.binomial(1, 0.5)) * p",
        "return None if rng.binomial(1, 0.5) else p",
    ],
)
def test_result_that_changes_its_shape(body: str) -> None:
    program = program_of(f"import numpy as np\n\ndef f(p, rng):\n    {body}\n")
    with pytest.raises((TypeError, ValueError), match=r"return|result|shape"):
        program.estimate(0.5, samples=40, seed=1, mode="interpreted")


@pytest.mark.parametrize("change", ["x += rng.random()", "x *= 2.0"])
def test_array_argument_is_not_changed_for_the_next_sample(change: str) -> None:
    program = program_of(f"def f(p, w: object, rng):\n    x = w\n    {change}\n    return x.sum() * p\n")
    weights = np.ones(2)
    with pytest.raises(ValueError, match="read-only"):
        program.estimate(0.5, weights, samples=4, seed=1)
    assert weights.tolist() == [1.0, 1.0]


def test_array_argument_may_be_copied_and_changed(mode: str) -> None:
    source = (
        "def f(w, rng):\n    x = w.copy()\n    x += rng.random()\n    w = x * 2\n    w[0] += 1.0\n    return w.sum()\n"
    )
    estimate = program_of(source).estimate([1.0, 2.0], samples=4, seed=1, mode=mode)
    assert estimate.mode == mode and estimate.derivative.tolist() == [2.0, 2.0]


# -- reproducibility --------------------------------------------------------------------------------------------------


def test_fresh_seed_is_told_and_gives_the_same_again() -> None:
    program = program_of(WALK)
    first = program.estimate(0.5, samples=20)
    second = program.estimate(0.5, samples=20, seed=first.seed)
    assert (first.value, first.derivative) == (second.value, second.derivative)
    assert program.estimate(0.5, samples=20).seed != first.seed
    assert isinstance(first.seed, int)


def test_samples_are_those_of_an_estimate(mode: str) -> None:
    program = program_of(TWO)
    each = [program.sample(0.5, 2.0, seed=8, sample=i) for i in range(30)]
    triples = [program.triple(0.5, 2.0, seed=8, sample=i)["p"] for i in range(30)]
    estimate = program.estimate(0.5, 2.0, samples=30, seed=8, mode=mode)
    assert estimate.value == pytest.approx(np.mean(each), rel=1e-12)
    assert estimate.derivative["p"] == pytest.approx(np.mean([t.derivative for t in triples]), rel=1e-12)
    assert estimate.value_stderr == pytest.approx(np.std(each, ddof=1) / 30**0.5, rel=1e-12)


@pytest.mark.parametrize("samples", [4095, 4096, 4097, 8200])
def test_number_of_samples_around_the_chunks(samples: int) -> None:
    program = program_of("def f(p, rng):\n    return rng.random() * p\n")
    estimate = program.estimate(2.0, samples=samples, seed=3, mode="interpreted")
    each = [program.sample(2.0, seed=3, sample=i) for i in (0, samples - 1)]
    assert estimate.samples == samples and len(set(each)) == 2
    assert estimate.derivative == pytest.approx(estimate.value / 2, rel=1e-12)


def test_one_sample_has_no_standard_error(mode: str) -> None:
    estimate = program_of(WALK).estimate(0.5, samples=1, seed=1, mode=mode)
    assert math.isnan(estimate.value_stderr) and math.isnan(estimate.derivative_stderr)


# -- what is shown ----------------------------------------------------------------------------------------------------


def test_triple_prints_as_in_the_lecture() -> None:
    program = program_of(WALK)
    for sample in range(5):
        triple = program.triple(0.5, seed=1, sample=sample)
        (jump,) = triple.jumps
        told = f"{triple.value} + 0ε + ({jump.change} with probability {jump.weight:.4g}ε)"
        assert str(triple) == repr(triple) == told
        assert triple.derivative == jump.weight * jump.change
        assert jump.line == 5
    smooth = program_of("def f(p, rng):\n    return p * rng.random()\n").triple(2.0, seed=1)
    assert str(smooth) == f"{smooth.value:.6g} + {smooth.delta:.6g}ε" and smooth.jumps == ()


def test_triple_with_every_jump() -> None:
    program = program_of("def f(p, rng):\n    return rng.binomial(1, p) + 10 * rng.binomial(1, p)\n")
    triple = program.triple(1.0, seed=1, prune=False)
    assert [(j.weight, j.change, j.line) for j in triple.jumps] == [(-1.0, -1, 2), (-1.0, -10, 2)]
    assert triple.derivative == 11.0


def test_estimate_is_frozen_prints_and_becomes_json(mode: str) -> None:
    estimate = program_of(MANY).estimate(0.5, n=3, samples=100, seed=1, mode=mode)
    with pytest.raises(dataclasses.FrozenInstanceError):
        estimate.value = 0.0  # type: ignore[misc]
    text = str(estimate)
    assert "±" in text and "100 samples, seed 1" in text and "n=3" in text and mode in text
    loaded = json.loads(json.dumps(estimate.to_dict()))
    assert loaded["samples"] == 100 and loaded["derivative"]["p"][2] == 1.0


def test_estimate_of_a_plain_program_prints_in_three_lines() -> None:
    lines = str(program_of(WALK).estimate(0.5, samples=1000, seed=1, mode="interpreted")).split("\n")
    assert len(lines) == 3
    assert lines[0].startswith("E[f(p=0.5)]") and "d/dp" in lines[1] and lines[2].startswith("1000 samples, seed 1")


def test_reason_of_a_fallback() -> None:
    program = program_of(
        "import string\n\ndef f(p, rng):\n    return len(string.Template('x').template) * rng.binomial(1, p)\n"
    )
    estimate = program.estimate(0.5, samples=3, seed=1)
    assert estimate.mode == "interpreted" and estimate.reason and "\n" not in estimate.reason
    assert program.fallback == estimate.reason
    asked = program.estimate(0.5, samples=3, seed=1, mode="interpreted")
    assert asked.reason is None


def test_what_cannot_be_compiled_is_tried_once_for_arguments_of_the_same_types(monkeypatch: pytest.MonkeyPatch) -> None:
    text = (
        "import string\n\ndef f(p, n, rng):\n    return n * len(string.Template('x').template) * rng.binomial(1, p)\n"
    )
    program, compiled, tried = program_of(text, wrt=("p",)), Sampler.compiled, []

    def counted(self: Sampler, given: Any, *rest: Any) -> Any:
        tried.append(given)
        return compiled(self, given, *rest)

    monkeypatch.setattr(Sampler, "compiled", counted)
    found = [program.estimate(0.5, n=n, samples=3, seed=1) for n in (1, 2, 3.0, 4, 5.0)]
    assert len(tried) == 2 and all(estimate.reason == found[0].reason for estimate in found)
    assert found[0].reason == program.fallback and found[0].mode == "interpreted"


def test_program_looks_like_its_function() -> None:
    source = 'def f(p, n=3, rng=None):\n    """Count."""\n    return rng.binomial(n, p)\n'
    program = program_of(source)
    assert program.__name__ == "f" and program.__doc__ == "Count."
    assert str(program.__signature__) == "(p, n=3)" and "f(p, n=3)" in repr(program)
    assert isinstance(program, stochtrace.Program if hasattr(stochtrace, "Program") else Program)


NAMED = """
from collections import namedtuple

Outcome = namedtuple("Outcome", "wins profit")


def f(p, rng):
    wins = rng.binomial(3, p)
    return Outcome(wins, p * wins)
"""


def test_a_named_tuple_stays_one() -> None:
    program = program_of(NAMED)
    estimate = program.estimate(0.5, samples=2000, seed=1, mode="interpreted")
    assert estimate.value.profit == pytest.approx(estimate.value.wins / 2)
    Rates(tests=1).check("wins", estimate.derivative.wins, estimate.derivative_stderr.wins, 3.0, 0.3)
    assert program.triple(0.5, seed=1).jumps[0].change.wins in (-1, 1)


CLEARED = """
import numpy as np


def f(p, rng):
    low = p
    low[rng.normal(0, 1, size=3) > low] = 0.0
    return low.sum()
"""


def test_a_sample_on_carried_values_may_change_its_argument() -> None:
    program, p = program_of(CLEARED), np.array([0.1, 0.2, 0.3])
    value = program.sample(p, seed=1)
    assert program.estimate(p, samples=1, seed=1, mode="interpreted").value == value == program.sample(p, seed=1)
    assert p.tolist() == [0.1, 0.2, 0.3]


def test_why_a_program_is_not_compiled_has_no_colours() -> None:
    assert reason(TypeError("\x1b[1m\x1b[1mno rule\x1b[0m")) == "TypeError: no rule"
