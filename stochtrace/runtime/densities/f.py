"""Snedecor's F: with u beta(dfn/2, dfd/2) and v = 1 - u, z = dfd/dfn u/v."""

from __future__ import annotations

from math import log

from stochtrace.runtime.densities.family import Family, log_of, over, xlogy
from stochtrace.runtime.functions.beta_quantiles import beta_quantile, beta_upper_quantile, log_beta
from stochtrace.runtime.functions.beta_slopes import logit_slope_a, logit_slope_b
from stochtrace.runtime.functions.scipy_special import betainc, betaincc
from stochtrace.runtime.functions.special import digamma_rise

FAMILY = Family("dfn dfd", "dfn > 0 and dfd > 0", low="0.0")


def log_density(z: float, dfn: float, dfd: float) -> float:
    total = dfd + dfn * z
    constant = dfn / 2.0 * log(dfn) + dfd / 2.0 * log(dfd) - log_beta(dfn / 2.0, dfd / 2.0)
    return xlogy(dfn / 2.0 - 1.0, z) - (dfn + dfd) / 2.0 * log(total) + constant


def score(z: float, dfn: float, dfd: float) -> float:
    return over(dfn / 2.0 - 1.0, z) - (dfn + dfd) / 2.0 * dfn / (dfd + dfn * z)


def score_dfn(z: float, dfn: float, dfd: float) -> float:
    total = dfd + dfn * z
    return (log_of(dfn * z / total) + dfd * (1.0 - z) / total + digamma_rise(dfn / 2.0, dfd / 2.0)) / 2.0


def score_dfd(z: float, dfn: float, dfd: float) -> float:
    total = dfd + dfn * z
    return (log(dfd / total) + dfn * (z - 1.0) / total + digamma_rise(dfd / 2.0, dfn / 2.0)) / 2.0


def lower(z: float, dfn: float, dfd: float) -> float:
    total = dfd + dfn * z
    if dfn * z < dfd:
        return betainc(dfn / 2.0, dfd / 2.0, dfn * z / total)
    return betaincc(dfd / 2.0, dfn / 2.0, dfd / total)


def upper(z: float, dfn: float, dfd: float) -> float:
    return lower(1.0 / z, dfd, dfn)


def quantile(q: float, dfn: float, dfd: float) -> float:
    u = beta_quantile(dfn / 2.0, dfd / 2.0, q)
    v = 1.0 - u if u < 0.9 else beta_upper_quantile(dfd / 2.0, dfn / 2.0, q)
    return dfd / dfn * (u / v)


def upper_quantile(q: float, dfn: float, dfd: float) -> float:
    return 1.0 / quantile(q, dfd, dfn)


def slope_dfn(z: float, dfn: float, dfd: float) -> float:
    total = dfd + dfn * z
    return z * (logit_slope_a(dfn / 2.0, dfd / 2.0, dfn * z / total, dfd / total) / 2.0 - 1.0 / dfn)


def slope_dfd(z: float, dfn: float, dfd: float) -> float:
    total = dfd + dfn * z
    return z * (logit_slope_b(dfn / 2.0, dfd / 2.0, dfn * z / total, dfd / total) / 2.0 + 1.0 / dfd)
