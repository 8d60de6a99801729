"""The module `math`, for carried values too; a function without a rule takes plain numbers only."""

import math as _math
from typing import Any

from stochtrace.carried import operations as _operations
from stochtrace.carried.checks import of_plain_values as _of_plain_values
from stochtrace.carried.smooth import Smooth as _Smooth
from stochtrace.carried.smooth import applied as _applied
from stochtrace.carried.smooth import decide_domain as _decide_domain
from stochtrace.carried.smooth import value as _value
from stochtrace.rules import PARTIALS as _RULES


def _carried(name: str) -> Any:
    plain = getattr(_math, name)

    def unary(x: Any) -> Any:
        return _applied(plain, name, (x,)) if type(x) is _Smooth else plain(x)

    def function(*x: Any) -> Any:
        return _applied(plain, name, x) if _Smooth in map(type, x) else plain(*x)

    chosen = unary if len(_RULES[name].arguments.split()) == 1 else function
    chosen.__name__ = name
    return chosen


_natural, _root = _carried("log"), _carried("sqrt")
_ROUNDING = ("floor", "ceil", "trunc")  # by the methods of carried values


def __getattr__(name: str) -> Any:
    plain = getattr(_math, name)
    if name in _operations.NAMES:
        plain = _carried(name)
    elif callable(plain) and name not in _ROUNDING:
        plain = _of_plain_values(f"math.{name}", plain)
    globals()[name] = plain
    return plain


def fabs(x: Any) -> Any:
    """Return |x|."""
    return abs(x) if type(x) is _Smooth else _math.fabs(x)


def isclose(a: Any, b: Any, *, rel_tol: float = 1e-09, abs_tol: float = 0.0) -> bool:
    """Tell whether two numbers are as near as asked for."""
    if _Smooth not in map(type, (a, b, rel_tol, abs_tol)):
        return _math.isclose(a, b, rel_tol=rel_tol, abs_tol=abs_tol)
    apart = abs(b - a)
    return bool(apart <= abs(rel_tol * b) or apart <= abs(rel_tol * a) or apart <= abs_tol)


def fsum(values: Any) -> Any:
    """Return the sum."""
    values = list(values)
    return sum(values) if any(type(v) is _Smooth for v in values) else _math.fsum(values)


def prod(values: Any, *, start: Any = 1) -> Any:
    """Return the product."""
    for v in values:
        start = start * v
    return start


def dist(p: Any, q: Any) -> Any:
    """Return the distance of two points."""
    if not any(type(x) is _Smooth for x in (*p, *q)):
        return _math.dist(p, q)
    return _root(sum((a - b) ** 2 for a, b in zip(p, q, strict=True)))


def log(x: Any, base: Any = None) -> Any:
    """Return the logarithm."""
    return _natural(x) if base is None else _natural(x) / _natural(base)


def copysign(x: Any, y: Any) -> Any:
    """Return x with the sign of y."""
    if type(x) is not _Smooth and type(y) is not _Smooth:
        return _math.copysign(x, y)
    return abs(x) if y >= 0 else -abs(x)


def degrees(x: Any) -> Any:
    """Return an angle in degrees."""
    return x * (180 / _math.pi) if type(x) is _Smooth else _math.degrees(x)


def radians(x: Any) -> Any:
    """Return an angle in radians."""
    return x * (_math.pi / 180) if type(x) is _Smooth else _math.radians(x)


def isnan(x: Any) -> bool:
    """Tell whether x is not a number, as where it left the domain of a function: a decision."""
    _decide_domain(x)
    return _math.isnan(_value(x))


def isinf(x: Any) -> bool:
    """Tell whether x is infinite."""
    _decide_domain(x)
    return _math.isinf(_value(x))


def isfinite(x: Any) -> bool:
    """Tell whether x is a finite number."""
    _decide_domain(x)
    return _math.isfinite(_value(x))


def fmod(x: Any, y: Any) -> Any:
    """Return the remainder of x / y, with the sign of x."""
    if type(x) is not _Smooth and type(y) is not _Smooth:
        return _math.fmod(x, y)
    return x - int(x / y) * y


def modf(x: Any) -> Any:
    """Return the fractional and the whole part of x."""
    if type(x) is not _Smooth:
        return _math.modf(x)
    whole = int(x)
    return x - whole, float(whole)
