"""The Planck distribution, discrete and exponential."""

from __future__ import annotations

from math import exp, expm1, log

from stochtrace.runtime.densities.family import Family
from stochtrace.runtime.distributions.discrete_exponential import planck_inverse

FAMILY = Family("lambda_", "lambda_ > 0", low="0", high="inf", discrete=True)


def log_mass(k: int, lambda_: float) -> float:
    return log(-expm1(-lambda_)) - lambda_ * k


def score_lambda_(k: int, lambda_: float) -> float:
    return -exp(-lambda_) / expm1(-lambda_) - k


def lower(k: int, lambda_: float) -> float:
    return -expm1(-lambda_ * (k + 1.0))


def upper(k: int, lambda_: float) -> float:
    return exp(-lambda_ * (k + 1.0))


def flow_lambda_(k: int, lambda_: float) -> float:
    return (k + 1.0) * exp(-lambda_ * (k + 1.0))


def quantile(q: float, lambda_: float) -> int:
    return planck_inverse(q, lambda_)
