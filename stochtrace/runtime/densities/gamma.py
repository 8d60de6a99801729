"""The gamma distribution."""

from __future__ import annotations

from math import lgamma

from stochtrace.runtime.densities.family import Family, log_of, over, xlogy
from stochtrace.runtime.distributions.gammas import gamma_quantile, gamma_upper_quantile
from stochtrace.runtime.functions.gamma_slopes import gamma_slope
from stochtrace.runtime.functions.scipy_special import gammainc, gammaincc
from stochtrace.runtime.functions.special import digamma

FAMILY = Family("a", "a > 0", low="0.0")


def log_density(z: float, a: float) -> float:
    return xlogy(a - 1.0, z) - z - lgamma(a)


def score(z: float, a: float) -> float:
    return over(a - 1.0, z) - 1.0


def score_a(z: float, a: float) -> float:
    return log_of(z) - digamma(a)


def lower(z: float, a: float) -> float:
    return gammainc(a, z)


def upper(z: float, a: float) -> float:
    return gammaincc(a, z)


def quantile(q: float, a: float) -> float:
    return gamma_quantile(a, q)


def upper_quantile(q: float, a: float) -> float:
    return gamma_upper_quantile(a, q)


def slope_a(z: float, a: float) -> float:
    return gamma_slope(a, z)
