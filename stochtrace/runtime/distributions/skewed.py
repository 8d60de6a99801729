"""The skew-normal draw by inversion, beside its pathwise derivative.

Density 2 phi(z) Phi(a z). It is log-concave, hence so are F and 1 - F, and Newton's method on their logarithms comes
down to the root from one side. For a > 0 the lower tail is thin: there F = Phi(z) - 2 T(z, a), with T Owen's function,
has no digits left, and is integrated instead.

F is off by 4e-15, and by 1e-13 of itself in the tails.

References:
    Azzalini (1985), A class of distributions which includes the normal ones, Scand. J. Statist. 12, 171-178.
    Owen (1956), Tables for computing bivariate normal probabilities, Ann. Math. Statist. 27, 1075-1090.
"""

from __future__ import annotations

from math import atan2, exp, log, pi, sqrt

from stochtrace.runtime.checks import require
from stochtrace.runtime.functions.gauss_legendre import COUNT, NODES, WEIGHTS
from stochtrace.runtime.functions.scipy_special import erfcx, ndtr, owens_t
from stochtrace.runtime.functions.special import ndtri
from stochtrace.runtime.uniforms import Uniforms, read

FALL = 40.0  # integrals end where the integrand has fallen by exp(-40), which loses no digit


def skewnorm(omega: Uniforms, site: int, a: float, loc: float, scale: float) -> float:
    """Skew-normal with `a` in [-1e12, 1e12], location `loc` and `scale` >= 0; SciPy's parameters."""
    require(abs(a) <= 1e12, site, "a", a)
    require(scale >= 0, site, "scale", scale)
    return loc + scale * skewed_ndtri(read(omega, site), a)


def skewnorm_d(
    omega: Uniforms,
    site: int,
    a: float,
    a_dot: float,
    loc: float,
    loc_dot: float,
    scale: float,
    scale_dot: float,
) -> tuple[float, float]:
    """Skew-normal draw and its tangent: dz/da = phi(a z) / ((1 + a**2) Phi(a z))."""
    require(abs(a) <= 1e12, site, "a", a)
    require(scale >= 0, site, "scale", scale)
    z = skewed_ndtri(read(omega, site), a)
    z_dot = sqrt(2 / pi) * a_dot / ((1 + a * a) * erfcx(-a * z / sqrt(2)))
    x = loc + scale * z
    x_dot = loc_dot + scale_dot * z + scale * z_dot
    return x, x_dot


def skewed_ndtri(w: float, a: float) -> float:
    """Return z with F(z) = w for the skew-normal variable with parameter a."""
    v = 1.0 - w
    if a < 0.0:
        return -skewed_right(v, w, -a)
    return skewed_right(w, v, a)


def skewed_right(w: float, v: float, a: float) -> float:
    """Return z with F(z) = w = 1 - v, for a >= 0."""
    at_zero = atan2(1.0, a) / pi
    if w < at_zero:
        return skewed_thin(w, a, at_zero)
    side = 1.0 if w < v else -1.0
    target = log(min(w, v))
    z = -ndtri(v / 2.0)
    for _ in range(100):
        tail = ndtr(side * z) - side * 2.0 * owens_t(z, a)
        excess = log(tail) - target
        z -= side * excess * tail / (2.0 * ndtr(a * z)) * sqrt(2.0 * pi) * exp(z * z / 2.0)
        z = max(z, 0.0)
        if abs(excess) < 1e-9:
            break
    return z


def skewed_thin(w: float, a: float, at_zero: float) -> float:
    """Return z < 0 with F(z) = w < F(0) = `at_zero`, for a >= 0.

    As y = -z sqrt(1 + a**2): F = exp(-y**2 / 2) I(y) / sqrt(2 pi (1 + a**2)), and I falls, so that y is at most the
    first guess.
    """
    root = sqrt(1.0 + a * a)
    target = log(w * sqrt(2.0 * pi) * root)
    y = sqrt(2.0 * log(at_zero / w))
    for _ in range(100):
        integral = thin_tail(y, a / root)
        excess = log(integral) - y * y / 2.0 - target
        y += excess * integral / erfcx(a / root * y / sqrt(2.0))
        y = max(y, 0.0)
        if abs(excess) < 1e-9:
            break
    return -y / root


def thin_tail(y: float, slant: float) -> float:
    """Return the integral of exp((y**2 - r**2) / 2) erfcx(slant r / sqrt(2)) over r from y to infinity; y >= 0."""
    width = sqrt(y * y + 2.0 * FALL) - y
    total = 0.0
    for i in range(COUNT):
        step = width * NODES[i]
        r = y + step
        total += WEIGHTS[i] * exp(-step * (r + y) / 2.0) * erfcx(slant * r / sqrt(2.0))
    return total * width
