"""Derivatives of the beta quantile in its shapes, by implicit reparameterisation: dx/da = -(dF/da) / f.

With F and f the distribution function and density of beta(a, b), psi the digamma function and y = 1 - x,

    -(dF/da)/f = int_0^x (c - log t) f(t)/f(x) dt = int_x^1 (log t - c) f(t)/f(x) dt,   c = psi(a) - psi(a + b).

Both have the same series, taken on the side of the smaller of x and y. Where it is long or cancels, each slope is done
by quadrature on the side on which its sum has positive terms only. Both x and y are arguments, so that nothing is lost
where either is tiny; the slopes are those of logit(x) = log(x / y), that is dx / (x y).
Relative error below 2e-12 for shapes from 1e-2 to 1e4.

References:
    Figurnov, Mohamed & Mnih (2018), Implicit reparameterization gradients, NeurIPS 31.
    DLMF 8.17.8 (the series of the incomplete beta function with positive terms), 8.17.1 (the integral).
"""

from __future__ import annotations

import math

from stochtrace.runtime.functions.gauss_legendre import NODES, WEIGHTS
from stochtrace.runtime.functions.special import digamma_rise

LARGE_SHAPE = 10.0  # from here on the integrand falls fast enough for one rule of fixed order
CUT = 36.0  # integrals end where the integrand has fallen by exp(-36), half a unit in the last place
NEGLIGIBLE = 1e-17
FARTHEST = 700.0
LONG = 300.0  # sums of shapes from which on quadrature costs less than the series
LOST = 0.02  # a sum of this part of its terms' sizes has lost up to two digits
SMALLEST = 5e-324


def logit_slopes(a: float, b: float, x: float, y: float) -> tuple[float, float]:
    """Return d logit(x) / da and d logit(x) / db for x = 1 - y the w-quantile of beta(a, b), at fixed w."""
    x, y = max(x, SMALLEST), max(y, SMALLEST)
    if a + b < LONG:
        up, up_size, down, down_size = lower_series(a, b, x, y) if x <= y else lower_series(b, a, y, x)
        if up > LOST * up_size and down > LOST * down_size:
            return (up, -down) if x <= y else (down, -up)
    return quadrature(a, b, x, y), -quadrature(b, a, y, x)


def lower_series(a: float, b: float, x: float, y: float) -> tuple[float, float, float, float]:
    """Return sum_n (a+b)_n x**n / (a)_(n+1) rise_n in both shapes, each with the sum of its terms' sizes, x <= 1/2.

    DLMF 8.17.8 differentiated term by term: rise_n = psi(a+n+1) - psi(a+b+n) - log x in the shape a, and
    psi(a+b+n) - psi(b) + log y in b.
    """
    up, down = -math.log(x) - digamma_rise(a + 1.0, b - 1.0), math.log1p(-x) + digamma_rise(b, a)
    both, term = a + b, 1.0 / a
    total_up = total_down = size_up = size_down = 0.0
    while True:
        part_up, part_down = term * up, term * down
        total_up, total_down = total_up + part_up, total_down + part_down
        size_up, size_down = size_up + abs(part_up), size_down + abs(part_down)
        a += 1.0
        small = abs(part_up) <= NEGLIGIBLE * size_up and abs(part_down) <= NEGLIGIBLE * size_down
        if small and x * both < 0.9 * a:
            return total_up, size_up, total_down, size_down
        unit = 1.0 / (a * both)
        up += (b - 1.0) * unit
        down += a * unit
        term *= x * both * both * unit
        both += 1.0


def logit_slope_a(a: float, b: float, x: float, y: float) -> float:
    """Return d logit(x) / da for x = 1 - y the w-quantile of beta(a, b), at fixed w; it is positive."""
    return logit_slopes(a, b, x, y)[0]


def logit_slope_b(a: float, b: float, x: float, y: float) -> float:
    """Return d logit(x) / db for x = 1 - y the w-quantile of beta(a, b), at fixed w; it is negative."""
    return logit_slopes(a, b, x, y)[1]


def quadrature(a: float, b: float, x: float, y: float) -> float:
    """Return d logit(x) / da by the sum of positive terms, of which the last ones are an integral."""
    log_x = math.log(x) if x < 0.5 else math.log1p(-y)
    rise = digamma_rise(a, b)
    if log_x + rise < (1.0 / a if x <= 0.5 else 0.0):
        return tail_sum(a, b, x, y, -log_x - digamma_rise(a + 1.0, b - 1.0), True)
    return tail_sum(b, a, y, x, log_x + rise, False)


def tail_sum(a: float, b: float, x: float, y: float, rise: float, own: bool) -> float:
    """Return sum_n (a+b)_n x**n / (a)_(n+1) rise_n, DLMF 8.17.8 differentiated term by term.

    In the tail's `own` shape a, rise_n = psi(a+n+1) - psi(a+b+n) - log x; else it is psi(a+b+n) - psi(b) + log y.
    From a + n >= 10 on, what remains of the sum is the same sum for the shape a + n.
    """
    term, total = 1.0 / a, 0.0
    while a < LARGE_SHAPE:
        total += term * rise
        rise += (b - 1.0) / ((a + 1.0) * (a + b)) if own else 1.0 / (a + b)
        term *= x * (a + b) / (a + 1.0)
        a += 1.0
        if term * rise < NEGLIGIBLE * total and x * (a + b) < 0.9 * (a + 1.0):
            return total
    return total + term * a * tail_integral(a, b, x, y, rise - 1.0 / a if own else rise, own)


def tail_integral(a: float, b: float, x: float, y: float, rise: float, own: bool) -> float:
    """Return int (rise + g) exp(-a g - b h) ds over s = logit(x) - logit(t) > 0, a >= 10; rise - h if not `own`.

    g = log(x) - log(t) = log(1 + y (exp(s) - 1)) and h = log(1 - x) - log(1 - t) = log(1 + x (exp(-s) - 1)).
    """
    end = end_of_tail(a, b, x, y)
    total = 0.0
    for i in range(len(NODES)):
        s = end * NODES[i]
        h = math.log1p(x * math.expm1(-s))
        g = math.log1p(y * math.expm1(s))
        total += WEIGHTS[i] * (rise + g if own else rise - h) * math.exp(-a * g - b * h)
    return end * total


def end_of_tail(a: float, b: float, x: float, y: float) -> float:
    """Return s with a g + b h about 36: Newton's iteration for a function of s that is convex."""
    d = a * y - b * x
    s = min(2.0 * CUT / (d + math.sqrt(d * d + 2.0 * CUT * (a + b) * x * y)), FARTHEST)
    for _ in range(20):
        odds = y * math.exp(s) / x
        excess = a * math.log1p(y * math.expm1(s)) + b * math.log1p(x * math.expm1(-s)) - CUT
        if 0.0 <= excess < 0.5 * CUT:
            break
        s = min(s - excess * (1.0 + odds) / (a * odds - b), FARTHEST)
    return s
