"""Standard variables in compiled code: the rows of `families` that Numba can compile, chosen by their number."""

# mypy: disable-error-code="no-untyped-def,no-untyped-call,untyped-decorator"

from __future__ import annotations

import ast
import inspect
import math
import textwrap
from collections.abc import Callable
from typing import Any

from numba import types
from numba.extending import overload, register_jitable

from stochtrace import runtime
from stochtrace.carried import families
from stochtrace.carried.families import FAMILIES
from stochtrace.runtime import checks, numba_side
from stochtrace.runtime.functions import scipy_special
from stochtrace.runtime.uniforms import read

Function = Callable[..., Any]


@register_jitable
def gamma_density(z, a):
    """Density of gamma(a, 1)."""
    return math.exp((a - 1) * math.log(z) - z - math.lgamma(a)) if z > 0.0 else 0.0


@register_jitable
def beta_density(z, a, b):
    """Density of beta(a, b)."""
    if not 0.0 < z < 1.0:
        return 0.0
    scale = math.lgamma(a + b) - math.lgamma(a) - math.lgamma(b)
    return math.exp((a - 1) * math.log(z) + (b - 1) * math.log1p(-z) + scale)


# below, above, density of families with shapes, on the support
SHAPED: dict[str, tuple[str, str, str]] = {
    "gamma": ("gammainc(s0, z) if z > 0.0 else 0.0", "gammaincc(s0, z) if z > 0.0 else 1.0", "gamma_density(z, s0)"),
    "beta": (
        "betainc(s0, s1, min(max(z, 0.0), 1.0))",
        "betaincc(s0, s1, min(max(z, 0.0), 1.0))",
        "beta_density(z, s0, s1)",
    ),
}
NAMES = [name for name, family in FAMILIES.items() if not family.shapes or name in SHAPED]
NUMBERS = {name: i for i, name in enumerate(NAMES)}
TAILS = ("gammainc", "gammaincc", "betainc", "betaincc")
SPACE: dict[str, Any] = {name: getattr(scipy_special, name) for name in TAILS}
SPACE |= {"gamma_density": gamma_density, "beta_density": beta_density, "inf": math.inf}


@overload(read)
def read_number(omega, site):
    """A number stands for the ω that gives it."""
    return (lambda omega, site: omega) if isinstance(omega, types.Float) else None


@overload(families._exp)
def exp_typed(x):
    """Compiled `_exp`."""
    return lambda x: math.exp(x)


@overload(families._expm1)
def expm1_typed(x):
    """Compiled `_expm1`."""
    return lambda x: math.expm1(x)


@overload(families._root)
def root_typed(x):
    """Compiled `_root`."""
    return lambda x: math.sqrt(x)


def written(text: str, space: dict[str, Any]) -> Callable[..., Any]:
    """Return a function written out as text, which compiled code may call."""
    space = SPACE | space
    exec(text, space)
    function: Callable[..., Any] = register_jitable(space["function"])
    return function


def stub(name: str, arguments: str, typed: Callable[..., Any]) -> Callable[..., Any]:
    """Return a function that compiled code calls as what `typed` returns for a list of the types of its arguments."""
    space: dict[str, Any] = {"typed": typed}
    exec(f"def {name}({arguments}):\n    raise NotImplementedError", space)
    exec(f"def overloaded({arguments}):\n    return typed([{arguments}])", space)
    overload(space[name])(space["overloaded"])
    made: Callable[..., Any] = space[name]
    return made


def branches(column: str, position: int, last: str) -> Any:
    """Return a function of the standard variable, with one branch for each family."""
    lines, space = ["def function(family, z, s0, s1, s2):"], {}
    for name, number in NUMBERS.items():
        call = SHAPED[name][position] if name in SHAPED else f"{name}_{column}(z)"
        lines += [f"    if family == {number}:", f"        return {call}"]
        if name not in SHAPED:
            space[f"{name}_{column}"] = registered(getattr(FAMILIES[name].standard, column))
    return written("\n".join([*lines, f"    return {last}"]), space)


def registered(function: Function) -> Function:
    """Let compiled code call a function of a family."""
    if inspect.isfunction(function) and not function.__module__.startswith("stochtrace.runtime"):
        numba_side.register(function)
    return function


for _function in (families.logistic_tail, families._moved):
    registered(_function)
below_of, above_of, density_of = branches("below", 0, "0.0"), branches("above", 1, "0.0"), branches("density", 2, "0.0")


def quantile(name: str) -> Any:
    """Return the quantile of a standard variable, after the shapes."""
    if name not in SHAPED:
        return registered(FAMILIES[name].standard.quantile)
    family = FAMILIES[name]
    shapes = ", ".join(f"s{i}" for i in range(len(family.shapes)))
    rest = "".join(f", {value}" for value in family.rest)
    text = f"def function(w, {shapes}):\n    return {name}(w, 0, {shapes}{rest})"
    return written(text, {name: getattr(runtime, name)})


def flows() -> Any:
    """Return the function that gives the tangent at fixed ω of the standard variable of a shape family.

    It raises nothing, as what all programs share cannot: at shapes outside of the domain of the tangent it is NaN.
    """
    lines, space = ["def function(family, w, s0, s1, s2, f0, f1, f2):"], {}
    for name in SHAPED:
        family = FAMILIES[name]
        pairs = [f"s{i}, f{i}" for i in range(len(family.shapes))] + [f"{value}, 0.0" for value in family.rest]
        inside = " and ".join(f"s{i} > 0.0" for i in range(len(family.shapes)))
        lines += [f"    if family == {NUMBERS[name]}:", f"        if not ({inside}):", "            return inf - inf"]
        lines += [f"        return {name}_d(w, 0, {', '.join(pairs)})[1]"]
        space[f"{name}_d"] = getattr(runtime, f"{name}_d")
    return written("\n".join([*lines, "    return 0.0"]), space)


def quantiles() -> Any:
    """Return the function that gives the standard variable for a uniform."""
    lines, space = ["def function(family, w, s0, s1, s2):"], {}
    for name, number in NUMBERS.items():
        shapes = "".join(f", s{i}" for i in range(len(FAMILIES[name].shapes)))
        lines += [f"    if family == {number}:", f"        return {name}_q(w{shapes})"]
        space[f"{name}_q"] = quantile(name)
    return written("\n".join([*lines, "    return 0.0"]), space)


def tails() -> Any:
    """Return the function that gives the tail of a family's standard variable."""
    lines = [f"    if family == {number}:\n        return {FAMILIES[n].standard.tail}" for n, number in NUMBERS.items()]
    return written("\n".join(["def function(family):", *lines, "    return 0.0"]), {})


flow_of, quantile_of, tail_of = flows(), quantiles(), tails()
SHAPELESS = frozenset(number for name, number in NUMBERS.items() if name not in SHAPED)


def domain(name: str) -> Any:
    """Return the checks that a sampler makes of its parameters, alone."""
    sampler = getattr(runtime, name)
    tree = ast.parse(textwrap.dedent(inspect.getsource(sampler))).body[0]
    assert isinstance(tree, ast.FunctionDef)
    lines = [ast.unparse(s) for s in tree.body if isinstance(s, ast.Expr) and ast.unparse(s).startswith("require(")]
    names = [a.arg for a in tree.args.args][1:]
    text = "\n    ".join([f"def function({', '.join(names)}):", *lines, "return"])
    return written(text, {"require": checks.require, "abs": abs} | {"inf": math.inf})
