"""The discrete Laplace distribution."""

from __future__ import annotations

from math import exp, log, sinh, tanh

from stochtrace.runtime.densities.family import Family
from stochtrace.runtime.distributions.discrete_exponential import dlaplace_flow, dlaplace_inverse

FAMILY = Family("a", "a > 0", low="-inf", high="inf", discrete=True)


def log_mass(k: int, a: float) -> float:
    return log(tanh(a / 2.0)) - a * abs(k)


def score_a(k: int, a: float) -> float:
    return 1.0 / sinh(min(a, 700.0)) - abs(k)


def lower(k: int, a: float) -> float:
    return exp(a * k) / (1.0 + exp(-a)) if k < 0 else 1.0 - upper(k, a)


def upper(k: int, a: float) -> float:
    """P(X > k) = F(-k - 1)."""
    return exp(-a * (k + 1.0)) / (1.0 + exp(-a)) if k >= 0 else 1.0 - exp(a * k) / (1.0 + exp(-a))


def flow_a(k: int, a: float) -> float:
    return -exp(log_mass(k, a)) * dlaplace_flow(k, a)


def quantile(q: float, a: float) -> int:
    return dlaplace_inverse(q, a)
