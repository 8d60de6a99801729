"""Densities of vectors of carried values: SciPy's numbers, and tangents by the formulas of matrix calculus."""

from __future__ import annotations

import math

import numpy as np
import pytest
from scipy import special, stats
from test_carried_densities import moving

from stochtrace.carried.running import Refused
from stochtrace.carried.scipy import stats as carried_stats
from stochtrace.carried.smooth import Smooth

P, P_DOT = np.array([0.2, 0.3, 0.5]), np.array([1.0, 0.5, -1.5])
ALPHA, ALPHA_DOT = np.array([0.7, 1.0, 4.0]), np.array([1.0, -2.0, 0.5])
MEAN, MEAN_DOT = np.array([0.5, -1.0]), np.array([1.0, 3.0])
COV, COV_DOT = np.array([[2.0, 0.6], [0.6, 1.5]]), np.array([[0.5, 1.0], [1.0, -1.0]])
X = np.array([1.0, 0.3])


def all_moving(values: np.ndarray, tangents: np.ndarray) -> list[Smooth]:
    return [moving(v, d) for v, d in zip(values.tolist(), tangents.tolist(), strict=True)]


@pytest.mark.parametrize("counts", [[2, 0, 3], [0, 5, 0]])
def test_multinomial(counts: list[int]) -> None:
    found = carried_stats.multinomial.logpmf(counts, 5, all_moving(P, P_DOT))
    assert found.v == pytest.approx(stats.multinomial.logpmf(counts, 5, P), rel=1e-13)
    slope = sum(k * d / p for k, d, p in zip(counts, P_DOT, P, strict=True))
    assert found.d == pytest.approx(slope, rel=1e-13)
    frozen = carried_stats.multinomial(5, all_moving(P, P_DOT)).pmf(counts)
    assert frozen.v == pytest.approx(stats.multinomial.pmf(counts, 5, P), rel=1e-13)
    assert frozen.d == pytest.approx(slope * frozen.v, rel=1e-13)


def test_counts_of_another_number_have_no_probability() -> None:
    assert carried_stats.multinomial.logpmf([2, 0, 2], 5, all_moving(P, P_DOT)) == -math.inf


@pytest.mark.parametrize("given", [2, 3])
def test_dirichlet_in_shares_and_parameters(given: int) -> None:
    """The last share may be left out."""
    found = carried_stats.dirichlet.logpdf(all_moving(P, P_DOT)[:given], all_moving(ALPHA, ALPHA_DOT))
    assert found.v == pytest.approx(stats.dirichlet.logpdf(P, ALPHA), rel=1e-13)
    by_alpha = np.log(P) - special.digamma(ALPHA) + special.digamma(ALPHA.sum())
    assert found.d == pytest.approx(ALPHA_DOT @ by_alpha + P_DOT @ ((ALPHA - 1) / P), rel=1e-12)


def test_normal_in_argument_mean_and_covariance() -> None:
    cov = [all_moving(row, dots) for row, dots in zip(COV, COV_DOT, strict=True)]
    x = [moving(1.0, 2.0), 0.3]
    found = carried_stats.multivariate_normal.logpdf(x, all_moving(MEAN, MEAN_DOT), cov)
    inverse = np.linalg.inv(COV)
    pull = inverse @ (X - MEAN)
    slope = pull @ (MEAN_DOT - [2.0, 0.0]) + (pull @ COV_DOT @ pull - np.trace(inverse @ COV_DOT)) / 2
    assert found.v == pytest.approx(stats.multivariate_normal.logpdf(X, MEAN, COV), rel=1e-13)
    assert found.d == pytest.approx(slope, rel=1e-12)


def test_several_vectors_at_once_are_refused() -> None:
    with pytest.raises(Refused, match="several vectors at once"):
        carried_stats.dirichlet.logpdf([[0.2, 0.8], [0.3, 0.7]], [moving(1.0, 1.0), 2.0])
