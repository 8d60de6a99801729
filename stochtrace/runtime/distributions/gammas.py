"""Draws by inversion of the incomplete gamma function, each beside its pathwise derivative, as in `continuous`.

A gamma draw of shape 0 is 0, but its derivative in the shape is no pathwise one: of E f it is the integral of
(f(x) - f(0)) exp(-x) / x over x > 0, jumps of all sizes, while every quantile stays at 0. Below a shape of 1e-9 few
uniforms or none give another number.
"""

from __future__ import annotations

from math import inf

from stochtrace.runtime.checks import require
from stochtrace.runtime.functions.gamma_slopes import gamma_slope
from stochtrace.runtime.functions.scipy_special import gammainccinv, gammaincinv
from stochtrace.runtime.functions.special import quotient
from stochtrace.runtime.uniforms import Uniforms, read

SMALLEST = 5e-324
NO_SHAPE = 1e-300  # below, every uniform gives a number that underflows


def gamma(omega: Uniforms, site: int, shape: float, scale: float) -> float:
    """Gamma with mean shape * scale, on [0, inf): x = scale z, z the quantile of scale 1; `shape`, `scale` >= 0."""
    require(0 <= shape < inf, site, "shape", shape)
    require(scale >= 0, site, "scale", scale)
    return scale * gamma_quantile(shape, read(omega, site))


def gamma_d(
    omega: Uniforms, site: int, shape: float, shape_dot: float, scale: float, scale_dot: float
) -> tuple[float, float]:
    """Gamma draw and its tangent."""
    require(0 <= shape < inf, site, "shape", shape)
    require(scale >= 0, site, "scale", scale)
    z = gamma_quantile(shape, read(omega, site))
    x = scale * z
    x_dot = scale_dot * z + scale * shape_dot * moving_slope(site, shape, shape_dot, z)
    return x, x_dot


def chisquare(omega: Uniforms, site: int, df: float) -> float:
    """Chi-square with `df` >= 1e-9 degrees of freedom, on [0, inf): gamma of shape df / 2 and scale 2."""
    require(1e-9 <= df < inf, site, "df", df)
    return 2 * gamma_quantile(df / 2, read(omega, site))


def chisquare_d(omega: Uniforms, site: int, df: float, df_dot: float) -> tuple[float, float]:
    """Chi-square draw and its tangent."""
    require(1e-9 <= df < inf, site, "df", df)
    z = gamma_quantile(df / 2, read(omega, site))
    x = 2 * z
    x_dot = df_dot * gamma_slope(df / 2, z)
    return x, x_dot


def invgamma(omega: Uniforms, site: int, a: float, scale: float) -> float:
    """Inverse gamma on (0, inf): x = scale / z, P(Z > z) = w for Z gamma of shape `a` >= 1e-9; `scale` >= 0."""
    require(1e-9 <= a < inf, site, "a", a)
    require(scale >= 0, site, "scale", scale)
    return quotient(scale, gamma_upper_quantile(a, read(omega, site)))


def invgamma_d(
    omega: Uniforms, site: int, a: float, a_dot: float, scale: float, scale_dot: float
) -> tuple[float, float]:
    """Inverse gamma draw and its tangent."""
    require(1e-9 <= a < inf, site, "a", a)
    require(scale >= 0, site, "scale", scale)
    z = gamma_upper_quantile(a, read(omega, site))
    x = quotient(scale, z)
    x_dot = (scale_dot - scale * a_dot * gamma_slope(a, z) / z) / z
    return x, x_dot


def moving_slope(site: int, shape: float, shape_dot: float, z: float) -> float:
    """Return dz/dshape for a quantile z of scale 1, at fixed w; `shape` >= 1e-9 where it moves."""
    require(shape >= 1e-9 or shape_dot == 0, site, "shape", shape)
    return gamma_slope(shape, z)


def gamma_quantile(shape: float, w: float) -> float:
    """Return the w-quantile of the gamma distribution with scale 1: P(X <= x) = w, and 0 at shape 0.

    The smaller of w and 1 - w is inverted. What underflows gives 0, of which there is no logarithm: that of any other
    double would be a wrong one. For shapes from 1e-2 to 1e4, |F(x) - w| < 1e-12 min(w, 1 - w).
    """
    if shape < NO_SHAPE:
        return 0.0
    return gammaincinv(shape, w) if w <= 0.5 else gammainccinv(shape, 1.0 - w)


def gamma_upper_quantile(shape: float, w: float) -> float:
    """Return x with P(X > x) = w for a gamma variable of shape > 0 and scale 1; 1 / x exists, infinite at the least."""
    return max(SMALLEST, gammainccinv(shape, w) if w <= 0.5 else gammaincinv(shape, 1.0 - w))
