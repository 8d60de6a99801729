"""Draws by inversion of the incomplete beta function, each beside its pathwise derivative, as in `continuous`.

Shapes are from 1e-9, below which a mean moves by few uniforms or none and all others give one of the ends, to 1e10,
above which SciPy's inverse has few digits of the distance from the mean.
"""

from __future__ import annotations

from math import inf

from stochtrace.runtime.checks import require
from stochtrace.runtime.functions.beta_quantiles import beta_quantile, beta_upper_quantile, t_quantile
from stochtrace.runtime.functions.beta_slopes import logit_slopes
from stochtrace.runtime.functions.special import quotient
from stochtrace.runtime.functions.t_slopes import t_slope
from stochtrace.runtime.uniforms import Uniforms, read


def beta(omega: Uniforms, site: int, a: float, b: float) -> float:
    """Beta with mean a / (a + b), on [0, 1]; `a`, `b` in [1e-9, 1e10]."""
    require(1e-9 <= a <= 1e10, site, "a", a)
    require(1e-9 <= b <= 1e10, site, "b", b)
    return beta_quantile(a, b, read(omega, site))


def beta_d(omega: Uniforms, site: int, a: float, a_dot: float, b: float, b_dot: float) -> tuple[float, float]:
    """Beta draw and its tangent; y = 1 - x, to full accuracy also near x = 1."""
    require(1e-9 <= a <= 1e10, site, "a", a)
    require(1e-9 <= b <= 1e10, site, "b", b)
    w = read(omega, site)
    x = beta_quantile(a, b, w)
    y = 1 - x if x < 0.9 else beta_upper_quantile(b, a, w)
    slopes = logit_slopes(a, b, x, y)
    x_dot = x * y * (a_dot * slopes[0] + b_dot * slopes[1])
    return x, x_dot


def f(omega: Uniforms, site: int, dfnum: float, dfden: float) -> float:
    """F on [0, inf), `dfnum` and `dfden` in [1e-9, 1e10]: x = dfden/dfnum u/(1-u), u beta of their halves."""
    require(1e-9 <= dfnum <= 1e10, site, "dfnum", dfnum)
    require(1e-9 <= dfden <= 1e10, site, "dfden", dfden)
    w = read(omega, site)
    u = beta_quantile(dfnum / 2, dfden / 2, w)
    v = 1 - u if u < 0.9 else beta_upper_quantile(dfden / 2, dfnum / 2, w)
    return dfden / dfnum * quotient(u, v)


def f_d(
    omega: Uniforms, site: int, dfnum: float, dfnum_dot: float, dfden: float, dfden_dot: float
) -> tuple[float, float]:
    """F draw and its tangent; error below 1e-9 of it or, where it is near 0, 1e-13 x / dfnum or 1e-13 x / dfden."""
    require(1e-9 <= dfnum <= 1e10, site, "dfnum", dfnum)
    require(1e-9 <= dfden <= 1e10, site, "dfden", dfden)
    w = read(omega, site)
    u = beta_quantile(dfnum / 2, dfden / 2, w)
    v = 1 - u if u < 0.9 else beta_upper_quantile(dfden / 2, dfnum / 2, w)
    x = dfden / dfnum * quotient(u, v)
    slopes = logit_slopes(dfnum / 2, dfden / 2, u, v)
    x_dot = x * (dfnum_dot * (slopes[0] / 2 - 1 / dfnum) + dfden_dot * (slopes[1] / 2 + 1 / dfden))
    return x, x_dot


def standard_t(omega: Uniforms, site: int, df: float) -> float:
    """Student's t with `df` >= 1e-9 degrees of freedom, on (-inf, inf)."""
    require(1e-9 <= df < inf, site, "df", df)
    return t_quantile(df, read(omega, site))


def standard_t_d(omega: Uniforms, site: int, df: float, df_dot: float) -> tuple[float, float]:
    """Student's t draw and its tangent."""
    require(1e-9 <= df < inf, site, "df", df)
    x = t_quantile(df, read(omega, site))
    x_dot = df_dot * t_slope(df, x)
    return x, x_dot
