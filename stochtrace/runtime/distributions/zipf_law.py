"""Zipf draws by inversion, and the jumps that they offer.

Sums of k**-a are Hurwitz zeta functions; they and their derivatives in a come from Euler-Maclaurin.
References: Johnson, Kemp & Kotz (2005), Univariate discrete distributions, 11.2.20; NIST DLMF 25.11.5 and 2.10(i).
"""

from __future__ import annotations

from math import log, pow

from stochtrace.runtime.checks import require
from stochtrace.runtime.jumps import Jumps, offer
from stochtrace.runtime.uniforms import Uniforms, forced, read

LARGEST = 2.0**63 - 1024.0  # the last double that 64 bits hold; NumPy draws again beyond
EXACT = 2.0**52
MANY = 2**46
TOP = 2**63 - 1024
NEAREST = 1.000001  # F is off by 2e-15 / (a - 1)
# B_2r / (2r)!, r = 1, ..., 8
BERNOULLI = (
    1 / 12,
    -1 / 720,
    1 / 30240,
    -1 / 1209600,
    1 / 47900160,
    -691 / 1307674368000,
    1 / 74724249600,
    -3617 / 10670622842880000,
)


def zipf(omega: Uniforms, site: int, a: float) -> int:
    """Zipf on {1, 2, ..., 2**63 - 1024}, given that it lies there, as NumPy's does: P(k) ~ k**-a, a >= 1.000001."""
    require(a >= NEAREST, site, "a", a)
    w = read(omega, site)
    return omega.to if forced(omega, site) else zipf_inverse(w, a)


def zipf_d(omega: Uniforms, jumps: Jumps, site: int, a: float, a_dot: float) -> int:
    """Zipf draw; offers one more and one less, or a stride that floats tell from the outcome."""
    k = zipf(omega, site, a)
    stride = zipf_stride(k)
    up = -a_dot * zipf_flow(k, a) / stride
    down = a_dot * zipf_flow(k - 1, a) * (k / (k - 1)) ** a / stride if k > 1 else 0.0
    offer(omega, jumps, site, k + stride, up, (k / (k + stride)) ** a, 1)
    offer(omega, jumps, site, k - stride, down, 1, ((k - stride) / k) ** a)
    return k


def zipf_stride(k: int) -> int:
    """Return 1 or, for large outcomes, 1.4e-14 of k: one more would be lost in the floats that a program makes of it.

    A boundary that is crossed in one step of s instead of s steps has the flow / s: right where the flow over the next
    boundaries is the same, here to 1e-14.
    """
    return max(1, min(1 + k // MANY, TOP - k))


def zipf_inverse(w: float, a: float) -> int:
    """Return the smallest k with P(X > k) < 1 - w: sums as integrals, then a step if need be.

    P(X > k) has a relative error of 2e-15 (1 + log k + 1 / (a-1)). Where that is more than a step, from
    2**52 min(1, a-1) on, outcomes are those of the integral.
    """
    beyond = zeta_sums(LARGEST, a)[0]
    target = beyond + (1.0 - w) * (zeta_sums(1.0, a)[0] - beyond)
    x = ((a - 1.0) * target) ** (-1.0 / (a - 1.0))
    if x >= EXACT * min(1.0, a - 1.0):
        return int(min(x + 0.5, LARGEST))
    k = max(1.0, x // 1.0)
    while zeta_sums(k + 1.0, a)[0] >= target:
        k += 1.0
    while k > 1.0 and zeta_sums(k, a)[0] < target:
        k -= 1.0
    return int(k)


def zipf_flow(k: int, a: float) -> float:
    """Return dF(k)/da / P(k): with the outcomes up to k and those beyond, the product of their masses times the
    difference of their means of log X, over P(k). Relative error below 1e-13 / (a - 1).
    """
    (all_of_it, all_logs), (beyond, beyond_logs) = zeta_sums(1.0, a), zeta_sums(LARGEST, a)
    tail, tail_logs = zeta_sums(k + 1.0, a)
    inside, outside = all_of_it - tail, tail - beyond
    inside_logs, outside_logs = all_logs - tail_logs, tail_logs - beyond_logs
    return (inside * outside_logs - outside * inside_logs) / (all_of_it - beyond) * pow(k, a)


def zeta_sums(q: float, a: float) -> tuple[float, float]:
    """Return the sums over j = q, q + 1, ... of j**-a and of log(j) j**-a: Hurwitz's zeta and minus its derivative.

    Terms up to j = 14 + a are added, then Euler-Maclaurin; relative error below 2e-15 (log q + 1 / (a-1)) for tails
    that matter, 3e-14 for all.
    """
    total, logs, first = 0.0, 0.0, 15.0 + a
    while q < first:
        term = q**-a
        if term <= 1e-18 * total:
            return total, logs
        total += term
        logs += log(q) * term
        q += 1.0
    term, log_q = q**-a, log(q)
    whole = term * q / (a - 1.0)
    total += whole + 0.5 * term
    logs += whole * (log_q + 1.0 / (a - 1.0)) + 0.5 * term * log_q
    rising, score = a * term / q, log_q - 1.0 / a  # (a)_(2r-1) q**(1 - 2r - a), and minus its logarithmic derivative
    for r in range(len(BERNOULLI)):
        total += BERNOULLI[r] * rising
        logs += BERNOULLI[r] * rising * score
        i = a + 2 * r + 1
        rising *= i * (i + 1.0) / (q * q)
        score -= 1.0 / i + 1.0 / (i + 1.0)
    return total, logs
