"""Inversion of discrete distributions: F(k-1) <= w < F(k), monotone in w, compiled too."""

from __future__ import annotations

import math
import random
from collections.abc import Callable
from fractions import Fraction
from itertools import accumulate
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from mpmath import mp, mpf
from scipy import special as scipy_special
from scipy import stats

from stochtrace.runtime.distributions.beta_binomial import betabinom_inverse
from stochtrace.runtime.distributions.discrete_exponential import boltzmann_inverse, dlaplace_inverse, planck_inverse
from stochtrace.runtime.distributions.hypergeometrics import hypergeometric_inverse
from stochtrace.runtime.distributions.logarithmic import logseries_inverse
from stochtrace.runtime.distributions.negative_binomials import negative_binomial_inverse
from stochtrace.runtime.distributions.zipf_law import zipf_inverse
from stochtrace.runtime.functions import cornish_fisher, inversion, special
from stochtrace.runtime.functions.inversion import (
    binomial_inverse,
    categorical_inverse,
    geometric_inverse,
    poisson_inverse,
)

mp.dps = 40
POINTS = 2**52  # uniforms: (j + 1/2) / POINTS


def uniform(j: int) -> float:
    return (j + 0.5) / POINTS


def sample_of_uniforms() -> list[float]:
    """Both ends, both tails, around 1/2 and in between."""
    rng = random.Random(4)
    tails = [2**i for i in range(0, 51, 3)]
    some = [0, *tails, *[POINTS // 2 + i for i in (-2, -1, 0, 1)], *[rng.randrange(POINTS) for _ in range(40)]]
    return sorted(uniform(j) for j in {*some, *[POINTS - 1 - j for j in some]})


UNIFORMS = sample_of_uniforms()
FEW = [uniform(j) for j in (0, 4_503_599, 1_351_079_888_211_148, POINTS - 1)]


class Hypergeometric:
    """SciPy's, with NumPy's parameters."""

    @staticmethod
    def cdf(k: int, good: int, bad: int, taken: int) -> float:
        return float(stats.hypergeom.cdf(k, good + bad, good, taken))

    @staticmethod
    def sf(k: int, good: int, bad: int, taken: int) -> float:
        return float(stats.hypergeom.sf(k, good + bad, good, taken))


class Zipf:
    """By Hurwitz's zeta function; SciPy's has no accurate tail."""

    @staticmethod
    def sf(k: int, a: float) -> float:
        return float(scipy_special.zeta(a, k + 1) / scipy_special.zeta(a, 1))

    @staticmethod
    def cdf(k: int, a: float) -> float:
        return 1 - Zipf.sf(k, a)


# Distribution of scipy.stats, inverse, slack, its scope, uniforms, parameters. Boundaries are rounded, scipy's too, so
# that one may lie on the wrong side of w by the slack: absolute for small means ("all"), where the terms are summed
# from 0, and relative to min(w, 1 - w) for the others ("tail").
GROUPS: list[tuple[Any, Callable[..., int], float, str, list[float], list[tuple[Any, ...]]]] = [
    (stats.poisson, poisson_inverse, 1e-14, "all", UNIFORMS, [(x,) for x in (1e-300, 1e-9, 0.1, 1.0, 7.3, 25.0)]),
    (stats.poisson, poisson_inverse, 1e-12, "tail", UNIFORMS, [(x,) for x in (25.01, 31.0, 100.0, 2345.6, 1e5)]),
    (stats.poisson, poisson_inverse, 1e-12, "tail", FEW[:3], [(1e8,)]),  # scipy's upper tail has few digits here
    (stats.poisson, poisson_inverse, 1e-8, "tail", FEW[:1], [(1e12,)]),
    (stats.binom, binomial_inverse, 1e-14, "all", UNIFORMS, [(n, q) for n in (1, 3, 20) for q in (1e-10, 0.2, 0.97)]),
    (
        stats.binom,
        binomial_inverse,
        1e-14,
        "all",
        UNIFORMS,
        [(20, 0.5), (50, 0.5), (50, 0.6), (900, 0.01), (900, 0.98)],
    ),
    (
        stats.binom,
        binomial_inverse,
        1e-12,
        "tail",
        UNIFORMS,
        [(n, q) for n in (52, 61, 999) for q in (0.49, 0.5, 0.51)],
    ),
    (stats.binom, binomial_inverse, 1e-12, "tail", UNIFORMS, [(10**5, q) for q in (1e-3, 0.3, 0.999)]),
    (stats.binom, binomial_inverse, 1e-12, "tail", FEW, [(10**8, 0.1), (10**8, 0.9)]),
    (
        stats.nbinom,
        negative_binomial_inverse,
        2e-14,
        "all",
        UNIFORMS,
        [(2.5, 0.5), (0.3, 0.9), (24.0, 0.5), (9.0, 1)],
    ),
    (
        stats.nbinom,
        negative_binomial_inverse,
        1e-12,
        "tail",
        UNIFORMS,
        [(0.3, 0.2), (60, 0.5), (1e3, 0.7), (7.5, 1e-6)],
    ),
    (stats.nbinom, negative_binomial_inverse, 1e-12, "tail", UNIFORMS, [(1e4, 0.01), (1e7, 0.5), (0.001, 0.1)]),
    (stats.logser, logseries_inverse, 1e-12, "tail", UNIFORMS, [(p,) for p in (1e-9, 0.3, 0.7, 0.71, 0.99, 1 - 1e-7)]),
    (Zipf, zipf_inverse, 1e-12, "tail", UNIFORMS, [(a,) for a in (2.5, 4.0, 10.0, 30.0, 1000.0)]),
    (Hypergeometric, hypergeometric_inverse, 1e-12, "tail", UNIFORMS, [(5, 6, 4), (50, 60, 30), (0, 5, 3), (7, 0, 3)]),
    (Hypergeometric, hypergeometric_inverse, 1e-12, "tail", UNIFORMS, [(1000, 500, 700), (500, 1000, 700)]),
    (Hypergeometric, hypergeometric_inverse, 1e-12, "tail", FEW, [(10**6, 3 * 10**6, 10**5), (10**5, 10, 10**5)]),
    (stats.betabinom, betabinom_inverse, 1e-13, "all", UNIFORMS, [(5, 0.5, 0.5), (30, 2.0, 3.0), (60, 0.1, 50.0)]),
    (stats.betabinom, betabinom_inverse, 1e-12, "all", FEW, [(1000, 20.0, 30.0), (0, 1.0, 1.0), (9, 1e-300, 1e-300)]),
    (stats.planck, planck_inverse, 1e-13, "tail", UNIFORMS, [(rate,) for rate in (1e-9, 0.3, 5.0)]),
    (stats.boltzmann, boltzmann_inverse, 1e-13, "all", UNIFORMS, [(0.5, 7), (1e-9, 100), (3.0, 1000), (0.001, 10**6)]),
    (stats.dlaplace, dlaplace_inverse, 1e-13, "all", UNIFORMS, [(a,) for a in (0.01, 0.5, 3.0)]),
    (stats.geom, geometric_inverse, 1e-13, "tail", UNIFORMS, [(q,) for q in (1e-9, 0.01, 0.3, 0.5, 0.99)]),
]
ROWS = [(*group, parameters) for *group, each in GROUPS for parameters in each]


@pytest.mark.parametrize("row", ROWS, ids=[f"{row[1].__name__}{row[-1]}" for row in ROWS])
def test_outcome_is_the_smallest_with_cdf_above_w(row: tuple[Any, ...]) -> None:
    distribution, inverse, relative, scope, uniforms, parameters = row
    for w in uniforms:
        k = inverse(w, *parameters)
        assert type(k) is int
        slack = relative * (min(w, 1 - w) if scope == "tail" else 1)
        if w < 0.5:
            below, at = distribution.cdf(k - 1, *parameters), distribution.cdf(k, *parameters)
            assert below <= w + slack, w
            assert at > w - slack, w
        else:
            below, at = distribution.sf(k - 1, *parameters), distribution.sf(k, *parameters)
            assert below >= 1 - w - slack, w
            assert at < 1 - w + slack, w


def exact_poisson_tail(k: int, rate: int, step: int) -> Fraction:
    """P(k) + P(k + step) + P(k + 2 step) + ..., summed over the terms above 2**-120; step is 1 or -1."""
    term, total = int(mp.exp(k * mp.log(rate) - rate - mp.loggamma(mpf(k + 1))) * 2**200), 0
    while term > 2**80:
        total += term
        k += step
        term = term * rate // k if step > 0 else term * (k + 1) // rate
    return Fraction(total, 2**200)


@pytest.mark.parametrize("w", [UNIFORMS[-1], UNIFORMS[-3], uniform(POINTS - 1000)])
def test_far_upper_tail_of_a_large_mean(w: float) -> None:
    k = poisson_inverse(w, 1e8)
    tail = Fraction(1 - w)
    assert exact_poisson_tail(k + 1, 10**8, 1) < tail * (1 + Fraction(1e-12))
    assert exact_poisson_tail(k, 10**8, 1) >= tail * (1 - Fraction(1e-12))


def test_error_of_long_sums() -> None:
    rate = 10**10
    k = rate - 20_000
    lower, upper = exact_poisson_tail(k, rate, -1), exact_poisson_tail(rate + 1, rate, 1)
    bound = 3e-14 + 4e-18 * math.sqrt(rate)
    assert abs(inversion.lower_tail(k, special.poisson_pmf(k, rate), 0.0, rate) / lower - 1) < bound
    assert abs(inversion.upper_tail(rate, special.poisson_pmf(rate, rate), 0.0, rate) / upper - 1) < bound


@pytest.mark.parametrize("offset", range(-4, 5))
def test_the_guess_does_not_change_the_answer(offset: int) -> None:
    rate = 400.0
    for w in UNIFORMS:
        k = poisson_inverse(w, rate)
        guess = max(0, k + offset)
        pmf = special.poisson_pmf(guess, rate)
        if guess < rate:
            assert inversion.search_lower(w, guess, pmf, 0.0, rate) == k, w
        else:
            assert inversion.search_upper(1 - w, guess, pmf, 0.0, rate) == k, w


def test_the_guess_is_the_same_on_both_sides_of_a_boundary() -> None:
    for rate in (25.5, 300.0, 1e4):
        deviation = math.sqrt(rate)
        for k in range(int(rate - 4 * deviation), int(rate + 4 * deviation), 1 + int(deviation) // 5):
            w = float(stats.poisson.cdf(k, rate))
            sides = w - 0.2 * stats.poisson.pmf(k, rate), w + 0.2 * stats.poisson.pmf(k, rate)
            for side in sides:
                guess, certain = cornish_fisher.guess(side, 1 - side, rate, 0.0, deviation, 1.0, 1.0)
                assert guess == (k + 1 if certain and side > w else k)


lattice = st.integers(0, POINTS - 1)
rates = st.floats(0, 300) | st.floats(24, 26)
trials = st.integers(0, 500)
probabilities = st.floats(0, 1)
ordered = settings(derandomize=True, deadline=None, max_examples=150)


def assert_ordered(inverse: Callable[..., int], i: int, j: int, *parameters: Any) -> None:
    first, last = sorted((i, j))
    outcomes = [inverse(uniform(at), *parameters) for at in (first, min(first + 1, last), max(last - 1, first), last)]
    assert outcomes == sorted(outcomes)


@ordered
@given(lattice, lattice, rates)
def test_poisson_is_monotone(i: int, j: int, rate: float) -> None:
    assert_ordered(poisson_inverse, i, j, rate)


@ordered
@given(lattice, lattice, trials, probabilities)
def test_binomial_is_monotone(i: int, j: int, n: int, q: float) -> None:
    assert_ordered(binomial_inverse, i, j, n, q)
    assert 0 <= binomial_inverse(uniform(i), n, q) <= n


@ordered
@given(lattice, lattice, st.floats(0, 1, exclude_min=True))
def test_geometric_is_monotone(i: int, j: int, q: float) -> None:
    assert_ordered(geometric_inverse, i, j, q)
    assert geometric_inverse(uniform(min(i, j)), q) >= 1


@ordered
@given(lattice, lattice, st.floats(1e-3, 1e6), st.floats(1e-4, 1))
def test_negative_binomial_is_monotone(i: int, j: int, n: float, p: float) -> None:
    assert_ordered(negative_binomial_inverse, i, j, n, p)


@ordered
@given(lattice, lattice, st.floats(0, 1, exclude_max=True))
def test_logseries_is_monotone(i: int, j: int, p: float) -> None:
    assert_ordered(logseries_inverse, i, j, p)


@ordered
@given(lattice, lattice, st.floats(1.001, 50))
def test_zipf_is_monotone(i: int, j: int, a: float) -> None:
    assert_ordered(zipf_inverse, i, j, a)


@ordered
@given(lattice, lattice, st.integers(0, 3000), st.integers(0, 3000), st.floats(0, 1))
def test_hypergeometric_is_monotone(i: int, j: int, good: int, bad: int, share: float) -> None:
    taken = int(share * (good + bad))
    assert_ordered(hypergeometric_inverse, i, j, good, bad, taken)
    assert max(0, taken - bad) <= hypergeometric_inverse(uniform(i), good, bad, taken) <= min(good, taken)


weight_lists = st.lists(st.just(0.0) | st.floats(0, 1) | st.floats(0, 1e300), min_size=1, max_size=8)


@ordered
@given(lattice | st.sampled_from([0, POINTS - 1]), weight_lists.filter(any))
def test_categorical_is_the_first_sum_above_and_never_an_outcome_of_weight_0(j: int, weights: list[float]) -> None:
    i = categorical_inverse(uniform(j), weights)
    assert weights[i] > 0
    sums = [Fraction(0), *accumulate(map(Fraction, weights))]
    target, slack = Fraction(uniform(j)) * sums[-1], sums[-1] * 2**-48 + Fraction(5e-324)
    assert sums[i] <= target + slack
    assert sums[i + 1] >= target - slack


def test_categorical_at_the_end_of_the_doubles() -> None:
    assert categorical_inverse(uniform(POINTS - 1), [5e-324, 0.0]) == 0
    assert categorical_inverse(uniform(POINTS - 1), [0.0, 5e-324, 5e-324, 0.0]) == 2
    assert categorical_inverse(uniform(POINTS - 1), [0.1] * 10 + [0.0]) == 9


def test_an_outcome_owns_its_lower_end() -> None:
    """Where F(0) = 1 - q of a Bernoulli draw is itself a uniform, and is computed exactly, it belongs to outcome 1."""
    rng = random.Random(2)
    ends = [w for w in (uniform(rng.randrange(POINTS)) for _ in range(400)) if keeps_its_value(w)]
    assert min(sum(w < 0.5 for w in ends), sum(w > 0.5 for w in ends)) > 30
    for w in ends:
        for inverse, parameter in ((binomial_inverse, (1, 1 - w)), (categorical_inverse, ([w, 1 - w],))):
            assert inverse(w, *parameter) == 1
            assert inverse(w - 1 / POINTS, *parameter) == 0


def keeps_its_value(w: float) -> bool:
    q = min(w, 1 - w)
    return math.exp(math.log1p(-q)) == 1 - q


def test_neighbours_of_a_double() -> None:
    for w in UNIFORMS:
        assert w * inversion.BELOW_ONE == math.nextafter(w, 0)
        assert w / inversion.BELOW_ONE == math.nextafter(w, 2)


@pytest.mark.parametrize("w", [UNIFORMS[0], 0.3, UNIFORMS[-1]])
def test_certain_outcomes(w: float) -> None:
    assert [poisson_inverse(w, rate) for rate in (0.0, 1e-300)] == [0, 0]
    assert [binomial_inverse(w, 0, q) for q in (0.0, 0.3, 0.8, 1.0)] == [0, 0, 0, 0]
    assert [binomial_inverse(w, n, 0.0) for n in (1, 60, 2**53)] == [0, 0, 0]
    assert [binomial_inverse(w, n, 1.0) for n in (1, 60, 2**53)] == [1, 60, 2**53]
    assert [binomial_inverse(w, 9, q) for q in (1e-300, 5e-324)] == [0, 0]
    assert geometric_inverse(w, 1.0) == 1
    assert categorical_inverse(w, [2.0]) == 0
    assert categorical_inverse(w, (0.0, 1e-300, 0.0)) == 1


def test_geometric_outcomes_fit_64_bits() -> None:
    for q in (5e-324, 1e-300, 1e-17):
        assert geometric_inverse(0.999, q) <= 2**62 + 1
    assert geometric_inverse(0.999, 1e-300) == 2**62 + 1


@pytest.mark.parametrize("w", FEW)
def test_many_trials_of_small_probability_are_almost_poisson(w: float) -> None:
    for mean in (3.0, 90.0):
        assert binomial_inverse(w, 2**53, mean * 2.0**-53) == poisson_inverse(w, mean)


WEIGHTS = (0.1, 0.0, 0.2, 0.7)
COMPILED: list[tuple[Callable[..., int], str, list[tuple[Any, ...]]]] = [
    (poisson_inverse, "", [(rate,) for rate in (0.0, 0.1, 7.3, 25.0, 26.0, 1e4)]),
    (binomial_inverse, "", [(0, 0.5), (10, 0.3), (10, 1.0), (50, 0.5), (60, 0.55), (1000, 0.1), (10**5, 0.9)]),
    (geometric_inverse, "", [(1.0,), (0.3,), (1e-9,), (1e-300,)]),
    (negative_binomial_inverse, "", [(2.5, 0.5), (0.3, 0.01), (60.0, 0.4), (1e9, 0.3)]),
    (logseries_inverse, "", [(0.0,), (0.4,), (0.99,)]),
    (zipf_inverse, "", [(1.01,), (1.7,), (40.0,)]),
    (hypergeometric_inverse, "", [(5, 6, 4), (5000, 600, 2000)]),
    (betabinom_inverse, "", [(9, 0.5, 0.2), (50, 3.0, 7.0)]),
    (planck_inverse, "", [(0.3,)]),
    (boltzmann_inverse, "", [(0.3, 9)]),
    (dlaplace_inverse, "", [(0.3,)]),
    (categorical_inverse, "tuple", [(WEIGHTS,)]),
    (categorical_inverse, "list", [(list(WEIGHTS),)]),
    (categorical_inverse, "array", [(WEIGHTS,)]),
]


@pytest.mark.filterwarnings(r"ignore:[\s\S]*reflected list")
@pytest.mark.parametrize(
    ("inverse", "container", "points"), COMPILED, ids=lambda value: getattr(value, "__name__", None)
)
def test_compiled_is_the_same(inverse: Callable[..., int], container: str, points: list[tuple[Any, ...]]) -> None:
    numba = pytest.importorskip("numba")
    array = pytest.importorskip("numpy").array
    pytest.importorskip("stochtrace.runtime.numba_side")  # registers everything
    compiled = numba.njit(inverse)
    for point in points:
        arguments = (array(*point),) if container == "array" else point
        for w in UNIFORMS:
            assert compiled(w, *arguments) == inverse(w, *point), (w, point)
