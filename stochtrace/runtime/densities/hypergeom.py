"""The hypergeometric distribution: good ones among N taken of M, of which n are good."""

from __future__ import annotations

from math import exp

from stochtrace.runtime.densities import binom
from stochtrace.runtime.densities.family import Family
from stochtrace.runtime.distributions.hypergeometrics import hypergeometric_inverse

FAMILY = Family(
    "M n N",
    "M > 0 and n >= 0 and N >= 0 and n <= M and N <= M and M % 1 == 0 and n % 1 == 0 and N % 1 == 0",
    low="max(0, N - M + n)",
    high="min(n, N)",
    discrete=True,
)


def log_mass(k: int, M: int, n: int, N: int) -> float:
    """Log P(k), by three binomial probabilities (Loader 2000)."""
    p = N / M
    return binom.log_mass(k, n, p) + binom.log_mass(int(N - k), M - n, p) - binom.log_mass(int(N), M, p)


def lower(k: int, M: int, n: int, N: int) -> float:
    """Sum downwards; P(j - 1) / P(j) falls."""
    term, total = exp(log_mass(k, M, n, N)), 0.0
    for j in range(k, max(0, int(N - M + n)) - 1, -1):
        total += term
        term *= j * (M - n - N + j) / ((n - j + 1.0) * (N - j + 1.0))
    return min(total, 1.0)


def upper(k: int, M: int, n: int, N: int) -> float:
    """Sum upwards."""
    term, total = exp(log_mass(k + 1, M, n, N)), 0.0
    for j in range(k + 1, int(min(n, N)) + 1):
        total += term
        term *= float(n - j) * (N - j) / ((j + 1.0) * (M - n - N + j + 1.0))
    return min(total, 1.0)


def quantile(q: float, M: int, n: int, N: int) -> int:
    return hypergeometric_inverse(q, int(n), int(M - n), int(N))
