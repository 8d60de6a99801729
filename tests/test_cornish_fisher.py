"""The bound on the error of Cornish-Fisher guesses, outcome by outcome; distribution functions of large variances."""

from __future__ import annotations

import math
from fractions import Fraction
from typing import Any

import numpy as np
import pytest
from mpmath import mp, mpf
from scipy import special, stats

from stochtrace.runtime.functions import cornish_fisher
from stochtrace.runtime.functions.cornish_fisher import above, doubt, enough, guess, offset, quantile_of

FARTHEST = 8.3  # normal quantiles of uniforms stay below
Cumulants = tuple[float, float, float, float]  # mean, standard deviation, third and fourth over the variance


def poisson(rate: float) -> Cumulants:
    return rate, math.sqrt(rate), 1.0, 1.0


def binomial(n: int, q: float) -> Cumulants:
    return n * q, math.sqrt(n * q * (1 - q)), 1 - 2 * q, 1 - 6 * q * (1 - q)


def negative_binomial(n: float, p: float) -> Cumulants:
    return n * (1 - p) / p, math.sqrt(n * (1 - p)) / p, (2 - p) / p, 1 + 6 * (1 - p) / p**2


CASES: list[tuple[str, Any, Cumulants]] = [
    *[("poisson", stats.poisson(rate), poisson(rate)) for rate in (25.01, 26.5, 40.0, 111.1, 1e3, 1e5)],
    *[
        ("binomial", stats.binom(n, q), binomial(n, q))
        for n, q in ((51, 0.5), (64, 0.4), (260, 0.1), (2600, 0.01), (10**4, 0.3), (10**5, 0.5))
    ],
    *[
        ("negative binomial", stats.nbinom(n, p), negative_binomial(n, p))
        for n, p in ((3.0, 0.1), (30.0, 0.5), (24.3, 0.3), (300.0, 0.9), (90.0, 0.02), (5000.5, 0.01))
    ],
]
IDS = [f"{name}{frozen.args}" for name, frozen, _ in CASES]


def boundaries(frozen: Any, mean: float, deviation: float) -> tuple[Any, Any, Any]:
    """Some 300 outcomes k, the normal quantiles of F(k) and P(k), by sums of probabilities from each end."""
    low, high = max(0.0, mean - 13 * deviation), mean + 30 * deviation
    k = np.arange(math.floor(low), math.ceil(high))
    p = frozen.pmf(k)
    lower, upper = np.cumsum(p), np.append(np.cumsum(p[:0:-1])[::-1], 0.0)
    z = np.where(lower < upper, special.ndtri(np.minimum(lower, 0.5)), -special.ndtri(np.minimum(upper, 0.5)))
    near = np.flatnonzero(np.isfinite(z) & (abs(z) < FARTHEST))
    near = near[:: 1 + len(near) // 300]
    return k[near], z[near], p[near]


@pytest.mark.parametrize(("frozen", "cumulants"), [case[1:] for case in CASES], ids=IDS)
def test_the_error_is_below_half_of_the_doubt(frozen: Any, cumulants: Cumulants) -> None:
    mean, deviation, third, fourth = cumulants
    for k, z, _ in zip(*boundaries(frozen, mean, deviation), strict=True):
        allowed = doubt(z, deviation, third)
        if allowed < 0.5:  # beyond, no guess is certain
            assert abs(mean + offset(z, deviation, third, fourth) - (k + 0.5)) < allowed / 2 + 1e-11 * mean, (k, z)


@pytest.mark.parametrize(("frozen", "cumulants"), [case[1:] for case in CASES], ids=IDS)
def test_one_guess_decides_at_a_boundary_and_beside_it_the_outcome_is_certain(
    frozen: Any, cumulants: Cumulants
) -> None:
    mean, deviation, third, fourth = cumulants
    certain_ones = 0
    for k, z, p in zip(*boundaries(frozen, mean, deviation), strict=True):
        step = p / stats.norm.pdf(z)  # of z, from one boundary to the next
        for distance, side in ((d, s) for d in (0.3, 0.02) for s in (-1, 1)):
            moved = z + side * distance * step
            w, v = special.ndtr(moved), special.ndtr(-moved)
            found, certain = guess(w, v, mean, 0.0, deviation, third, fourth)
            if certain:
                assert found == (k if side < 0 else k + 1)
                certain_ones += 1
            elif doubt(z, deviation, third) < 0.2:
                assert found == k
    assert certain_ones > 20 or deviation < 3 * max(1, third)


def lower_part(k: int, rate: int) -> tuple[int, int]:
    """P(X <= k) and P(X = k) of a Poisson draw, times 2**200."""
    pmf = first = 2**200
    total = 0
    while pmf > 2**80:
        total += pmf
        pmf = pmf * k // rate
        k -= 1
    return total, first


@pytest.mark.parametrize("z", [-7.5, -0.5])
def test_distribution_function_of_a_large_variance(z: float) -> None:
    """Against terms summed as integers; P(k) itself is Loader's."""
    rate = 25_000_000_000
    mean, deviation, third, fourth = poisson(rate)
    assert enough(deviation, third)
    k = rate + int(z * deviation)
    total, first = lower_part(k, rate)
    with mp.workdps(40):
        pmf = mp.exp(k * mp.log(rate) - rate - mp.loggamma(mpf(k + 1)))
        exact = float(pmf * total / first)
    score = quantile_of(k, mean, 0.0, deviation, third, fourth)
    assert special.ndtr(score) == pytest.approx(exact, rel=2e-13)
    assert 0.5 * math.erfc(-score * cornish_fisher.ROOT_HALF) == pytest.approx(exact, rel=2e-13)


@pytest.mark.parametrize("z", [-6.0, -1.0, 1.0, 6.0])
def test_above_compares_the_smaller_tails(z: float) -> None:
    w, v = Fraction(float(special.ndtr(z))), Fraction(float(special.ndtr(-z)))
    more = 1 + Fraction(1, 10**13)
    if z < 0:
        assert above(float(w / more), 1.0, z) and not above(float(w * more), 1.0, z)
    else:
        assert above(1.0, float(v * more), z) and not above(1.0, float(v / more), z)
