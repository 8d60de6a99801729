"""Samples of every distribution against SciPy's distribution functions, compiled, with one false-alarm rate for all.

Numbers by Kolmogorov and Smirnov's test, counts by a chi-square test of some 60 cells of about equal probability and of
the tails of 1/1000. Seeds are fixed; if they were drawn, a test would fail by chance once in a million runs of all
(`FALSE_ALARM`, shared out evenly: Bonferroni). `make evidence` takes a million samples of each.
"""

from __future__ import annotations

import math
import os
from collections.abc import Callable, Sequence
from itertools import permutations
from typing import Any, NamedTuple

import numpy as np
import pytest
from scipy import stats
from statistics_checks import FALSE_ALARM

from stochtrace import runtime
from stochtrace.transform.pairs import pairs

COUNT = int(os.environ.get("STOCHTRACE_FIT_SAMPLES", "40000"))
COLOURS = (4, 3, 5)


class Row(NamedTuple):
    """A sampler, its arguments as text, SciPy's distribution; what is compared of an outcome that is no number."""

    name: str
    at: str
    distribution: Any
    of: str = "x"


def listed(chances: Sequence[float]) -> Any:
    """The distribution on 0, 1, ... with these probabilities."""
    return stats.rv_discrete(values=(range(len(chances)), chances))


def successive(p: Sequence[float]) -> list[float]:
    """The probabilities of pairs i, j drawn one after the other without replacement, at 3 i + j."""
    return [p[i] * p[j] / (1 - p[i]) if i != j else 0.0 for i in range(3) for j in range(3)]


def urn(counts: Sequence[int]) -> list[float]:
    """The probabilities of pairs drawn from an urn, at 3 i + j."""
    total = sum(counts)
    pairs_of = [counts[i] * (counts[j] - (i == j)) for i in range(3) for j in range(3)]
    return [pair / (total * (total - 1)) for pair in pairs_of]


ROWS = (
    Row("exponential", "1.5", stats.expon(scale=1.5)),
    Row("uniform", "-1.0, 2.0", stats.uniform(-1, 3)),
    Row("uniform_between", "2.0, -1.0", stats.uniform(-1, 3)),
    Row("normal", "0.5, 2.0", stats.norm(0.5, 2)),
    Row("lognormal", "0.5, 0.7", stats.lognorm(0.7, scale=math.exp(0.5))),
    Row("gumbel", "0.5, 2.0", stats.gumbel_r(0.5, 2)),
    Row("laplace", "0.5, 2.0", stats.laplace(0.5, 2)),
    Row("logistic", "0.5, 2.0", stats.logistic(0.5, 2)),
    Row("cauchy", "0.5, 2.0", stats.cauchy(0.5, 2)),
    Row("rayleigh", "2.0", stats.rayleigh(scale=2)),
    Row("halfnorm", "0.5, 2.0", stats.halfnorm(0.5, 2)),
    Row("symmetric_triangular", "-1.0, 2.0", stats.triang(0.5, -1, 3)),
    Row("triangular", "-1.0, 0.0, 2.0", stats.triang(1 / 3, -1, 3)),
    Row("weibull", "1.7, 2.0", stats.weibull_min(1.7, scale=2)),
    Row("pareto", "2.5", stats.lomax(2.5)),
    Row("classical_pareto", "2.5", stats.pareto(2.5)),
    Row("power", "0.7", stats.powerlaw(0.7)),
    Row("wald", "0.7, 2.0", stats.invgauss(0.35, scale=2)),
    Row("vonmises", "0.0, 2.0", stats.vonmises(2)),
    Row("vonmises_from_zero", "3.141592653589793, 2.0", stats.vonmises(2, loc=math.pi)),
    Row("skewnorm", "-2.0, 0.5, 2.0", stats.skewnorm(-2, 0.5, 2)),
    Row("truncnorm", "-0.5, 2.0, 0.5, 2.0", stats.truncnorm(-0.5, 2, 0.5, 2)),
    Row("gamma", "0.3, 2.0", stats.gamma(0.3, scale=2)),
    Row("invgamma", "2.5, 2.0", stats.invgamma(2.5, scale=2)),
    Row("chisquare", "5.0", stats.chi2(5)),
    Row("beta", "0.4, 2.5", stats.beta(0.4, 2.5)),
    Row("f", "3.0, 7.0", stats.f(3, 7)),
    Row("standard_t", "2.5", stats.t(2.5)),
    Row("noncentral_chisquare", "2.5, 3.0", stats.ncx2(2.5, 3)),
    Row("noncentral_f", "3.0, 7.0, 2.0", stats.ncf(3, 7, 2)),
    Row("bernoulli", "0.3", stats.bernoulli(0.3)),
    Row("flip", "0.3", stats.bernoulli(0.3)),
    Row("binomial", "1000, 0.3", stats.binom(1000, 0.3)),
    Row("poisson", "40.0", stats.poisson(40)),
    Row("geometric", "0.05", stats.geom(0.05)),
    Row("negative_binomial", "2.5, 0.1", stats.nbinom(2.5, 0.1)),
    Row("logseries", "0.97", stats.logser(0.97)),
    Row("zipf", "2.5", stats.zipf(2.5)),
    Row("hypergeometric", "50, 70, 40", stats.hypergeom(120, 50, 40)),
    Row("betabinom", "60, 2.0, 3.0", stats.betabinom(60, 2, 3)),
    Row("planck", "0.05", stats.planck(0.05)),
    Row("boltzmann", "0.05, 70", stats.boltzmann(0.05, 70)),
    Row("dlaplace", "0.2", stats.dlaplace(0.2)),
    Row("integers", "-7, 60", stats.randint(-7, 60)),
    Row("integers", "0, 3 * 2**55", stats.randint(0, 3), "x % 3"),
    Row("categorical", "(0.2, 0.0, 0.5, 0.3)", listed([0.2, 0.0, 0.5, 0.3])),
    Row("weighted", "(2.0, 0.0, 5.0, 3.0)", listed([0.2, 0.0, 0.5, 0.3])),
    Row("cumulative", "(2.0, 2.0, 7.0, 10.0)", listed([0.2, 0.0, 0.5, 0.3])),
    Row("multinomial", "90, (0.2, 0.3, 0.5)", stats.binom(90, 0.3), "x[1]"),
    Row("multivariate_hypergeometric", "(30, 40, 50), 60", stats.hypergeom(120, 40, 60), "x[1]"),
    Row("dirichlet", "(0.5, 2.0, 3.0)", stats.beta(2, 3.5), "x[1]"),
    Row(
        "multivariate_normal",
        "np.array([1.0, 2.0]), np.array([[2.0, 0.5], [0.5, 1.0]])",
        stats.norm(-1, math.sqrt(2)),
        "x[0] - x[1]",
    ),
    Row("joint_normal", "np.array([1.0, 2.0]), np.array([[4.0, 0.5], [0.5, 1.0]])", stats.norm(1, 2), "x[0]"),
    Row("permutation", "4", listed([1 / 24] * 24), "orders[x[0] * 64 + x[1] * 16 + x[2] * 4 + x[3]]"),
    Row("subset", "3, 2", listed(urn((1, 1, 1))), "3 * x[0] + x[1]"),
    Row("subset_of_counts", "(4, 3, 5), 2", listed(urn(COLOURS)), "3 * x[0] + x[1]"),
    Row("successive", "(0.5, 0.2, 0.3), 2", listed(successive((0.5, 0.2, 0.3))), "3 * x[0] + x[1]"),
)
ORDERS = np.zeros(256, np.int64)
for _number, (_a, _b, _c, _d) in enumerate(permutations(range(4))):
    ORDERS[_a * 64 + _b * 16 + _c * 4 + _d] = _number


