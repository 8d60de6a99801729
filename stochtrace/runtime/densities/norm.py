"""The normal distribution."""

from __future__ import annotations

from stochtrace.runtime.densities.family import LOG_ROOT_TWO_PI, Family
from stochtrace.runtime.functions.scipy_special import log_ndtr, ndtr
from stochtrace.runtime.functions.special import ndtri

FAMILY = Family()


def log_density(z: float) -> float:
    return -z * z / 2.0 - LOG_ROOT_TWO_PI


def score(z: float) -> float:
    return -z


def lower(z: float) -> float:
    return ndtr(z)


def upper(z: float) -> float:
    return ndtr(-z)


def log_lower(z: float) -> float:
    return log_ndtr(z)


def log_upper(z: float) -> float:
    return log_ndtr(-z)


def quantile(q: float) -> float:
    return ndtri(q)


def upper_quantile(q: float) -> float:
    return -ndtri(q)
