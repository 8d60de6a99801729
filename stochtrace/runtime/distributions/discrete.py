"""Discrete draws by inversion, each beside the jumps that it offers: same order of arguments, tangents added.

`name(omega, site, parameters)` draws the smallest outcome k with F(k) > w (Bernoulli: 1 where w < p). `name_d` draws
and offers leaving mass: over a boundary of the outcome's interval [F(k-1), F(k)) that moves inwards with velocity v,
to the outcome beyond, weight |v| / P(k). Its body is what the transformer writes out where a program draws.
In a replay, the forced draw returns its alternative.
"""

from __future__ import annotations

from collections.abc import Sequence
from math import inf

from stochtrace.runtime.checks import require
from stochtrace.runtime.functions.inversion import categorical_inverse, geometric_inverse
from stochtrace.runtime.jumps import RARE, Jumps, offer
from stochtrace.runtime.laws import binomial_outcome, poisson_outcome
from stochtrace.runtime.uniforms import Uniforms, forced, read

LARGEST_MEAN = 1e15
SMALLEST_CHANCE = 1e-15
HALF_OF_LARGEST = (2**63 - 1) // 2
BLOCKS = (2**42, 2**21)


def bernoulli(omega: Uniforms, site: int, p: float) -> int:
    """Bernoulli(p) on {0, 1}: 1 where the uniform is below p in [0, 1]."""
    w = read(omega, site)
    if forced(omega, site):
        return omega.to
    if w < p <= 1.0:
        return 1
    require(0.0 <= p <= 1.0, site, "p", p)
    return 0


def bernoulli_d(omega: Uniforms, jumps: Jumps, site: int, p: float, p_dot: float) -> int:
    """Bernoulli draw; offers the other outcome."""
    k = bernoulli(omega, site, p)
    weight = p_dot / (1 - k - p)
    offer(omega, jumps, site, 1 - k, weight, p - k, 1 - k - p)
    return k


def flip(omega: Uniforms, site: int, p: float) -> bool:
    """Bernoulli(p) as the decision `rng.random() < p`: as there, a p beyond 0 or 1 decides for sure."""
    w = read(omega, site)
    if forced(omega, site):
        return omega.to == 1
    return w < p


def flip_d(omega: Uniforms, jumps: Jumps, site: int, p: float, p_dot: float) -> bool:
    """Decision `rng.random() < p`; offers the other way, unless p lies beyond 0 or 1. NaN is offered, and seen."""
    hit = flip(omega, site, p)
    weight = 0.0 if p < 0 or p > 1 else p_dot / (1 - hit - p)
    offer(omega, jumps, site, not hit, weight, p - hit, 1 - hit - p)
    return hit


def binomial(omega: Uniforms, site: int, n: int, p: float) -> int:
    """Binomial(n, p) on {0, ..., n}: n >= 0, p in [0, 1]."""
    require(n >= 0 and n % 1 == 0, site, "n", n)
    require(0 <= p <= 1, site, "p", p)
    w = read(omega, site)
    return omega.to if forced(omega, site) else binomial_outcome(omega, site, w, n, p)


def binomial_d(omega: Uniforms, jumps: Jumps, site: int, n: int, p: float, p_dot: float) -> int:
    """Binomial draw; offers one more and one less."""
    k = binomial(omega, site, n, p)
    up = p_dot * (n - k) / (1 - p) if k < n else 0.0
    down = -p_dot * k / p if k > 0 else 0.0
    offer(omega, jumps, site, k + 1, up, (n - k) * p, (k + 1) * (1 - p))
    offer(omega, jumps, site, k - 1, down, k * (1 - p), (n - k + 1) * p)
    return k


def poisson(omega: Uniforms, site: int, lam: float) -> int:
    """Poisson with mean `lam` in [0, 1e15], on {0, 1, ...}; beyond, an outcome is no longer exact as a float."""
    require(0 <= lam <= LARGEST_MEAN, site, "lam", lam)
    w = read(omega, site)
    return omega.to if forced(omega, site) else poisson_outcome(omega, site, w, lam)


def poisson_d(omega: Uniforms, jumps: Jumps, site: int, lam: float, lam_dot: float) -> int:
    """Poisson draw; offers one more and one less."""
    k = poisson(omega, site, lam)
    down = -lam_dot * k / lam if k > 0 else 0.0
    offer(omega, jumps, site, k + 1, lam_dot, lam, k + 1)
    offer(omega, jumps, site, k - 1, down, k, lam)
    return k


def geometric(omega: Uniforms, site: int, p: float) -> int:
    """Geometric(p) on {1, 2, ...}, NumPy's: number of trials until the first success, p in [1e-15, 1].

    With a p below, outcomes are no longer exact as floats.
    """
    require(SMALLEST_CHANCE <= p <= 1, site, "p", p)
    w = read(omega, site)
    return omega.to if forced(omega, site) else geometric_inverse(w, p)


def geometric_d(omega: Uniforms, jumps: Jumps, site: int, p: float, p_dot: float) -> int:
    """Geometric draw; offers one more and one less."""
    k = geometric(omega, site, p)
    down = p_dot * (k - 1) / (p * (1 - p)) if k > 1 else 0.0
    offer(omega, jumps, site, k + 1, -p_dot * k / p, 1 - p, 1)
    offer(omega, jumps, site, k - 1, down, 1, 1 - p)
    return k


