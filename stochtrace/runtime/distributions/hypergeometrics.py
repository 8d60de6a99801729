"""Hypergeometric draws by inversion. The parameters are integers: nothing moves, and no jump is offered.

Reference: Johnson, Kemp & Kotz (2005), Univariate discrete distributions, chapter 6.
"""

from __future__ import annotations

from math import sqrt

from stochtrace.runtime.checks import require
from stochtrace.runtime.functions.cornish_fisher import guess
from stochtrace.runtime.functions.inversion import NEGLIGIBLE_TERM, sum_from_an_end
from stochtrace.runtime.uniforms import Uniforms, read

MOST = 1_000_000_000
LARGE_VARIANCE = 50.0


def hypergeometric(omega: Uniforms, site: int, ngood: int, nbad: int, nsample: int) -> int:
    """Good ones among `nsample` taken from `ngood` good and `nbad` bad ones, both from 0 to 1e9."""
    require(0 <= ngood <= MOST, site, "ngood", ngood)
    require(0 <= nbad <= MOST, site, "nbad", nbad)
    require(nsample >= 0, site, "nsample", nsample)
    require(nsample <= ngood + nbad, site, "ngood + nbad - nsample", ngood + nbad - nsample)
    return hypergeometric_inverse(read(omega, site), int(ngood), int(nbad), int(nsample))


def hypergeometric_inverse(w: float, good: int, bad: int, taken: int) -> int:
    """Return the smallest k with F(k) > w. Boundaries F(k) are off by at most 1e-13 min(F, 1-F).

    From a variance of 50 on, all but a share of about 1 / variance of the outcomes come from `cornish_fisher.guess`.
    """
    total = good + bad
    variance, third, fourth = cumulants(float(good), float(bad), float(taken))
    if variance > LARGE_VARIANCE:
        product = good * taken
        mean, part = float(product // total), (product % total) / total
        k, certain = guess(w, 1.0 - w, mean, part, sqrt(variance), abs(third), fourth)
        if third < 0.0:  # the mirror image: the bad ones
            product = bad * taken
            mean, part = float(product // total), (product % total) / total
            k, certain = guess(1.0 - w, w, mean, part, sqrt(variance), -third, fourth)
            k = taken - k
        if certain:
            return k
    mode = (taken + 1) * (good + 1) // (total + 2)
    low, high = max(0, taken - bad), min(good, taken)
    return sum_from_an_end(w, ratio, mode, low, high, NEGLIGIBLE_TERM, good, bad, taken)


def cumulants(good: float, bad: float, taken: float) -> tuple[float, float, float]:
    """Return the variance, and the third and the fourth cumulant divided by it; zeros where they are not defined."""
    total = good + bad
    left = total - taken
    if total < 4.0 or min(good, bad, taken, left) == 0.0:
        return 0.0, 0.0, 0.0
    variance = taken / total * good * bad * left / (total * (total - 1.0))
    third = (bad - good) * (left - taken) / (total * (total - 2.0))
    fourth = total * (total + 1.0) - 6.0 * good * bad - 6.0 * taken * left + 6.0 * variance * (5.0 * total - 6.0)
    return variance, third, fourth / ((total - 2.0) * (total - 3.0))


def ratio(k: int, good: int, bad: int, taken: int) -> float:
    """Return P(k + 1) / P(k)."""
    return (float(good - k) * (taken - k)) / ((k + 1.0) * (bad - taken + k + 1.0))
