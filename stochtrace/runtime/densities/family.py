"""What is said of a family, beside its functions; and logarithms that do not raise at 0."""

from __future__ import annotations

from math import exp, inf, log, log1p
from typing import NamedTuple

LOG_ROOT_TWO_PI = 0.91893853320467274178


class Family(NamedTuple):
    """Shape parameters, where they are valid, and the ends of the support, as expressions in the shapes."""

    shapes: str = ""
    valid: str = "True"
    low: str = "-inf"
    high: str = "inf"
    discrete: bool = False


def log_of(x: float) -> float:
    """Return log(x); -inf where x is 0."""
    return log(x) if x > 0.0 else -inf


def log_of_tail(tail: float, rest: float) -> float:
    """Return log(tail), where tail + rest = 1 and each is accurate in itself."""
    return log_of(tail) if tail < 0.5 else log1p(-rest)


def xlogy(x: float, y: float) -> float:
    """Return x log(y); 0 where x is 0."""
    return x * log_of(y) if x != 0.0 else 0.0


def xlog1py(x: float, y: float) -> float:
    """Return x log(1 + y); 0 where x is 0."""
    return 0.0 if x == 0.0 else x * log1p(y) if y > -1.0 else -x * inf


def over(x: float, y: float) -> float:
    """Return x / y; 0 where x is 0, infinite where only y is."""
    return 0.0 if x == 0.0 else x / y if y != 0.0 else x * inf


def exp_of(x: float) -> float:
    """Return exp(x); infinite where it overflows."""
    return exp(x) if x < 709.0 else inf