def integers(omega: Uniforms, site: int, low: int, high: int) -> int:
    """Uniform on {low, ..., high - 1}, fewer than 2**63 numbers.

    A uniform has 52 bits: ranges above 2**21 take a block with one, and a number inside it with the next, so that
    probabilities are right to 2**-31 also for what depends on the last digits alone.
    """
    count = high - low
    require(low % 1 == 0, site, "low", low)
    half = high // 2 - low // 2 - (low % 2 > high % 2)  # a difference that overflows 64 bits can pass any test
    require(half <= HALF_OF_LARGEST and count >= 1 and count % 1 == 0, site, "number of values", count)
    for block in BLOCKS:
        if count > block:
            first = min(int(read(omega, site) * (count / block)), (count - 1) // block) * block
            low += first
            count = min(block, count - first)
    return low + int(read(omega, site) * count)


def categorical(omega: Uniforms, site: int, p: Sequence[float]) -> int:
    """Index on {0, ..., len(p) - 1} with probabilities `p`, which sum to 1."""
    categorical_check(p, site)
    w = read(omega, site)
    return omega.to if forced(omega, site) else categorical_inverse(w, p)


def categorical_check(p: Sequence[float], site: int) -> None:
    """Require numbers to be probabilities."""
    total = 0.0
    for weight in p:
        require(weight >= 0, site, "p", weight)
        total += weight
    require(abs(total - 1) <= 1e-8, site, "sum of p", total)


def categorical_d(omega: Uniforms, jumps: Jumps, site: int, p: Sequence[float], p_dot: Sequence[float]) -> int:
    """Categorical draw; offers the outcomes next to it."""
    return with_jumps(categorical(omega, site, p), omega, jumps, site, p, p_dot)


def with_jumps(k: int, omega: Uniforms, jumps: Jumps, site: int, p: Sequence[float], p_dot: Sequence[float]) -> int:
    """Return the outcome k, having offered the outcomes next to it.

    An outcome of probability 0, or so rare that samples may never have it, offers nothing: it belongs to the outcome
    before it (the first ones to the first likely one), which offers it with the sign of its tangent and moves the
    boundary for both. Tangents that do not sum to 0 are those of p / sum(p), which is what is drawn from.
    """
    rare = RARE * max(p)
    if p[k] < rare:
        return k
    last = k
    while last + 1 < len(p) and p[last + 1] < rare:
        last += 1
    down = k - 1
    while down >= 0 and p[down] < rare:
        down -= 1
    first = k if down >= 0 else 0
    scale_dot = sum_of(p_dot, 0, len(p))
    lower_dot = sum_of(p_dot, 0, first) - sum_of(p, 0, first) * scale_dot
    upper_dot = sum_of(p_dot, 0, last + 1) - sum_of(p, 0, last + 1) * scale_dot
    for i in range(first, last + 1):
        if i != k:
            offer(omega, jumps, site, i, (p_dot[i] - p[i] * scale_dot) / p[k], 0)
    if last + 1 < len(p):
        offer(omega, jumps, site, last + 1, -upper_dot / p[k])
    if down >= 0:
        offer(omega, jumps, site, down, lower_dot / p[k])
    return k


def weighted(omega: Uniforms, site: int, weights: Sequence[float]) -> int:
    """Index on {0, ..., len(weights) - 1} with probabilities in proportion to `weights`, none negative, not all 0."""
    require(0 < sum_of(weights, 0, len(weights)) < inf, site, "sum of weights", sum_of(weights, 0, len(weights)))
    for weight in weights:
        require(weight >= 0, site, "weights", weight)
    w = read(omega, site)
    return omega.to if forced(omega, site) else categorical_inverse(w, weights)


def weighted_d(omega: Uniforms, jumps: Jumps, site: int, weights: Sequence[float], weights_dot: Sequence[float]) -> int:
    """Weighted draw; offers the outcomes next to it, as `categorical_d` does."""
    k = weighted(omega, site, weights)
    total = sum_of(weights, 0, len(weights))
    return with_jumps(k, omega, jumps, site, [w / total for w in weights], [w_dot / total for w_dot in weights_dot])


def cumulative(omega: Uniforms, site: int, sums: Sequence[float]) -> int:
    """Index with probabilities in proportion to weights that are given by their sums: those up to each, from the first.

    These rise from 0 or more to a number above 0.
    """
    return weighted(omega, site, steps_of(sums))


def cumulative_d(omega: Uniforms, jumps: Jumps, site: int, sums: Sequence[float], sums_dot: Sequence[float]) -> int:
    """Weighted draw by sums of weights; offers the outcomes next to it."""
    return weighted_d(omega, jumps, site, steps_of(sums), steps_of(sums_dot))


def steps_of(sums: Sequence[float]) -> list[float]:
    """Return the numbers that these are the sums of."""
    return [sums[i] - sums[i - 1] if i > 0 else sums[i] * 1.0 for i in range(len(sums))]


def sum_of(values: Sequence[float], start: int, stop: int) -> float:
    """Sum of values[start:stop], in order."""
    total = 0.0
    for i in range(start, stop):
        total += values[i]
    return total
