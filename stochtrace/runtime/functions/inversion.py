"""Discrete draws by inversion: the smallest k with F(k) > w, so that outcome k owns the interval [F(k-1), F(k)) of w.

The uniforms w are (j + 1/2) 2**-52 for j = 0, ..., 2**52 - 1; then 1 - w is one too, and exact. Scalar and built on
`math` alone: the same text runs interpreted and in Numba's nopython mode.

Poisson and binomial are in Panjer's class, P(k) = P(k-1) (a + b/k): a = 0, b = rate for Poisson; a = -q/(1-q),
b = (n+1) q/(1-q) for binomial. Up to a mean of 25 the terms are summed from k = 0. Beyond, `cornish_fisher.guess` is
the answer, unless w is too near a boundary; then the tail on that side of the mean is summed from the guess, so that
boundaries are relatively accurate in both tails, and the answer is the guess or a step away. The guess changes halfway
between boundaries: those next to w are computed from one guess, so that rounding does not break the order of outcomes.
A sum has some 8 standard deviations of terms, but the share of uniforms that need one falls with the variance: the
mean cost does not grow. Where sums would be long (`enough`), F(k) comes from the expansion itself.

References:
    Devroye (1986), Non-uniform random variate generation, III.2 and X.1 (inversion by sequential search).
    Sundt & Jewell (1981), Further results on recursive evaluation of compound distributions, ASTIN Bulletin 12, 27-39.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence

from stochtrace.runtime.functions.cornish_fisher import above, enough, guess, quantile_of
from stochtrace.runtime.functions.special import binomial_pmf, poisson_pmf, product_error

SMALL_MEAN = 25.0  # up to here P(0) >= 2**-50, for binomials with q = 1/2 too
NEGLIGIBLE = 2.0**-54  # half the smallest w
NEGLIGIBLE_TERM = 2.0**-110  # against the smallest w
BELOW_ONE = 1.0 - 2.0**-53  # x * BELOW_ONE is the double before x, x / BELOW_ONE the one after
GEOMETRIC_LIMIT = 2.0**62


def poisson_inverse(w: float, rate: float) -> int:
    """Return the Poisson outcome of w, on {0, 1, ...}; mean `rate` in [0, 1e15], and 0 gives 0.

    Boundaries F(k) are off by at most 2e-15 for rates up to 25 and by 2e-13 min(F, 1-F) beyond, 3e-14 up to 2e10.
    """
    if rate <= SMALL_MEAN:
        return sum_from_zero(w, math.exp(-rate), 0.0, rate)
    deviation = math.sqrt(rate)
    k, certain = guess(w, 1.0 - w, rate, 0.0, deviation, 1.0, 1.0)
    if certain:
        return k
    if enough(deviation, 1.0):
        return k if above(w, 1.0 - w, quantile_of(k, rate, 0.0, deviation, 1.0, 1.0)) else k + 1
    if k < rate:
        return search_lower(w, k, poisson_pmf(k, rate), 0.0, rate)
    return search_upper(1.0 - w, k, poisson_pmf(k, rate), 0.0, rate)


def binomial_inverse(w: float, n: int, q: float) -> int:
    """Return the binomial outcome of w, on {0, ..., n}; n in [0, 2**53], q in [0, 1].

    Boundaries F(k) are off by at most 1e-14 for means n min(q, 1-q) up to 25, by (3e-14 + 3e-16 d) min(F, 1-F) for
    standard deviations d up to 1.5e5, as if q were off in its last place, and by 2e-13 min(F, 1-F) beyond.
    For q > 1/2 failures are drawn, from the other end of w: F(k) > w where P(failures <= n-k-1) < 1-w, so their number
    is the smallest j with P(failures <= j) >= 1-w, that is, above the double before 1-w.
    """
    if q > 0.5:
        failures = binomial_search((1.0 - w) * BELOW_ONE, w / BELOW_ONE, n, 1.0 - q)
        return n - min(n, failures)
    return min(n, binomial_search(w, 1.0 - w, n, q))


def binomial_search(w: float, v: float, n: int, q: float) -> int:
    """Return the smallest k with F(k) > w, the same as P(X > k) < v; q <= 1/2. Rounding can give more than n."""
    odds = q / (1.0 - q)
    mean = n * q
    a, b = -odds, (n + 1) * odds
    if mean <= SMALL_MEAN:
        return sum_from_zero(w, math.exp(n * math.log1p(-q)), a, b)
    deviation = math.sqrt(mean * (1.0 - q))
    below = product_error(float(n), q, mean)
    third, fourth = 1.0 - 2.0 * q, 1.0 - 6.0 * q * (1.0 - q)
    k, certain = guess(w, v, mean, below, deviation, third, fourth)
    if certain:
        return k
    if enough(deviation, third):
        return k if above(w, v, quantile_of(k, mean, below, deviation, third, fourth)) else k + 1
    k = min(n, k)
    if k < mean:
        return search_lower(w, k, binomial_pmf(k, n, q), a, b)
    return search_upper(v, k, binomial_pmf(k, n, q), a, b)


def sum_from_zero(w: float, pmf: float, a: float, b: float) -> int:
    """Return the smallest k with F(k) > w, summing up from `pmf` = P(0) >= 2**-50.

    Where the next term is below 2**-54, less than 2**-53 is left: then F(k) > w, whatever its rounded sum says.
    """
    k = 0
    cdf = pmf
    while cdf <= w:
        pmf *= a + b / (k + 1)
        if pmf < NEGLIGIBLE:
            break
        k += 1
        cdf += pmf
    return k


def search_lower(w: float, k: int, pmf: float, a: float, b: float) -> int:
    """Return the smallest k with F(k) > w, from a guess k below the mean and `pmf` = P(k)."""
    cdf = lower_tail(k, pmf, a, b)
    if cdf > w:
        while cdf - pmf > w:
            cdf -= pmf
            pmf *= k / (a * k + b)
            k -= 1
        return k
    while cdf <= w:
        k += 1
        pmf *= a + b / k
        cdf += pmf
    return k


def search_upper(v: float, k: int, pmf: float, a: float, b: float) -> int:
    """Return the smallest k with P(X > k) < v, from a guess k above the mean and `pmf` = P(k)."""
    tail = upper_tail(k, pmf, a, b)
    if tail < v:
        while tail + pmf < v:
            tail += pmf
            pmf *= k / (a * k + b)
            k -= 1
        return k
    while tail >= v:
        k += 1
        pmf *= a + b / k
        tail -= pmf
    return k


def lower_tail(k: int, pmf: float, a: float, b: float) -> float:
    """Return F(k) for k below the mean, summing downwards from `pmf` = P(k).

    Terms that addition would begin to absorb are left to a geometric series.
    """
    total = pmf
    x = float(k)
    while pmf > total * NEGLIGIBLE:
        pmf *= x / (a * x + b)
        total += pmf
        x -= 1.0
    ratio = x / (a * x + b)
    return total + pmf * ratio / (1.0 - ratio)


def upper_tail(k: int, pmf: float, a: float, b: float) -> float:
    """Return P(X > k) for k above the mean, summing upwards from `pmf` = P(k); the end as in `lower_tail`."""
    total = 0.0
    x = float(k) + 1.0
    while pmf > total * NEGLIGIBLE:
        pmf *= a + b / x
        total += pmf
        x += 1.0
    ratio = a + b / x
    return total + pmf * ratio / (1.0 - ratio)


def sum_from_an_end(
    w: float,
    ratio: Callable[..., float],
    start: int,
    low: int,
    high: int,
    negligible: float,
    x: float,
    y: float,
    z: float,
) -> int:
    """Return the smallest k with F(k) > w on {low, ..., high}, where P(k+1) / P(k) = ratio(k, x, y, z).

    Terms reach from `start`, which is likely, to the first ones that are `negligible` against it; their sum stands for
    1. Then they are summed from the end that is nearer to w. Nothing but that depends on w: outcomes keep their order.
    """
    total = first = last = 1.0
    below = above = start
    while below > low and first > negligible:
        below -= 1
        first /= ratio(below, x, y, z)
        total += first
    while above < high and last > negligible:
        last *= ratio(above, x, y, z)
        above += 1
        total += last
    return (
        add_up(w * total, ratio, below, first, high, x, y, z)
        if w < 0.5
        else (add_down((1.0 - w) * total, ratio, above, last, low, x, y, z))
    )


def add_up(
    target: float, ratio: Callable[..., float], k: int, term: float, high: int, x: float, y: float, z: float
) -> int:
    """Return the first k whose terms, from this one up to its own, sum up to more than `target`."""
    total = term
    while total <= target and k < high:
        term *= ratio(k, x, y, z)
        k += 1
        total += term
    return k


def add_down(
    target: float, ratio: Callable[..., float], k: int, term: float, low: int, x: float, y: float, z: float
) -> int:
    """Return the first k below whose terms, from this one down to its own, sum up to `target` or more."""
    total = term
    while total < target and k > low:
        k -= 1
        term /= ratio(k, x, y, z)
        total += term
    return k


def geometric_inverse(w: float, q: float) -> int:
    """Return the geometric outcome of w, on {1, 2, ...} (trials until the first success); q in (0, 1].

    It is the smallest k with (1-q)**k < 1-w, in closed form; boundaries F(k) are off by at most 1e-15.
    Outcomes above 2**62 + 1, which need q < 1e-17, become 2**62 + 1.
    """
    if q == 1.0:
        return 1
    return 1 + int(min(math.log1p(-w) / math.log1p(-q), GEOMETRIC_LIMIT))


def categorical_inverse(w: float, weights: Sequence[float]) -> int:
    """Return the index of the first cumulative sum above w * total; weights >= 0, not all 0, with a finite sum.

    An outcome of weight 0 is never returned.
    """
    total = 0.0
    for i in range(len(weights)):
        total += weights[i]
    target = w * total
    cumulative = 0.0
    last = 0
    for i in range(len(weights)):
        cumulative += weights[i]
        if cumulative > target:
            return i
        if weights[i] > 0.0:
            last = i
    return last
