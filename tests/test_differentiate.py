"""`stochtrace.differentiate` on functions as they stand in a module: globals, closures, imports, errors."""

from __future__ import annotations

import functools
import inspect
import math
import os
import random as rnd
import subprocess
import sys
from collections.abc import Callable
from math import exp, pi
from pathlib import Path
from random import random as uniform
from typing import Any

import numpy
import numpy as np
import numpy.random as nr
import pytest
from numpy import log1p, sqrt
from numpy.random import binomial as draw
from scipy.special import expit
from scipy.stats import bernoulli, binom, multinomial, randint
from tree import assert_exact

import stochtrace
from stochtrace.diagnostics import Refusal

SCALE, COUNT, NAMES = 2.0, 3, ["a", "bb"]
TABLE = np.array([1.0, 2.0, 4.0])
SETTINGS = {"rate": 0.5}
FROZEN = binom(n=np.int64(2), p=np.float64(0.25), loc=1)
POINTS = randint(0, 3)
Chance = float
source = np.random.default_rng(1)
twister = rnd.Random(1)


def square(x):
    return x * x


other_square = square


def coin(q, rng):
    return rng.binomial(1, q) * SCALE


def abs(x):
    """A builtin's name, with another meaning."""
    return 10 * x


def constants(p, rng):
    return rng.binomial(COUNT, p) * SCALE + len(NAMES[1]) + TABLE[rng.binomial(2, p)] * SETTINGS["rate"]


def helpers(p, rng):
    return square(p) * coin(p, rng) + coin(p * p, rng)


def modules(p, rng):
    return math.exp(p) + np.log(p) + numpy.sqrt(p) * rng.binomial(1, p)


def names(p, rng):
    return exp(p) * pi + log1p(p) * sqrt(p) * rng.binomial(1, p)


def global_generators(p):
    return source.binomial(2, p) + (twister.random() < p) * p


def module_draws(p):
    return nr.binomial(2, p) + draw(2, p) + (uniform() < p) + rnd.expovariate(1 / p)


def distributions(p):
    return p * (bernoulli.rvs(p) + multinomial.rvs(2, [p, 1 - p])[0] + FROZEN.rvs(random_state=source) + POINTS.rvs())


def hides_builtin(p, rng):
    return abs(p) * rng.binomial(1, p)


def another_name(p, rng):
    return other_square(p) * rng.binomial(1, p)


def annotated(p: Chance, rng: np.random.Generator) -> Chance:
    return rng.binomial(2, p)


def with_defaults(p, n=COUNT, scale: float = SCALE, *, rng=None):
    return rng.binomial(n, p) * scale


def recursive(p, n: int, rng):
    return 0 if n == 0 else rng.binomial(1, p) + recursive(p, n - 1, rng)


def inactive_ufunc(p, rng):
    return rng.binomial(1, p) * expit(2.0)


def docstring(p, rng):
    """A text
    that is not indented."""
    return rng.binomial(2, p)


def make(a: float) -> Callable[..., Any]:
    def inner(x):
        return x * a

    def outer(p, rng):
        text = """
no indent
"""
        return inner(p) * rng.binomial(1, p) + len(text)

    return outer


def twice(g: Callable[..., Any], a: float) -> Callable[..., Any]:
    """A closure whose `a` is another one than that of the function it calls."""

    def f(p, rng):
        return g(p) * a * rng.binomial(1, p)

    return f


def times(a: float) -> Callable[..., Any]:
    def scaled(x):
        return x * a

    return scaled


FUNCTIONS = [constants, helpers, modules, names, global_generators, module_draws, distributions, hides_builtin,
             another_name, annotated, with_defaults, docstring]  # fmt: skip


@pytest.mark.parametrize("function", FUNCTIONS, ids=lambda f: f.__name__)
def test_derivative_is_exact(function: Callable[..., Any]) -> None:
    assert_exact(stochtrace.differentiate(function, wrt="p"), {"p": 0.4})


@pytest.mark.parametrize("function", FUNCTIONS, ids=lambda f: f.__name__)
def test_value_is_that_of_the_function(function: Callable[..., Any]) -> None:
    """With every draw certain, the function itself can be run."""

    class Certain:
        def binomial(self, n: int, p: float) -> int:
            return n

    program = stochtrace.differentiate(function, wrt="p")
    if "rng" in inspect.signature(function).parameters:
        assert program.sample(1.0) == function(1.0, rng=Certain())


def test_function_of_another_library() -> None:
    """Nothing that moves goes into it: it is called, or refused."""
    try:
        program = stochtrace.differentiate(inactive_ufunc)
    except Refusal as refusal:
        assert refusal.instead
        return
    assert program.sample(1.0) == expit(2.0)


def test_recursion_and_integer_parameters() -> None:
    program = stochtrace.differentiate(recursive)
    assert program.wrt == ("p",) and program.parameters == ("p", "n")
    assert_exact(program, {"p": 0.4, "n": 3})


