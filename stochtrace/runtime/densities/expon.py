"""The exponential distribution."""

from __future__ import annotations

from math import exp, expm1, log, log1p

from stochtrace.runtime.densities.family import Family

FAMILY = Family(low="0.0")


def log_density(z: float) -> float:
    return -z


def score(z: float) -> float:
    return -1.0


def lower(z: float) -> float:
    return -expm1(-z)


def upper(z: float) -> float:
    return exp(-z)


def log_upper(z: float) -> float:
    return -z


def quantile(q: float) -> float:
    return -log1p(-q)


def upper_quantile(q: float) -> float:
    return -log(q)
