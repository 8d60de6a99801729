"""The table of rules at work on numbers and on intervals: values, partials, and inverses where a function has one."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from functools import cache
from inspect import Signature, signature
from itertools import islice
from typing import Any

import numpy as np
import scipy

from stochtrace.rules import PARTIALS
from stochtrace.runtime import stats
from stochtrace.runtime.functions.special import digamma
from stochtrace.runtime.values import ratio

# Functions with a kink are decided by comparisons; the rest have partials.
KINKED = {"abs", "fabs", "absolute", "max", "min", "maximum", "fmax", "minimum", "fmin"}
NAMES = frozenset(PARTIALS) - KINKED
NUMPY = {"acos": "arccos", "asin": "arcsin", "atan": "arctan", "acosh": "arccosh", "asinh": "arcsinh"}
NUMPY |= {"atanh": "arctanh", "atan2": "arctan2"}

# Ends of domains: where an error would be caught, they are decisions.
EDGES: dict[str, tuple[float, ...]] = {"log1p": (-1.0,)}
EDGES |= dict.fromkeys(("log", "log2", "log10", "sqrt", "lgamma", "gammaln", "gamma", "pow"), (0.0,))
EDGES |= {name: (-1.0, 1.0) for name in ("asin", "acos", "atanh", "arcsin", "arccos", "arctanh")}
EDGES |= {"acosh": (1.0,), "arccosh": (1.0,)}


# Functions that jump: where their argument, its cosine, or the first of two is zero.
POLES = frozenset(("reciprocal", "tan", "atan2", "arctan2"))


def late(name: str) -> Callable[..., Any]:
    """Return a function of scipy.special, which is slow to import, and imported at the first call."""
    return lambda *arguments: getattr(scipy.special, name)(*arguments)


FLOATS: dict[str, Any] = {name: getattr(math, name) for name in dir(math) if not name.startswith("_")}
FLOATS |= {"digamma": digamma, "where": lambda test, a, b: a if test else b, "abs": abs, "cbrt": np.cbrt}
FLOATS |= {name: late(name) for name in ("expit", "erfcx", "polygamma")} | {"ratio": ratio}


def plain(name: str) -> Callable[..., float]:
    """Return a function of the table on plain numbers."""
    for module in (math, np, scipy.special):
        if hasattr(module, name):
            function: Callable[..., float] = getattr(module, name)
            return function
    raise LookupError(name)


# Methods of distributions that are applied to carried values, by name: the function and its partials.
DENSITIES: dict[str, tuple[Callable[..., float], ...]] = {}


def applied_density(name: str, method: str, count: int) -> str:
    """Return the name of a method of a distribution as a function with partials; each is made when it is needed."""
    key = f"{name}.{method}"
    if key not in DENSITIES:
        names = islice(signature_of(name, method).parameters, count)
        DENSITIES[key] = tuple(_partial(f"{name}_{method}_{by}") for by in names)
        VALUES[key] = getattr(stats, f"{name}_{method}")
    return key


@cache
def signature_of(name: str, method: str) -> Signature:
    """Return the signature of a method of a distribution."""
    return signature(getattr(stats, f"{name}_{method}").scalar)


def _partial(name: str) -> Callable[..., float]:
    """Return a partial of a density as a function of its arguments and its value."""
    return lambda *x: getattr(stats, name)(*x[:-1])


class _Values(dict[str, Callable[..., float]]):
    def __missing__(self, name: str) -> Callable[..., float]:
        self[name] = plain(name)
        return self[name]


VALUES = _Values()


@cache
def _compiled(name: str) -> tuple[Callable[..., float], ...]:
    return tuple(compiled(name, FLOATS))


def compiled(name: str, namespace: dict[str, Any]) -> list[Callable[..., Any]]:
    """Return the partials of a function as functions of its arguments and its value, in terms of a namespace."""
    rule = PARTIALS[name]
    head = ", ".join([*rule.arguments.split(), "y"])
    return [eval(f"lambda {head}: {partial}", dict(namespace)) for partial in rule.partials]


def partials(name: str, x: Sequence[float], y: float, wanted: Sequence[bool]) -> list[float]:
    """Return the partials of a function at x, where its value is y; 0 for arguments that are not wanted."""
    return [f(*x, y) if want else 0.0 for f, want in zip(partials_of(name), wanted, strict=True)]


def partials_of(name: str) -> tuple[Callable[..., float], ...]:
    """Return the partials of a function, each a function of its arguments and its value."""
    return DENSITIES[name] if name in DENSITIES else _compiled(name)


# What x a function must have been given for the value y: where there is one, and which.
INVERSE_TEXTS: dict[str, tuple[str, ...]] = {
    "exp": ("y > 0", "log(y)"),
    "expm1": ("y > -1", "log1p(y)"),
    "exp2": ("y > 0", "log2(y)"),
    "log": ("y < 700", "exp(y)"),
    "log1p": ("y < 700", "expm1(y)"),
    "log2": ("y < 1000", "2.0**y"),
    "log10": ("y < 300", "10.0**y"),
    "sqrt": ("y >= 0", "y * y"),
    "cbrt": ("True", "y * y * y"),
    "square": ("y > 0", "-sqrt(y)", "sqrt(y)"),
    "reciprocal": ("y != 0", "1 / y"),
    "sinh": ("True", "asinh(y)"),
    "tanh": ("-1 < y < 1", "atanh(y)"),
    "asinh": ("abs(y) < 700", "sinh(y)"),
    "atan": ("abs(y) < pi / 2", "tan(y)"),
    "cosh": ("y > 1", "-acosh(y)", "acosh(y)"),
}
INVERSES: dict[str, Callable[[float], list[float]]] = {
    name: eval(f"lambda y: [{', '.join(found)}] if {test} else []", dict(FLOATS))
    for name, (test, *found) in INVERSE_TEXTS.items()
}
for _name, _alias in (("asinh", "arcsinh"), ("atan", "arctan")):
    INVERSES[_alias] = INVERSES[_name]


# The same of a function of two arguments, of which the other is c: of the first one, and of the second.
PAIR_TEXTS: dict[str, tuple[tuple[str, ...], tuple[str, ...]]] = {
    "hypot": (("y > abs(c)", "-sqrt((y - c) * (y + c))", "sqrt((y - c) * (y + c))"),) * 2,
    "atan2": (("cos(y) * c > 0 and abs(y) < pi", "c * tan(y)"), ("sin(y) * c > 0 and abs(y) < pi", "c / tan(y)")),
}
PAIR_INVERSES: dict[str, tuple[Callable[[float, float], list[float]], ...]] = {
    name: tuple(
        eval(f"lambda y, c: [{', '.join(found)}] if {test} else []", dict(FLOATS)) for test, *found in sides
    )
    for name, sides in PAIR_TEXTS.items()
}
PAIR_INVERSES["arctan2"] = PAIR_INVERSES["atan2"]


PERIODIC: dict[str, tuple[float, Callable[[float], list[float]]]] = {
    "sin": (2 * math.pi, lambda y: [math.asin(y), math.pi - math.asin(y)] if -1 < y < 1 else []),
    "cos": (2 * math.pi, lambda y: [math.acos(y), -math.acos(y)] if -1 < y < 1 else []),
    "tan": (math.pi, lambda y: [math.atan(y)]),
}


def preimages(name: str, y: float, low: float, high: float) -> list[float]:
    """Return the x between two ends at which a periodic function is y."""
    period, first = PERIODIC[name]
    found = []
    for x in first(y):
        turns = range(math.ceil((low - x) / period), math.floor((high - x) / period) + 1)
        found += [x + n * period for n in turns]
    return found


def inverse_power(y: float, n: float) -> list[float]:
    """Return the x with x ** n = y."""
    if y == 0 or not math.isfinite(y):
        return []
    if n != int(n):
        return [y ** (1 / n)] if y > 0 else []
    size = abs(y) ** (1 / n)
    if n % 2 == 0:
        return [-size, size] if y > 0 else []
    return [math.copysign(size, y)]


def inverse_exponential(y: float, base: float) -> list[float]:
    """Return the n with base ** n = y."""
    return [math.log(y) / math.log(base)] if y > 0 and base > 0 and base != 1 else []
