"""The geometric distribution on 1, 2, ..."""

from __future__ import annotations

from math import exp, expm1, log

from stochtrace.runtime.densities.family import Family, over, xlog1py
from stochtrace.runtime.functions.inversion import geometric_inverse

FAMILY = Family("p", "0 < p <= 1", low="1", high="inf", discrete=True)


def log_mass(k: int, p: float) -> float:
    return log(p) + xlog1py(k - 1.0, -p)


def score_p(k: int, p: float) -> float:
    return 1.0 / p - over(k - 1.0, 1.0 - p)


def mass_p(k: int, p: float) -> float:
    if p < 1.0:
        return exp(log_mass(k, p)) * score_p(k, p)
    return 1.0 if k == 1 else -1.0 if k == 2 else 0.0


def lower(k: int, p: float) -> float:
    return -expm1(xlog1py(k, -p))


def upper(k: int, p: float) -> float:
    return exp(xlog1py(k, -p))


def flow_p(k: int, p: float) -> float:
    return k * exp(xlog1py(k - 1.0, -p))


def quantile(q: float, p: float) -> int:
    return geometric_inverse(q, p)
