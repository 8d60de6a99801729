"""Discrete outcomes are SciPy's quantiles, except where a uniform is within 1e-13 of a step: a grid of parameters.

The uniforms go from 1e-300 to 1 - 1e-16, far beyond what ω returns. A uniform on a step would belong to the outcome
above it; none is. SciPy sums the probabilities of a Zipf draw one by one: `test_inversion` has it by zeta functions.
"""

from __future__ import annotations

import random
from collections.abc import Callable
from typing import Any

import pytest
from scipy import stats

from stochtrace.runtime.distributions.beta_binomial import betabinom_inverse
from stochtrace.runtime.distributions.discrete_exponential import boltzmann_inverse, dlaplace_inverse, planck_inverse
from stochtrace.runtime.distributions.hypergeometrics import hypergeometric_inverse
from stochtrace.runtime.distributions.logarithmic import logseries_inverse
from stochtrace.runtime.distributions.negative_binomials import negative_binomial_inverse
from stochtrace.runtime.functions.inversion import binomial_inverse, geometric_inverse, poisson_inverse

CLOSE = 1e-13
_random = random.Random(11)
UNIFORMS = [1e-300, 1e-100, 1e-30, 2.0**-53, 1e-9, 1e-4, *(_random.random() for _ in range(12)), 1 - 1e-9, 1 - 1e-16]
CHANCES = (1e-3, 0.02, 0.3, 0.5, 0.97)
GRID: list[tuple[Callable[..., int], Any, list[tuple[Any, ...]]]] = [
    (poisson_inverse, stats.poisson, [(10.0**i,) for i in range(-3, 7)]),
    (binomial_inverse, stats.binom, [(n, p) for n in (1, 12, 10**3, 10**6) for p in CHANCES]),
    (geometric_inverse, stats.geom, [(p,) for p in CHANCES]),
    (negative_binomial_inverse, stats.nbinom, [(n, p) for n in (1e-2, 0.7, 30.0, 1e4) for p in CHANCES]),
    (logseries_inverse, stats.logser, [(p,) for p in CHANCES]),
    (planck_inverse, stats.planck, [(10.0**i,) for i in range(-3, 2)]),
    (boltzmann_inverse, stats.boltzmann, [(10.0**i, n) for i in range(-3, 2) for n in (1, 9, 1000)]),
    (dlaplace_inverse, stats.dlaplace, [(10.0**i,) for i in range(-3, 2)]),
    (betabinom_inverse, stats.betabinom, [(n, a, b) for n in (0, 7, 80) for a in (0.3, 20.0) for b in (0.3, 5.0)]),
    (
        lambda w, total, good, taken: hypergeometric_inverse(w, good, total - good, taken),
        stats.hypergeom,
        [(12, 5, 7), (300, 100, 50), (10**5, 300, 10**4), (10**6, 4 * 10**5, 10**3)],
    ),
]
ROWS = [pytest.param(f, d, at, id=f"{d.name}{at}") for f, d, points in GRID for at in points]


@pytest.mark.parametrize(("inverse", "distribution", "at"), ROWS)
def test_outcome_is_the_quantile_of_scipy(inverse: Any, distribution: Any, at: tuple[Any, ...]) -> None:
    for w in UNIFORMS:
        k, expected = inverse(w, *at), distribution.ppf(w, *at)
        if k != expected:
            steps = [distribution.cdf(step, *at) for step in (k - 1, k)]
            near = [abs(w - step) <= CLOSE for step in steps]
            assert any(near) or steps[0] < w < steps[1], (w, k, expected, steps)
