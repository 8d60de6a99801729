"""The Lomax distribution: log(1 + z) is exponential with rate c."""

from __future__ import annotations

from math import exp, expm1, log, log1p

from stochtrace.runtime.densities.family import Family

FAMILY = Family("c", "c > 0", low="0.0")


def log_density(z: float, c: float) -> float:
    return log(c) - (c + 1.0) * log1p(z)


def score(z: float, c: float) -> float:
    return -(c + 1.0) / (1.0 + z)


def score_c(z: float, c: float) -> float:
    return 1.0 / c - log1p(z)


def lower(z: float, c: float) -> float:
    return -expm1(-c * log1p(z))


def upper(z: float, c: float) -> float:
    return exp(-c * log1p(z))


def log_upper(z: float, c: float) -> float:
    return -c * log1p(z)


def quantile(q: float, c: float) -> float:
    return expm1(-log1p(-q) / c)


def upper_quantile(q: float, c: float) -> float:
    return expm1(-log(q) / c)


def slope_c(z: float, c: float) -> float:
    return -(1.0 + z) * log1p(z) / c
