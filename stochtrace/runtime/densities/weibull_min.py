"""The Weibull distribution: z**c is exponential."""

from __future__ import annotations

from math import exp, expm1, log, log1p

from stochtrace.runtime.densities.family import Family, exp_of, log_of, over, xlogy

FAMILY = Family("c", "c > 0", low="0.0")


def power(z: float, c: float) -> float:
    """Return z**c, infinite where it overflows."""
    return exp_of(c * log(z)) if z > 0.0 else 0.0


def log_density(z: float, c: float) -> float:
    return log(c) + xlogy(c - 1.0, z) - power(z, c)


def score(z: float, c: float) -> float:
    return over(c - 1.0, z) - c * power(z, c - 1.0) if c != 1.0 else -1.0


def score_c(z: float, c: float) -> float:
    return 1.0 / c + log_of(z) - xlogy(power(z, c), z)


def lower(z: float, c: float) -> float:
    return -expm1(-power(z, c))


def upper(z: float, c: float) -> float:
    return exp(-power(z, c))


def log_upper(z: float, c: float) -> float:
    return -power(z, c)


def quantile(q: float, c: float) -> float:
    return exp(log(-log1p(-q)) / c)


def upper_quantile(q: float, c: float) -> float:
    return exp(log(-log(q)) / c)


def slope_c(z: float, c: float) -> float:
    return -z * log(z) / c
