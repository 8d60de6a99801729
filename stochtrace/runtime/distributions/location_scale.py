"""Location-scale draws by inversion, each beside its pathwise derivative: x = loc + scale z, z the standard quantile.

Then dx = d loc + d scale z. The quantile is written for the tail in which w lies, so that z keeps its digits in both.
"""

from __future__ import annotations

from math import inf, log, log1p, pi, sqrt, tan

from stochtrace.runtime.checks import require
from stochtrace.runtime.functions.scipy_special import erfinv
from stochtrace.runtime.uniforms import Uniforms, read


def gumbel(omega: Uniforms, site: int, loc: float, scale: float) -> float:
    """Gumbel (largest extreme value) with mode `loc` and `scale` >= 0: F(x) = exp(-exp(-z))."""
    require(scale >= 0, site, "scale", scale)
    return loc - scale * log(-log(read(omega, site)))


def gumbel_d(
    omega: Uniforms, site: int, loc: float, loc_dot: float, scale: float, scale_dot: float
) -> tuple[float, float]:
    """Gumbel draw and its tangent."""
    require(scale >= 0, site, "scale", scale)
    w = read(omega, site)
    x = loc - scale * log(-log(w))
    x_dot = loc_dot - scale_dot * log(-log(w))
    return x, x_dot


def laplace(omega: Uniforms, site: int, loc: float, scale: float) -> float:
    """Laplace (double exponential) with mean `loc` and `scale` >= 0: F(x) = exp(z) / 2 below the mean."""
    require(scale >= 0, site, "scale", scale)
    w = read(omega, site)
    return loc + scale * (log(2 * w) if w < 0.5 else -log(2 * (1 - w)))


def laplace_d(
    omega: Uniforms, site: int, loc: float, loc_dot: float, scale: float, scale_dot: float
) -> tuple[float, float]:
    """Laplace draw and its tangent."""
    require(scale >= 0, site, "scale", scale)
    w = read(omega, site)
    z = log(2 * w) if w < 0.5 else -log(2 * (1 - w))
    x = loc + scale * z
    x_dot = loc_dot + scale_dot * z
    return x, x_dot


def logistic(omega: Uniforms, site: int, loc: float, scale: float) -> float:
    """Logistic with mean `loc` and `scale` >= 0: F(x) = 1 / (1 + exp(-z))."""
    require(scale >= 0, site, "scale", scale)
    w = read(omega, site)
    return loc + scale * log(w / (1 - w))


def logistic_d(
    omega: Uniforms, site: int, loc: float, loc_dot: float, scale: float, scale_dot: float
) -> tuple[float, float]:
    """Logistic draw and its tangent."""
    require(scale >= 0, site, "scale", scale)
    w = read(omega, site)
    z = log(w / (1 - w))
    x = loc + scale * z
    x_dot = loc_dot + scale_dot * z
    return x, x_dot


def cauchy(omega: Uniforms, site: int, loc: float, scale: float) -> float:
    """Cauchy with median `loc` and `scale` >= 0: F(x) = 1/2 + atan(z) / pi; z is off by 2e-16 near 0."""
    require(scale >= 0, site, "scale", scale)
    w = read(omega, site)
    return loc + scale * (-1 / tan(pi * w) if w < 0.5 else 1 / tan(pi * (1 - w)))


def cauchy_d(
    omega: Uniforms, site: int, loc: float, loc_dot: float, scale: float, scale_dot: float
) -> tuple[float, float]:
    """Cauchy draw and its tangent."""
    require(scale >= 0, site, "scale", scale)
    w = read(omega, site)
    z = -1 / tan(pi * w) if w < 0.5 else 1 / tan(pi * (1 - w))
    x = loc + scale * z
    x_dot = loc_dot + scale_dot * z
    return x, x_dot


def rayleigh(omega: Uniforms, site: int, scale: float) -> float:
    """Rayleigh with mode `scale` >= 0, on [0, inf): F(x) = 1 - exp(-z**2 / 2)."""
    require(scale >= 0, site, "scale", scale)
    return scale * sqrt(-2 * log1p(-read(omega, site)))


def rayleigh_d(omega: Uniforms, site: int, scale: float, scale_dot: float) -> tuple[float, float]:
    """Rayleigh draw and its tangent."""
    require(scale >= 0, site, "scale", scale)
    z = sqrt(-2 * log1p(-read(omega, site)))
    x = scale * z
    x_dot = scale_dot * z
    return x, x_dot


def halfnorm(omega: Uniforms, site: int, loc: float, scale: float) -> float:
    """Half-normal on [loc, inf), `scale` >= 0: the absolute value of a standard normal, F(x) = erf(z / sqrt(2))."""
    require(scale >= 0, site, "scale", scale)
    return loc + scale * (sqrt(2) * erfinv(read(omega, site)))


def halfnorm_d(
    omega: Uniforms, site: int, loc: float, loc_dot: float, scale: float, scale_dot: float
) -> tuple[float, float]:
    """Half-normal draw and its tangent."""
    require(scale >= 0, site, "scale", scale)
    z = sqrt(2) * erfinv(read(omega, site))
    x = loc + scale * z
    x_dot = loc_dot + scale_dot * z
    return x, x_dot


def symmetric_triangular(omega: Uniforms, site: int, left: float, right: float) -> float:
    """Triangular between the finite numbers `left` and `right`, mode halfway: F(x) = 2 z**2 up to there."""
    require(abs(right - left) < inf, site, "high - low", right - left)
    w = read(omega, site)
    return left + (right - left) * sqrt(w / 2) if w < 0.5 else right - (right - left) * sqrt((1 - w) / 2)


def symmetric_triangular_d(
    omega: Uniforms, site: int, left: float, left_dot: float, right: float, right_dot: float
) -> tuple[float, float]:
    """Symmetric triangular draw and its tangent."""
    require(abs(right - left) < inf, site, "high - low", right - left)
    w = read(omega, site)
    z = sqrt(w / 2) if w < 0.5 else sqrt((1 - w) / 2)
    x = left + (right - left) * z if w < 0.5 else right - (right - left) * z
    x_dot = left_dot + (right_dot - left_dot) * z if w < 0.5 else right_dot - (right_dot - left_dot) * z
    return x, x_dot
