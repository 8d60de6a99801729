"""Special functions against 40-digit arithmetic; the bounds are those that the docstrings state."""

from __future__ import annotations

import inspect
import math
import random
from collections.abc import Callable
from typing import Any

import pytest
from mpmath import mp, mpf

from stochtrace.runtime.functions import special
from stochtrace.runtime.functions.special import (
    binomial_pmf,
    deviance,
    digamma,
    ndtri,
    poisson_pmf,
    product_error,
    stirling_error,
)

mp.dps = 40

NORMAL_POINTS = [
    *[2.0**-i for i in range(2, 54)],
    *[1 - 2.0**-i for i in range(2, 54)],
    *[0.5 + sign * 2.0**-i for i in range(3, 54) for sign in (-1, 1)],
    *[i / 1000 for i in range(1, 1000) if i != 500],
]
DIGAMMA_POINTS = [
    *[10.0**i for i in range(-300, 301, 20)],
    *[i / 37 for i in range(-1000, 1000) if i % 37],
    *[-i + sign * 10.0**-d for i in (1, 2, 50, 1000) for d in (1, 4, 8) for sign in (-1, 1)],
    1.4616321449683622,
    -1e-20,
    -144770.91782049712,
]
MEANS = [1e-3, 0.3, 1.0, 7.7, 30.0, 1234.5, 1e5, 1e8, 1e12]
TRIALS = [1, 2, 7, 30, 1000, 10**6, 10**9, 10**15]
LOG_SMALLEST = -700  # probabilities below have fewer digits, or none
PROBABILITIES = [1e-12, 1e-4, 0.1, 0.3, 0.5, 0.7, 1 - 1e-4]


def around(mean: float, deviation: float, top: float) -> list[int]:
    """Outcomes up to 8 standard deviations from the mean."""
    return sorted({int(min(max(mean + z * deviation, 0), top)) for z in (-8, -4, -1.5, -0.3, 0, 0.1, 0.9, 3, 8)})


def exact_log_factorial(n: int) -> Any:
    return mp.loggamma(mpf(n) + 1)


def exact_log_poisson(k: int, rate: float) -> Any:
    return k * mp.log(mpf(rate)) - mpf(rate) - exact_log_factorial(k)


def exact_log_binomial(k: int, n: int, q: float) -> Any:
    choices = exact_log_factorial(n) - exact_log_factorial(k) - exact_log_factorial(n - k)
    return choices + k * mp.log(mpf(q)) + (n - k) * mp.log(1 - mpf(q))


def assert_pmf(value: float, log_p: Any) -> None:
    """The stated error of both probability functions; log P magnifies rounding because P = exp(log P)."""
    p = mp.exp(log_p)
    assert abs(value - p) <= 1.5e-15 * (1 - log_p) * p


def test_ndtri_is_the_normal_quantile() -> None:
    for w in NORMAL_POINTS:
        z = mpf(ndtri(w))
        slope = mp.npdf(z)
        error = (mp.ncdf(z) - w) / slope if w < 0.5 else (mpf(1) - w - mp.ncdf(-z)) / slope
        assert abs(error) < 1e-15 * abs(z), w


def test_ndtri_is_odd_about_one_half() -> None:
    assert all(ndtri(w) == -ndtri(1 - w) for w in NORMAL_POINTS if 1 - (1 - w) == w)
    assert ndtri(0.5) == 0


def test_ndtri_at_and_beyond_the_ends() -> None:
    assert (ndtri(0.0), ndtri(1.0)) == (-math.inf, math.inf)
    assert all(math.isnan(ndtri(w)) for w in (-0.1, 1.1, math.nan))


def test_digamma() -> None:
    for x in DIGAMMA_POINTS:
        exact = mp.digamma(mpf(x))
        assert abs(digamma(x) - exact) < 4e-15 * max(1, abs(exact)), x


@pytest.mark.parametrize("x", [0.0, -0.0, -1.0, -2.0, -37.0, -(2.0**52), -1e300, -math.inf, math.nan])
def test_digamma_is_nan_at_its_poles(x: float) -> None:
    assert math.isnan(digamma(x))


