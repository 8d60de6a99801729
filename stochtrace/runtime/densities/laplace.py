"""The Laplace distribution."""

from __future__ import annotations

from math import exp, log, log1p

from stochtrace.runtime.densities.family import Family

FAMILY = Family()


def log_density(z: float) -> float:
    return -abs(z) - log(2.0)


def score(z: float) -> float:
    return -1.0 if z >= 0.0 else 1.0


def lower(z: float) -> float:
    return exp(z) / 2.0 if z < 0.0 else 1.0 - exp(-z) / 2.0


def upper(z: float) -> float:
    return lower(-z)


def log_lower(z: float) -> float:
    return z - log(2.0) if z < 0.0 else log1p(-exp(-z) / 2.0)


def log_upper(z: float) -> float:
    return log_lower(-z)


def quantile(q: float) -> float:
    return log(2.0 * q) if q < 0.5 else -log(2.0 * (1.0 - q))


def upper_quantile(q: float) -> float:
    return -quantile(q)
