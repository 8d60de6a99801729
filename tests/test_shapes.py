"""Families with shape parameters: quantiles and slopes against the table of `make_shapes_reference.py`.

The bounds are those that a user is promised; the docstrings of the runtime state what was found, which is less.
"""

from __future__ import annotations

import inspect
import json
import math
from pathlib import Path
from typing import Any

import pytest
from scipy import stats

from stochtrace import runtime as rt
from stochtrace.runtime.checks import DOMAINS, DomainError
from stochtrace.runtime.distributions import betas, gammas

SITE = 2
TABLE: dict[str, list[dict[str, Any]]] = json.loads((Path(__file__).parent / "data" / "shapes.json").read_text())
# a chi-square draw is twice one of the gamma rows, of scale 1
TABLE["chisquare"] = [
    {
        "at": [2 * row["at"][0]],
        "w": row["w"],
        "x": 2 * row["x"] / row["at"][1],
        "density": row["density"] * row["at"][1] / 2,
        "slopes": [row["slopes"][0] / row["at"][1]],
    }
    for row in TABLE["gamma"]
]
ROWS = [(name, row) for name, rows in TABLE.items() for row in rows]
LATTICE = [2.0**-53, *(i / 256 for i in range(1, 256)), 1 - 2.0**-53]
POINTS = {
    "gamma": [(0.01, 2.0), (0.5, 1.0), (7.0, 1.0), (12.0, 1.0), (1e4, 1.0)],
    "chisquare": [(0.02,), (1.0,), (14.0,), (24.0,), (2e4,)],
    "invgamma": [(0.01, 2.0), (7.0, 1.0), (1e4, 1.0)],
    "beta": [(0.01, 0.01), (0.01, 30.0), (0.7, 3.0), (12.0, 0.2), (15.0, 40.0), (1e4, 1e4)],
    "f": [(0.02, 0.02), (3.0, 8.0), (50.0, 0.7), (1e4, 1e4)],
    "standard_t": [(0.02,), (1.0,), (29.0,), (31.0,), (1e4,)],
}
CASES = [(name, at) for name, points in POINTS.items() for at in points]


class Fixed:
    """ω with one uniform."""

    site = visit = to = -1

    def __init__(self, w: float) -> None:
        self.w, self.visits = w, [0] * (SITE + 1)

    def next(self, site: int) -> float:
        self.visits[site] += 1
        return self.w


def drawn(name: str, at: tuple[float, ...], w: float) -> float:
    return float(getattr(rt, name)(Fixed(w), SITE, *at))


def differentiated(name: str, at: tuple[float, ...], dot: tuple[float, ...], w: float) -> tuple[float, float]:
    omega = Fixed(w)
    x, x_dot = getattr(rt, f"{name}_d")(omega, SITE, *(v for pair in zip(at, dot, strict=True) for v in pair))
    assert omega.visits == [0, 0, 1], "one uniform per draw, of its own site"
    return x, x_dot


def unit(count: int, k: int) -> tuple[float, ...]:
    return tuple(float(i == k) for i in range(count))


def test_every_family_is_in_the_table() -> None:
    functions = {name for module in (gammas, betas) for name, _ in inspect.getmembers(module, inspect.isfunction)}
    assert {name.removesuffix("_d") for name in functions if name.endswith("_d")} == set(TABLE) == set(POINTS)


@pytest.mark.parametrize("name", TABLE)
def test_draw_is_the_quantile(name: str) -> None:
    """|F(x) - w| <= 4e-15 + 1e-12 min(w, 1 - w), and the rounding of x itself."""
    for row in TABLE[name]:
        w, x = row["w"], drawn(name, row["at"], row["w"])
        bound = 4e-15 + 1e-12 * min(w, 1 - w)
        assert abs(x - row["x"]) * row["density"] <= bound + 2**-53 * abs(row["x"]) * row["density"], row


@pytest.mark.parametrize("name", TABLE)
def test_tangent_is_the_derivative_of_the_quantile(name: str) -> None:
    """To 1e-9; the slopes of F change sign: near 0 the size of the parts counts that they are the difference of."""
    for row in TABLE[name]:
        count = len(row["at"])
        for k, slope in enumerate(row["slopes"]):
            x, x_dot = differentiated(name, row["at"], unit(count, k), row["w"])
            assert x == drawn(name, row["at"], row["w"]), "the same bits as the sampler"
            slack = 1e-13 * x / row["at"][k] if name == "f" else 1e-290
            assert x_dot == pytest.approx(slope, rel=1e-9, abs=slack), (row, k)


@pytest.mark.parametrize(("name", "at"), CASES, ids=[f"{name}{at}" for name, at in CASES])
def test_tangents_add_up(name: str, at: tuple[float, ...]) -> None:
    dot = (0.7, -0.4)[: len(at)]
    for w in (1e-9, 0.3, 0.9):
        parts = [d * differentiated(name, at, unit(len(at), k), w)[1] for k, d in enumerate(dot)]
        if all(map(math.isfinite, parts)):
            slack = 1e-13 * sum(map(abs, parts)) + 1e-310
            assert differentiated(name, at, dot, w)[1] == pytest.approx(math.fsum(parts), rel=0, abs=slack)


@pytest.mark.parametrize(("name", "at"), CASES, ids=[f"{name}{at}" for name, at in CASES])
def test_draw_rises_with_its_uniform(name: str, at: tuple[float, ...]) -> None:
    x = [drawn(name, at, w) for w in LATTICE]
    assert x == sorted(x)
    assert len(set(x)) > 20


