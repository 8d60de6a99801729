"""The beta-binomial distribution."""

from __future__ import annotations

from math import exp, log

from stochtrace.runtime.densities.family import Family
from stochtrace.runtime.distributions.beta_binomial import betabinom_flow, betabinom_inverse, betabinom_ratio
from stochtrace.runtime.functions.beta_quantiles import log_beta
from stochtrace.runtime.functions.special import digamma_rise

FAMILY = Family("n a b", "n >= 0 and n % 1 == 0 and a > 0 and b > 0", low="0", high="n", discrete=True)


def log_mass(k: int, n: int, a: float, b: float) -> float:
    ways = -log(n + 1.0) - log_beta(n - k + 1.0, k + 1.0)
    return ways + log_beta(k + a, n - k + b) - log_beta(a, b)


def score_a(k: int, n: int, a: float, b: float) -> float:
    return digamma_rise(a, float(k)) - digamma_rise(a + b, float(n))


def score_b(k: int, n: int, a: float, b: float) -> float:
    return digamma_rise(b, float(n - k)) - digamma_rise(a + b, float(n))


def lower(k: int, n: int, a: float, b: float) -> float:
    term, total = exp(log_mass(k, n, a, b)), 0.0
    for j in range(k, -1, -1):
        total += term
        term /= betabinom_ratio(j - 1, n, a, b) if j > 0 else 1.0
    return min(total, 1.0)


def upper(k: int, n: int, a: float, b: float) -> float:
    term, total = exp(log_mass(k + 1, n, a, b)), 0.0
    for j in range(k + 1, int(n) + 1):
        total += term
        term *= betabinom_ratio(j, n, a, b)
    return min(total, 1.0)


def flow_a(k: int, n: int, a: float, b: float) -> float:
    return exp(log_mass(k, n, a, b)) * betabinom_flow(k, n, a, 1.0, b, 0.0)


def flow_b(k: int, n: int, a: float, b: float) -> float:
    return exp(log_mass(k, n, a, b)) * betabinom_flow(k, n, a, 0.0, b, 1.0)


def quantile(q: float, n: int, a: float, b: float) -> int:
    return betabinom_inverse(q, int(n), a, b)
