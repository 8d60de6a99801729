"""The table of rules in compiled code: functions of carried values, and the same functions on the tape.

All functions here are written out from the table, one branch for each row that Numba knows.
"""

# mypy: disable-error-code="no-untyped-def,no-untyped-call"

from __future__ import annotations

import math
import operator
from collections.abc import Mapping
from typing import Any

import numpy as np
from numba.extending import overload, register_jitable

from stochtrace.carried import numba_smooth
from stochtrace.carried.numba_memory import EXTERNAL, trace_at
from stochtrace.carried.numba_smooth import (
    OPAQUE,
    SmoothType,
    carried,
    constant,
    lifted,
    made,
    multiplied,
    pushed,
    still,
)
from stochtrace.carried.operations import KINKED
from stochtrace.carried.smooth import CURVED, STEADY
from stochtrace.rules import PARTIALS, RULES
from stochtrace.runtime import cuts, values
from stochtrace.runtime.functions.special import digamma

FIRST = OPAQUE + 1
MATH: tuple[str, ...] = ("acos", "acosh", "asin", "asinh", "atan", "atan2", "atanh", "copysign", "cos", "cosh", "erf")
MATH += ("erfc", "exp", "expm1", "gamma", "hypot", "lgamma", "log", "log10", "log1p", "log2", "pi", "sin", "sinh")
MATH += ("sqrt", "tan")
SPACE: dict[str, Any] = {name: getattr(math, name) for name in (*MATH, "tanh")} | {"digamma": digamma}
SPACE |= {name: getattr(np, name) for name in ("exp2", "cbrt", "square", "reciprocal", "negative", "logaddexp")}
KNOWN = set(SPACE) - {"digamma"} | {"pow"}
ROWS = [r for r in RULES if r.partials and KNOWN & set(r.names.split()) and not KINKED & set(r.names.split())]
CODES = {name: FIRST + i for i, rule in enumerate(ROWS) for name in rule.names.split()}
POWER = CODES["pow"]
POLE = EXTERNAL["pole"]
SPACE |= {"made": made, "pushed": pushed, "still": still, "constant": constant, "inf": math.inf}

CARRIED = {
    1: """
def function(left):
    x = left.v
    y = {value}
    p = {partials[0]}
    k = left.k
    s = p * left.s if k >= 0 else 0.0
    d = p * left.d if left.d != 0.0 else 0.0
    return made(left.at, y, d, k, s, 0.0, k < 0, pushed(left.at, k, {code}, left, constant(0.0), k < 0))
""",
    2: """
def function(left, right):
    {first}, {second} = left.v, right.v
    y = {value}
    p = 0.0 if still(left) else {partials[0]}
    q = 0.0 if still(right) else {partials[1]}
    k = max(left.k, right.k)
    s = (p * left.s if left.k == k else 0.0) + (q * right.s if right.k == k else 0.0) if k >= 0 else 0.0
    d = (p * left.d if left.d != 0.0 else 0.0) + (q * right.d if right.d != 0.0 else 0.0)
    at = left.at | right.at
    return made(at, y, d, k, s, 0.0, k < 0, pushed(at, k, {code}, left, right, k < 0))
""",
}

# Functions that jump: what is zero there.
POLES = {
    "reciprocal": "if left.k >= 0:\n        POLE(left.at, left.node)",
    "tan": "if left.k >= 0:\n        POLE(left.at, cosine(left).node)",
    "atan2": "if left.k >= 0 and right.v < 0.0:\n        POLE(left.at, left.node)",
}


def written(text: str, more: Mapping[str, Any] = {}) -> Any:
    """Return a function written out as text, which compiled code may call."""
    space = SPACE | dict(more)
    exec(text, space)
    return register_jitable(space["function"])


def call(rule: Any) -> str:
    """Return the call of a row's function."""
    name = next(n for n in rule.names.split() if n in KNOWN)
    arguments = rule.arguments.split()
    return " ** ".join(arguments) if name == "pow" else f"{name}({', '.join(arguments)})"


