"""The Planck distribution, truncated to 0, ..., N - 1."""

from __future__ import annotations

from math import exp, expm1, log

from stochtrace.runtime.densities.family import Family
from stochtrace.runtime.distributions.discrete_exponential import boltzmann_flow, boltzmann_inverse

FAMILY = Family("lambda_ N", "lambda_ > 0 and N > 0", low="0", high="N - 1", discrete=True)


def log_mass(k: int, lambda_: float, N: int) -> float:
    return log(expm1(-lambda_) / expm1(-lambda_ * N)) - lambda_ * k


def score_lambda_(k: int, lambda_: float, N: int) -> float:
    return N * exp(-lambda_ * N) / expm1(-lambda_ * N) - exp(-lambda_) / expm1(-lambda_) - k


def lower(k: int, lambda_: float, N: int) -> float:
    return expm1(-lambda_ * (k + 1.0)) / expm1(-lambda_ * N)


def upper(k: int, lambda_: float, N: int) -> float:
    return exp(-lambda_ * (k + 1.0)) * expm1(-lambda_ * (N - k - 1.0)) / expm1(-lambda_ * N)


def flow_lambda_(k: int, lambda_: float, N: int) -> float:
    return exp(log_mass(k, lambda_, N)) * boltzmann_flow(k + 1, lambda_, N)


def quantile(q: float, lambda_: float, N: int) -> int:
    return boltzmann_inverse(q, lambda_, int(N))
