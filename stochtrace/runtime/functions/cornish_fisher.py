"""Quantiles of distributions on the integers from their cumulants, with a bound on their error.

A distribution on the integers is a smooth one rounded to the nearest integer; Sheppard's corrections give the cumulants
of the smooth one, so F(k) = w there reads x(w) = k + 1/2 with x its Cornish-Fisher expansion. The first two orders
after the normal are used, and `doubt` bounds the next: an outcome farther than that from all boundaries is certain,
and costs a normal quantile and a polynomial. The others, a share that falls with the variance, have their tail summed.

Cumulants come as mean, variance, and the third and the fourth divided by the variance ("third", "fourth").

References:
    Cornish & Fisher (1938), Moments and cumulants in the specification of distributions.
    Esseen (1945), Fourier analysis of distribution functions, Acta Math. 77, 1-125 (lattice distributions).
    Giles (2016), Algorithm 955: approximation of the inverse Poisson cumulative distribution function.
"""

from __future__ import annotations

import math

from stochtrace.runtime.functions.special import ndtri

ROOT_HALF = math.sqrt(0.5)
ROUNDING = 1e-13  # of sums of terms, relative to the tail; a standard deviation moves it by a factor of about e
MANY = 1.5e5  # standard deviations, in units of the skewed scale, from where the expansion alone is exact to rounding


def offset(z: float, deviation: float, third: float, fourth: float) -> float:
    """Return x - mean for the smooth distribution, where z is the normal quantile of w."""
    square = z * z
    bend = fourth * (square - 3.0) / 24.0 - third * third * (2.0 * square - 5.0) / 36.0 - 1.0 / 24.0
    return deviation * z + third * (square - 1.0) / 6.0 + bend * z / deviation


def doubt(z: float, deviation: float, third: float) -> float:
    """Return a bound on the error of `offset`, for Poisson and (negative) binomials of variance above 12.

    The order left out is a quartic in z over the variance, cubic in the skewed scale max(1, third). The largest errors
    found, at all outcomes with |z| < 8.3, are below half of this.
    """
    skewed = max(1.0, third)
    return (0.05 + 0.02 * z * z * z * z) * skewed * skewed * skewed / (deviation * deviation)


def guess(
    w: float, v: float, mean: float, below: float, deviation: float, third: float, fourth: float
) -> tuple[int, bool]:
    """Return the outcome of w = 1 - v, and whether it is certain; the mean is mean + below, without rounding.

    One that is not certain is k where the answer is k or k + 1: it changes halfway between boundaries, so the same
    guess decides on both sides of a boundary.
    """
    z = ndtri(w) if w < 0.5 else -ndtri(v)
    whole = math.floor(mean)
    x = mean - whole + below + offset(z, deviation, third, fourth)
    k = math.floor(x)
    past = x - k - 0.5
    certain = abs(past) > doubt(z, deviation, third) + ROUNDING * (deviation + abs(x))
    return max(0, int(whole) + int(k) + (1 if certain and past > 0.0 else 0)), certain


def enough(deviation: float, third: float) -> bool:
    """Tell whether `quantile_of` is exact to rounding; then a sum of terms would be long."""
    return deviation > MANY * max(1.0, third)


def quantile_of(k: int, mean: float, below: float, deviation: float, third: float, fourth: float) -> float:
    """Return the normal quantile of F(k), where `enough` holds: the expansion of `offset` turned round.

    The error in F(k) is at most 2e-13 min(F, 1-F) for |z| < 8.3, most of it by the rounding of z.
    """
    whole = math.floor(mean)
    u = (k - int(whole) + 0.5 - (mean - whole + below)) / deviation
    square = u * u
    bend = fourth * (square - 3.0) / 24.0 - third * third * (4.0 * square - 7.0) / 36.0 - 1.0 / 24.0
    return u - third * (square - 1.0) / (6.0 * deviation) - bend * u / (deviation * deviation)


def above(w: float, v: float, z: float) -> bool:
    """Tell whether the normal distribution function of z is above w = 1 - v; the smaller tails are compared."""
    if z < 0.0:
        return 0.5 * math.erfc(-z * ROOT_HALF) > w
    return 0.5 * math.erfc(z * ROOT_HALF) < v
