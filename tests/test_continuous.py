"""Continuous draws against exact values (make_continuous_reference.py): quantiles, slopes, order, compiled."""

from __future__ import annotations

import inspect
import json
import math
from collections.abc import Sequence
from itertools import pairwise
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np
import pytest
from test_pathwise import SITE, Fixed, directions

from stochtrace import runtime
from stochtrace.runtime.checks import DOMAINS, DomainError
from stochtrace.runtime.distributions import (
    bounded,
    circular,
    inverse_gaussian,
    location_scale,
    noncentral,
    power_laws,
    skewed,
)

TABLE: dict[str, list[dict[str, Any]]] = json.loads((Path(__file__).parent / "data" / "continuous.json").read_text())
MODULES: tuple[ModuleType, ...] = (location_scale, power_laws, bounded, inverse_gaussian, skewed, circular, noncentral)
POINTS = [(name, tuple(point["at"]), point["rows"]) for name, points in TABLE.items() for point in points]
IDS = [f"{name}{at}" for name, at, _ in POINTS]
# Absolute errors of the slopes in each parameter, where these cancel: near the median of a symmetric distribution,
# where x, rounded, is next to an end of its range, and where a slope changes its sign.
FLOOR = {
    "cauchy": (0.0, 2e-16),
    "triangular": (5e-16, 5e-16, 5e-16),
    "skewnorm": (5e-15, 0.0, 5e-15),
    "noncentral_f": (0.0, 1e-17, 0.0),
    "vonmises": (5e-15, 5e-15),
    "vonmises_from_zero": (5e-15, 5e-15),
}
STEP = {"noncentral_chisquare": 2e-12, "noncentral_f": 2e-12}  # uniforms further apart than this stay in order
SMALLEST = 2.2250738585072014e-308  # below, doubles lose digits


def drawn(name: str, at: Sequence[float], w: float) -> float:
    x: float = getattr(runtime, name)(Fixed(w), SITE, *at)
    return x


def differentiated(name: str, at: Sequence[float], dot: Sequence[float], w: float) -> tuple[float, float]:
    omega = Fixed(w)
    interleaved = [v for pair in zip(at, dot, strict=True) for v in pair]
    result: tuple[float, float] = getattr(runtime, f"{name}_d")(omega, SITE, *interleaved)
    assert omega.visits == [0, 0, 1], "one uniform per draw, of its own site"
    return result


@pytest.mark.parametrize(("name", "at", "rows"), POINTS, ids=IDS)
def test_draw_is_the_quantile(name: str, at: tuple[float, ...], rows: Any) -> None:
    """|F(x) - w| is at most 4e-15 + 1e-12 min(w, 1 - w), beyond what rounding x to a double makes of it."""
    for w, exact, density, _ in rows:
        x = drawn(name, at, w)
        if abs(exact) < SMALLEST:
            assert abs(x) <= SMALLEST
        else:
            slack = 4e-15 + 1e-12 * min(w, 1 - w)
            assert density * abs(x - exact) <= slack + 2 * density * math.ulp(exact), w


@pytest.mark.parametrize(("name", "at", "rows"), POINTS, ids=IDS)
def test_tangent_is_the_derivative_of_the_quantile(name: str, at: tuple[float, ...], rows: Any) -> None:
    for w, _, _, slopes in rows:
        for dot in directions(len(at)):
            x, x_dot = differentiated(name, at, dot, w)
            assert x == drawn(name, at, w), "the same bits as the sampler"
            floor = sum(f * abs(d) for f, d in zip(FLOOR.get(name, ()), dot, strict=False))
            terms = [s * d for s, d in zip(slopes, dot, strict=True)]
            assert x_dot == pytest.approx(math.fsum(terms), rel=1e-9, abs=1e-15 * sum(map(abs, terms)) + floor), w


@pytest.mark.parametrize(("name", "at", "rows"), POINTS, ids=IDS)
def test_draw_does_not_fall_as_w_grows(name: str, at: tuple[float, ...], rows: Any) -> None:
    """In steps of a thousand places of w in three places, and across the whole range."""
    near = [centre + k * STEP.get(name, 1e-13) for centre in (0.3, 0.5, 0.9) for k in range(-20, 21)]
    ends = [2.0**-k for k in range(1, 53)] + [1 - 2.0**-k for k in range(2, 53)]
    limit = max(row[0] for row in rows)  # beyond, the draw overflows
    values = [drawn(name, at, w) for w in sorted(near + ends) if w <= limit]
    assert all(a <= b for a, b in pairwise(values))


def test_every_rule_is_in_the_table() -> None:
    functions = {n for module in MODULES for n, _ in inspect.getmembers(module, inspect.isfunction) if n.endswith("_d")}
    assert functions == {f"{name}_d" for name in TABLE}


def compiled(name: str, count: int) -> Any:
    """The draw and its tangent in nopython mode, on an ω that holds one uniform."""
    numba = pytest.importorskip("numba")
    from stochtrace.runtime import numba_side

    names = ", ".join(f"v[{i}]" for i in range(count))
    space: dict[str, Any] = {"rule": getattr(runtime, f"{name}_d")}
    exec(f"def call(omegas, v):\n    return rule(omegas[0], 1, {names})", space)
    function = numba.njit(space["call"])

    def run(w: float, values: Sequence[float]) -> tuple[float, float]:
        omegas = np.zeros(1, numba_side.omega_type(1))
        omegas["buffer"][0, 1, 0], omegas["filled"][0, 1] = w, 4
        result: tuple[float, float] = function(omegas, np.array(values, float))
        return result

    return run