@pytest.mark.parametrize(("name", "at"), CASES, ids=[f"{name}{at}" for name, at in CASES])
def test_tangent_is_never_nan(name: str, at: tuple[float, ...]) -> None:
    for w in LATTICE:
        for k in range(len(at)):
            assert not math.isnan(differentiated(name, at, unit(len(at), k), w)[1]), (w, k)


@pytest.mark.parametrize(("name", "at"), [("gamma", (0.01, 1.0)), ("beta", (0.01, 3.0))], ids=str)
def test_what_underflows_moves_no_more(name: str, at: tuple[float, ...]) -> None:
    """Nor has it a logarithm, which would be that of another number."""
    assert differentiated(name, at, (1.0, 0.0), 1e-9) == (0.0, 0.0)


def test_beta_near_one_is_the_mirror_image() -> None:
    """1 - x is a quantile too; where x rounds to 1 the tangent keeps the digits of 1 - x."""
    for w in (2.0**-40, 0.25, 0.5):
        y, y_dot = differentiated("beta", (0.2, 3.0), (0.3, 1.0), w)
        x, x_dot = differentiated("beta", (3.0, 0.2), (1.0, 0.3), 1 - w)
        assert x == pytest.approx(1 - y, rel=1e-15)
        assert x_dot == pytest.approx(-y_dot, rel=1e-12)


def test_students_t_is_odd() -> None:
    for w in (2.0**-53, 2.0**-7, 0.375, 0.5):
        t, t_dot = differentiated("standard_t", (3.5,), (1.0,), w)
        mirrored = differentiated("standard_t", (3.5,), (1.0,), 1 - w)
        assert mirrored == (-t, -t_dot)


def test_gamma_of_shape_zero_is_a_point_without_a_pathwise_derivative() -> None:
    assert rt.gamma(Fixed(0.3), 1, 0.0, 2.0) == 0
    with pytest.raises(DomainError):
        differentiated("gamma", (0.0, 2.0), (1.0, 0.0), 0.3)


def test_scale_zero_is_a_point() -> None:
    assert differentiated("gamma", (2.0, 0.0), (1.0, 0.0), 0.3) == (0, 0)
    x, x_dot = differentiated("gamma", (2.0, 0.0), (0.0, 1.0), 0.3)
    assert (x, x_dot) == (0, pytest.approx(stats.gamma(2.0).ppf(0.3), rel=1e-13))


OUTSIDE = [
    (name, (*at[:k], value, *at[k + 1 :]), parameter)
    for name, at in {"gamma": (2.0, 1.0), "invgamma": (2.0, 1.0), "beta": (2.0, 1.0), "f": (2.0, 1.0)}.items()
    for k, parameter in enumerate(DOMAINS[name])
    for value in (-1e-9, math.nan)
]
OUTSIDE += [(name, (v,), "df") for name in ("standard_t", "chisquare") for v in (0.0, -1.0, math.nan, math.inf)]
OUTSIDE += [("beta", (0.0, 1.0), "a"), ("beta", (1.0, math.inf), "b"), ("f", (math.inf, 1.0), "dfnum")]
OUTSIDE += [("invgamma", (0.0, 1.0), "a"), ("gamma", (math.inf, 1.0), "shape")]


@pytest.mark.parametrize(("name", "at", "parameter"), OUTSIDE, ids=str)
def test_a_parameter_outside_its_domain_is_named(name: str, at: tuple[float, ...], parameter: str) -> None:
    for run in (drawn, lambda name, at, w: differentiated(name, at, at, w)):
        with pytest.raises(DomainError) as error:
            run(name, at, 0.5)
        assert error.value.args[:2] == (SITE, parameter)


def test_compiled_is_the_same() -> None:
    """The functions that generated programs call, over the table; their exp and log can differ in the last place."""
    numba = pytest.importorskip("numba")
    pytest.importorskip("stochtrace.runtime.numba_side")
    calls = [
        (rt.gamma_quantile, lambda row: (row["at"][0], row["w"]), "gamma"),
        (rt.gamma_upper_quantile, lambda row: (row["at"][0], row["w"]), "gamma"),
        (rt.gamma_slope, lambda row: (row["at"][0], row["x"]), "gamma"),
        (rt.beta_quantile, lambda row: (*row["at"], row["w"]), "beta"),
        (rt.beta_upper_quantile, lambda row: (*row["at"], row["w"]), "beta"),
        (rt.logit_slopes, lambda row: (*row["at"], row["x"], 1 - row["x"]), "beta"),
        (rt.t_quantile, lambda row: (*row["at"], row["w"]), "standard_t"),
        (rt.t_slope, lambda row: (*row["at"], row["x"]), "standard_t"),
    ]
    for function, arguments, family in calls:
        names = ", ".join(inspect.signature(function).parameters)
        space = {"function": function}
        exec(f"def call({names}):\n    return function({names})", space)
        compiled = numba.njit(space["call"])
        for row in TABLE[family]:
            point = arguments(row)
            assert compiled(*point) == pytest.approx(function(*point), rel=1e-11, abs=1e-300), (function, point)


@pytest.mark.parametrize("shape", [1e14, 2e15, 1e22, 1e100, 1e300])
def test_gamma_draws_of_large_shapes_move_with_them(shape: float) -> None:
    """The quantile is shape + z sqrt(shape), to all digits: its slope is 1 + z / (2 sqrt(shape))."""
    z = 2.0 if shape < 1e30 else 0.0  # where x is the shape, to all digits
    assert rt.gamma_slope(shape, shape + z * shape**0.5) == pytest.approx(1.0 + z / (2.0 * shape**0.5), abs=1e-8)
