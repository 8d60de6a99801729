"""The lognormal distribution: z = exp(s n), n normal."""

from __future__ import annotations

from math import exp, inf, log

from stochtrace.runtime.densities.family import LOG_ROOT_TWO_PI, Family
from stochtrace.runtime.functions.scipy_special import log_ndtr, ndtr
from stochtrace.runtime.functions.special import ndtri

FAMILY = Family("s", "s > 0", low="0.0")


def log_density(z: float, s: float) -> float:
    return -((log(z) / s) ** 2) / 2.0 - log(s) - log(z) - LOG_ROOT_TWO_PI if z > 0.0 else -inf


def score(z: float, s: float) -> float:
    return -(1.0 + log(z) / (s * s)) / z


def score_s(z: float, s: float) -> float:
    return ((log(z) / s) ** 2 - 1.0) / s


def lower(z: float, s: float) -> float:
    return ndtr(log(z) / s)


def upper(z: float, s: float) -> float:
    return ndtr(-log(z) / s)


def log_lower(z: float, s: float) -> float:
    return log_ndtr(log(z) / s)


def log_upper(z: float, s: float) -> float:
    return log_ndtr(-log(z) / s)


def quantile(q: float, s: float) -> float:
    return exp(s * ndtri(q))


def upper_quantile(q: float, s: float) -> float:
    return exp(-s * ndtri(q))


def slope_s(z: float, s: float) -> float:
    return z * log(z) / s
