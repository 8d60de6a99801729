"""The inverse Gaussian (Wald) draw by inversion, beside its pathwise derivative.

With phi = scale / mean and x = mean exp(u), let a = 2 sqrt(phi) sinh(u/2) and b = 2 sqrt(phi) cosh(u/2). Then
F = Phi(a) + exp(2 phi) Phi(-b), which is exp(-a**2/2) (erfcx(-a/r) + erfcx(b/r)) / 2 with r = sqrt(2), and
1 - F = exp(-a**2/2) (erfcx(a/r) - erfcx(b/r)) / 2. The density of u is log-concave, hence log F and log(1 - F) are
concave in u, and Newton's method comes down to the root from one side.

F is off by 1e-15 + 1e-12 min(F, 1 - F), beside what rounding x makes of it; slopes are off by 1e-12 of themselves for
scale / mean from 1e-2 on, by 2e-10 at 1e-6.

Reference:
    Giner & Smyth (2016), statmod: probability calculations for the inverse Gaussian distribution, R Journal 8, 339-351.
"""

from __future__ import annotations

from math import asinh, cosh, exp, log, log1p, pi, sinh, sqrt

from stochtrace.runtime.checks import require
from stochtrace.runtime.functions.scipy_special import erfcx
from stochtrace.runtime.functions.special import ndtri
from stochtrace.runtime.uniforms import Uniforms, read


def wald(omega: Uniforms, site: int, mean: float, scale: float) -> float:
    """Inverse Gaussian on (0, inf) with `mean` and `scale` (mean**3 / variance) in [1e-100, 1e100].

    scale / mean is in [1e-9, 1e15].
    """
    require(1e-100 <= mean <= 1e100, site, "mean", mean)
    require(1e-100 <= scale <= 1e100, site, "scale", scale)
    require(1e-9 <= scale / mean <= 1e15, site, "scale / mean", scale / mean)
    return wald_inverse(read(omega, site), mean, scale)


def wald_d(
    omega: Uniforms, site: int, mean: float, mean_dot: float, scale: float, scale_dot: float
) -> tuple[float, float]:
    """Inverse Gaussian draw and its tangent: `share` of x follows the mean, the rest the scale."""
    require(1e-100 <= mean <= 1e100, site, "mean", mean)
    require(1e-100 <= scale <= 1e100, site, "scale", scale)
    require(1e-9 <= scale / mean <= 1e15, site, "scale / mean", scale / mean)
    x = wald_inverse(read(omega, site), mean, scale)
    share = sqrt(2 * pi * scale * x) / mean * erfcx((x / mean + 1) * sqrt(scale / (2 * x)))
    x_dot = x * (share * mean_dot / mean + (1 - share) * scale_dot / scale)
    return x, x_dot


def wald_inverse(w: float, mean: float, scale: float) -> float:
    """Return x with F(x) = w, searched for in the tail that w is in."""
    return wald_place(w, 1.0, mean, scale) if w < 0.5 else wald_place(1.0 - w, -1.0, mean, scale)


def wald_upper_inverse(v: float, mean: float, scale: float) -> float:
    """Return x with 1 - F(x) = v, searched for in the tail that v is in."""
    return wald_place(v, -1.0, mean, scale) if v < 0.5 else wald_place(1.0 - v, 1.0, mean, scale)


def wald_place(tail: float, side: float, mean: float, scale: float) -> float:
    """Return where the lower (`side` 1) or the upper tail (-1) is `tail`."""
    phi = scale / mean
    target = log(tail)
    u = wald_guess(tail, side, phi)
    for _ in range(100):
        a, b = 2.0 * sqrt(phi) * sinh(u / 2.0), 2.0 * sqrt(phi) * cosh(u / 2.0)
        twice = erfcx(-side * a / sqrt(2.0)) + side * erfcx(b / sqrt(2.0))
        excess = log(twice / 2.0) - a * a / 2.0 - target
        u -= side * excess * twice * sqrt(pi / (2.0 * phi)) * exp(u / 2.0)
        if abs(excess) < 1e-9:
            break
    return mean * exp(u)


def wald_guess(tail: float, side: float, phi: float) -> float:
    """Guess log(x / mean): a is normal where phi is large; where it is small, phi / x is the square of a normal."""
    if phi > 1.0:
        u = 2.0 * asinh(side * ndtri(tail) / (2.0 * sqrt(phi)))
    else:
        largest = 2.0 * asinh(sqrt(-(log1p(-tail) if side > 0.0 else log(tail)) / (2.0 * phi)))
        size = -ndtri(tail / 2.0) if side > 0.0 else max(tail, -ndtri((1.0 - tail) / 2.0))
        u = min(log(phi) - 2.0 * log(size), largest)
    return min(u, 0.0) if side > 0.0 else u