def test_closure() -> None:
    program = stochtrace.differentiate(make(3.0))
    assert program.sample(1.0) == 3.0 + len("\nno indent\n")
    assert_exact(program, {"p": 0.4})


def test_closures_of_one_name_and_different_values() -> None:
    """`a` is 2 in one of them and 5 in the other: kept apart, or refused."""
    function = twice(times(2.0), 5.0)
    try:
        program = stochtrace.differentiate(function)
    except Refusal:
        return
    assert program.sample(1.0) == 10.0


def test_constants_keep_the_values_that_they_have_now() -> None:
    program = stochtrace.differentiate(constants)
    before = program.sample(1.0)
    TABLE[:] += 100.0
    NAMES[1] += "!"
    try:
        assert program.sample(1.0) == before
    finally:
        TABLE[:] -= 100.0
        NAMES[1] = "bb"


@pytest.mark.parametrize("wrt", ["p", ["p"], ("p",), {"p": 1}.keys()], ids=str)
def test_wrt_as_a_name_or_a_sequence(wrt: Any) -> None:
    assert stochtrace.differentiate(with_defaults, wrt=wrt).wrt == ("p",)


def test_wrt_of_several() -> None:
    assert stochtrace.differentiate(with_defaults, wrt=["scale", "p"]).wrt == ("p", "scale")


def test_default_that_is_a_constant_tells_whether_it_is_a_float() -> None:
    """`n=COUNT` is an integer and `scale: float = SCALE` a float."""
    assert stochtrace.differentiate(with_defaults).wrt == ("p", "scale")


@pytest.mark.parametrize("wrt", ["q", ["p", "q"], [], "rng"], ids=str)
def test_wrt_that_is_no_parameter(wrt: Any) -> None:
    with pytest.raises((Refusal, ValueError)):
        stochtrace.differentiate(with_defaults, wrt=wrt)


class Model:
    def __call__(self, p, rng):
        return rng.binomial(1, p)

    def method(self, p, rng):
        return rng.binomial(1, p)


@pytest.mark.parametrize(
    "thing",
    [
        len,
        math.exp,
        Model,
        Model(),
        Model().method,
        functools.partial(coin, 0.5),
        "coin",
        None,
        lambda p, rng: rng.binomial(1, p),
    ],
    ids=["builtin", "C function", "class", "object", "method", "partial", "string", "None", "lambda"],
)
def test_what_is_no_plain_function(thing: Any) -> None:
    with pytest.raises(TypeError, match="function"):
        stochtrace.differentiate(thing)


def test_function_without_a_source() -> None:
    space: dict[str, Any] = {}
    exec("def hidden(p, rng):\n    return rng.binomial(1, p)\n", space)
    with pytest.raises((OSError, TypeError, ValueError), match=r"hidden.*source|source.*hidden"):
        stochtrace.differentiate(space["hidden"])


def reads_a_file(p, rng):
    x = rng.normal(p, 1.0)
    return x * len(open("numbers").read())


def leaves_the_domain(p, rng):
    return rng.binomial(1, 3 * p)


def test_refusal_and_domain_error_name_the_users_line() -> None:
    line = inspect.getsourcelines(reads_a_file)[1] + 2
    with pytest.raises(Refusal) as caught:
        stochtrace.differentiate(reads_a_file)
    assert caught.value.line == line
    assert "test_differentiate.py" in str(caught.value).split("\n")[0]
    line = inspect.getsourcelines(leaves_the_domain)[1] + 1
    with pytest.raises(stochtrace.DomainError, match=rf"test_differentiate\.py:{line}: binomial: p = 1.5 "):
        stochtrace.differentiate(leaves_the_domain).sample(0.5)


def test_generated_lines_are_in_tracebacks() -> None:
    program = stochtrace.differentiate(coin, wrt="q")
    assert "rt.bernoulli" in inspect.getsource(program.primal)


RELOAD = """
import stochtrace
from model import f
print(repr(stochtrace.differentiate(f).estimate(0.5, samples=10, seed=1, mode="compiled").derivative))
"""


def test_compiled_in_a_second_process(tmp_path: Path) -> None:
    """The first one compiles, the second one loads what the first one has left on disk."""
    pytest.importorskip("numba")
    (tmp_path / "model.py").write_text("def f(p, rng):\n    return rng.binomial(3, p)\n")
    environment = {**os.environ, "STOCHTRACE_CACHE_DIR": str(tmp_path / "cache"),
                   "PYTHONPATH": os.pathsep.join([str(tmp_path), *sys.path])}  # fmt: skip
    runs = [subprocess.run([sys.executable, "-c", RELOAD], capture_output=True, text=True, check=False, env=environment)
            for _ in range(2)]  # fmt: skip
    assert [run.returncode for run in runs] == [0, 0], runs[-1].stderr[-1500:]
    assert runs[0].stdout == runs[1].stdout
