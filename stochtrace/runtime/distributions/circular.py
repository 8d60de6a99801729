"""The von Mises draw by inversion on a fixed turn of the circle, beside its pathwise derivative.

An angle t from the mean direction has density exp(kappa (cos t - 1)) / C, with C = 2 pi exp(-kappa) I_0(kappa), and is
above t > 0 with probability S(t) = exp(-2 kappa sin(t/2)**2) J(t) / C; J is an integral of positive terms, done by
quadrature, so that S is relatively accurate. NumPy's turn is [-pi, pi], that of `random` is [0, 2 pi]. The ends of the
turn do not move with the mean: F(x) = G(x - mu) - G(-pi - mu), G the cdf of the angle, is continuous in mu, and nothing
jumps where the mean passes an end.

Errors: 4e-15 in F, beside what rounding x makes of it; slopes are off by 1e-9 of their size, or by 5e-15 where they
vanish, at the ends of the turn.
"""

from __future__ import annotations

from math import asin, cos, exp, expm1, floor, log, pi, sin, sqrt

from stochtrace.runtime.checks import require
from stochtrace.runtime.functions.gauss_legendre import COUNT, NODES, WEIGHTS
from stochtrace.runtime.functions.scipy_special import i0e, i1e
from stochtrace.runtime.functions.special import ndtri
from stochtrace.runtime.uniforms import Uniforms, read

FALL = 40.0  # integrals end where the integrand has fallen by exp(-40), which loses no digit
OPPOSITE = pi * (1.0 - 2.0**-53)
SMALLEST = 1e-300


def vonmises(omega: Uniforms, site: int, mu: float, kappa: float) -> float:
    """Von Mises on [-pi, pi] with mean direction `mu` in [-1e9, 1e9] and concentration `kappa` in [0, 1e15]."""
    require(-1e9 <= mu <= 1e9, site, "mu", mu)
    require(0 <= kappa <= 1e15, site, "kappa", kappa)
    return vonmises_inverse(read(omega, site), mu, kappa)


def vonmises_d(
    omega: Uniforms, site: int, mu: float, mu_dot: float, kappa: float, kappa_dot: float
) -> tuple[float, float]:
    """Von Mises draw and its tangent: dx/dmu = 1 - density(-pi) / density(x)."""
    require(-1e9 <= mu <= 1e9, site, "mu", mu)
    require(0 <= kappa <= 1e15, site, "kappa", kappa)
    x = vonmises_inverse(read(omega, site), mu, kappa)
    x_dot = vonmises_slope(x, mu, kappa) * kappa_dot - expm1(-2 * kappa * cos(x / 2) * cos(mu - x / 2)) * mu_dot
    return x, x_dot


def vonmises_from_zero(omega: Uniforms, site: int, mu: float, kappa: float) -> float:
    """Von Mises on [0, 2 pi], that of the module `random`; parameters as in `vonmises`."""
    require(-1e9 <= mu <= 1e9, site, "mu", mu)
    require(0 <= kappa <= 1e15, site, "kappa", kappa)
    return pi + vonmises_inverse(read(omega, site), mu - pi, kappa)


def vonmises_from_zero_d(
    omega: Uniforms, site: int, mu: float, mu_dot: float, kappa: float, kappa_dot: float
) -> tuple[float, float]:
    """Von Mises draw on [0, 2 pi] and its tangent: dx/dmu = 1 - density(0) / density(x)."""
    require(-1e9 <= mu <= 1e9, site, "mu", mu)
    require(0 <= kappa <= 1e15, site, "kappa", kappa)
    x = pi + vonmises_inverse(read(omega, site), mu - pi, kappa)
    x_dot = (
        vonmises_slope(x - pi, mu - pi, kappa) * kappa_dot - expm1(-2 * kappa * sin(x / 2) * sin(mu - x / 2)) * mu_dot
    )
    return x, x_dot


def vonmises_inverse(w: float, mu: float, kappa: float) -> float:
    """Return x in [-pi, pi] with F(x) = w."""
    mean = wrapped(mu)
    if mean < 0.0:
        return -vonmises_right(1.0 - w, w, -mean, kappa)
    return vonmises_right(w, 1.0 - w, mean, kappa)


def wrapped(angle: float) -> float:
    """Return the angle in [-pi, pi) that differs by whole turns."""
    return angle - 2.0 * pi * floor((angle + pi) / (2.0 * pi))


