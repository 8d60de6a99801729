"""The Poisson mixtures behind the noncentral distributions: quantiles, and their derivatives.

Y is b times a gamma variable of shape s + J over one of shape b, J Poisson with mean m; b = inf stands for the gamma
variable itself. Part j has the distribution function P(s + j), P(a) = I_z(a, b) with z = y/(b + y), or the incomplete
gamma function. P(a) = P(a + 1) + u serves to sum F downwards, Q(a + 1) = Q(a) + u to sum 1 - F upwards; with the
ratio of successive u in closed form, all terms are positive.

The slopes of log Y are means of those of its parts, weighted with P(J = j) times the density of part j at y. That in m
is the mean of 1 / (s + j), since dF/dm = -sum_j P(J = j) u_j.

The cost is that of O((m y)**(1/4)) terms. Relative to min(F, 1 - F), F is off by 2e-13 for shapes and m up to 1e4;
uniforms nearer than that can change places. Slopes are off by 1e-10 of themselves. Where F is below 1e-280, terms
underflow.

References:
    Johnson, Kotz & Balakrishnan (1995), Continuous univariate distributions 2, chapters 29 and 30.
    Benton & Krishnamoorthy (2003), Computing discrete mixtures of continuous distributions, CSDA 43, 249-267.
"""

from __future__ import annotations

from math import exp, inf, log, log1p, sqrt

from stochtrace.runtime.functions.beta_slopes import logit_slopes
from stochtrace.runtime.functions.gamma_slopes import gamma_slope
from stochtrace.runtime.functions.scipy_special import (
    betainc,
    betaincc,
    betaincinv,
    gammainc,
    gammaincc,
    gammainccinv,
    gammaincinv,
)
from stochtrace.runtime.functions.special import digamma, digamma_rise, poisson_pmf

NEGLIGIBLE = 1e-18
SMALLEST, LARGE = 1e-300, 1e300
LOST = 1000.0  # rounding errors that a slope may have, in units of its own


def mixture_quantile(w: float, s: float, b: float, m: float) -> float:
    """Return y with F(y) = w, in the tail that w is in."""
    return mixture_place(w, 1.0, s, b, m) if w < 0.5 else mixture_place(1.0 - w, -1.0, s, b, m)


def mixture_upper_quantile(v: float, s: float, b: float, m: float) -> float:
    """Return y with 1 - F(y) = v, in the tail that v is in."""
    return mixture_place(v, -1.0, s, b, m) if v < 0.5 else mixture_place(1.0 - v, 1.0, s, b, m)


def mixture_place(target: float, side: float, s: float, b: float, m: float) -> float:
    """Return where a tail is `target`, the lower (`side` 1) or the upper one (-1).

    By Newton's method on log y, halving where it leaves.
    """
    y = guess(target, side, s, b, m)
    low, high = 0.0, inf
    for _ in range(200):
        if not 0.0 < y < inf:
            break
        tail, rate = lower_tail_at(y, s, b, m) if side > 0.0 else upper_tail_at(y, s, b, m)
        excess = side * log(tail / target) if tail > 0.0 else -side * 700.0
        low, high = (low, y) if excess > 0.0 else (y, high)
        step = -excess * tail / rate if tail > 0.0 and rate > 0.0 else side
        moved = y * exp(max(-30.0, min(30.0, step)))
        y = moved if low <= moved <= high else sqrt(low) * sqrt(high)
        if abs(excess) < 1e-9:
            break
    return y


def guess(target: float, side: float, s: float, b: float, m: float) -> float:
    """Guess the place: one gamma variable of the same mean and variance; part 0 bounds it from above."""
    ratio = (s + 2.0 * m) / (s + m)
    y = ratio * central_place(target, side, (s + m) / ratio, b / ratio if b < inf else inf)
    if side < 0.0 or m > 600.0 or target * exp(m) >= 1.0:
        return max(y, SMALLEST)
    bound = central_place(target * exp(m), 1.0, s, b)
    return min(max(y, SMALLEST), bound)


def central_place(target: float, side: float, s: float, b: float) -> float:
    """Return where a tail is `target` for m = 0, as SciPy has it: a guess."""
    if b == inf:
        return gammaincinv(s, target) if side > 0.0 else gammainccinv(s, target)
    if side > 0.0:
        z = betaincinv(s, b, target)
        return b * z / max(1.0 - z, SMALLEST)
    rest = betaincinv(b, s, target)
    return b * (1.0 - rest) / max(rest, SMALLEST)


def lower_part(y: float, a: float, b: float) -> float:
    """Return P(a), the distribution function of a part at y."""
    if b == inf:
        return gammainc(a, y)
    return betainc(a, b, y / (b + y)) if y < b else betaincc(b, a, b / (b + y))


def upper_part(y: float, a: float, b: float) -> float:
    """Return Q(a) = 1 - P(a)."""
    if b == inf:
        return gammaincc(a, y)
    return betaincc(a, b, y / (b + y)) if y < b else betainc(b, a, b / (b + y))


def growth(y: float, a: float, b: float) -> float:
    """Return u(a) / u(a - 1), where u(a) = P(a) - P(a + 1)."""
    return y / a if b == inf else y / (b + y) * (a + b - 1.0) / a


