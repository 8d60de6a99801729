"""Draws between movable ends, by inversion, each beside its pathwise derivative: triangular, truncated normal."""

from __future__ import annotations

from math import exp, log, pi, sqrt

from stochtrace.runtime.checks import require
from stochtrace.runtime.functions.scipy_special import erf, erfcx, erfinv, ndtr
from stochtrace.runtime.functions.special import ndtri
from stochtrace.runtime.uniforms import Uniforms, read


def triangular(omega: Uniforms, site: int, left: float, mode: float, right: float) -> float:
    """Triangular on [left, right], left <= mode <= right, of a length in [1e-150, 1e150].

    F(x) = (x - left)**2 / ((right - left) (mode - left)) up to the mode, and in the same way from the right.
    x and its slopes are off by 4e-16 of the range.
    """
    require(1e-150 <= right - left <= 1e150, site, "right - left", right - left)
    require(mode - left >= 0, site, "mode - left", mode - left)
    require(right - mode >= 0, site, "right - mode", right - mode)
    w = read(omega, site)
    if w * (right - left) < mode - left:
        return left + sqrt(w * (right - left) * (mode - left))
    return right - sqrt((1 - w) * (right - left) * (right - mode))


def triangular_d(
    omega: Uniforms,
    site: int,
    left: float,
    left_dot: float,
    mode: float,
    mode_dot: float,
    right: float,
    right_dot: float,
) -> tuple[float, float]:
    """Triangular draw and its tangent."""
    require(1e-150 <= right - left <= 1e150, site, "right - left", right - left)
    require(mode - left >= 0, site, "mode - left", mode - left)
    require(right - mode >= 0, site, "right - mode", right - mode)
    w = read(omega, site)
    rises = w * (right - left) < mode - left
    side = mode - left if rises else right - mode
    root = sqrt((w if rises else 1 - w) * (right - left) * side)
    x = left + root if rises else right - root
    side_dot = mode_dot - left_dot if rises else right_dot - mode_dot
    root_dot = root * ((right_dot - left_dot) / (right - left) + side_dot / side) / 2
    x_dot = left_dot + root_dot if rises else right_dot - root_dot
    return x, x_dot


def truncnorm(omega: Uniforms, site: int, a: float, b: float, loc: float, scale: float) -> float:
    """Normal truncated to [loc + a scale, loc + b scale], SciPy's parameters: a < b, infinite too, and `scale` >= 0."""
    require(a < b, site, "b - a", b - a)
    require(scale >= 0, site, "scale", scale)
    return loc + scale * truncated_ndtri(read(omega, site), a, b)


def truncnorm_d(
    omega: Uniforms,
    site: int,
    a: float,
    a_dot: float,
    b: float,
    b_dot: float,
    loc: float,
    loc_dot: float,
    scale: float,
    scale_dot: float,
) -> tuple[float, float]:
    """Truncated normal draw and its tangent: phi(z) z_dot = (1 - w) phi(a) a_dot + w phi(b) b_dot."""
    require(a < b, site, "b - a", b - a)
    require(scale >= 0, site, "scale", scale)
    w = read(omega, site)
    z = truncated_ndtri(w, a, b)
    z_dot = (1 - w) * exp((z - a) * (z + a) / 2) * a_dot + w * exp((z - b) * (z + b) / 2) * b_dot
    x = loc + scale * z
    x_dot = loc_dot + scale_dot * z + scale * z_dot
    return x, x_dot


def truncated_ndtri(w: float, a: float, b: float) -> float:
    """Return z in [a, b] with Phi(z) = (1 - w) Phi(a) + w Phi(b).

    By erf near 0, relative to Phi(b) in the far tails, and else in the tail that z is in. Phi(z) is off by 1e-15 of
    Phi(b) - Phi(a), and by what rounding z makes of it.
    """
    if a > 5.0:
        return -truncated_ndtri_far(1.0 - w, -b, -a)
    if b < -5.0:
        return truncated_ndtri_far(w, a, b)
    if a > -0.5 and b < 0.5:
        z = sqrt(2) * erfinv((1 - w) * erf(a / sqrt(2)) + w * erf(b / sqrt(2)))
    else:
        (below_a, above_a), (below_b, above_b) = tails(a), tails(b)
        lower = (1 - w) * below_a + w * below_b
        z = ndtri(lower) if lower < 0.5 else -ndtri((1 - w) * above_a + w * above_b)
    return min(max(z, a), b)


def tails(z: float) -> tuple[float, float]:
    """Return Phi(z) and Phi(-z); from |z| = 1 on, SciPy too has the larger one from the smaller."""
    if abs(z) < 1.0:
        return ndtr(z), ndtr(-z)
    small = ndtr(-abs(z))
    return (small, 1.0 - small) if z < 0.0 else (1.0 - small, small)


def truncated_ndtri_far(w: float, a: float, b: float) -> float:
    """Return the same for b < -5, as b - t: Phi(b - t) = exp(t (b - t/2)) erfcx((t - b) / r) / 2, r = sqrt(2).

    The cumulative hazard log(Phi(b) / Phi(b - t)) is convex in t: Newton's method comes down to its root.
    """
    unit = erfcx(-b / sqrt(2))
    width = b - a
    ratio = exp(width * (b - width / 2)) * erfcx((width - b) / sqrt(2)) / unit
    hazard = -log(w + (1 - w) * ratio)
    t = hazard * unit * sqrt(pi / 2)
    for _ in range(50):
        scaled = erfcx((t - b) / sqrt(2))
        step = (t * (t / 2 - b) - log(scaled / unit) - hazard) * scaled * sqrt(pi / 2)
        t -= step
        if step <= 1e-16 * t:
            break
    return min(max(b - t, a), b)
