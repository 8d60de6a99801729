"""The chi-square distribution: twice a gamma variable of shape df / 2."""

from __future__ import annotations

from math import log

from stochtrace.runtime.densities import gamma
from stochtrace.runtime.densities.family import Family

FAMILY = Family("df", "df > 0", low="0.0")


def log_density(z: float, df: float) -> float:
    return gamma.log_density(z / 2.0, df / 2.0) - log(2.0)


def score(z: float, df: float) -> float:
    return gamma.score(z / 2.0, df / 2.0) / 2.0


def score_df(z: float, df: float) -> float:
    return gamma.score_a(z / 2.0, df / 2.0) / 2.0


def lower(z: float, df: float) -> float:
    return gamma.lower(z / 2.0, df / 2.0)


def upper(z: float, df: float) -> float:
    return gamma.upper(z / 2.0, df / 2.0)


def quantile(q: float, df: float) -> float:
    return 2.0 * gamma.quantile(q, df / 2.0)


def upper_quantile(q: float, df: float) -> float:
    return 2.0 * gamma.upper_quantile(q, df / 2.0)


def slope_df(z: float, df: float) -> float:
    return gamma.slope_a(z / 2.0, df / 2.0)
