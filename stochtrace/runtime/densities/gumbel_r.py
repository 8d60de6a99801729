"""The Gumbel distribution of largest values."""

from __future__ import annotations

from math import exp, expm1, log, log1p

from stochtrace.runtime.densities.family import Family, exp_of

FAMILY = Family()


def log_density(z: float) -> float:
    return -z - exp_of(-z)


def score(z: float) -> float:
    return exp_of(-z) - 1.0 if z < -1.0 else expm1(-z)


def lower(z: float) -> float:
    return exp(-exp_of(-z))


def upper(z: float) -> float:
    return -expm1(-exp_of(-z))


def log_lower(z: float) -> float:
    return -exp_of(-z)


def quantile(q: float) -> float:
    return -log(-log(q))


def upper_quantile(q: float) -> float:
    return -log(-log1p(-q))
