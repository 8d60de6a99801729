"""The binomial distribution."""

from __future__ import annotations

from math import exp, log

from stochtrace.runtime.densities.family import LOG_ROOT_TWO_PI, Family, over, xlog1py, xlogy
from stochtrace.runtime.functions.inversion import binomial_inverse
from stochtrace.runtime.functions.scipy_special import betainc, betaincc
from stochtrace.runtime.functions.special import binomial_pmf, deviance, stirling_error

FAMILY = Family("n p", "n >= 0 and n % 1 == 0 and 0 <= p <= 1", low="0", high="n", discrete=True)


def log_mass(k: int, n: int, p: float) -> float:
    """Log P(k) (Loader 2000)."""
    if k == 0 or k == n or p == 0.0 or p == 1.0:
        return xlogy(k, p) + xlog1py(n - k, -p)
    errors = stirling_error(int(n)) - stirling_error(k) - stirling_error(int(n - k))
    log_p = errors - deviance(float(k), n * p) - deviance(float(n - k), n * (1.0 - p))
    return log_p + 0.5 * log(n / (float(k) * (n - k))) - LOG_ROOT_TWO_PI


def score_p(k: int, n: int, p: float) -> float:
    return over(k - n * p, p * (1.0 - p))


def mass_p(k: int, n: int, p: float) -> float:
    if 0.0 < p < 1.0:
        return exp(log_mass(k, n, p)) * score_p(k, n, p)
    return n * (binomial_pmf(k - 1, int(n - 1), p) - binomial_pmf(k, int(n - 1), p)) if n > 0 else 0.0


def lower(k: int, n: int, p: float) -> float:
    return betaincc(k + 1.0, n - k, p)


def upper(k: int, n: int, p: float) -> float:
    return betainc(k + 1.0, n - k, p)


def flow_p(k: int, n: int, p: float) -> float:
    return -n * exp(log_mass(k, n - 1, p))


def quantile(q: float, n: int, p: float) -> int:
    return binomial_inverse(q, int(n), p)