def of_carried(rule: Any, value: str = "", more: Mapping[str, Any] = {}) -> Any:
    """Return the function of a row, on carried values; `value` is its call where it is not that of the table."""
    arguments = rule.arguments.split()
    text = CARRIED[len(arguments)].format(
        value=value or call(rule),
        partials=rule.partials,
        code=CODES.get(rule.names.split()[0], OPAQUE),
        first=arguments[0],
        second=arguments[-1],
    )
    for name in POLES.keys() & set(rule.names.split()):
        text = text.replace(":\n", f":\n    {POLES[name]}\n", 1)
    return written(text, more)


def branches(head: str, results: list[tuple[int, str, str]]) -> Any:
    """Return a function with one branch for each code: (code, names of the arguments, result)."""
    lines = [f"def function({head}):"]
    for code, names, result in results:
        lines += [f"    if op == {code}:", f"        {names} = first, second", f"        return {result}"]
    return written("\n".join([*lines, "    return inf - inf"]))


def names(rule: Any) -> str:
    """Return the names of a row's arguments, as targets of two values."""
    return ", ".join((*rule.arguments.split(), "_")[:2])


value_of = branches("op, first, second", [(FIRST + i, names(r), call(r)) for i, r in enumerate(ROWS)])
slope_of_first = branches("op, first, second, y", [(FIRST + i, names(r), r.partials[0]) for i, r in enumerate(ROWS)])
slope_of_second = branches(
    "op, first, second, y", [(FIRST + i, names(r), r.partials[1]) for i, r in enumerate(ROWS) if len(r.partials) > 1]
)
SPACE |= {"POLE": POLE, "cosine": of_carried(PARTIALS["cos"])}
FUNCTIONS = {rule.names.split()[0]: of_carried(rule) for rule in ROWS}
general_power = FUNCTIONS["pow"]


@register_jitable
def raised(a, n):
    """Return a ** n."""
    if still(n):
        if n.v == 0.0:
            return constant(1.0)
        if n.v == 1.0:
            return a
        if n.v == 2.0:
            return multiplied(a, a)
        if n.v < 0.0 and n.v % 2.0 == 1.0 and a.k >= 0:
            POLE(a.at, a.node)
    elif still(a) and a.v == 1.0:
        return constant(1.0)
    return general_power(a, n)


def spread(function: Any, implementation: Any, count: int) -> None:
    """Let compiled code apply a function to carried values."""

    def one(x):
        return (lambda x: implementation(x)) if isinstance(x, SmoothType) else None

    def two(a, b):
        return (lambda a, b: implementation(lifted(a), lifted(b))) if carried(a, b) else None

    overload(function)(one if count == 1 else two)


def register() -> None:
    """Let compiled code apply all functions of the table, of math and of NumPy, to carried values."""
    numba_smooth.binary(lambda a, b: raised(lifted(a), lifted(b)), *POWERS)
    for name, rule in PARTIALS.items():
        if name not in CODES:
            continue
        for module in (math, np):
            if hasattr(module, name) and "pow" not in rule.names:
                spread(getattr(module, name), FUNCTIONS[rule.names.split()[0]], len(rule.partials))


def of_stochtrace() -> None:
    """Let compiled code apply the functions of stochtrace itself to carried values."""

    @overload(cuts.new_weight)
    def weight(w):
        if isinstance(w, SmoothType):
            return lambda w: made(w.at, 1.0, w.d / w.v if w.d != 0.0 else 0.0, -1, 0.0, 0.0, STEADY, -1)
        return None

    @overload(values.passing)
    def passing(x):
        if isinstance(x, SmoothType):
            return lambda x: x if x.k >= 0 else constant(x.v)
        return None

    @overload(cuts.stop_gradient)
    def stopped(x):
        return (lambda x: seen(x)) if isinstance(x, SmoothType) else None


@register_jitable
def seen(x):
    """Return the plain number of a carried value: the program goes by it, beside its decisions."""
    if x.k >= 0:
        trace_at(x.at).hashed = 1
    return x.v


@register_jitable
def joined(a, b):
    """Return what depends on a and b in a way that is not followed: no value, and the row of an expression node."""
    at, k = a.at | b.at, max(a.k, b.k)
    return made(at, 0.0, 0.0, k, 0.0, 0.0, CURVED, pushed(at, k, OPAQUE, a, b, CURVED))


POWERS = (operator.pow, operator.ipow, math.pow, np.power)
register()
of_stochtrace()
