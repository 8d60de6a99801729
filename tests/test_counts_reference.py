"""Rates at which boundaries of discrete draws move, against a table by mpmath (`make_counts_reference.py`)."""

from __future__ import annotations

import json
import math
from pathlib import Path
from typing import Any

import pytest

from stochtrace import runtime

TABLE = json.loads((Path(__file__).parent / "data" / "counts.json").read_text())
FUNCTIONS = sorted({name for name, _, _ in TABLE})


def rows(name: str) -> list[tuple[list[Any], float]]:
    return [(point, float(value)) for function, point, value in TABLE if function == name]


@pytest.mark.parametrize("name", FUNCTIONS)
def test_rates_agree_with_the_table(name: str) -> None:
    for point, value in rows(name):
        assert getattr(runtime, name)(*point) == pytest.approx(value, rel=2e-12), point


@pytest.mark.parametrize("name", FUNCTIONS)
def test_compiled_rates_are_the_same(name: str) -> None:
    numba = pytest.importorskip("numba")
    pytest.importorskip("stochtrace.runtime.numba_side")
    compiled = numba.njit(getattr(runtime, name))
    for point, _ in rows(name):
        assert compiled(*point) == pytest.approx(getattr(runtime, name)(*point), rel=1e-11), point


@pytest.mark.parametrize("name", ["logseries_rest", "negative_binomial_slope"])
def test_rates_of_outcomes_that_share_a_boundary_agree(name: str) -> None:
    """What leaves over a boundary upwards arrives from below: one flow, seen from both sides."""
    if name == "logseries_rest":
        p, k = 0.8, 6
        chance = [-(p**j) / (j * math.log1p(-p)) for j in (k, k + 1)]
        up = k * (1 - runtime.logseries_rest(k, p)) / (1 - p)
        down = (k + 1) * (1 - runtime.logseries_rest(k, p)) / (p * (1 - p))
    else:
        n, p, k = 2.5, 0.3, 6
        chance = [1.0, (n + k) / (k + 1) * (1 - p)]
        up = runtime.negative_binomial_slope(k, n, p)
        down = runtime.negative_binomial_slope_below(k + 1, n, p)
    assert chance[0] * up == pytest.approx(chance[1] * down, rel=1e-14)
