"""Beta-binomial draws by inversion, and the jumps that they offer in both shapes.

Reference: Johnson, Kemp & Kotz (2005), Univariate discrete distributions, 6.2.2.
"""

from __future__ import annotations

from stochtrace.runtime.checks import require
from stochtrace.runtime.functions.inversion import NEGLIGIBLE_TERM, sum_from_an_end
from stochtrace.runtime.functions.special import digamma_rise
from stochtrace.runtime.jumps import Jumps, offer
from stochtrace.runtime.uniforms import Uniforms, forced, read

MOST = 1_000_000


def betabinom(omega: Uniforms, site: int, n: int, a: float, b: float) -> int:
    """Binomial(n, q) on {0, ..., n} with q drawn from beta(a, b): n from 0 to 1e6, a and b in [1e-9, 1e15]."""
    require(0 <= n <= MOST and n % 1 == 0, site, "n", n)
    require(1e-9 <= a <= 1e15, site, "a", a)
    require(1e-9 <= b <= 1e15, site, "b", b)
    w = read(omega, site)
    return omega.to if forced(omega, site) else betabinom_inverse(w, n, a, b)


def betabinom_d(
    omega: Uniforms, jumps: Jumps, site: int, n: int, a: float, a_dot: float, b: float, b_dot: float
) -> int:
    """Beta-binomial draw; offers one more and one less."""
    k = betabinom(omega, site, n, a, b)
    up = -betabinom_flow(k, n, a, a_dot, b, b_dot) if k < n else 0.0
    down = betabinom_flow(k - 1, n, a, a_dot, b, b_dot) / betabinom_ratio(k - 1, n, a, b) if k > 0 else 0.0
    offer(omega, jumps, site, k + 1, up)
    offer(omega, jumps, site, k - 1, down)
    return k


def betabinom_inverse(w: float, n: int, a: float, b: float) -> int:
    """Return the smallest k with F(k) > w; boundaries F(k) are off by some 1e-16 sqrt(m) min(F, 1-F) for m terms.

    The cost is that of some 10 standard deviations of terms, of all n + 1 of them where both shapes are below 1.
    """
    mode = (n + 1) * (a - 1.0) / (a + b - 2.0) if a > 1.0 and b > 1.0 else (0.0 if a <= b else float(n))
    start = min(n, int(mode))
    negligible = 0.0 if bimodal(a, b) else NEGLIGIBLE_TERM
    return sum_from_an_end(w, betabinom_ratio, start, 0, n, negligible, n, a, b)


def bimodal(a: float, b: float) -> bool:
    """Tell whether probabilities fall from both ends, so that small ones are not followed by small ones alone."""
    return a < 1.0 and b < 1.0


def betabinom_ratio(k: int, n: int, a: float, b: float) -> float:
    """Return P(k + 1) / P(k)."""
    return (n - k) * (a + k) / ((k + 1.0) * (b + (n - k - 1.0)))


def betabinom_flow(k: int, n: int, a: float, a_dot: float, b: float, b_dot: float) -> float:
    """Return dF(k)/dt / P(k) with a and b moving at a_dot and b_dot: the sum over j <= k of P(j) d log P(j)/dt.

    Above the mean minus the sum over j > k, which is less. Relative error 1e-15 times the larger shape.
    """
    score = a_dot * digamma_rise(a, float(k)) + b_dot * digamma_rise(b, float(n - k))
    score -= (a_dot + b_dot) * digamma_rise(a + b, float(n))
    negligible = 0.0 if bimodal(a, b) else NEGLIGIBLE_TERM
    total, term = 0.0, 1.0
    if k * (a + b) < n * a:
        while k >= 0 and term > negligible:
            total += term * score
            k -= 1
            term /= betabinom_ratio(k, n, a, b) if k >= 0 else 1.0
            score += b_dot / (b + (n - k - 1.0)) - a_dot / (a + k) if k >= 0 else 0.0
        return total
    while k < n and term > negligible:
        term *= betabinom_ratio(k, n, a, b)
        score += a_dot / (a + k) - b_dot / (b + (n - k - 1.0))
        k += 1
        total -= term * score
    return total
