"""The half-normal distribution."""

from __future__ import annotations

from math import log, sqrt

from stochtrace.runtime.densities.family import LOG_ROOT_TWO_PI, Family
from stochtrace.runtime.functions.scipy_special import erf, erfinv, log_ndtr, ndtr
from stochtrace.runtime.functions.special import ndtri

FAMILY = Family(low="0.0")


def log_density(z: float) -> float:
    return log(2.0) - LOG_ROOT_TWO_PI - z * z / 2.0


def score(z: float) -> float:
    return -z


def lower(z: float) -> float:
    return erf(z / sqrt(2.0))


def upper(z: float) -> float:
    return 2.0 * ndtr(-z)


def log_upper(z: float) -> float:
    return log(2.0) + log_ndtr(-z)


def quantile(q: float) -> float:
    return sqrt(2.0) * erfinv(q) if q < 0.5 else -ndtri((1.0 - q) / 2.0)


def upper_quantile(q: float) -> float:
    return -ndtri(q / 2.0)
