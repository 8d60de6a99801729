"""Continuous draws by inversion, each beside its pathwise derivative: same order of arguments, tangents added.

`name(omega, site, parameters)` draws. `name_d` draws and differentiates at fixed ω; its body is what the transformer
writes out, line by line, where a program draws, with the terms of zero tangents left out.
"""

from __future__ import annotations

from math import inf, log1p

from stochtrace.runtime.checks import require
from stochtrace.runtime.functions.special import exp, ndtri
from stochtrace.runtime.uniforms import Uniforms, read


def exponential(omega: Uniforms, site: int, scale: float) -> float:
    """Exponential with mean `scale` >= 0, on [0, inf): x = -scale log(1 - w)."""
    require(scale >= 0, site, "scale", scale)
    return -scale * log1p(-read(omega, site))


def exponential_d(omega: Uniforms, site: int, scale: float, scale_dot: float) -> tuple[float, float]:
    """Exponential draw and its tangent."""
    require(scale >= 0, site, "scale", scale)
    w = read(omega, site)
    x = -scale * log1p(-w)
    x_dot = -scale_dot * log1p(-w)
    return x, x_dot


def uniform(omega: Uniforms, site: int, low: float, high: float) -> float:
    """Uniform between the finite numbers `low` <= `high`: x = low + (high - low) w."""
    require(0 <= high - low < inf, site, "high - low", high - low)
    return low + (high - low) * read(omega, site)


def uniform_d(
    omega: Uniforms, site: int, low: float, low_dot: float, high: float, high_dot: float
) -> tuple[float, float]:
    """Uniform draw and its tangent."""
    require(0 <= high - low < inf, site, "high - low", high - low)
    w = read(omega, site)
    x = low + (high - low) * w
    x_dot = low_dot + (high_dot - low_dot) * w
    return x, x_dot


def uniform_between(omega: Uniforms, site: int, a: float, b: float) -> float:
    """Uniform between finite numbers in any order, as `random` and the older NumPy take them: x = a + (b - a) w."""
    require(-inf < b - a < inf, site, "b - a", b - a)
    return a + (b - a) * read(omega, site)


def uniform_between_d(
    omega: Uniforms, site: int, a: float, a_dot: float, b: float, b_dot: float
) -> tuple[float, float]:
    """Uniform draw between numbers in any order and its tangent."""
    require(-inf < b - a < inf, site, "b - a", b - a)
    w = read(omega, site)
    x = a + (b - a) * w
    x_dot = a_dot + (b_dot - a_dot) * w
    return x, x_dot


def normal(omega: Uniforms, site: int, loc: float, scale: float) -> float:
    """Normal with mean `loc` and standard deviation `scale` >= 0: x = loc + scale z, z the normal quantile of w."""
    require(scale >= 0, site, "scale", scale)
    return loc + scale * ndtri(read(omega, site))


def normal_d(
    omega: Uniforms, site: int, loc: float, loc_dot: float, scale: float, scale_dot: float
) -> tuple[float, float]:
    """Normal draw and its tangent."""
    require(scale >= 0, site, "scale", scale)
    z = ndtri(read(omega, site))
    x = loc + scale * z
    x_dot = loc_dot + scale_dot * z
    return x, x_dot


def lognormal(omega: Uniforms, site: int, mean: float, sigma: float) -> float:
    """Lognormal: x = exp(mean + sigma z), with `sigma` >= 0 and z the normal quantile of w; infinite beyond doubles."""
    require(sigma >= 0, site, "sigma", sigma)
    return exp(mean + sigma * ndtri(read(omega, site)))


def lognormal_d(
    omega: Uniforms, site: int, mean: float, mean_dot: float, sigma: float, sigma_dot: float
) -> tuple[float, float]:
    """Lognormal draw and its tangent."""
    require(sigma >= 0, site, "sigma", sigma)
    z = ndtri(read(omega, site))
    x = exp(mean + sigma * z)
    x_dot = x * (mean_dot + sigma_dot * z)
    return x, x_dot