def lower_tail_at(y: float, s: float, b: float, m: float) -> tuple[float, float]:
    """Return F(y) and dF/d(log y), summed from the last part that counts downwards."""
    j = last_part(y, s, b, m)
    weight, part = poisson_pmf(j, m), lower_part(y, s + j, b)
    u = part - lower_part(y, s + j + 1.0, b)
    total, rate = weight * part, weight * u * (s + j)
    while j > 0:
        before = weight * part
        u /= growth(y, s + j, b)
        part += u
        weight *= j / m
        j -= 1
        total += weight * part
        rate += weight * u * (s + j)
        if weight * part < min(before, NEGLIGIBLE * total):
            break
    return total, rate


def upper_tail_at(y: float, s: float, b: float, m: float) -> tuple[float, float]:
    """Return 1 - F(y) and dF/d(log y), summed from the first part that counts upwards."""
    j = first_part(y, s, b, m)
    weight, part = poisson_pmf(j, m), upper_part(y, s + j, b)
    u = upper_part(y, s + j + 1.0, b) - part
    total, rate = weight * part, weight * u * (s + j)
    while weight > 0.0:
        before = weight * part
        part += u
        j += 1
        u *= growth(y, s + j, b)
        weight *= m / j
        total += weight * part
        rate += weight * u * (s + j)
        if weight * part < min(before, NEGLIGIBLE * total):
            break
    return total, rate


def gain(j: int, y: float, s: float, b: float, m: float) -> float:
    """Return the weight of part j at y over that of part j - 1."""
    return m / j * growth(y, s + j, b) * (s + j) / (s + j - 1.0)


def middle_part(y: float, s: float, b: float, m: float) -> int:
    """Return the part j of largest weight at y, or next to it: where `gain` passes 1."""
    z = 0.0 if b == inf else y / (b + y)
    rise = m * y if b == inf else m * z * (s + b - 1.0)
    half = (1.0 - s + m * z) / 2.0
    return max(0, int(half + sqrt(max(half * half + rise, 0.0))))


def last_part(y: float, s: float, b: float, m: float) -> int:
    """Return the last part above the middle whose weight at y is not negligible."""
    j, weight = middle_part(y, s, b, m), 1.0
    while weight > NEGLIGIBLE:
        j += 1
        weight *= gain(j, y, s, b, m)
    return j - 1


def first_part(y: float, s: float, b: float, m: float) -> int:
    """Return the first part below the middle whose weight at y is not negligible."""
    j, weight = middle_part(y, s, b, m), 1.0
    while weight > NEGLIGIBLE and j > 0:
        weight /= gain(j, y, s, b, m)
        j -= 1
    return j


def noncentrality_slope(y: float, s: float, b: float, m: float) -> float:
    """Return d(log y)/dm at fixed F(y)."""
    return mixture_slopes(y, s, b, m)[0]


def shape_slope(y: float, s: float, b: float, m: float) -> float:
    """Return d(log y)/ds at fixed F(y)."""
    return mixture_slopes(y, s, b, m)[1]


def tail_slope(y: float, s: float, b: float, m: float) -> float:
    """Return d(log(y / b))/db at fixed F(y), b finite."""
    return mixture_slopes(y, s, b, m)[2]


def mixture_slopes(y: float, s: float, b: float, m: float) -> tuple[float, float, float]:
    """Return d(log y)/dm, d(log y)/ds and d(log(y / b))/db at fixed F(y); 0 where y underflows to 0.

    Where y overflows, those at a large y.

    They are the means of the slopes of the parts, under their weights at y. Each part is had from the one above it: of
    the series of `gamma_slopes` and `beta_slopes`, it has the same terms and one more. Where that has lost three
    digits, it is summed itself.
    """
    if y <= 0.0:
        return 0.0, 0.0, 0.0
    y = min(y, LARGE)
    first, j = first_part(y, s, b, m), last_part(y, s, b, m)
    up, down = part_slopes(y, s + j, b)
    rise_up, rise_down = rises(y, s + j, b)
    lost_up, lost_down = up, down
    weight, total, by_m, by_s, by_b = 1.0, 1.0, 1.0 / (s + j), up, -down
    while j > first:
        weight /= gain(j, y, s, b, m)
        j -= 1
        a = s + j
        step = 0.0 if b == inf else 1.0 / (a + b)
        rise_up, rise_down = rise_up - 1.0 / (a + 1.0) + step, rise_down - step
        growing = y if b == inf else y / (b + y) * (a + b)
        lost_up, lost_down = (abs(rise_up) + growing * lost_up) / a, (abs(rise_down) + growing * lost_down) / a
        up, down = (rise_up + growing * up) / a, (rise_down + growing * down) / a
        if lost_up > LOST * up or lost_down > LOST * down:
            up, down = part_slopes(y, a, b)
            lost_up, lost_down = up, down
        total += weight
        by_m, by_s, by_b = by_m + weight / a, by_s + weight * up, by_b - weight * down
    return by_m / total, by_s / total, by_b / total


def part_slopes(y: float, a: float, b: float) -> tuple[float, float]:
    """Return the slope of one part's log y in its shape a, and minus that of log(y / b) in b; 0 for b = inf."""
    if b == inf:
        return gamma_slope(a, y) / y, 0.0
    slopes = logit_slopes(a, b, y / (b + y), b / (b + y))
    return slopes[0], -slopes[1]


def rises(y: float, a: float, b: float) -> tuple[float, float]:
    """Return what the first terms of the series of a part's slopes have, beside 1 / a."""
    if b == inf:
        return digamma(a + 1.0) - log(y), 0.0
    return log1p(b / y) - digamma_rise(a + 1.0, b - 1.0), digamma_rise(b, a) - log1p(y / b)
