"""The noncentral F distribution: the mixture in `functions.mixtures`, times 2 / dfn."""

from __future__ import annotations

from math import log

from stochtrace.runtime.densities.family import Family
from stochtrace.runtime.functions.mixture_scores import (
    log_mixture_density,
    noncentrality_score,
    place_score,
    shape_score,
    tail_score,
)
from stochtrace.runtime.functions.mixtures import (
    lower_tail_at,
    mixture_quantile,
    mixture_upper_quantile,
    noncentrality_slope,
    shape_slope,
    tail_slope,
    upper_tail_at,
)

FAMILY = Family("dfn dfd nc", "dfn > 0 and dfd > 0 and nc >= 0", low="0.0")


def log_density(z: float, dfn: float, dfd: float, nc: float) -> float:
    return log_mixture_density(z * dfn / 2.0, dfn / 2.0, dfd / 2.0, nc / 2.0) + log(dfn / 2.0)


def score(z: float, dfn: float, dfd: float, nc: float) -> float:
    return place_score(z * dfn / 2.0, dfn / 2.0, dfd / 2.0, nc / 2.0) * dfn / 2.0


def score_dfn(z: float, dfn: float, dfd: float, nc: float) -> float:
    moved = shape_score(z * dfn / 2.0, dfn / 2.0, dfd / 2.0, nc / 2.0) / 2.0
    return moved + score(z, dfn, dfd, nc) * z / dfn + 1.0 / dfn


def score_dfd(z: float, dfn: float, dfd: float, nc: float) -> float:
    return tail_score(z * dfn / 2.0, dfn / 2.0, dfd / 2.0, nc / 2.0) / 2.0


def score_nc(z: float, dfn: float, dfd: float, nc: float) -> float:
    return noncentrality_score(z * dfn / 2.0, dfn / 2.0, dfd / 2.0, nc / 2.0) / 2.0


def lower(z: float, dfn: float, dfd: float, nc: float) -> float:
    return lower_tail_at(z * dfn / 2.0, dfn / 2.0, dfd / 2.0, nc / 2.0)[0]


def upper(z: float, dfn: float, dfd: float, nc: float) -> float:
    return upper_tail_at(z * dfn / 2.0, dfn / 2.0, dfd / 2.0, nc / 2.0)[0]


def quantile(q: float, dfn: float, dfd: float, nc: float) -> float:
    return 2.0 / dfn * mixture_quantile(q, dfn / 2.0, dfd / 2.0, nc / 2.0)


def upper_quantile(q: float, dfn: float, dfd: float, nc: float) -> float:
    return 2.0 / dfn * mixture_upper_quantile(q, dfn / 2.0, dfd / 2.0, nc / 2.0)


def slope_dfn(z: float, dfn: float, dfd: float, nc: float) -> float:
    return z * (shape_slope(z * dfn / 2.0, dfn / 2.0, dfd / 2.0, nc / 2.0) / 2.0 - 1.0 / dfn)


def slope_dfd(z: float, dfn: float, dfd: float, nc: float) -> float:
    return z * (tail_slope(z * dfn / 2.0, dfn / 2.0, dfd / 2.0, nc / 2.0) / 2.0 + 1.0 / dfd)


def slope_nc(z: float, dfn: float, dfd: float, nc: float) -> float:
    return z * noncentrality_slope(z * dfn / 2.0, dfn / 2.0, dfd / 2.0, nc / 2.0) / 2.0
