"""Logarithmic series draws by inversion, and the jumps that they offer.

With L = -log(1-p), P(k) = p**k / (k L) and P(X > k) = p**k r(k), where r(k) = sum over i >= 1 of p**i / (k + i) / L.
References: Johnson, Kemp & Kotz (2005), Univariate discrete distributions, chapter 7; NIST DLMF 2.10(i)
(Euler-Maclaurin) and 6.12.1 (exponential integral).
"""

from __future__ import annotations

from math import exp, log, log1p

from stochtrace.runtime.checks import require
from stochtrace.runtime.functions.scipy_special import exp1
from stochtrace.runtime.jumps import Jumps, offer
from stochtrace.runtime.uniforms import Uniforms, forced, read

SMALLEST_REST = 1e-15
EULER = 0.5772156649015329
DIRECT = 0.35  # from this -log(p) the terms are summed
ENOUGH = 12.0  # from this index Euler-Maclaurin takes the place of the sum
# B_2r / 2r, r = 1, ..., 7
BERNOULLI = (1 / 12, -1 / 120, 1 / 252, -1 / 240, 1 / 132, -691 / 32760, 1 / 12)


def logseries(omega: Uniforms, site: int, p: float) -> int:
    """Logarithmic series on {1, 2, ...}: P(k) = -p**k / (k log(1 - p)), p in [0, 1 - 1e-15]; 0 gives 1.

    With a p above, outcomes are no longer exact as floats.
    """
    require(0 <= p <= 1 - SMALLEST_REST, site, "p", p)
    w = read(omega, site)
    return omega.to if forced(omega, site) else logseries_inverse(w, p)


def logseries_d(omega: Uniforms, jumps: Jumps, site: int, p: float, p_dot: float) -> int:
    """Logarithmic series draw; offers one more and one less."""
    k = logseries(omega, site, p)
    up = p_dot * k * (1 - logseries_rest(k, p)) / (1 - p)
    down = -p_dot * k * (1 - logseries_rest(k - 1, p)) / (p * (1 - p)) if k > 1 else 0.0
    offer(omega, jumps, site, k + 1, up, k * p, k + 1)
    offer(omega, jumps, site, k - 1, down, k, (k - 1) * p)
    return k


def logseries_inverse(w: float, p: float) -> int:
    """Return the smallest k with P(X > k) < 1 - w, from a guess; P(X > k) has a relative error of 4e-15 (1 - log P).

    Its cost does not grow with the mean.
    """
    v = 1.0 - w
    k = logseries_guess(v, p)
    while logseries_tail(k, p) >= v:
        k += 1
    while k > 1 and logseries_tail(k - 1, p) < v:
        k -= 1
    return k


def logseries_tail(k: int, p: float) -> float:
    """Return P(X > k), k >= 1."""
    return exp(k * log(p)) * logseries_rest(k, p) if p > 0.0 else 0.0


def logseries_guess(v: float, p: float) -> int:
    """Return about the k with P(X > k) = v, from sums as integrals: E1(s (k + 1/2)) = v L, where s = -log(p)."""
    if p == 0.0:
        return 1
    s, target = -log(p), -v * log1p(-p)
    if s >= DIRECT:
        return 1
    y = exp(-target - EULER)
    if target < 0.5:
        y = max(y, 1.0 - log(target) - log(2.0 - log(target)))
    for _ in range(4):
        found = exp1(y)
        y *= exp((found - target) * exp(y) if found > 0.5 else (log(found / target)) * found * exp(y))
    return max(1, int(y / s + 0.5))


def logseries_rest(k: int, p: float) -> float:
    """Return r(k) = P(X > k) / p**k, k >= 1: 1 / (k + 1) where p is 0. Relative error below 3e-15."""
    if p == 0.0:
        return 1.0 / (k + 1.0)
    s = -log(p)
    total, power, q = 0.0, p, k + 1.0
    while power > total * 1e-18 and (s >= DIRECT or q < ENOUGH):
        total += power / q
        power *= p
        q += 1.0
    if s < DIRECT:
        total += power * sum_of_reciprocals(q, s)
    return total / -log1p(-p)


def sum_of_reciprocals(q: float, s: float) -> float:
    """Return the sum over i >= 0 of exp(-s i) / (q + i) by Euler-Maclaurin, q >= 12 and s < 0.35."""
    total = scaled_exp1(s * q) + 0.5 / q
    derivative, power = 1.0 / q, 1.0  # (-1)**m f(m)(q) / m! = sum over i <= m of s**i / i! / q**(m - i + 1)
    for r in range(len(BERNOULLI)):
        m = 2 * r + 1
        power *= s / m
        derivative = (derivative + power) / q
        total += BERNOULLI[r] * derivative
        power *= s / (m + 1)
        derivative = (derivative + power) / q
    return total


def scaled_exp1(y: float) -> float:
    """Return exp(y) E1(y), y > 0; from 50 on by its asymptotic series."""
    if y < 50.0:
        return exp(y) * exp1(y)
    total = 1.0
    for j in range(24, 0, -1):
        total = 1.0 - total * j / y
    return total / y
