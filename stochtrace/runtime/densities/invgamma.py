"""The inverse gamma distribution: one over a gamma variable."""

from __future__ import annotations

from math import inf, lgamma, log

from stochtrace.runtime.densities import gamma
from stochtrace.runtime.densities.family import Family
from stochtrace.runtime.functions.special import digamma

FAMILY = Family("a", "a > 0", low="0.0")


def log_density(z: float, a: float) -> float:
    return -(a + 1.0) * log(z) - lgamma(a) - 1.0 / z if z > 0.0 else -inf


def score(z: float, a: float) -> float:
    return (1.0 / z - (a + 1.0)) / z


def score_a(z: float, a: float) -> float:
    return -log(z) - digamma(a)


def lower(z: float, a: float) -> float:
    return gamma.upper(1.0 / z, a)


def upper(z: float, a: float) -> float:
    return gamma.lower(1.0 / z, a)


def quantile(q: float, a: float) -> float:
    return 1.0 / gamma.upper_quantile(q, a)


def upper_quantile(q: float, a: float) -> float:
    return 1.0 / gamma.quantile(q, a)


def slope_a(z: float, a: float) -> float:
    return -z * z * gamma.slope_a(1.0 / z, a)
