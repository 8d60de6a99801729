"""The Rayleigh distribution."""

from __future__ import annotations

from math import exp, expm1, log, log1p, sqrt

from stochtrace.runtime.densities.family import Family, log_of

FAMILY = Family(low="0.0")


def log_density(z: float) -> float:
    return log_of(z) - z * z / 2.0


def score(z: float) -> float:
    return 1.0 / z - z


def lower(z: float) -> float:
    return -expm1(-z * z / 2.0)


def upper(z: float) -> float:
    return exp(-z * z / 2.0)


def log_upper(z: float) -> float:
    return -z * z / 2.0


def quantile(q: float) -> float:
    return sqrt(-2.0 * log1p(-q))


def upper_quantile(q: float) -> float:
    return sqrt(-2.0 * log(q))
