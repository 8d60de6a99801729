"""The beta distribution."""

from __future__ import annotations

from stochtrace.runtime.densities.family import Family, log_of, over, xlog1py, xlogy
from stochtrace.runtime.functions.beta_quantiles import beta_quantile, beta_upper_quantile, log_beta
from stochtrace.runtime.functions.beta_slopes import logit_slope_a, logit_slope_b
from stochtrace.runtime.functions.scipy_special import betainc, betaincc
from stochtrace.runtime.functions.special import digamma_rise

FAMILY = Family("a b", "a > 0 and b > 0", low="0.0", high="1.0")


def log_density(z: float, a: float, b: float) -> float:
    return xlogy(a - 1.0, z) + xlog1py(b - 1.0, -z) - log_beta(a, b)


def score(z: float, a: float, b: float) -> float:
    return over(a - 1.0, z) - over(b - 1.0, 1.0 - z)


def score_a(z: float, a: float, b: float) -> float:
    return log_of(z) + digamma_rise(a, b)


def score_b(z: float, a: float, b: float) -> float:
    return xlog1py(1.0, -z) + digamma_rise(b, a)


def lower(z: float, a: float, b: float) -> float:
    return betainc(a, b, z)


def upper(z: float, a: float, b: float) -> float:
    return betaincc(a, b, z)


def quantile(q: float, a: float, b: float) -> float:
    return beta_quantile(a, b, q)


def upper_quantile(q: float, a: float, b: float) -> float:
    return beta_upper_quantile(a, b, q)


def slope_a(z: float, a: float, b: float) -> float:
    return z * (1.0 - z) * logit_slope_a(a, b, z, 1.0 - z)


def slope_b(z: float, a: float, b: float) -> float:
    return z * (1.0 - z) * logit_slope_b(a, b, z, 1.0 - z)
