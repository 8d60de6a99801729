"""Intervals of numbers, for a rigorous search of all places where a decision changes.

A function that is monotone maps the ends; one that is not known here maps to everything, which says nothing; outside
of its domain it has no values, and an expression that needs one has no roots. Rounding is not directed: a root is
missed only if it is double to the last bits.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from stochtrace.runtime.functions.special import digamma


@dataclass(frozen=True, slots=True)
class Interval:
    """All numbers from low to high."""

    low: float
    high: float

    def is_empty(self) -> bool:
        """Tell whether this is no number: values outside of a domain."""
        return math.isnan(self.low)

    def __add__(self, other: Any) -> Interval:
        b = as_interval(other)
        return _ordered(self.low + b.low, self.high + b.high)

    def __radd__(self, other: Any) -> Interval:
        return self.__add__(other)

    def __neg__(self) -> Interval:
        return Interval(-self.high, -self.low)

    def __sub__(self, other: Any) -> Interval:
        return self + -as_interval(other)

    def __rsub__(self, other: Any) -> Interval:
        return as_interval(other) + -self

    def __mul__(self, other: Any) -> Interval:
        b = as_interval(other)
        if self.is_empty() or b.is_empty():
            return EVERYTHING
        products = [_times(x, y) for x in (self.low, self.high) for y in (b.low, b.high)]
        return _ordered(min(products), max(products))

    def __rmul__(self, other: Any) -> Interval:
        return self.__mul__(other)

    def __truediv__(self, other: Any) -> Interval:
        b = as_interval(other)
        if b.low < 0 < b.high or b.low == b.high == 0:
            return EVERYTHING
        return self * Interval(1 / b.high if b.high else -math.inf, 1 / b.low if b.low else math.inf)

    def __rtruediv__(self, other: Any) -> Interval:
        return as_interval(other) / self

    def __pow__(self, n: Any) -> Interval:
        if isinstance(n, Interval) and n.low == n.high:
            n = n.low
        if isinstance(n, int | float) and n == int(n):
            return _integer_power(self, int(n))
        return as_interval(exp(log(self) * n))

    def __rpow__(self, base: Any) -> Interval:
        return as_interval(exp(self * math.log(base))) if base > 0 else EVERYTHING

    def __contains__(self, x: object) -> bool:
        return isinstance(x, int | float) and self.low <= x <= self.high


EVERYTHING = Interval(-math.inf, math.inf)
NOWHERE = Interval(math.nan, math.nan)


def as_interval(x: Any) -> Interval:
    """Return a number as an interval."""
    return x if type(x) is Interval else Interval(float(x), float(x))


def _ordered(low: float, high: float) -> Interval:
    return EVERYTHING if math.isnan(low) or math.isnan(high) else Interval(low, high)


def _times(x: float, y: float) -> float:
    return 0.0 if x == 0 or y == 0 else x * y


def _integer_power(x: Interval, n: int) -> Interval:
    if n < 0:
        return 1 / _integer_power(x, -n)
    ends = [_safe(lambda t: t**n, x.low, math.inf), _safe(lambda t: t**n, x.high, math.inf)]
    if n % 2 == 0 and x.low < 0 < x.high:
        return Interval(0.0, max(ends))
    return _ordered(min(ends), max(ends))


def _safe(function: Callable[[float], float], x: float, otherwise: float) -> float:
    try:
        return function(x)
    except (ValueError, OverflowError, ZeroDivisionError):
        return otherwise


def rising(function: Callable[[float], float], low: float = -math.inf, high: float = math.inf) -> Any:
    """Return an increasing function on intervals; `low` and `high` bound its domain."""

    def on(x: Any) -> Any:
        if not isinstance(x, Interval):
            return function(x)
        if x.high < low or x.low > high:
            return NOWHERE
        return _ordered(_safe(function, max(x.low, low), -math.inf), _safe(function, min(x.high, high), math.inf))

    return on


def sine(x: Any) -> Any:
    """Return sin on intervals: between the ends, or 1 and -1 where a top or a bottom lies inside."""
    if not isinstance(x, Interval):
        return math.sin(x)
    if not x.high - x.low < 2 * math.pi:
        return Interval(-1.0, 1.0)
    ends = math.sin(x.low), math.sin(x.high)
    return Interval(
        -1.0 if _meets(x, -math.pi / 2, 2 * math.pi) else min(ends),
        1.0 if _meets(x, math.pi / 2, 2 * math.pi) else max(ends),
    )


def cosine(x: Any) -> Any:
    """Return cos on intervals."""
    return sine(x + math.pi / 2) if isinstance(x, Interval) else math.cos(x)


def tangent(x: Any) -> Any:
    """Return tan on intervals: it rises between its poles."""
    if not isinstance(x, Interval):
        return math.tan(x)
    if not x.high - x.low < math.pi or _meets(x, math.pi / 2, math.pi):
        return EVERYTHING
    return _ordered(math.tan(x.low), math.tan(x.high))


def _meets(x: Interval, point: float, period: float) -> bool:
    """Tell whether an interval, widened by rounding, holds one of the points point + n period."""
    margin = 1e-12 * (1 + abs(x.low) + abs(x.high))
    n = math.ceil((x.low - margin - point) / period)
    return point + n * period <= x.high + margin


# Increasing functions, and where their domains begin.
RISING = {
    "exp": -math.inf,
    "expm1": -math.inf,
    "log": 0.0,
    "log1p": -1.0,
    "log2": 0.0,
    "log10": 0.0,
    "sqrt": 0.0,
    "sinh": -math.inf,
    "tanh": -math.inf,
    "atan": -math.inf,
    "asinh": -math.inf,
    "erf": -math.inf,
}
FUNCTIONS: dict[str, Any] = {name: rising(getattr(math, name), low) for name, low in RISING.items()}
exp, log = FUNCTIONS["exp"], FUNCTIONS["log"]
FUNCTIONS |= {"arctan": FUNCTIONS["atan"], "arcsinh": FUNCTIONS["asinh"]}
FUNCTIONS |= {
    "cbrt": rising(lambda x: math.copysign(abs(x) ** (1 / 3), x)),
    "digamma": rising(digamma, 0.0),
    "pow": lambda x, n: x**n,
    "square": lambda x: x**2,
    "reciprocal": lambda x: 1 / x,
    "erfc": lambda x: 1.0 - FUNCTIONS["erf"](x),
    "cosh": lambda x: (exp(x) + exp(-x)) / 2 if isinstance(x, Interval) else math.cosh(x),
    "cos": cosine,
    "sin": sine,
    "tan": tangent,
    "pi": math.pi,
}
FUNCTIONS |= {"power": FUNCTIONS["pow"], "float_power": FUNCTIONS["pow"]}