@pytest.mark.parametrize("name", TABLE)
def test_compiled_is_the_same(name: str) -> None:
    points = TABLE[name]
    run = compiled(name, 2 * len(points[0]["at"]))
    for point in points:
        at = point["at"]
        dot = [0.7 - 0.4 * i for i in range(len(at))]
        for w, *_ in point["rows"]:
            expected = differentiated(name, at, dot, w)
            interleaved = [v for pair in zip(at, dot, strict=True) for v in pair]
            assert run(w, interleaved) == pytest.approx(expected, rel=1e-11, abs=1e-15), (at, w)


OUTSIDE = [
    ("gumbel", (0.0, -1e-9), "scale"),
    ("laplace", (0.0, -1e-9), "scale"),
    ("logistic", (0.0, -1e-9), "scale"),
    ("cauchy", (0.0, -1e-9), "scale"),
    ("rayleigh", (-1e-9,), "scale"),
    ("halfnorm", (0.0, -1e-9), "scale"),
    ("symmetric_triangular", (0.0, math.inf), "high - low"),
    ("weibull", (0.0, 1.0), "a"),
    ("weibull", (1.0, -1e-9), "scale"),
    ("pareto", (0.0,), "a"),
    ("classical_pareto", (0.0,), "alpha"),
    ("power", (0.0,), "a"),
    ("triangular", (1.0, 1.0, 1.0), "right - left"),
    ("triangular", (0.0, -1e-9, 1.0), "mode - left"),
    ("triangular", (0.0, 1.1, 1.0), "right - mode"),
    ("truncnorm", (1.0, 1.0, 0.0, 1.0), "b - a"),
    ("truncnorm", (0.0, 1.0, 0.0, -1e-9), "scale"),
    ("wald", (0.0, 1.0), "mean"),
    ("wald", (math.inf, 1.0), "mean"),
    ("wald", (1.0, 0.0), "scale"),
    ("wald", (1.0, math.inf), "scale"),
    ("skewnorm", (math.inf, 0.0, 1.0), "a"),
    ("skewnorm", (0.0, 0.0, -1e-9), "scale"),
    ("noncentral_chisquare", (0.0, 1.0), "df"),
    ("noncentral_chisquare", (1.0, -1e-9), "nonc"),
    ("noncentral_f", (0.0, 1.0, 1.0), "dfnum"),
    ("noncentral_f", (1.0, 0.0, 1.0), "dfden"),
    ("noncentral_f", (1.0, 1.0, -1e-9), "nonc"),
    ("vonmises", (math.inf, 1.0), "mu"),
    ("vonmises", (0.0, -1e-9), "kappa"),
    ("vonmises", (0.0, math.inf), "kappa"),
    ("vonmises_from_zero", (-math.inf, 1.0), "mu"),
    ("vonmises_from_zero", (0.0, math.inf), "kappa"),
]


@pytest.mark.parametrize(("name", "at", "parameter"), OUTSIDE, ids=str)
def test_a_parameter_outside_its_domain_is_named(name: str, at: tuple[float, ...], parameter: str) -> None:
    for run in (lambda: drawn(name, at, 0.5), lambda: differentiated(name, at, at, 0.5)):
        with pytest.raises(DomainError) as error:
            run()
        assert error.value.args[:2] == (SITE, parameter)
    assert parameter in DOMAINS[name]


@pytest.mark.parametrize("name", TABLE)
def test_a_parameter_that_is_no_number_is_refused_or_shows(name: str) -> None:
    at = TABLE[name][0]["at"]
    for i in range(len(at)):
        bad = [*at[:i], math.nan, *at[i + 1 :]]
        try:
            x = drawn(name, bad, 0.3)
        except DomainError:
            continue
        assert math.isnan(x)


EDGES = [
    ("gumbel", (2.0, 0.0)),
    ("laplace", (2.0, 0.0)),
    ("logistic", (2.0, 0.0)),
    ("cauchy", (2.0, 0.0)),
    ("halfnorm", (2.0, 0.0)),
    ("symmetric_triangular", (2.0, 2.0)),
    ("truncnorm", (-1.0, 1.0, 2.0, 0.0)),
]


@pytest.mark.parametrize(("name", "at"), EDGES, ids=str)
def test_scale_zero_is_a_point_that_moves_with_the_quantile(name: str, at: tuple[float, ...]) -> None:
    """At scale 0 the draw is its location; the derivative in the scale is the standard quantile all the same."""
    last = [*[0.0] * (len(at) - 1), 1.0]
    start, unit = (0.0, 1.0) if name != "truncnorm" else (None, None)
    for w in (0.01, 0.5, 0.9):
        x, x_dot = differentiated(name, at, last, w)
        standard = drawn(name, (start, unit), w) if unit is not None else drawn(name, (-1.0, 1.0, 0.0, 1.0), w)
        assert (x, x_dot) == (2.0, pytest.approx(standard, rel=1e-15))
