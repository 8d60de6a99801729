"""The negative binomial distribution: failures before the n-th success, n real."""

from __future__ import annotations

from math import exp, lgamma, log

from stochtrace.runtime.densities.family import Family, over, xlog1py
from stochtrace.runtime.distributions.negative_binomials import negative_binomial_inverse, negative_binomial_slope
from stochtrace.runtime.functions.scipy_special import betainc, betaincc
from stochtrace.runtime.functions.special import digamma_rise

FAMILY = Family("n p", "n > 0 and 0 < p <= 1", low="0", high="inf", discrete=True)


def log_mass(k: int, n: float, p: float) -> float:
    return lgamma(n + k) - lgamma(k + 1.0) - lgamma(n) + n * log(p) + xlog1py(k, -p)


def score_n(k: int, n: float, p: float) -> float:
    return digamma_rise(n, float(k)) + log(p)


def score_p(k: int, n: float, p: float) -> float:
    return n / p - over(k, 1.0 - p)


def mass_p(k: int, n: float, p: float) -> float:
    if p < 1.0:
        return exp(log_mass(k, n, p)) * score_p(k, n, p)
    return n + 0.0 if k == 0 else -n + 0.0 if k == 1 else 0.0


def lower(k: int, n: float, p: float) -> float:
    return betainc(n, k + 1.0, p)


def upper(k: int, n: float, p: float) -> float:
    return betaincc(n, k + 1.0, p)


def flow_n(k: int, n: float, p: float) -> float:
    return exp(log_mass(k, n, p)) * negative_binomial_slope(k, n, p)


def flow_p(k: int, n: float, p: float) -> float:
    return (n + k) / p * exp(log_mass(k, n, p))


def quantile(q: float, n: float, p: float) -> int:
    return negative_binomial_inverse(q, n, p)
