"""Quantiles of the beta distribution and of Student's t, accurate in both tails.

SciPy's inverse is good to about 1e-11 and not at all where x is many orders of magnitude below 1: the first is repaired
by a step of Newton's iteration, for the second the leading term of the series is exact.

References:
    DLMF 8.17.8 (the series), 8.17.2 and 8.17.4 (regularisation and symmetry).
    Abramowitz & Stegun (1964), Handbook of mathematical functions, 6.1.41 (Stirling's series), 26.5.27 and
    26.7.5 (Student's t).
"""

from __future__ import annotations

import math

from stochtrace.runtime.functions.beta_slopes import tail_sum
from stochtrace.runtime.functions.scipy_special import betainc, betaincc, betainccinv, betaincinv, stdtrit
from stochtrace.runtime.functions.special import ndtri

SMALLEST = 5e-324
FAR = 1e-16  # smaller than every w of `uniforms`
ENOUGH = 0.98  # up to here w has all the digits of 1 - w that count
NEAR = 1e-3  # so far from the median SciPy's quantile of Student's t has its digits
NEARLY_NORMAL = 1e8  # degrees of freedom from which the series of Fisher and Cornish is exact to rounding
FEW = 0.5  # degrees of freedom down to which SciPy's quantile of Student's t does not overflow
LARGEST_LOG = 709.0
NEGLIGIBLE_LOG = -40.0  # exp(-40) is 1/50 of the last place of 1


def beta_quantile(a: float, b: float, w: float) -> float:
    """Return the w-quantile of beta(a, b): P(X <= x) = w. What underflows gives 0, which has no logarithm."""
    return invert(a, b, w, 1.0 - w)


def beta_upper_quantile(a: float, b: float, w: float) -> float:
    """Return x with P(X > x) = w for X beta(a, b): 1 - x is the w-quantile of beta(b, a).

    What underflows gives the smallest positive double: 1 / x exists, infinite at the least.
    """
    return max(SMALLEST, invert(a, b, 1.0 - w, w))


def invert(a: float, b: float, w: float, v: float) -> float:
    """Return x with P(X <= x) = w and P(X > x) = v = 1 - w; the smaller of the two probabilities counts.

    For shapes from 1e-2 to 1e4, |F(x) - w| < 1e-12 min(w, 1 - w) where x < 0.9.
    """
    small, norm = NEGLIGIBLE_LOG - math.log(a + b + 1.0), log_beta(a, b)
    log_x, log_y = leading_log(a, w, norm), leading_log(b, v, norm)
    if log_x < small:
        return math.exp(log_x)
    if log_y < small:
        return 1.0 - math.exp(log_y)
    x = betaincinv(a, b, w) if w <= 0.5 else betainccinv(a, b, v)
    if not SMALLEST < x < 1.0:
        return x
    if min(w, v) < FAR:
        return far_quantile(a, b, w, x, norm) if w < v else 1.0 - far_quantile(b, a, v, 1.0 - x, norm)
    excess = betainc(a, b, x) - w if w <= 0.5 or (x < 0.5 and w <= ENOUGH) else v - upper_tail(a, b, x)
    return newton_step(a, b, x, excess, norm)


def upper_tail(a: float, b: float, x: float) -> float:
    """Return P(X > x); SciPy's own function of that name takes fifteen times as long."""
    return betainc(b, a, 1.0 - x) if x >= 0.5 else betaincc(a, b, x)


def far_quantile(a: float, b: float, w: float, x: float, norm: float) -> float:
    """Return x with log F(x) = log w by Newton's iteration in logit(x), from a guess: SciPy's F can underflow here.

    F = x**a y**b R / B(a, b) with d log F / d logit(x) = 1 / R; R is the part of `tail_sum` that `rise` multiplies.
    """
    for _ in range(6):
        y = 1.0 - x
        r = tail_sum(a, b, x, y, 1.0, False) - tail_sum(a, b, x, y, 0.0, False)
        log_f = a * math.log(x) + b * math.log1p(-x) - norm + math.log(r)
        x /= x + y * math.exp((log_f - math.log(w)) * r)
    return x


def newton_step(a: float, b: float, x: float, excess: float, norm: float) -> float:
    """Return x - excess / f(x), unless x is too far off for the step to be of use."""
    log_density = a * math.log(x) + b * math.log1p(-x) - norm
    if log_density < -LARGEST_LOG:
        return x
    relative = excess / math.exp(log_density)
    return x - x * (1.0 - x) * relative if abs(relative) < 0.1 else x


def leading_log(a: float, w: float, norm: float) -> float:
    """Return log x for x with x**a / (a B(a, b)) = w, the leading term of F for small x; `norm` is log B(a, b)."""
    return (math.log(w) + math.log(a) + norm) / a


def log_beta(a: float, b: float) -> float:
    """Return log B(a, b); absolute error below 1e-13 where one of the two is below 50, 1e-11 up to 1e4."""
    a, b = min(a, b), max(a, b)
    if b < 50.0:
        return math.lgamma(a) + math.lgamma(b) - math.lgamma(a + b)
    c = a + b
    rise = (b - 0.5) * math.log1p(a / b) + a * (math.log(c) - 1.0) + stirling_rest(c) - stirling_rest(b)
    return math.lgamma(a) - rise


def stirling_rest(x: float) -> float:
    """Return log(gamma(x)) - (x - 1/2) log(x) + x - log(2 pi)/2 for x >= 50 (A&S 6.1.41)."""
    y = 1.0 / (x * x)
    return ((y / 1260.0 - 1.0 / 360.0) * y + 1.0 / 12.0) / x


def t_quantile(df: float, w: float) -> float:
    """Return the w-quantile of Student's t with df degrees of freedom; what overflows gives an infinity.

    SciPy's, but for what overflows or loses digits there, in the far tails and next to 0: t**2 / (df + t**2) is the
    |2 w - 1|-quantile of beta(1/2, df/2), and df / (df + t**2) that of beta(df/2, 1/2) for 2 min(w, 1 - w)
    (A&S 26.5.27). For many degrees of freedom, the series of Fisher and Cornish (26.7.5).
    """
    if df > NEARLY_NORMAL:
        return nearly_normal(df, w)
    if df > FEW and min(w, 1.0 - w) > FAR and abs(w - 0.5) > NEAR:
        return stdtrit(df, w) if w < 0.5 else -stdtrit(df, 1.0 - w)
    tail = 2.0 * min(w, 1.0 - w)
    if tail == 1.0:
        return 0.0
    log_y = leading_log(0.5 * df, tail, log_beta(0.5 * df, 0.5))
    if log_y + math.log(0.5 * df + 1.5) < NEGLIGIBLE_LOG:
        size = math.exp(-0.5 * log_y) if -0.5 * log_y < LARGEST_LOG else math.inf
    else:
        x = beta_upper_quantile(0.5, 0.5 * df, tail)
        y = 1.0 - x if x < 0.5 else beta_quantile(0.5 * df, 0.5, tail)
        size = math.sqrt((x if x < 0.5 else 1.0 - y) / y)
    return math.copysign(math.sqrt(df) * size, w - 0.5)


def nearly_normal(df: float, w: float) -> float:
    """Return the w-quantile of Student's t for df > 1e8 by its series in 1 / df around the normal quantile."""
    z = ndtri(w)
    s, y = z * z, 1.0 / df
    third = (((3.0 * s + 19.0) * s + 17.0) * s - 15.0) / 384.0
    second = ((5.0 * s + 16.0) * s + 3.0) / 96.0
    return z * (1.0 + y * (0.25 * (s + 1.0) + y * (second + y * third)))
