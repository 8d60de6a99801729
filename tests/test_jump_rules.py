"""Jump rules, exactly: sum_y P(y) sum_jumps w (f(alt) - f(y)) = d/dtheta sum_y P(y) f(y), for a random f.

The real `_d` functions are driven once per outcome, by a uniform in the middle of the outcome's interval. The right
side is a complex step of the probabilities, which stand here in textbook form and share nothing with the library.
"""

from __future__ import annotations

import math
import operator
import random
from collections.abc import Callable, Sequence
from itertools import accumulate, chain, pairwise
from typing import Any, NamedTuple

import numpy as np
import pytest

from stochtrace import runtime
from stochtrace.runtime.checks import DOMAINS, DomainError
from stochtrace.runtime.jumps import RARE, EveryJump
from stochtrace.transform.pairs import pairs

STEP = 1e-30
SITE, VISIT = 3, 2


class Row(NamedTuple):
    """Probabilities of first, first + 1, ...; parameters that move, directions, parameters that do not move.

    Several parameters that move are a tuple, and so are their directions.
    """

    name: str
    probabilities: Callable[..., Sequence[Any]]
    points: Sequence[Any]
    directions: Sequence[Any] = (1.0, -1.0, 0.7, -2.5)
    fixed: tuple[Any, ...] = ()
    first: int = 0
    falling: bool = False  # the first outcome owns the upper end of the uniform
    behind: tuple[Any, ...] = ()  # parameters that do not move, after those that do


def binomial(n: int, p: complex) -> list[complex]:
    return [math.comb(n, k) * p**k * (1 - p) ** (n - k) for k in range(n + 1)]


def poisson(lam: complex) -> list[complex]:
    ratios = [np.exp(-lam), *(lam / k for k in range(1, int(lam.real + 12 * math.sqrt(lam.real) + 20)))]
    return list(accumulate(ratios, operator.mul))


def geometric(p: complex) -> list[complex]:
    return [p * (1 - p) ** (k - 1) for k in range(1, 3 + int(40 / p.real))]


def categorical(p: Sequence[complex]) -> list[complex]:
    return [x / sum(p) for x in p]


def by_sums(sums: Sequence[complex]) -> list[complex]:
    return categorical(np.diff(sums, prepend=0.0))


def negative_binomial(n: complex, p: complex) -> list[complex]:
    count = int((n.real + 45) * (2 - p.real) / p.real)
    return list(accumulate([p**n, *((n + k - 1) / k * (1 - p) for k in range(1, count))], operator.mul))


def logseries(p: complex) -> list[complex]:
    count = int(40 / (1 - p.real)) + 3
    terms = [p ** (k - 1) / k for k in range(1, count)]
    return [term / sum(reversed(terms)) for term in terms]


def zipf(a: complex) -> list[complex]:
    terms = [k**-a for k in range(1, 400)]
    return [term / sum(reversed(terms)) for term in terms]


def planck(rate: complex) -> list[complex]:
    return [(1 - np.exp(-rate)) * np.exp(-rate * k) for k in range(int(45 / rate.real) + 2)]


def boltzmann(rate: complex, count: int) -> list[complex]:
    terms = [np.exp(-rate * k) for k in range(count)]
    return [term / sum(terms) for term in terms]


def dlaplace(a: complex) -> list[complex]:
    return [np.tanh(a / 2) * np.exp(-a * abs(k)) for k in range(-50, 51)]


def betabinom(n: int, a: complex, b: complex) -> list[complex]:
    def rising(x: complex, count: int) -> complex:
        return math.prod((x + i for i in range(count)), start=1 + 0j)

    return [math.comb(n, k) * rising(a, k) * rising(b, n - k) / rising(a + b, n) for k in range(n + 1)]


def clipped(p: complex) -> list[complex]:
    """A decision `u < p`: certain for p beyond 0 or 1, whatever its tangent."""
    return binomial(1, p) if 0 <= p.real <= 1 else binomial(1, complex(p.real > 1))


INFINITE = ("poisson", "geometric", "negative_binomial", "logseries", "zipf", "planck", "dlaplace")
UNIT = (0.0, 1e-9, 0.2, 0.5, 0.9, 1 - 1e-9, 1.0)
HALF, THIRDS = [0.5, 0.5], [0.25, 0.5, 0.25]
SUMMING = ([1.0, -1.0, 0.0], [-1.0, 1.0, 0.0], [0.3, 0.5, -0.8], [-0.3, -0.5, 0.8])
# tangents of weights that are normalised by hand need not sum to 0
UNNORMALISED = ([1.0, 0.0, 0.0], [0.0, 0.0, -1.0], [1.0, 2.0, 3.0])
ARRIVING = (
    [0.5, 0.5, 0.0, 0.0],
    [0.0, 0.0, 0.5, 0.5],
    [0.0, 0.4, 0.0, 0.6],
    [0.4, 0.0, 0.0, 0.6],
    [0.0, 0.0, 1.0, 0.0],
)
BOTH = ((1.0, 0.0), (-1.0, 0.0), (0.0, 1.0), (0.0, -1.0), (1.0, 1.0), (0.7, -2.5), (-1.0, 0.05))
FOUR = (
    [0.4, 0.3, 0.2, -0.9],
    [-0.4, 0.1, -0.2, 0.5],
    [0.0, 0.0, 1.0, -1.0],
    [1.0, -1.0, 0.0, 0.0],
    [1.0, 1.0, 1.0, 2.0],
)