def vonmises_right(w: float, v: float, mean: float, kappa: float) -> float:
    """Return x with F(x) = w = 1 - v for a mean in [0, pi]; x next to -pi stands for angles from pi - mean to pi."""
    beyond = exp(log_tail(min(pi - mean, OPPOSITE), kappa)) if mean > 0.0 else 0.0
    if w < beyond:
        return mean - 2.0 * pi + angle_above(beyond - w, kappa)
    if w - beyond < 0.5:
        return max(mean - angle_above(max(w - beyond, SMALLEST), kappa), -pi)
    return min(mean + angle_above(v + beyond, kappa), pi)


def angle_above(tail: float, kappa: float) -> float:
    """Return t in [0, pi) with S(t) = `tail` in (0, 1/2], by Newton's method on log S, halving where it leaves."""
    target = log(tail)
    half = -ndtri(tail) / (2.0 * sqrt(kappa)) if kappa > 1.0 else 1.0
    low, high = 0.0, OPPOSITE
    t = min(2.0 * asin(half) if half < 0.8 else pi * (1.0 - 2.0 * tail), high)
    for _ in range(200):
        excess = log_tail(t, kappa) - target
        if excess > 0.0:
            low = t
        else:
            high = t
        step = excess * tail_integral(t, kappa)
        t = t + step if low <= t + step <= high else (low + high) / 2.0
        if abs(excess) < 1e-9 or high - low < 2e-16 * high:
            break
    return t


def log_tail(t: float, kappa: float) -> float:
    """Return log S(t) for t in [0, pi)."""
    normaliser = 2.0 * pi * i0e(kappa)
    return log(tail_integral(t, kappa) / normaliser) - 2.0 * kappa * sin(t / 2.0) ** 2


def tail_integral(t: float, kappa: float) -> float:
    """Return J(t), the integral of exp(kappa (cos s - cos t)) over s from t to pi."""
    width = last_angle(t, kappa) - t
    total = 0.0
    for i in range(COUNT):
        step = width * NODES[i]
        total += WEIGHTS[i] * exp(-2.0 * kappa * sin(step / 2.0) * sin(t + step / 2.0))
    return total * width


def last_angle(t: float, kappa: float) -> float:
    """Return where the density has fallen by exp(-40) from t on, pi where it never does."""
    square = sin(t / 2.0) ** 2 + FALL / (2.0 * kappa) if kappa > 0.0 else 1.0
    return 2.0 * asin(sqrt(square)) if square < 1.0 else pi


def vonmises_slope(x: float, mu: float, kappa: float) -> float:
    """Return dx/dkappa at fixed F(x), x in [-pi, pi].

    By the implicit function theorem, with H = (dG/dkappa) / density at an angle: -H(x - mu), and for the end of the
    turn + H(-pi - mu) density(-pi) / density(x).
    """
    ratio = exp(-2.0 * kappa * cos(x / 2.0) * cos(mu - x / 2.0))
    return -kappa_flow(x - mu, kappa) - ratio * kappa_flow(pi + mu, kappa)


def kappa_flow(angle: float, kappa: float) -> float:
    """Return (dG/dkappa) / density at an angle, odd in it.

    The integral of (cos s - r) exp(kappa (cos s - cos t)), r = I_1/I_0, over s from 0 to t, which is minus that from t
    to pi: taken on the side where cos s - r keeps its sign.
    """
    t = abs(wrapped(angle))
    inner = 2.0 * sin(t / 2.0) ** 2 < resultant_gap(kappa)
    start = 0.0 if inner else t
    width = t if inner else last_angle(t, kappa) - t
    gap = resultant_gap(kappa)
    total = 0.0
    for i in range(COUNT):
        s = start + width * NODES[i]
        excess = abs(gap - 2.0 * sin(s / 2.0) ** 2)
        total += WEIGHTS[i] * excess * exp(-2.0 * kappa * sin((s - t) / 2.0) * sin((s + t) / 2.0))
    return total * width if wrapped(angle) > 0.0 else -total * width


def resultant_gap(kappa: float) -> float:
    """Return 1 - I_1(kappa) / I_0(kappa); relative error below 1e-12, by its asymptotic series for kappa > 1000."""
    if kappa > 1000.0:
        y = 1.0 / kappa
        return y * (0.5 + y * (0.125 + y * (0.125 + y * 25.0 / 128.0)))
    return 1.0 - i1e(kappa) / i0e(kappa)
