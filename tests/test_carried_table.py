"""Every row of the table of spellings on carried values: the run, its replay and the runtime draw the same.

One function of a program for each row: its value in a run on carried values, with all real parameters moving, equals
that on plain numbers, and its tangent is the slope of the draw at fixed ω.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from stochtrace.carried import Source, at
from stochtrace.carried.replay import Replay
from stochtrace.carried.reservoir import EveryCrossing
from stochtrace.carried.running import running
from stochtrace.carried.sample import carried
from stochtrace.carried.smooth import Smooth
from stochtrace.carried.trace import Trace
from stochtrace.runtime.uniforms import Omega
from stochtrace.spellings import SPELLINGS, Spelling

ROWS = [row for row in SPELLINGS if row.makers != "scipy"]
STEP = 1e-6
LISTS = {"seq": [4.0, 5.0, 6.0], "a": [4.0, 5.0, 6.0], "population": [4.0, 5.0, 6.0], "x": [1.0, 2.0, 3.0]}
VALUES: dict[str, Any] = {
    **{"n": 5, "ngood": 4, "nbad": 5, "nsample": 3, "low": 1, "high": 7, "k": 2, "start": 1, "stop": 7},
    **{"colors": [3, 4, 2], "pvals": [0.2, 0.3, 0.5], "alpha": [1.5, 0.7, 2.0]},
    **{"mean": [0.5, -0.5], "cov": [[2.0, 0.3], [0.3, 1.0]], "left": 0.5, "mode": 1.0, "right": 3.0},
}
REAL = {"p": 0.4, "lam": 2.5, "scale": 1.3, "loc": 0.4, "shape": 2.2, "df": 3.1, "dfnum": 3.0, "dfden": 6.0}
REAL |= {"nonc": 1.2, "mu": 0.7, "sigma": 0.8, "kappa": 1.1, "alpha": 2.5, "beta": 1.7, "lambd": 1.4}
REAL |= {"a": 2.4, "b": 3.0, "mode": 1.0}


def arguments(row: Spelling) -> dict[str, Any]:
    """An argument for each parameter of a row without a default."""
    names = [part.strip() for part in row.call[row.call.index("(") + 1 : -1].split(",")]
    needed = [name for name in names if name and "=" not in name and name != "..."]
    return {name: _argument(row, name) for name in needed}


def _argument(row: Spelling, name: str) -> Any:
    lists = row.method in ("choice", "choices", "sample", "permutation", "permuted", "shuffle")
    if lists and name in LISTS:
        return list(LISTS[name])
    if name == "mean" and row.method in ("lognormal", "wald"):
        return 0.8
    if row.method in ("randint", "integers") and name in ("a", "b"):
        return {"a": 1, "b": 6}[name]
    if row.method == "dirichlet":
        return VALUES[name]
    return REAL[name] if name in REAL else VALUES[name]


def drawn(row: Spelling, run: Any, given: dict[str, Any]) -> Any:
    source = Source(row.makers)
    copies = {name: list(v) if isinstance(v, list) else v for name, v in given.items()}
    with running(run):
        result = getattr(at(source, 1), row.method)(**copies)
    return copies["x"] if row.method == "shuffle" else result


def started(sample: int) -> Omega:
    omega = Omega(5, 1)
    omega.start(sample)
    return omega


@pytest.mark.parametrize("row", ROWS, ids=lambda row: f"{row.makers}: {row.call}")
def test_run_and_replay_draw_the_same(row: Spelling) -> None:
    given = arguments(row)
    for sample in range(5):
        one = drawn(row, Trace(started(sample), EveryCrossing()), given)
        other = drawn(row, Replay(started(sample)), given)
        values = [v.v if type(v) is Smooth else v for v in np.atleast_1d(np.asarray(one, dtype=object)).ravel()]
        np.testing.assert_array_equal(np.array(values, dtype=float), np.ravel(np.asarray(other, dtype=float)))


MOVING = [row for row in ROWS if set(arguments(row)) & set(REAL) and row.method not in ("choice", "zipf")]


@pytest.mark.parametrize("row", MOVING, ids=lambda row: f"{row.makers}: {row.call}")
def test_tangent_is_the_slope_at_fixed_uniforms(row: Spelling) -> None:
    given = arguments(row)
    reals = [name for name, v in given.items() if isinstance(v, float)]
    for name in reals:
        moved = {**given, name: carried(given[name], 1.0)}
        one = drawn(row, Trace(started(3), EveryCrossing()), moved)
        if type(one) is not Smooth:
            return  # a count: its jumps are tested elsewhere
        ends = [drawn(row, Replay(started(3)), {**given, name: given[name] + step}) for step in (STEP, -STEP)]
        slope = (ends[0] - ends[1]) / (2 * STEP)
        assert one.d == pytest.approx(slope, rel=1e-5, abs=1e-8)