ROWS = (
    Row("bernoulli", lambda p: binomial(1, p), UNIT, falling=True),
    Row("flip", clipped, (*UNIT, -0.5, 1.5), falling=True),
    *(Row("binomial", lambda p, n=n: binomial(n, p), UNIT, fixed=(n,)) for n in (0, 1, 2, 7, 30)),
    Row("poisson", poisson, (0.0, 1e-9, 0.3, 1.0, 4.5, 24.0, 26.0, 60.0)),
    Row("geometric", geometric, (0.1, 0.5, 0.9, 1 - 1e-9, 1.0), first=1),
    Row(
        "negative_binomial",
        negative_binomial,
        ((2.0, 0.5), (0.3, 0.2), (7.5, 0.9), (3.7, 1 - 1e-9), (4.0, 1.0), (40.0, 0.4), (1.0, 0.05)),
        BOTH,
    ),
    Row("logseries", logseries, (0.0, 1e-9, 0.3, 0.72, 0.97), first=1),
    Row("zipf", zipf, (7.5, 12.0, 60.0), first=1),
    Row("planck", planck, (0.05, 0.7, 4.0)),
    *(Row("boltzmann", lambda r, n=n: boltzmann(r, n), (1e-9, 0.05, 0.7, 4.0), behind=(n,)) for n in (1, 2, 9)),
    Row("dlaplace", dlaplace, (1.5, 2.5, 6.0), first=-50),
    *(
        Row("betabinom", lambda a, b, n=n: betabinom(n, a, b), ((0.5, 0.5), (2.0, 3.5), (0.2, 40.0)), BOTH, fixed=(n,))
        for n in (0, 1, 8, 30)
    ),
    Row("categorical", categorical, ([1.0],), ([0.0], [1.0])),
    Row("categorical", categorical, (HALF, [1.0, 0.0], [0.0, 1.0]), ([1.0, -1.0], [-0.5, 0.5], [1.0, 0.0])),
    Row("categorical", categorical, (THIRDS, [0.2, 0.0, 0.8], [0.0, 0.0, 1.0]), (*SUMMING, *UNNORMALISED)),
    Row("categorical", categorical, ARRIVING, FOUR),
    Row("weighted", categorical, (HALF, [3.0, 1.0], [0.0, 2.0]), ([1.0, -1.0], [-0.5, 0.5], [1.0, 0.0])),
    Row("weighted", categorical, ([2.0, 0.0, 6.0], [1.0, 1.0, 5.0]), (*SUMMING, *UNNORMALISED)),
    Row("cumulative", by_sums, ([2.0, 2.0, 8.0], [1.0, 2.0, 7.0]), (*SUMMING, *UNNORMALISED)),
)
CASES = [
    pytest.param(row, at, dot, id=f"{row.name}{[*row.fixed, at, *row.behind]} moves by {dot}")
    for row in ROWS
    for at in row.points
    for dot in row.directions
]


class Forcing:
    """ω with one draw: its uniform, read at visit 2 of site 3."""

    def __init__(self, w: float) -> None:
        self.w = w
        self.visits = [0] * SITE + [VISIT - 1]
        self.site = self.visit = -1
        self.to = 0

    def next(self, site: int) -> float:
        assert site == SITE
        self.visits[site] += 1
        return self.w


def moved(row: Row, at: Any, dot: Any) -> Sequence[complex]:
    """The probabilities at a complex step."""
    if isinstance(at, tuple):
        return row.probabilities(*(x + 1j * STEP * d for x, d in zip(at, dot, strict=True)))
    return row.probabilities(np.array(at) + 1j * STEP * np.array(dot) if isinstance(at, list) else at + 1j * STEP * dot)


def parameters(row: Row, at: Any) -> tuple[Any, ...]:
    return (*row.fixed, *(at if isinstance(at, tuple) else (at,)), *row.behind)


def with_tangents(row: Row, at: Any, dot: Any) -> tuple[Any, ...]:
    pairs = chain(*zip(at, dot, strict=True)) if isinstance(at, tuple) else (at, dot)
    return (*row.fixed, *pairs, *row.behind)