def samples(row: Row, seed: int) -> Any:
    """Samples 0, 1, ... of a seed, compiled."""
    numba = pytest.importorskip("numba")
    from stochtrace.runtime import numba_side

    text = f"""
def run(omegas, collections, out):
    omega = omegas[0]
    for i in range(out.size):
        start(omega, collections[0], i)
        x = rule(omega, 1, {row.at})
        out[i] = {row.of}
"""
    space: dict[str, Any] = {"rule": getattr(runtime, row.name), "start": numba_side.start, "np": np, "orders": ORDERS}
    exec(text, space)
    omegas = np.zeros(1, numba_side.omega_type(1))
    omegas["key0"] = seed
    out = np.empty(COUNT)
    numba.njit(space["run"])(omegas, np.zeros(1, numba_side.JUMPS_TYPE), out)
    return out


def fit_of_numbers(x: Any, distribution: Any) -> float:
    """The p-value of Kolmogorov and Smirnov's test, its limit for many samples."""
    f = distribution.cdf(np.sort(x))
    steps = np.arange(len(x) + 1) / len(x)
    distance = max(np.max(steps[1:] - f), np.max(f - steps[:-1]))
    return float(stats.kstwobign.sf(distance * math.sqrt(len(x))))


def fit_of_counts(x: Any, distribution: Any) -> float:
    """The p-value of a chi-square test on cells between quantiles."""
    quantiles = np.array([1e-3, *(np.arange(1, 60) / 60), 1 - 1e-3])
    ends = np.unique(distribution.ppf(quantiles))
    chances = np.diff([0.0, *distribution.cdf(ends), 1.0])
    cells = np.bincount(np.searchsorted(ends, x), minlength=len(ends) + 1)
    assert cells[chances < 1e-12].sum() == 0, "an outcome that has no probability"
    cells, chances = cells[chances >= 1e-12], chances[chances >= 1e-12]
    return float(stats.chisquare(cells, chances / chances.sum() * len(x)).pvalue)


def fit_of(row: Row) -> Callable[[Any, Any], float]:
    return fit_of_numbers if isinstance(row.distribution.dist, stats.rv_continuous) else fit_of_counts


@pytest.mark.parametrize("row", ROWS, ids=lambda row: f"{row.name}({row.at})")
def test_samples_have_their_distribution(row: Row) -> None:
    fit = fit_of_counts if isinstance(row.distribution, stats.rv_discrete) else fit_of(row)
    p = fit(samples(row, 20 + len(row.name)), row.distribution)
    assert p > FALSE_ALARM / len(ROWS)


def test_every_distribution_has_a_row() -> None:
    assert {row.name for row in ROWS} == set(pairs())


@pytest.mark.parametrize("shift", [0.03, -0.03])
def test_a_distribution_that_is_a_little_off_is_seen(shift: float) -> None:
    """With as many samples as there are by default; a hundredth of a standard deviation with a million."""
    normal, poisson = (next(row for row in ROWS if row.name == name) for name in ("normal", "poisson"))
    bound = FALSE_ALARM / len(ROWS)
    assert fit_of_numbers(samples(normal, 1), stats.norm(0.5 + 3 * shift, 2)) < bound
    assert fit_of_counts(samples(poisson, 1), stats.poisson(40 + 15 * shift)) < bound
