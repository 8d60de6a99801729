"""The normal distribution truncated to [a, b]."""

from __future__ import annotations

from math import exp, inf, log1p, sqrt

from stochtrace.runtime.densities.family import LOG_ROOT_TWO_PI, Family, log_of
from stochtrace.runtime.distributions.bounded import truncated_ndtri
from stochtrace.runtime.functions.scipy_special import erf, log_ndtr, ndtr

FAMILY = Family("a b", "a < b", low="a", high="b")


def log_gap(a: float, b: float) -> float:
    """Return log(Phi(b) - Phi(a)) for a <= b."""
    if a > 0.0:
        a, b = -b, -a
    if b <= 0.0:
        near, far = log_ndtr(b), log_ndtr(a)
        return near + log1p(-exp(far - near)) if far < near else -inf
    if max(-a, b) < 1.0:
        return log_of((erf(b / sqrt(2.0)) - erf(a / sqrt(2.0))) / 2.0)
    return log1p(-ndtr(a) - ndtr(-b))


def log_density(z: float, a: float, b: float) -> float:
    return -z * z / 2.0 - LOG_ROOT_TWO_PI - log_gap(a, b)


def score(z: float, a: float, b: float) -> float:
    return -z


def score_a(z: float, a: float, b: float) -> float:
    return exp(log_density(a, a, b))


def score_b(z: float, a: float, b: float) -> float:
    return -exp(log_density(b, a, b))


def lower(z: float, a: float, b: float) -> float:
    return exp(log_gap(a, z) - log_gap(a, b))


def upper(z: float, a: float, b: float) -> float:
    return exp(log_gap(z, b) - log_gap(a, b))


def log_lower(z: float, a: float, b: float) -> float:
    value = log_gap(a, z) - log_gap(a, b)
    return value if value < -0.5 else log1p(-upper(z, a, b))


def log_upper(z: float, a: float, b: float) -> float:
    value = log_gap(z, b) - log_gap(a, b)
    return value if value < -0.5 else log1p(-lower(z, a, b))


def quantile(q: float, a: float, b: float) -> float:
    return truncated_ndtri(q, a, b)


def upper_quantile(q: float, a: float, b: float) -> float:
    return -truncated_ndtri(q, -b, -a)


def slope_a(z: float, a: float, b: float) -> float:
    return exp(log_upper(z, a, b) + (z - a) * (z + a) / 2.0)


def slope_b(z: float, a: float, b: float) -> float:
    return exp(log_lower(z, a, b) + (z - b) * (z + b) / 2.0)
