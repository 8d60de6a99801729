"""Derivative of the quantile of Student's t in its degrees of freedom n, by implicit reparameterisation.

For few degrees of freedom t is a function of a beta quantile. For many, that function cancels nearly all of the beta
quantile's slope; with f the density, h = d log(f) / dn, and t > 0, the integrals of

    dt/dn = -(dF/dn) / f = int_t^inf h(u) f(u)/f(t) du = -int_0^t h(u) f(u)/f(t) du

have an integrand of one sign: h > 0 in the centre, h < 0 from about u = 1.55 on.
Both terms of h are then as large as 1/n, and their sum is as small as 1/n**2: from n = 1e6 on, a series in 1/n
takes the place of the integrals. Relative error below 1e-11 for n from 1e-2 to 1e4, and 2e-10 for all.

References:
    Figurnov, Mohamed & Mnih (2018), Implicit reparameterization gradients, NeurIPS 31.
    Abramowitz & Stegun (1964), Handbook of mathematical functions, 26.7.1, 26.7.5 and 26.5.27.
"""

from __future__ import annotations

import math

from stochtrace.runtime.functions.beta_slopes import CUT, logit_slope_a, logit_slope_b, tail_sum
from stochtrace.runtime.functions.gauss_legendre import NODES, WEIGHTS
from stochtrace.runtime.functions.special import digamma_rise

MANY = 30.0
NEARLY_NORMAL = 1e6
CENTRE = 1.5
FAR = 1e8


def t_slope(df: float, t: float) -> float:
    """Return dt/d(df) for t the w-quantile of Student's t with df degrees of freedom, at fixed w."""
    if df < MANY:
        return 0.5 * t * (1.0 / df + beta_part(df, abs(t) / math.sqrt(df)))
    if df > NEARLY_NORMAL:
        return nearly_normal_slope(df, t)
    size = abs(t)
    if size < CENTRE:
        return -t * weighted_sum(df, size, -size)
    spread = df + size * size
    end = math.sqrt(size * size + spread * math.expm1(2.0 * CUT / (df + 1.0)))  # where f has fallen by exp(-CUT)
    return math.copysign(end - size, t) * weighted_sum(df, size, end - size)


def nearly_normal_slope(df: float, t: float) -> float:
    """Return the slope by its series in 1/n, that of Fisher and Cornish (A&S 26.7.5) differentiated; for |t| < 40."""
    s, y = t * t, 1.0 / df
    third = s * (s + 1.0) * ((3.0 * s - 6.0) * s + 5.0) / 120.0
    second = ((1.0 - s) * s + 1.0) * s / 24.0 + 0.125
    first = s * (s - 1.0) / 12.0
    return t * y * y * (((third * y + second) * y + first) * y - 0.25 * (s + 1.0))


def beta_part(df: float, ratio: float) -> float:
    """Return d logit(x) / d(df) for x = t**2 / (df + t**2), a quantile of beta(1/2, df/2); ratio = |t| / sqrt(df)."""
    if ratio <= 1.0:
        y = 1.0 / (1.0 + ratio * ratio)
        return 0.5 * logit_slope_b(0.5, 0.5 * df, ratio * ratio * y, y)
    if ratio < FAR:
        y = 1.0 / (1.0 + ratio * ratio)
        return -0.5 * logit_slope_a(0.5 * df, 0.5, y, 1.0 - y)
    x = 1.0 / (1.0 + 1.0 / ratio / ratio)
    log_y = math.log(x) - 2.0 * math.log(min(ratio, 1e308))  # exists also where 1 - x underflows
    rise = -log_y - digamma_rise(0.5 * df + 1.0, -0.5)
    return -0.5 * tail_sum(0.5 * df, 0.5, x / ratio / ratio, x, rise, True)


def weighted_sum(df: float, t: float, length: float) -> float:
    """Return the mean over u from t to t + length of h(u) f(u) / f(t)."""
    centre = 0.5 * (digamma_rise(0.5 * df, 0.5) - 1.0 / df)  # h(0)
    total = 0.0
    for i in range(len(NODES)):
        step = length * NODES[i]
        u = t + step
        q = u * u / df
        h = centre + 0.5 * (q / (1.0 + q) * (1.0 + 1.0 / df) - math.log1p(q))
        fall = 0.5 * (df + 1.0) * math.log1p(step * (u + t) / (df + t * t))
        total += WEIGHTS[i] * h * math.exp(-fall)
    return total
