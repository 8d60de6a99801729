"""Draws that are powers of simple ones, by inversion, each beside its pathwise derivative.

With shape a they are exp(h), h = l / a for a logarithm l of the uniform alone; then d exp(h) = -exp(h) h d a / a.
A value beyond the range of doubles is 0 below, and infinite above: for shapes below 1e-9, all of them.
"""

from __future__ import annotations

from math import log, log1p

from stochtrace.runtime.checks import require
from stochtrace.runtime.functions.special import exp, expm1
from stochtrace.runtime.uniforms import Uniforms, read


def weibull(omega: Uniforms, site: int, a: float, scale: float) -> float:
    """Weibull with shape `a` >= 1e-9 and `scale` >= 0, on [0, inf): F(x) = 1 - exp(-(x / scale)**a).

    NumPy takes a = 0 too, and returns 0 there; but as a falls to 0, x goes to 0 or to infinity.
    """
    require(a >= 1e-9, site, "a", a)
    require(scale >= 0, site, "scale", scale)
    return scale * exp(log(-log1p(-read(omega, site))) / a)


def weibull_d(
    omega: Uniforms, site: int, a: float, a_dot: float, scale: float, scale_dot: float
) -> tuple[float, float]:
    """Weibull draw and its tangent."""
    require(a >= 1e-9, site, "a", a)
    require(scale >= 0, site, "scale", scale)
    h = log(-log1p(-read(omega, site))) / a
    x = scale * exp(h)
    x_dot = exp(h) * (scale_dot - scale * h * a_dot / a)
    return x, x_dot


def pareto(omega: Uniforms, site: int, a: float) -> float:
    """Pareto II (Lomax), NumPy's, with shape `a` >= 1e-9, on [0, inf): F(x) = 1 - (1 + x)**-a."""
    require(a >= 1e-9, site, "a", a)
    return expm1(-log1p(-read(omega, site)) / a)


def pareto_d(omega: Uniforms, site: int, a: float, a_dot: float) -> tuple[float, float]:
    """Pareto II draw and its tangent."""
    require(a >= 1e-9, site, "a", a)
    h = -log1p(-read(omega, site)) / a
    x = expm1(h)
    x_dot = -exp(h) * h * a_dot / a
    return x, x_dot


def classical_pareto(omega: Uniforms, site: int, alpha: float) -> float:
    """Pareto I, that of the module `random`, with shape `alpha` >= 1e-9, on [1, inf): F(x) = 1 - x**-alpha."""
    require(alpha >= 1e-9, site, "alpha", alpha)
    return exp(-log1p(-read(omega, site)) / alpha)


def classical_pareto_d(omega: Uniforms, site: int, alpha: float, alpha_dot: float) -> tuple[float, float]:
    """Pareto I draw and its tangent."""
    require(alpha >= 1e-9, site, "alpha", alpha)
    h = -log1p(-read(omega, site)) / alpha
    x = exp(h)
    x_dot = -x * h * alpha_dot / alpha
    return x, x_dot


def power(omega: Uniforms, site: int, a: float) -> float:
    """Power function distribution with shape `a` >= 1e-9, on [0, 1]: F(x) = x**a."""
    require(a >= 1e-9, site, "a", a)
    return exp(log(read(omega, site)) / a)


def power_d(omega: Uniforms, site: int, a: float, a_dot: float) -> tuple[float, float]:
    """Power function draw and its tangent."""
    require(a >= 1e-9, site, "a", a)
    h = log(read(omega, site)) / a
    x = exp(h)
    x_dot = -x * h * a_dot / a
    return x, x_dot
