"""The Poisson distribution."""

from __future__ import annotations

from math import exp, inf, log

from stochtrace.runtime.densities.family import LOG_ROOT_TWO_PI, Family, over
from stochtrace.runtime.functions.inversion import poisson_inverse
from stochtrace.runtime.functions.scipy_special import gammainc, gammaincc
from stochtrace.runtime.functions.special import deviance, poisson_pmf, stirling_error

FAMILY = Family("mu", "mu >= 0", low="0", high="inf", discrete=True)


def log_mass(k: int, mu: float) -> float:
    """Log P(k) (Loader 2000)."""
    if k == 0 or mu == 0.0:
        return -mu + 0.0 if k == 0 else -inf
    return -stirling_error(k) - deviance(float(k), mu) - 0.5 * log(k) - LOG_ROOT_TWO_PI


def score_mu(k: int, mu: float) -> float:
    return over(k, mu) - 1.0


def mass_mu(k: int, mu: float) -> float:
    if mu > 0.0:
        return exp(log_mass(k, mu)) * score_mu(k, mu)
    return poisson_pmf(k - 1, mu) - poisson_pmf(k, mu)


def lower(k: int, mu: float) -> float:
    return gammaincc(k + 1.0, mu)


def upper(k: int, mu: float) -> float:
    return gammainc(k + 1.0, mu)


def flow_mu(k: int, mu: float) -> float:
    return -exp(log_mass(k, mu))


def quantile(q: float, mu: float) -> int:
    return poisson_inverse(q, mu)
