"""Student's t."""

from __future__ import annotations

from math import log, log1p

from stochtrace.runtime.densities.family import Family
from stochtrace.runtime.functions.beta_quantiles import log_beta, t_quantile
from stochtrace.runtime.functions.scipy_special import betainc, betaincc
from stochtrace.runtime.functions.special import digamma_rise
from stochtrace.runtime.functions.t_slopes import t_slope

FAMILY = Family("df", "df > 0")


def log_density(z: float, df: float) -> float:
    return -log(df) / 2.0 - log_beta(df / 2.0, 0.5) - (df + 1.0) / 2.0 * log1p(z * z / df)


def score(z: float, df: float) -> float:
    return -(df + 1.0) * z / (df + z * z)


def score_df(z: float, df: float) -> float:
    square = z * z / df
    rest = square / (1.0 + square) * (1.0 + 1.0 / df) - log1p(square)
    return (digamma_rise(df / 2.0, 0.5) - 1.0 / df + rest) / 2.0


def outer(z: float, df: float) -> float:
    """Return P(X > |z|)."""
    total = df + z * z
    return (betainc(df / 2.0, 0.5, df / total) if z * z > df else betaincc(0.5, df / 2.0, z * z / total)) / 2.0


def lower(z: float, df: float) -> float:
    return outer(z, df) if z < 0.0 else 1.0 - outer(z, df)


def upper(z: float, df: float) -> float:
    return lower(-z, df)


def quantile(q: float, df: float) -> float:
    return t_quantile(df, q)


def upper_quantile(q: float, df: float) -> float:
    return -t_quantile(df, q)


def slope_df(z: float, df: float) -> float:
    return t_slope(df, z)
