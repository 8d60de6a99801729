"""Pathwise rules at fixed ω: each draw is the quantile of its distribution, and its tangent that quantile's derivative.

The quantiles stand here once more, in mpmath with 40 digits, and are differentiated numerically there. That they are
quantiles is checked against the distributions of scipy.stats, which share nothing with them.
"""

from __future__ import annotations

import inspect
import math
from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

import pytest
from mpmath import mp, mpf
from scipy import stats

from stochtrace.runtime.checks import DOMAINS, DomainError
from stochtrace.runtime.distributions import continuous

SITE = 2
# both ends of what Omega can return, both tails, the middle
UNIFORMS = (2.0**-53, 1e-9, 0.01, 0.3, 0.5 - 2.0**-53, 0.5, 0.7, 0.975, 1 - 1e-9, 1 - 2.0**-53)


def normal_quantile(w: Any) -> Any:
    return mp.sqrt(2) * mp.erfinv(2 * w - 1)


class Row(NamedTuple):
    """A sampler, its quantile function, its distribution in scipy.stats, and points of its parameters."""

    name: str
    quantile: Callable[..., Any]
    distribution: Callable[..., Any]
    points: Sequence[tuple[float, ...]]


ROWS = (
    Row("exponential", lambda w, s: -s * mp.log(1 - w), lambda s: stats.expon(scale=s), [(10.0,), (1e-3,), (1.0,)]),
    Row(
        "uniform",
        lambda w, a, b: a + (b - a) * w,
        lambda a, b: stats.uniform(a, b - a),
        [(0.0, 1.0), (-2.0, 3.5), (1.0, 1.5)],
    ),
    Row(
        "uniform_between",
        lambda w, a, b: a + (b - a) * w,
        lambda a, b: stats.uniform(a, b - a),
        [(0.0, 1.0), (-2.0, 3.5), (1.0, 1.5)],
    ),
    Row(
        "normal",
        lambda w, m, s: m + s * normal_quantile(w),
        stats.norm,
        [(0.0, 1.0), (-3.0, 0.2), (0.5, 40.0)],
    ),
    Row(
        "lognormal",
        lambda w, m, s: mp.exp(m + s * normal_quantile(w)),
        lambda m, s: stats.lognorm(s, scale=math.exp(m)),
        [(0.0, 1.0), (-1.0, 0.2), (2.0, 1.5)],
    ),
)
# where the distribution is a point, a function of w that falls, or both: no cdf, but the same formula
EDGES = (
    ("exponential", (0.0,)),
    ("uniform", (2.0, 2.0)),
    ("uniform_between", (1.0, -1.0)),
    ("normal", (2.0, 0.0)),
    ("lognormal", (0.0, 0.0)),
)
POINTS = [(row, at) for row in ROWS for at in row.points]
ALL = POINTS + [(row, at) for row in ROWS for name, at in EDGES if name == row.name]


class Fixed:
    """ω with one uniform."""

    site = visit = to = -1

    def __init__(self, w: float) -> None:
        self.w, self.visits = w, [0] * (SITE + 1)

    def next(self, site: int) -> float:
        self.visits[site] += 1
        return self.w


def drawn(row: Row, at: Sequence[float], w: float) -> float:
    return float(getattr(continuous, row.name)(Fixed(w), SITE, *at))


def differentiated(row: Row, at: Sequence[float], dot: Sequence[float], w: float) -> tuple[float, float]:
    omega = Fixed(w)
    x, x_dot = getattr(continuous, f"{row.name}_d")(
        omega, SITE, *(v for pair in zip(at, dot, strict=True) for v in pair)
    )
    assert omega.visits == [0, 0, 1], "one uniform per draw, of its own site"
    return x, x_dot


def exact_tangent(row: Row, at: Sequence[float], dot: Sequence[float], w: float) -> float:
    with mp.workdps(40):
        return float(
            mp.diff(lambda t: row.quantile(mpf(w), *(a + mpf(d) * t for a, d in zip(at, dot, strict=True))), 0)
        )


def directions(count: int) -> list[tuple[float, ...]]:
    """Each parameter alone, both ways, and all together."""
    alone = [tuple(s * (i == k) for i in range(count)) for k in range(count) for s in (1.0, -2.5)]
    return [*alone, tuple(0.7 - 1.1 * i for i in range(count))]


@pytest.mark.parametrize(("row", "at"), ALL, ids=[f"{row.name}{at}" for row, at in ALL])
def test_tangent_is_the_derivative_of_the_quantile(row: Row, at: tuple[float, ...]) -> None:
    for w in UNIFORMS:
        for dot in directions(len(at)):
            x, x_dot = differentiated(row, at, dot, w)
            assert x == drawn(row, at, w), "the same bits as the sampler"
            expected = exact_tangent(row, at, dot, w)
            assert x_dot == pytest.approx(expected, rel=2e-14, abs=1e-14 * max(map(abs, dot)))


@pytest.mark.parametrize(("row", "at"), POINTS, ids=[f"{row.name}{at}" for row, at in POINTS])
def test_draw_is_the_quantile(row: Row, at: tuple[float, ...]) -> None:
    """cdf(x) = w, and in the upper half 1 - cdf(x) = 1 - w, where the cdf has no digits left for the tail."""
    distribution = row.distribution(*at)
    for w in UNIFORMS:
        x = drawn(row, at, w)
        tail, expected = (distribution.cdf(x), w) if w < 0.5 else (distribution.sf(x), 1 - w)
        slack = 1e-15 if row.name.startswith("uniform") else 0.0  # low + (high - low) w is rounded to the places of low
        assert tail == pytest.approx(expected, rel=1e-12, abs=slack)


def test_every_rule_has_a_row() -> None:
    functions = {name for name, _ in inspect.getmembers(continuous, inspect.isfunction) if name.endswith("_d")}
    assert functions == {f"{row.name}_d" for row in ROWS}


OUTSIDE = [
    ("exponential", (-1e-9,), "scale"),
    ("exponential", (math.nan,), "scale"),
    ("uniform", (0.0, math.inf), "high - low"),
    ("uniform", (math.nan, 1.0), "high - low"),
    ("uniform", (1.0, 0.5), "high - low"),
    ("uniform_between", (0.0, -math.inf), "b - a"),
    ("uniform_between", (math.nan, 1.0), "b - a"),
    ("normal", (0.0, -1e-9), "scale"),
    ("normal", (0.0, math.nan), "scale"),
    ("lognormal", (0.0, -1e-9), "sigma"),
    ("lognormal", (0.0, math.nan), "sigma"),
]


@pytest.mark.parametrize(("name", "at", "parameter"), OUTSIDE, ids=str)
def test_a_parameter_outside_its_domain_is_named(name: str, at: tuple[float, ...], parameter: str) -> None:
    row = next(r for r in ROWS if r.name == name)
    for run in (drawn, lambda row, at, w: differentiated(row, at, at, w)):
        with pytest.raises(DomainError) as error:
            run(row, at, 0.5)
        assert error.value.args[:2] == (SITE, parameter)
    assert parameter in DOMAINS[name]
