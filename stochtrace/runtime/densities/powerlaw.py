"""The power function distribution: F(z) = z**a."""

from __future__ import annotations

from math import exp, expm1, inf, log, log1p

from stochtrace.runtime.densities.family import Family, log_of, over, xlogy

FAMILY = Family("a", "a > 0", low="0.0", high="1.0")


def log_density(z: float, a: float) -> float:
    """Log f; SciPy leaves out z = 0 where f is infinite there."""
    return log(a) + xlogy(a - 1.0, z) if z > 0.0 or a >= 1.0 else -inf


def at_end(z: float, a: float) -> float:
    return xlogy(a - 1.0, z)


def score(z: float, a: float) -> float:
    return over(a - 1.0, z)


def score_a(z: float, a: float) -> float:
    return 1.0 / a + log_of(z)


def lower(z: float, a: float) -> float:
    return exp(a * log(z))


def upper(z: float, a: float) -> float:
    return -expm1(a * log(z))


def log_lower(z: float, a: float) -> float:
    return a * log(z)


def quantile(q: float, a: float) -> float:
    return exp(log(q) / a)


def upper_quantile(q: float, a: float) -> float:
    return exp(log1p(-q) / a)


def slope_a(z: float, a: float) -> float:
    return -z * log(z) / a
