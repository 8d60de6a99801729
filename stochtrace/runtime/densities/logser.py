"""The logarithmic series distribution, as `distributions.logarithmic` draws it."""

from __future__ import annotations

from math import exp, log, log1p

from stochtrace.runtime.densities.family import Family
from stochtrace.runtime.distributions.logarithmic import logseries_inverse, logseries_rest, logseries_tail

FAMILY = Family("p", "0 < p < 1", low="1", high="inf", discrete=True)


def log_mass(k: int, p: float) -> float:
    return k * log(p) - log(k) - log(-log1p(-p))


def score_p(k: int, p: float) -> float:
    return k / p + 1.0 / ((1.0 - p) * log1p(-p))


def lower(k: int, p: float) -> float:
    return 1.0 - logseries_tail(k, p)


def upper(k: int, p: float) -> float:
    return logseries_tail(k, p)


def flow_p(k: int, p: float) -> float:
    return -exp(log_mass(k, p)) * k * (1.0 - logseries_rest(k, p)) / (1.0 - p)


def quantile(q: float, p: float) -> int:
    return logseries_inverse(q, p)