def test_stirling_error() -> None:
    for n in [*range(1, 60), 10**3, 10**6, 10**12]:
        exact = exact_log_factorial(n) - (n + mpf(1) / 2) * mp.log(n) + n - mp.log(2 * mp.pi) / 2
        assert abs(stirling_error(n) - exact) < 2e-16, n


@pytest.mark.parametrize("mean", MEANS)
def test_deviance_does_not_cancel(mean: float) -> None:
    for step in (-0.99, -0.7, -0.46, -0.1, -1e-3, -1e-9, 1e-12, 1e-6, 0.01, 0.3, 0.8, 0.9, 5.0, 1e6):
        x = mean * (1 + step)
        exact = mpf(x) * mp.log(mpf(x) / mpf(mean)) + mpf(mean) - mpf(x)
        assert abs(deviance(x, mean) - exact) <= 2e-15 * exact, step
    assert (deviance(mean, mean), deviance(0.0, mean)) == (0, mean)


@pytest.mark.parametrize("rate", MEANS)
def test_poisson_pmf(rate: float) -> None:
    for k in [*around(rate, math.sqrt(rate), math.inf), 1, 3]:
        log_p = exact_log_poisson(k, rate)
        if log_p > LOG_SMALLEST:
            assert_pmf(poisson_pmf(k, rate), log_p)


@pytest.mark.parametrize("q", PROBABILITIES)
@pytest.mark.parametrize("n", TRIALS)
def test_binomial_pmf(n: int, q: float) -> None:
    for k in [*around(n * q, math.sqrt(n * q * (1 - q)), n), 0, n]:
        log_p = exact_log_binomial(k, n, q)
        if log_p > LOG_SMALLEST:
            assert_pmf(binomial_pmf(k, n, q), log_p)


def test_probabilities_sum_to_one() -> None:
    assert math.fsum(poisson_pmf(k, 12.5) for k in range(100)) == pytest.approx(1, abs=1e-14)
    assert math.fsum(binomial_pmf(k, 40, 0.3) for k in range(41)) == pytest.approx(1, abs=1e-14)


def test_probabilities_at_the_edges() -> None:
    assert [poisson_pmf(k, 0.0) for k in (-1, 0, 1)] == [0, 1, 0]
    assert [poisson_pmf(-1, 3.0), binomial_pmf(-1, 4, 0.3), binomial_pmf(5, 4, 0.3), binomial_pmf(5, 4, 0.9)] == [0] * 4
    assert [binomial_pmf(k, 3, 0.0) for k in range(4)] == [1, 0, 0, 0]
    assert [binomial_pmf(k, 3, 1.0) for k in range(4)] == [0, 0, 0, 1]
    assert [binomial_pmf(0, 0, q) for q in (0.0, 0.3, 1.0)] == [1, 1, 1]


def test_product_error_is_exact() -> None:
    rng = random.Random(8)
    for _ in range(200):
        a, b = float(rng.randrange(2**53)), rng.random()
        error = mpf(a) * mpf(b) - mpf(a * b)
        assert product_error(a, b, a * b) == error


COMPILED: list[tuple[Callable[..., float], list[tuple[Any, ...]]]] = [
    (ndtri, [(w,) for w in NORMAL_POINTS]),
    (digamma, [(x,) for x in [*DIGAMMA_POINTS, -3.0]]),
    (poisson_pmf, [(k, rate) for rate in MEANS for k in around(rate, math.sqrt(rate), math.inf)]),
    (binomial_pmf, [(k, n, q) for n in TRIALS for q in PROBABILITIES for k in around(n * q, math.sqrt(n * q), n)]),
]


@pytest.mark.parametrize(("function", "points"), COMPILED, ids=[function.__name__ for function, _ in COMPILED])
def test_compiled_is_the_same(function: Callable[..., float], points: list[tuple[Any, ...]]) -> None:
    numba = pytest.importorskip("numba")
    extending = pytest.importorskip("numba.extending")
    for helper in vars(special).values():
        if inspect.isfunction(helper):
            extending.register_jitable(helper)
    compiled = numba.njit(function)
    for point in points:  # exp, log and tan of the two may differ in the last place
        assert compiled(*point) == pytest.approx(function(*point), rel=1e-13, abs=1e-300, nan_ok=True), point
