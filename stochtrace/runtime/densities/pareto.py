"""The Pareto distribution: log z is exponential with rate b."""

from __future__ import annotations

from math import exp, expm1, log, log1p

from stochtrace.runtime.densities.family import Family

FAMILY = Family("b", "b > 0", low="1.0")


def log_density(z: float, b: float) -> float:
    return log(b) - (b + 1.0) * log(z)


def score(z: float, b: float) -> float:
    return -(b + 1.0) / z


def score_b(z: float, b: float) -> float:
    return 1.0 / b - log(z)


def lower(z: float, b: float) -> float:
    return -expm1(-b * log(z))


def upper(z: float, b: float) -> float:
    return exp(-b * log(z))


def log_upper(z: float, b: float) -> float:
    return -b * log(z)


def quantile(q: float, b: float) -> float:
    return exp(-log1p(-q) / b)


def upper_quantile(q: float, b: float) -> float:
    return exp(-log(q) / b)


def slope_b(z: float, b: float) -> float:
    return -z * log(z) / b