def offered(row: Row, at: Any, dot: Any, omega: Forcing, outcome: int | None = None) -> EveryJump:
    jumps = EveryJump()
    drawn = getattr(runtime, f"{row.name}_d")(omega, jumps, SITE, *with_tangents(row, at, dot))
    assert drawn == outcome or outcome is None
    return jumps


def forced_to(outcome: int) -> Forcing:
    omega = Forcing(0.5)
    omega.site, omega.visit, omega.to = SITE, VISIT, outcome
    return omega


def some_function(row: Row, count: int) -> dict[int, float]:
    """A random f on the support; large beyond its ends, where no jump may lead."""
    rng = random.Random(5)
    beyond = 0.0 if row.name in INFINITE else 1e9
    inside = {row.first + k: rng.uniform(-1, 1) for k in range(count)}
    return {row.first - 1: 1e9, row.first + count: beyond, **inside}


@pytest.mark.parametrize(("row", "at", "dot"), CASES)
def test_jumps_have_the_derivative_as_their_mean(row: Row, at: Any, dot: Any) -> None:
    chances = moved(row, at, dot)
    f = some_function(row, len(chances))
    expected = sum(c.imag / STEP * f[row.first + k] for k, c in enumerate(chances))
    found = 0.0
    for y, chance in enumerate(chances, start=row.first):
        if chance.real > 1e-50:
            jumps = offered(row, at, dot, forced_to(y), y)
            found += chance.real * sum(j.weight * (f[j.to] - f[y]) for j in jumps.all)
    scale = sum(abs(c.imag) / STEP for c in chances)
    assert found == pytest.approx(expected, abs=1e-12 * max(1.0, scale))


@pytest.mark.parametrize(("row", "at", "dot"), CASES)
def test_each_outcome_owns_its_interval(row: Row, at: Any, dot: Any) -> None:
    """A uniform in the middle of the interval of y gives y, and the same jumps as y gives when it is forced."""
    ends = list(accumulate((c.real for c in moved(row, at, dot)), initial=0.0))
    for y, (low, high) in enumerate(pairwise(ends), start=row.first):
        if high - low > 1e-12:
            w = (low + high) / 2
            omega = Forcing(1 - w if row.falling else w)
            assert offered(row, at, dot, omega, y).all == offered(row, at, dot, forced_to(y)).all


@pytest.mark.parametrize(("row", "at", "dot"), CASES)
def test_each_jump_names_its_draw_and_its_weight_is_a_rate(row: Row, at: Any, dot: Any) -> None:
    for w in (0.05, 0.3, 0.6, 0.95):
        jumps = offered(row, at, dot, Forcing(w))
        assert all((j.site, j.visit) == (SITE, VISIT) for j in jumps.all)
        assert jumps.total == pytest.approx(sum(abs(j.weight) for j in jumps.all), rel=1e-15)
        chances = [c.real for c in moved(row, at, dot)]
        some_rare = any(min(pair) < RARE * max(pair) for pair in pairwise(chances))
        assert some_rare or all(j.weight > 0 for j in jumps.all)


@pytest.mark.parametrize(("row", "at", "dot"), CASES)
def test_a_replay_returns_the_alternative_at_its_visit_only(row: Row, at: Any, dot: Any) -> None:
    sampler = getattr(runtime, row.name)
    for visit in (VISIT - 1, VISIT, VISIT + 1):
        for to in range(row.first, row.first + 2):
            omega = Forcing(0.4)
            omega.site, omega.visit, omega.to = SITE, visit, to
            free = sampler(Forcing(0.4), SITE, *parameters(row, at))
            assert sampler(omega, SITE, *parameters(row, at)) == (to if visit == VISIT else free)
            assert omega.visits[SITE] == VISIT


def test_every_rule_has_a_row() -> None:
    """Counts of several kinds are draws of one kind after the other: whole programs show them."""
    scalar = [pair for pair in pairs().values() if not pair.continuous and not pair.vector]
    assert {pair.name for pair in scalar if any(map(pair.has_tangent, pair.parameters))} == {row.name for row in ROWS}


def test_integers_cover_their_range_evenly() -> None:
    """`integers` has no derivative: its bounds are integers."""
    found = [runtime.integers(Forcing((i + 0.5) / 24), SITE, -2, 4) for i in range(24)]
    assert found == [k for k in range(-2, 4) for _ in range(4)]
    tops = [runtime.integers(Forcing(1 - 2.0**-53), SITE, 0, n) for n in (1, 2, 3, 10, 10**6, 2**52 + 1)]
    assert tops == [0, 1, 2, 9, 10**6 - 1, 2**52]


