"""Parameters that are named tuples, or hold them; and instances of dataclasses, with the way out."""

from __future__ import annotations

import dataclasses
import re
from typing import Any, NamedTuple

import numpy as np
import pytest
from harness import program_of
from statistics_checks import Rates

from stochtrace.runtime.checks import ArrayError


class Policy(NamedTuple):
    """Of an inventory, or whatever."""

    s: Any
    S: Any


HERE = Policy(0.5, 2.0)
LINES = "def f(policy, rng):\n    s, S = policy\n    return rng.exponential(s) * S + rng.binomial(1, policy[0])\n"
ATTRIBUTES = "def f(policy, rng):\n    t = rng.exponential(policy.s)\n    return t * rng.poisson(policy.S) + policy.s\n"
DECIDING = "def f(policy, rng):\n    t = rng.exponential(policy.s)\n    return policy.S if t > 0.5 else t\n"
SEVERAL = "def f(policy, rng):\n    return sum(rng.exponential(q.s) * q.S for q in policy)\n"
# a program, its parameter, the gradient of its mean as a flat list
E1 = np.exp(-1.0)
PROGRAMS = {
    "tangent lines": (LINES, HERE, [3.0, 0.5]),
    "attributes": (ATTRIBUTES, HERE, [3.0, 0.5]),
    # its mean is S e^(-1/2s) + s - (s + 1/2) e^(-1/2s)
    "a decision": (DECIDING, HERE, [1 + E1, E1]),
    "a list": (SEVERAL, [HERE, Policy(1.0, 3.0)], [2.0, 0.5, 3.0, 1.0]),
    "a tuple": (SEVERAL, (HERE, Policy(1.0, 3.0)), [2.0, 0.5, 3.0, 1.0]),
}


def flat(value: Any) -> list[float]:
    return [x for part in value for x in flat(part)] if isinstance(value, tuple | list) else [float(value)]


@pytest.mark.parametrize("method", ["estimate", "gradient"])
@pytest.mark.parametrize(("source", "policy", "exact"), PROGRAMS.values(), ids=PROGRAMS)
def test_derivative_has_the_fields_of_the_parameter(source: str, policy: Any, exact: list[float], method: str) -> None:
    """The file compares 28 means: a false alarm in a million runs of it, and a bias of 0.4 is seen."""
    found = getattr(program_of(source), method)(policy, samples=5000, seed=1)
    value, error = (
        (found.derivative, found.derivative_stderr) if method == "estimate" else (found.gradient, found.gradient_stderr)
    )
    first = value if isinstance(policy, Policy) else value[0]
    assert type(value) is type(policy) and isinstance(first, Policy)
    for i, (a, e, b) in enumerate(zip(flat(value), flat(error), exact, strict=True)):
        Rates(tests=28).check(f"coordinate {i}", a, e, b, 0.4)


@pytest.mark.parametrize("method", ["estimate", "gradient"])
def test_compiled_and_interpreted_are_one(method: str) -> None:
    pytest.importorskip("numba", reason="compiled samples need Numba")
    program = program_of(LINES)
    compiled, interpreted = (
        getattr(program, method)(HERE, samples=500, seed=1, mode=mode) for mode in ("compiled", "interpreted")
    )
    assert compiled.mode == "compiled" and compiled.value == pytest.approx(interpreted.value, rel=1e-12)
    slopes = [flat(e.derivative if method == "estimate" else e.gradient) for e in (compiled, interpreted)]
    assert slopes[0] == pytest.approx(slopes[1], rel=1e-12)


CARRIED = {
    "a named tuple": (HERE, "policy.s"),
    "a dict": ({"s": 0.5}, "policy['s']"),
    "a tuple of arrays": ((np.array([0.5]), np.array([2.0])), "policy[0][0]"),
}


@pytest.mark.parametrize(("policy", "first"), CARRIED.values(), ids=CARRIED)
def test_what_compiled_code_cannot_carry_is_interpreted(policy: Any, first: str) -> None:
    pytest.importorskip("numba", reason="compiled samples need Numba")
    program = program_of(f"def f(policy, rng):\n    return 1.0 if rng.exponential({first}) > 0.5 else 0.0\n")
    estimate = program.estimate(policy, samples=10, seed=1)
    assert estimate.mode == "interpreted"
    assert estimate.reason == "NotImplementedError: a parameter that moves is neither a number nor an array"


def test_direction_and_triple_of_a_named_tuple() -> None:
    program = program_of("def f(policy, rng):\n    return rng.exponential(policy.s) * policy.S\n")
    by_field = program.estimate(HERE, samples=100, seed=1).derivative
    along = program.estimate(HERE, samples=100, seed=1, direction=Policy(1.0, -2.0)).derivative
    assert along == pytest.approx(by_field.s - 2 * by_field.S, rel=1e-12)
    assert [*program.triple(HERE, seed=1)] == ["policy[0]", "policy[1]"]


VERIFIED = {
    "a named tuple": (HERE, "policy.s", "policy.S", 2),
    "a dict": ({"s": 0.5, "S": 2.0}, "policy['s']", "policy['S']", 2),
    "a list of arrays": ([np.array([0.5]), np.array([1.0, 2.0])], "policy[0][0]", "policy[1][1]", 3),
    "many, along random directions": ((np.full(5, 0.5), np.full(5, 2.0)), "policy[0][3]", "policy[1][4]", 4),
}


@pytest.mark.parametrize(("policy", "s", "S", "comparisons"), VERIFIED.values(), ids=VERIFIED)
def test_parameters_in_containers_are_verified(policy: Any, s: str, S: str, comparisons: int) -> None:
    program = program_of(f"def f(policy, rng):\n    return rng.exponential({s}) * {S}\n")
    found = program.verify(policy, samples=200, seed=1, mode="interpreted")
    assert found.verdict == "agrees" and len(found.comparisons) == comparisons


def test_fields_that_become_arrays_are_looked_at_again() -> None:
    program = program_of("def f(policy, rng):\n    return rng.exponential(policy[1]) + policy[0]\n")
    program.sample(Policy(1.0, 2.0), seed=1)
    with pytest.raises(ArrayError, match=r"array of shape \(2,\)"):
        program.sample(Policy(1.0, np.array([2.0, 3.0])), seed=1)


def test_field_that_is_no_number_is_named() -> None:
    with pytest.raises(TypeError, match=r"policy\.S = 'often' is neither a float .* leave it out"):
        program_of(LINES).sample(Policy(0.5, "often"), seed=1)


RATES = """
from dataclasses import dataclass

@dataclass
class Rates:
    up: float
    down: float = 1.0

def f(rates, rng):
    return rng.exponential(rates.up) * rates.down
"""


def test_instance_of_a_dataclass_has_a_way_out() -> None:
    program, made = program_of(RATES), dataclasses.make_dataclass("Rates", ["up", "down"])(0.5, 2.0)
    with pytest.raises(TypeError, match=r"neither a float nor an array") as error:
        program.sample(made, seed=1)
    pass_, begin = re.findall(r"`([^-`][^`]*)`", str(error.value))
    assert (pass_, begin) == ("dataclasses.asdict(rates)", "rates = Rates(**rates)")
    other = program_of(RATES.replace("    return", f"    {begin}\n    return"))
    found = other.triple(dataclasses.asdict(made), seed=1)
    assert found["rates['up']"].delta == pytest.approx(found["rates['up']"].value / 0.5)
    assert found["rates['down']"].delta == pytest.approx(found["rates['down']"].value / 2.0)
