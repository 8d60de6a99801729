"""The skew-normal distribution, as `distributions.skewed` draws it."""

from __future__ import annotations

from math import exp, log, pi, sqrt

from stochtrace.runtime.densities.family import LOG_ROOT_TWO_PI, Family
from stochtrace.runtime.distributions.skewed import skewed_ndtri, thin_tail
from stochtrace.runtime.functions.scipy_special import erfcx, log_ndtr, ndtr, owens_t

FAMILY = Family("a", "a == a and a - a == 0")


def log_density(z: float, a: float) -> float:
    return log(2.0) - LOG_ROOT_TWO_PI - z * z / 2.0 + log_ndtr(a * z)


def hazard_of(x: float) -> float:
    """Return phi(x) / Phi(x)."""
    return sqrt(2.0 / pi) / erfcx(-x / sqrt(2.0))


def score(z: float, a: float) -> float:
    return -z + a * hazard_of(a * z)


def score_a(z: float, a: float) -> float:
    return z * hazard_of(a * z)


def lower(z: float, a: float) -> float:
    return below(z, a) if a >= 0.0 else beyond(-z, -a)


def upper(z: float, a: float) -> float:
    return beyond(z, a) if a >= 0.0 else below(-z, -a)


def below(z: float, a: float) -> float:
    """Return F(z) for a >= 0; its lower tail is thin."""
    if z >= 0.0:
        return ndtr(z) - 2.0 * owens_t(z, a)
    root = sqrt(1.0 + a * a)
    y = -z * root
    return exp(-y * y / 2.0) * thin_tail(y, a / root) / (sqrt(2.0 * pi) * root)


def beyond(z: float, a: float) -> float:
    """Return 1 - F(z) for a >= 0."""
    return ndtr(-z) + 2.0 * owens_t(z, a)


def quantile(q: float, a: float) -> float:
    return skewed_ndtri(q, a)


def upper_quantile(q: float, a: float) -> float:
    return -skewed_ndtri(q, -a)


def slope_a(z: float, a: float) -> float:
    return hazard_of(a * z) / (1.0 + a * a)