NAN, BELOW, ABOVE = math.nan, -1e-9, 1 + 1e-9
OUTSIDE = [
    *(("bernoulli", (p,), "p") for p in (BELOW, ABOVE, NAN, math.inf)),
    *(("binomial", (3, p), "p") for p in (BELOW, ABOVE, NAN)),
    ("binomial", (-1, 0.5), "n"),
    *(("poisson", (lam,), "lam") for lam in (BELOW, NAN, math.inf)),
    *(("geometric", (p,), "p") for p in (0.0, BELOW, ABOVE, NAN)),
    *(("categorical", ([0.5, p, 0.5 - p],), "p") for p in (BELOW, NAN)),
    *(("categorical", (p,), "sum of p") for p in ([0.5, 0.4], [0.5, 0.6], [0.0, 0.0])),
    *(("weighted", ([1.0, w],), "weights") for w in (-0.5, -1e-9)),
    *(("weighted", (w,), "sum of weights") for w in ([0.0, 0.0], [1.0, NAN], [1.0, math.inf])),
    *(("cumulative", ([1.0, w],), "weights") for w in (0.5, 1.0 - 1e-9)),
    *(("cumulative", (w,), "sum of weights") for w in ([0.0, 0.0], [1.0, NAN])),
    *(("successive", (p, 2), "p") for p in ([0.5, BELOW, 0.5], [0.5, NAN, 0.5])),
    ("successive", ([0.5, 0.6], 2), "sum of p"),
    *(("successive", ([0.5, 0.5, 0.0], k), "k") for k in (-1, 3)),
    ("subset_of_counts", ([2, -1], 1), "counts"),
    *(("subset_of_counts", ([2, 1], k), "k") for k in (-1, 4)),
    ("integers", (0.5, 3), "low"),
    ("integers", (0, 2.5), "number of values"),
    ("binomial", (2.5, 0.5), "n"),
    *(("integers", ends, "number of values") for ends in ((3, 3), (4, 3), (0, 2**63))),
    *(("negative_binomial", (n, 0.5), "n") for n in (0.0, -1.0, NAN, math.inf)),
    *(("negative_binomial", (2.0, p), "p") for p in (0.0, BELOW, ABOVE, NAN)),
    ("negative_binomial", (1e10, 1e-6), "mean"),
    *(("hypergeometric", (good, 3, 1), "ngood") for good in (-1, 10**9 + 1)),
    *(("hypergeometric", (3, bad, 1), "nbad") for bad in (-1, 10**9 + 1)),
    ("hypergeometric", (3, 2, -1), "nsample"),
    ("hypergeometric", (3, 2, 6), "ngood + nbad - nsample"),
    *(("logseries", (p,), "p") for p in (BELOW, 1.0, NAN)),
    *(("zipf", (a,), "a") for a in (1.0, 0.5, NAN)),
    *(("planck", (rate,), "lambda_") for rate in (0.0, -1.0, NAN, math.inf)),
    *(("boltzmann", (rate, 3), "lambda_") for rate in (0.0, -1.0, NAN, math.inf)),
    ("boltzmann", (1.0, 0), "N"),
    *(("dlaplace", (a,), "a") for a in (0.0, -1.0, NAN, math.inf)),
    ("betabinom", (-1, 1.0, 1.0), "n"),
    *(("betabinom", (3, a, 1.0), "a") for a in (0.0, -1.0, NAN, math.inf)),
    *(("betabinom", (3, 1.0, b), "b") for b in (0.0, -1.0, NAN, math.inf)),
]


@pytest.mark.parametrize(("name", "arguments", "parameter"), OUTSIDE, ids=str)
def test_a_parameter_outside_its_domain_is_named(name: str, arguments: tuple[Any, ...], parameter: str) -> None:
    with pytest.raises(DomainError) as error:
        getattr(runtime, name)(Forcing(0.5), SITE, *arguments)
    assert error.value.args[:2] == (SITE, parameter)
    assert parameter in DOMAINS[name]


SINGLE = [r for r in ROWS if r.fixed == (0,) or r.behind == (1,) or r.points == ([1.0],)]  # rows of one outcome


@pytest.mark.parametrize("row", [r for r in ROWS if r not in SINGLE], ids=lambda row: row.name)
def test_a_tangent_that_is_not_a_number_is_seen(row: Row) -> None:
    """A NaN weight must not be dropped as if no mass left: the total shows it, and the sample becomes NaN."""
    at = next(a for a in row.points if moved(row, a, 0 * np.array(a))[0].real not in (0, 1))
    dot = type(at)([NAN] * len(at)) if isinstance(at, list | tuple) else NAN
    for w in (0.05, 0.5, 0.95):
        assert math.isnan(offered(row, at, dot, Forcing(w)).total)
