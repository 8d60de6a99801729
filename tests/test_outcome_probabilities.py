"""Inversion of discrete distributions: each outcome has its probability, to the uniforms, and keeps its place."""

from __future__ import annotations

import math
from bisect import bisect_left
from collections.abc import Callable
from fractions import Fraction
from typing import Any

import pytest
from test_inversion import POINTS, uniform

from stochtrace.runtime.distributions.beta_binomial import betabinom_inverse
from stochtrace.runtime.distributions.hypergeometrics import hypergeometric_inverse
from stochtrace.runtime.distributions.negative_binomials import negative_binomial_inverse
from stochtrace.runtime.functions.inversion import (
    binomial_inverse,
    categorical_inverse,
    geometric_inverse,
    poisson_inverse,
)


def exact_binomial(n: int, q: float) -> list[Fraction]:
    p = Fraction(q)
    return [math.comb(n, k) * p**k * (1 - p) ** (n - k) for k in range(n + 1)]


def exact_poisson(rate: float, count: int) -> list[Fraction]:
    """P(0), ..., P(count - 1), normalised by the series of exp(rate)."""
    terms = [Fraction(rate) ** k / math.factorial(k) for k in range(250)]
    total = sum(terms)
    return [term / total for term in terms[:count]]


def exact_geometric(q: float, count: int) -> list[Fraction]:
    return [Fraction(0), *[Fraction(q) * (1 - Fraction(q)) ** k for k in range(count)]]


def exact_negative_binomial(n: int, p: float, count: int) -> list[Fraction]:
    return [math.comb(n + k - 1, k) * Fraction(p) ** n * (1 - Fraction(p)) ** k for k in range(count)]


def exact_hypergeometric(good: int, bad: int, taken: int) -> list[Fraction]:
    """On 0, 1, ..., whether or not so few are possible."""
    total = math.comb(good + bad, taken)
    return [Fraction(math.comb(good, k) * math.comb(bad, taken - k), total) for k in range(min(good, taken) + 1)]


def exact_betabinom(n: int, a: int, b: int) -> list[Fraction]:
    """As ratios of numbers of combinations, for integer shapes."""
    total = math.comb(n + a + b - 1, n)
    return [Fraction(math.comb(a + k - 1, k) * math.comb(b + n - k - 1, n - k), total) for k in range(n + 1)]


SMALL: list[tuple[Callable[..., int], tuple[Any, ...], list[Fraction]]] = [
    *[(poisson_inverse, (rate,), exact_poisson(rate, 12)) for rate in (0.3, 4.0, 24.5)],
    (poisson_inverse, (30.0,), exact_poisson(30.0, 60)),
    *[
        (binomial_inverse, (n, q), exact_binomial(n, q))
        for n, q in ((1, 0.3), (5, 0.3), (7, 0.8), (12, 0.5), (9, 0.99))
    ],
    *[(binomial_inverse, (n, q), exact_binomial(n, q)) for n, q in ((61, 0.5), (100, 0.4), (100, 0.6))],
    *[(geometric_inverse, (q,), exact_geometric(q, 10)) for q in (0.05, 0.3, 0.5, 0.9)],
    *[(negative_binomial_inverse, (n, p), exact_negative_binomial(n, p, 10)) for n, p in ((2, 0.75), (3, 0.25))],
    *[(hypergeometric_inverse, x, exact_hypergeometric(*x)) for x in ((5, 6, 4), (3, 2, 5), (9, 1, 8))],
    *[(betabinom_inverse, x, exact_betabinom(*x)) for x in ((4, 2, 3), (9, 1, 1), (12, 5, 1))],
    (categorical_inverse, ((0.25, 0.0, 0.5, 0.25),), [Fraction(i, 4) for i in (1, 0, 2, 1)]),
    (categorical_inverse, ((0, 3, 2, 0, 1, 0),), [Fraction(i, 6) for i in (0, 3, 2, 0, 1, 0)]),
]
small_rows = pytest.mark.parametrize(
    ("inverse", "parameters", "pmf"), SMALL, ids=[f"{row[0].__name__}{row[1]}" for row in SMALL]
)


def boundary(inverse: Callable[..., int], parameters: tuple[Any, ...], k: int) -> int:
    """The number of uniforms whose outcome is at most k."""
    return bisect_left(range(POINTS), True, key=lambda j: inverse(uniform(j), *parameters) > k)


@small_rows
def test_each_outcome_has_its_probability(
    inverse: Callable[..., int], parameters: tuple[Any, ...], pmf: list[Fraction]
) -> None:
    ends = [0, *[boundary(inverse, parameters, k) for k in range(len(pmf))]]
    for k, p in enumerate(pmf):
        assert abs(Fraction(ends[k + 1] - ends[k], POINTS) - p) < 1e-14, k


@small_rows
def test_outcomes_keep_their_order_across_boundaries(
    inverse: Callable[..., int], parameters: tuple[Any, ...], pmf: list[Fraction]
) -> None:
    for k in range(len(pmf)):
        end = boundary(inverse, parameters, k)
        near = range(max(0, end - 20), min(POINTS, end + 20))
        outcomes = [inverse(uniform(j), *parameters) for j in near]
        assert outcomes == sorted(outcomes), k
