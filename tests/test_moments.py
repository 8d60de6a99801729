"""Running moments: any grouping of the samples gives the same, and rounding does not show."""

from __future__ import annotations

import math
from fractions import Fraction
from functools import reduce
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from stochtrace.estimation.moments import Array, Moments


def pieces(samples: Array, cuts: list[int]) -> list[Moments]:
    ends = [0, *sorted({c for c in cuts if 0 < c < len(samples)}), len(samples)]
    return [Moments.of(samples[a:b]) for a, b in pairwise(ends)]


def exact(samples: Array) -> tuple[list[Fraction], list[Fraction]]:
    """Mean and sum of squared deviations of each component, without rounding."""
    columns = [[Fraction(float(x)) for x in column] for column in samples.T]
    means = [sum(c, Fraction(0)) / len(c) for c in columns]
    return means, [sum(((x - m) ** 2 for x in c), Fraction(0)) for c, m in zip(columns, means, strict=True)]


def check(found: Moments, samples: Array, spread: float) -> None:
    means, squares = exact(samples)
    size = float(np.abs(samples).max())
    assert found.count == len(samples)
    np.testing.assert_allclose(found.mean, [float(m) for m in means], rtol=1e-14, atol=1e-13 * spread)
    # a mean is known to a place of the offset, and no more than that may show in the spread
    place = 2.0**-52 * size / spread
    np.testing.assert_allclose(found.squares, [float(s) for s in squares], rtol=1e-12 + place)


SAMPLES = np.random.default_rng(8).normal([0.0, 5.0, -1e3], [1.0, 1e-3, 50.0], (1000, 3))


@given(st.lists(st.integers(1, 999), max_size=12))
def test_merging_in_any_grouping_is_one_pass(cuts: list[int]) -> None:
    parts = pieces(SAMPLES, cuts)
    forwards = reduce(Moments.merge, parts)
    backwards = reduce(lambda a, b: b.merge(a), reversed(parts))
    pairs = parts
    while len(pairs) > 1:
        pairs = [reduce(Moments.merge, pairs[i : i + 2]) for i in range(0, len(pairs), 2)]
    for found in (forwards, backwards, pairs[0]):
        whole = Moments.of(SAMPLES)
        assert found.count == whole.count
        np.testing.assert_allclose(found.mean, whole.mean, rtol=1e-13, atol=1e-14)
        np.testing.assert_allclose(found.squares, whole.squares, rtol=1e-12)
        np.testing.assert_allclose(found.standard_error, whole.standard_error, rtol=1e-12)


def test_standard_error_is_that_of_a_mean() -> None:
    expected = SAMPLES.std(axis=0, ddof=1) / math.sqrt(len(SAMPLES))
    np.testing.assert_allclose(Moments.of(SAMPLES).standard_error, expected, rtol=1e-12)


@pytest.mark.parametrize("value", [0.0, 0.1, -1e300, 1e-300, 12345.678, 1 / 3], ids=str)
@pytest.mark.parametrize("cuts", [[], [1], [7, 8, 300]], ids=str)
def test_equal_samples_have_their_value_and_no_error(value: float, cuts: list[int]) -> None:
    merged = reduce(Moments.merge, pieces(np.full((1000, 2), value), cuts))
    assert merged.mean.tolist() == [value, value]
    assert merged.squares.tolist() == [0.0, 0.0]
    assert merged.standard_error.tolist() == [0.0, 0.0]


@pytest.mark.parametrize("offset", [0.0, 1e6, -1e9, 1e12], ids=str)
@pytest.mark.parametrize("cuts", [[], [500], [1, 2, 3, 997]], ids=str)
def test_a_large_offset_leaves_the_spread_its_digits(offset: float, cuts: list[int]) -> None:
    samples = np.random.default_rng(3).integers(-4, 5, (1000, 1)) + offset
    check(reduce(Moments.merge, pieces(samples, cuts)), samples, 4.0)


def test_one_sample_says_nothing_about_its_spread() -> None:
    one = Moments.of(np.array([[3.0, 4.0]]))
    assert one.mean.tolist() == [3.0, 4.0]
    assert np.isnan(one.standard_error).all()
    assert not np.isnan(one.merge(one).standard_error).any()


@pytest.mark.parametrize("bad", [math.nan, math.inf], ids=str)
@pytest.mark.parametrize("where", [0, 499, 999])
def test_a_sample_that_is_not_a_number_is_seen(bad: float, where: int) -> None:
    samples = np.ones((1000, 2))
    samples[where, 1] = bad
    with np.errstate(invalid="ignore"):
        merged = reduce(Moments.merge, pieces(samples, [300]))
    assert not np.isfinite(merged.mean[1])
    assert np.isnan(merged.standard_error[1])
    assert merged.mean[0] == 1.0
