"""Counts whose probabilities fall geometrically, by closed inversion: SciPy's planck, boltzmann and dlaplace.

Each sampler stands beside the jumps that it offers, as in `discrete`. Rates have a lower limit: below, outcomes
are no longer exact as floats.
References: Johnson, Kemp & Kotz (2005), Univariate discrete distributions, 5.2 and 11.1; Inusah & Kozubowski (2006), A
discrete analogue of the Laplace distribution, J. Statist. Plann. Inference 136, 1090-1102.
"""

from __future__ import annotations

from math import exp, expm1, floor, inf, log, log1p

from stochtrace.runtime.checks import require
from stochtrace.runtime.jumps import Jumps, offer
from stochtrace.runtime.uniforms import Uniforms, forced, read

SMALLEST_RATE = 1e-15
FLAT = 1e-100
MOST = 2**53
LARGEST = 2.0**62  # of a quantile
NEAR = 0.5  # below, `curve` is summed
FAR = 1e300


def planck(omega: Uniforms, site: int, lambda_: float) -> int:
    """Planck on {0, 1, ...}: P(k) = (1 - exp(-lambda_)) exp(-lambda_ k), lambda_ >= 1e-15."""
    require(SMALLEST_RATE <= lambda_ < inf, site, "lambda_", lambda_)
    w = read(omega, site)
    return omega.to if forced(omega, site) else planck_inverse(w, lambda_)


def planck_d(omega: Uniforms, jumps: Jumps, site: int, lambda_: float, lambda__dot: float) -> int:
    """Planck draw; offers one more and one less."""
    k = planck(omega, site, lambda_)
    up = lambda__dot * (k + 1) * exp(-lambda_) / expm1(-lambda_)
    down = -lambda__dot * k / expm1(-lambda_) if k > 0 else 0.0
    offer(omega, jumps, site, k + 1, up, exp(-lambda_), 1)
    offer(omega, jumps, site, k - 1, down, 1, exp(-lambda_))
    return k


def planck_inverse(w: float, lambda_: float) -> int:
    """Return the outcome of w: the smallest k with exp(-lambda_ (k+1)) < 1 - w."""
    return int(min(-log1p(-w) / lambda_, LARGEST))


def boltzmann(omega: Uniforms, site: int, lambda_: float, N: int) -> int:
    """Planck, truncated to {0, ..., N - 1}: lambda_ >= 1e-100, 1 <= N <= 2**53."""
    require(FLAT <= lambda_ < inf, site, "lambda_", lambda_)
    require(1 <= N <= MOST and N % 1 == 0, site, "N", N)
    w = read(omega, site)
    return omega.to if forced(omega, site) else boltzmann_inverse(w, lambda_, N)


def boltzmann_d(omega: Uniforms, jumps: Jumps, site: int, lambda_: float, lambda__dot: float, N: int) -> int:
    """Truncated Planck draw; offers one more and one less."""
    k = boltzmann(omega, site, lambda_, N)
    up = -lambda__dot * boltzmann_flow(k + 1, lambda_, N) if k + 1 < N else 0.0
    down = lambda__dot * boltzmann_flow(k, lambda_, N) * exp(lambda_) if k > 0 else 0.0
    offer(omega, jumps, site, k + 1, up, exp(-lambda_), 1)
    offer(omega, jumps, site, k - 1, down, 1, exp(-lambda_))
    return k


def boltzmann_inverse(w: float, lambda_: float, N: int) -> int:
    """Return the outcome of w: the smallest k with exp(-lambda_ (k+1)) < 1 - w (1 - exp(-lambda_ N))."""
    return min(int(min(-log1p(w * expm1(-lambda_ * N)) / lambda_, LARGEST)), N - 1)


def boltzmann_flow(m: int, lambda_: float, N: int) -> float:
    """Return dF(m - 1)/dlambda / P(m - 1), 0 < m < N, where F(m - 1) = (1 - exp(-lambda_ m)) / (1 - exp(-lambda_ N)).

    A sum of positive terms: relative error below 1e-14, as lambda_ -> 0 too.
    """
    x, d = min(lambda_ * m, FAR), min(lambda_ * (N - m), FAR)
    missing = exp(-d) * curve(-d) if d < NEAR else 1.0 - (1.0 + d) * exp(-d)
    both = x * missing / d + exp(-d) * curve(x)
    return (N - m) * both * exp(-lambda_) / (expm1(-lambda_) * expm1(-lambda_ * N))


def curve(x: float) -> float:
    """Return exp(-x) - 1 + x; relative error below 1e-15."""
    if abs(x) > NEAR:
        return expm1(-x) + x
    total = 1.0
    for j in range(16, 2, -1):
        total = 1.0 - total * x / j
    return total * x * x / 2.0


def dlaplace(omega: Uniforms, site: int, a: float) -> int:
    """Discrete Laplace on {..., -1, 0, 1, ...}: P(k) = tanh(a/2) exp(-a |k|), a >= 1e-15."""
    require(SMALLEST_RATE <= a < inf, site, "a", a)
    w = read(omega, site)
    return omega.to if forced(omega, site) else dlaplace_inverse(w, a)


def dlaplace_d(omega: Uniforms, jumps: Jumps, site: int, a: float, a_dot: float) -> int:
    """Discrete Laplace draw; offers one more and one less, by the symmetry of the two sides."""
    k = dlaplace(omega, site, a)
    up = a_dot * dlaplace_flow(k, a)
    down = a_dot * dlaplace_flow(-k, a)
    offer(omega, jumps, site, k + 1, up)
    offer(omega, jumps, site, k - 1, down)
    return k


def dlaplace_inverse(w: float, a: float) -> int:
    """Return the outcome of w: F(k) = exp(a (k+1)) / (exp(a) + 1) for k < 0, and 1 - F(-k-1) for k >= 0."""
    shift = log1p(exp(-a))
    if log(w) + a + shift < 0.0:
        return int(min(-1.0, floor(max((log(w) + shift) / a, -LARGEST)) + 1.0))
    return int(max(0.0, floor(min(-(log1p(-w) + shift) / a, LARGEST))))


def dlaplace_flow(k: int, a: float) -> float:
    """Return -dF(k)/da / P(k)."""
    half = 1.0 / (1.0 + exp(-a))
    if k >= 0:
        return (k + half) * exp(-a) / expm1(-a)
    return (k + 1 - half) / expm1(-a)
