"""Dictionaries with written keys as records in compiled code: the same samples as interpreted, or not compiled."""

from __future__ import annotations

import ast
from pathlib import Path

import numpy as np
import pytest
from harness import filed

from stochtrace.estimation.program import Program
from stochtrace.estimation.results import Estimate
from stochtrace.lowering.records import Records

pytest.importorskip("numba", reason="records are compiled only")
SAMPLES = 300
COMPILED = {
    "machines in a list, whole numbers and carried values beside each other": """
        def f(p, rng):
            machines = [{"due": rng.exponential(p), "repairs": 0, "name": "a"} for _ in range(2)]
            first = machines[0]
            while True:
                machine = machines[0] if machines[0]["due"] < machines[1]["due"] else machines[1]
                if machine["due"] > 3.0:
                    break
                machine["repairs"] += 1
                machine["due"] += 1.0 + rng.exponential(p)
            return first["repairs"] - 2 * machines[1]["repairs"] + min(first["due"], 9.0)
        """,
    "a state that functions change, with a list and a key that is written over": """
        def arrive(state, t):
            state["waiting"].append(t)
            state["last"] = t
            state["busy"] = len(state["waiting"]) > 1
        def f(p, rng):
            state = {"waiting": [0.0 * p], "last": 0.0, "busy": False}
            again = state
            for _ in range(3):
                arrive(state, again["last"] + rng.exponential(p))
            late = 0
            for t in again["waiting"]:
                late += t > 2.0
            return late + 3 * state["busy"] + state["last"]
        """,
}
INTERPRETED = {
    "a fraction in a whole number": """
        def f(p, rng):
            count = {"n": 0, "t": rng.exponential(p)}
            if count["t"] > 1.0:
                count["n"] += 0.5
            return count["n"] + count["t"]
        """,
    "a list that is extended where it has two names": """
        def f(p, rng):
            times = [rng.exponential(p)]
            held = {"times": times, "n": 1}
            held["times"] += [2.0]
            return (times[0] > 1.0) + len(times)
        """,
}


def both_ways(program: Program) -> tuple[Estimate, Estimate]:
    """The estimates of a program as it runs by itself, and interpreted."""
    free = program.estimate(0.8, samples=SAMPLES, seed=1)
    return free, program.estimate(0.8, samples=SAMPLES, seed=1, mode="interpreted")


def same_samples(program: Program, rtol: float) -> None:
    """A program that compiles, whose samples are the same numbers in both modes."""
    compiled, interpreted = both_ways(program)
    assert compiled.mode == "compiled", compiled.reason
    for part in ("value", "derivative", "derivative_stderr"):
        np.testing.assert_allclose(getattr(compiled, part), getattr(interpreted, part), rtol=rtol)


def stays_interpreted(program: Program) -> None:
    """A program that Numba does not take, or would take for another one."""
    found, interpreted = both_ways(program)
    assert found.mode == "interpreted"
    assert (found.value, found.derivative) == (interpreted.value, interpreted.derivative)


@pytest.mark.parametrize("source", COMPILED.values(), ids=COMPILED)
def test_same_samples(source: str, tmp_path: Path) -> None:
    same_samples(filed(source, tmp_path), rtol=1e-12)


@pytest.mark.parametrize("source", INTERPRETED.values(), ids=INTERPRETED)
def test_meaning_of_python_is_kept(source: str, tmp_path: Path) -> None:
    stays_interpreted(filed(source, tmp_path))


def written(text: str) -> str:
    """A text with records."""
    tree = ast.parse(text)
    return ast.unparse(Records(tree).visit(tree))


def test_each_key_has_one_function() -> None:
    assert written("a = {'x': 1, 'y': 2}\na['x'] = a['y']\nb = {'y': a['x'], 'x': 3}") == (
        "a = stochtrace_make_0(1, 2)\nstochtrace_write_2(a, stochtrace_read_1(a))\n"
        "b = stochtrace_make_4(stochtrace_read_3(a), 3)"
    )


@pytest.mark.parametrize(
    "text",
    ["a = {}", "a = {1: 2}", "a = {'x': 1, **b}", "a = {'x': 1, 'x': 2}", "a = {'not a name': 1}", "a[b] = c['x']"],
)
def test_other_dictionaries_stay(text: str) -> None:
    assert written(text) == text
