"""Negative binomial draws by inversion, and the jumps that they offer in both parameters.

F(k) is the incomplete beta function I_p(n, k+1), so dF/dp is in closed form, and dF/dn is a slope of a beta draw.
References: Johnson, Kemp & Kotz (2005), Univariate discrete distributions, chapter 5; NIST DLMF 8.17(v).
"""

from __future__ import annotations

from math import exp, inf, log, sqrt

from stochtrace.runtime.checks import require
from stochtrace.runtime.distributions.gammas import NO_SHAPE
from stochtrace.runtime.functions.beta_slopes import logit_slope_a
from stochtrace.runtime.functions.cornish_fisher import above, guess, quantile_of
from stochtrace.runtime.functions.inversion import SMALL_MEAN, sum_from_zero
from stochtrace.runtime.functions.scipy_special import betainc, betaincc, gammainccinv, gammaincinv
from stochtrace.runtime.functions.special import product_error
from stochtrace.runtime.jumps import Jumps, offer
from stochtrace.runtime.uniforms import Uniforms, forced, read

LARGEST_MEAN = 1e15
SMALLEST_CHANCE = 1e-15
MANY = 1.5e4  # standard deviations, in units of the skewed scale: from here the expansion is the better one


def negative_binomial(omega: Uniforms, site: int, n: float, p: float) -> int:
    """Failures before the n-th success, on {0, 1, ...}: real n > 0, p in [1e-15, 1].

    The mean n (1-p) / p is at most 1e15: beyond, an outcome is no longer exact as a float.
    """
    require(0 < n < inf, site, "n", n)
    require(SMALLEST_CHANCE <= p <= 1, site, "p", p)
    require(n * (1 - p) / p <= LARGEST_MEAN, site, "mean", n * (1 - p) / p)
    w = read(omega, site)
    return omega.to if forced(omega, site) else negative_binomial_inverse(w, n, p)


def negative_binomial_d(
    omega: Uniforms, jumps: Jumps, site: int, n: float, n_dot: float, p: float, p_dot: float
) -> int:
    """Negative binomial draw; offers one more and one less."""
    k = negative_binomial(omega, site, n, p)
    up = -p_dot * (n + k) / p - n_dot * negative_binomial_slope(k, n, p)
    down = p_dot * k / (p * (1 - p)) + n_dot * negative_binomial_slope_below(k, n, p) if k > 0 else 0.0
    offer(omega, jumps, site, k + 1, up, (n + k) * (1 - p), k + 1)
    offer(omega, jumps, site, k - 1, down, k, (n + k - 1) * (1 - p))
    return k


def negative_binomial_inverse(w: float, n: float, p: float) -> int:
    """Return the smallest k with F(k) > w.

    Boundaries F(k) are off by at most 4e-15 for means up to 25 with p >= 1/2. Beyond, those that are computed are off
    by what SciPy's incomplete beta function is, or the expansion from n = 1e9 on: 2e-14 min(F, 1-F) for n up to 1e4,
    2e-13 up to 1e6 and 3e-11 for all (6 standard deviations below the mean; near it 1e-12). The cost does not grow.
    """
    q = 1.0 - p
    mean = n / p - n
    if p >= 0.5 and mean <= SMALL_MEAN:
        return sum_from_zero(w, exp(n * log(p)), q, (n - 1.0) * q)
    deviation, third, fourth = sqrt(n * q) / p, (2.0 - p) / p, 1.0 + 6.0 * q / (p * p)
    below = rounded_away(n, p)
    k, certain = guess(w, 1.0 - w, mean, below, deviation, third, fourth)
    if certain:
        return k
    if deviation > MANY * third:
        return k if above(w, 1.0 - w, quantile_of(k, mean, below, deviation, third, fourth)) else k + 1
    return search(w, k if p >= 0.5 else gamma_guess(w, n, p), n, p)


def rounded_away(n: float, p: float) -> float:
    """Return the mean n/p - n, less its value in floating-point arithmetic."""
    trials = n / p
    product = trials * p
    return ((n - product) - product_error(trials, p, product)) / p + ((trials - (trials - n)) - n)


def gamma_guess(w: float, n: float, p: float) -> int:
    """Guess the outcome: that of a Poisson draw whose mean is a gamma draw of shape n and scale (1-p)/p."""
    if n < NO_SHAPE:
        return 0
    y = gammaincinv(n, w) if w < 0.5 else gammainccinv(n, 1.0 - w)
    return max(0, int(y * (1.0 - p) / p - (n - y) / 2.0))


def search(w: float, k: int, n: float, p: float) -> int:
    """Return the smallest k with F(k) > w, from a guess: steps that double, then halves."""
    step = 1
    if reaches(w, k, n, p):
        high, low = k, k - 1
        while low >= 0 and reaches(w, low, n, p):
            high, low, step = low, low - 2 * step, 2 * step
        low = max(low, -1)
    else:
        low, high = k, k + 1
        while not reaches(w, high, n, p):
            low, high, step = high, high + 2 * step, 2 * step
    while high - low > 1:
        middle = (low + high) // 2
        if reaches(w, middle, n, p):
            high = middle
        else:
            low = middle
    return high


def reaches(w: float, k: int, n: float, p: float) -> bool:
    """Tell whether F(k) > w; the smaller tails are compared."""
    return betainc(n, k + 1.0, p) > w if w < 0.5 else betaincc(n, k + 1.0, p) < 1.0 - w


def negative_binomial_slope(k: int, n: float, p: float) -> float:
    """Return dF(k)/dn / P(k), k >= 0: F(k) = I_p(n, k+1), so it is the slope of a beta quantile against its density."""
    if p == 1.0:
        return 0.0
    return -(n + k) * (1.0 - p) * logit_slope_a(n, k + 1.0, p, 1.0 - p)


def negative_binomial_slope_below(k: int, n: float, p: float) -> float:
    """Return dF(k-1)/dn / P(k), k >= 1."""
    return negative_binomial_slope(k - 1, n, p) * k / ((n + k - 1.0) * (1.0 - p))
