"""The noncentral chi-square distribution: twice the mixture of gamma variables in `functions.mixtures`."""

from __future__ import annotations

from math import inf, log

from stochtrace.runtime.densities.family import Family
from stochtrace.runtime.functions.mixture_scores import (
    log_mixture_density,
    noncentrality_score,
    place_score,
    shape_score,
)
from stochtrace.runtime.functions.mixtures import (
    lower_tail_at,
    mixture_quantile,
    mixture_upper_quantile,
    noncentrality_slope,
    shape_slope,
    upper_tail_at,
)

FAMILY = Family("df nc", "df > 0 and nc >= 0", low="0.0")


def log_density(z: float, df: float, nc: float) -> float:
    return log_mixture_density(z / 2.0, df / 2.0, inf, nc / 2.0) - log(2.0)


def score(z: float, df: float, nc: float) -> float:
    return place_score(z / 2.0, df / 2.0, inf, nc / 2.0) / 2.0


def score_df(z: float, df: float, nc: float) -> float:
    return shape_score(z / 2.0, df / 2.0, inf, nc / 2.0) / 2.0


def score_nc(z: float, df: float, nc: float) -> float:
    return noncentrality_score(z / 2.0, df / 2.0, inf, nc / 2.0) / 2.0


def lower(z: float, df: float, nc: float) -> float:
    return lower_tail_at(z / 2.0, df / 2.0, inf, nc / 2.0)[0]


def upper(z: float, df: float, nc: float) -> float:
    return upper_tail_at(z / 2.0, df / 2.0, inf, nc / 2.0)[0]


def quantile(q: float, df: float, nc: float) -> float:
    return 2.0 * mixture_quantile(q, df / 2.0, inf, nc / 2.0)


def upper_quantile(q: float, df: float, nc: float) -> float:
    return 2.0 * mixture_upper_quantile(q, df / 2.0, inf, nc / 2.0)


def slope_df(z: float, df: float, nc: float) -> float:
    return z / 2.0 * shape_slope(z / 2.0, df / 2.0, inf, nc / 2.0)


def slope_nc(z: float, df: float, nc: float) -> float:
    return z / 2.0 * noncentrality_slope(z / 2.0, df / 2.0, inf, nc / 2.0)
