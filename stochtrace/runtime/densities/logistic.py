"""The logistic distribution."""

from __future__ import annotations

from math import exp, log, log1p, tanh

from stochtrace.runtime.densities.family import Family

FAMILY = Family()


def log_density(z: float) -> float:
    return -abs(z) - 2.0 * log1p(exp(-abs(z)))


def score(z: float) -> float:
    return -tanh(z / 2.0)


def lower(z: float) -> float:
    return exp(log_lower(z))


def upper(z: float) -> float:
    return exp(log_lower(-z))


def log_lower(z: float) -> float:
    return min(z, 0.0) - log1p(exp(-abs(z)))


def log_upper(z: float) -> float:
    return log_lower(-z)


def quantile(q: float) -> float:
    return log(q) - log1p(-q)


def upper_quantile(q: float) -> float:
    return log1p(-q) - log(q)
