"""Noncentral chi-square and noncentral F draws, each beside its pathwise derivative; the mixture is in `mixtures`.

Parameters are at most 1e6: the number of parts that count grows as the fourth root of the product of two of them.
"""

from __future__ import annotations

from math import inf

from stochtrace.runtime.checks import require
from stochtrace.runtime.functions.mixtures import mixture_quantile, mixture_slopes
from stochtrace.runtime.uniforms import Uniforms, read


def noncentral_chisquare(omega: Uniforms, site: int, df: float, nonc: float) -> float:
    """Noncentral chi-square with `df` >= 1e-9 degrees of freedom and noncentrality `nonc` >= 0, on [0, inf)."""
    require(1e-9 <= df <= 1e6, site, "df", df)
    require(0 <= nonc <= 1e6, site, "nonc", nonc)
    return 2 * mixture_quantile(read(omega, site), df / 2, inf, nonc / 2)


def noncentral_chisquare_d(
    omega: Uniforms, site: int, df: float, df_dot: float, nonc: float, nonc_dot: float
) -> tuple[float, float]:
    """Noncentral chi-square draw and its tangent."""
    require(1e-9 <= df <= 1e6, site, "df", df)
    require(0 <= nonc <= 1e6, site, "nonc", nonc)
    y = mixture_quantile(read(omega, site), df / 2, inf, nonc / 2)
    x = 2 * y
    slopes = mixture_slopes(y, df / 2, inf, nonc / 2)
    x_dot = y * (slopes[1] * df_dot + slopes[0] * nonc_dot)
    return x, x_dot


def noncentral_f(omega: Uniforms, site: int, dfnum: float, dfden: float, nonc: float) -> float:
    """Noncentral F with `dfnum`, `dfden` >= 1e-9 degrees of freedom and noncentrality `nonc` >= 0, on [0, inf)."""
    require(1e-9 <= dfnum <= 1e6, site, "dfnum", dfnum)
    require(1e-9 <= dfden <= 1e6, site, "dfden", dfden)
    require(0 <= nonc <= 1e6, site, "nonc", nonc)
    return 2 * mixture_quantile(read(omega, site), dfnum / 2, dfden / 2, nonc / 2) / dfnum


def noncentral_f_d(
    omega: Uniforms,
    site: int,
    dfnum: float,
    dfnum_dot: float,
    dfden: float,
    dfden_dot: float,
    nonc: float,
    nonc_dot: float,
) -> tuple[float, float]:
    """Noncentral F draw and its tangent."""
    require(1e-9 <= dfnum <= 1e6, site, "dfnum", dfnum)
    require(1e-9 <= dfden <= 1e6, site, "dfden", dfden)
    require(0 <= nonc <= 1e6, site, "nonc", nonc)
    y = mixture_quantile(read(omega, site), dfnum / 2, dfden / 2, nonc / 2)
    x = 2 * y / dfnum
    slopes = mixture_slopes(y, dfnum / 2, dfden / 2, nonc / 2)
    x_dot = x * (
        nonc_dot * slopes[0] / 2 + dfnum_dot * (slopes[1] / 2 - 1 / dfnum) + dfden_dot * (slopes[2] / 2 + 1 / dfden)
    )
    return x, x_dot
