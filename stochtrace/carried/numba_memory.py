"""The memory of a compiled carried sample: records behind addresses, which a carried value points to.

A trace is one record. Its atoms, decisions and expression nodes are rows of tables that the caller allocates; where one
is full, `full` is set and the sample is run again with more room.
"""

# mypy: disable-error-code="untyped-decorator"

from __future__ import annotations

import math
from typing import Any

import numba
import numpy as np
from numba import types
from numba.extending import register_jitable

from stochtrace.runtime.numba_side import ROW_TYPE, omega_type, reference
from stochtrace.runtime.numba_threefry import CAPACITY, fill

ROUNDED = -2  # in the place of a second row, a decision on which whole number the first is rounded to
FULL, CANNOT, PARAMETER = 1, 2, 3  # why a sample was given up: no room, no rule, a decision on a parameter alone


def record(reals: str, whole: str, *more: Any) -> np.dtype[Any]:
    """Return a record of reals and whole numbers."""
    fields = [(name, "f8") for name in reals.split()] + [(name, "i8") for name in whole.split()]
    return np.dtype([*fields, *more], align=True)


TRACE = record(
    "total threshold sign below above low high forced_z slope",
    "site visit to draw decision stale atoms nodes decisions scratch roots jumps expected "
    "atom_count node_count decision_count expected_count jump_count collecting room base newest full checking differs "
    "forced_site forced_visit stamp ranged hashed narrow kept",
    ("choice", omega_type(0)),
)
FORCED = record("z", "site visit kept")
ATOM = record(
    "z z_dot low high low_rate high_rate shape0 shape1 shape2 flow0 flow1 flow2",
    "family site visit node candidate",
)
NODE = record("x x_dot y y_dot low high", "op a b k affine")
ROOT = record("z z_dot low high rate nudge", "inside")
DECISION = record("outcome", "k a b")
SCRATCH = record("v s d size low high s_low s_high bar", "own next last seen")
REAL, WHOLE = types.float64, types.int64
SHAPES = [REAL] * 3
# What all compiled carried programs share is compiled once, by `numba_library`, and called by the name of a symbol.
SIGNATURES = {
    "value": REAL(WHOLE, REAL, REAL),
    "slope_of_first": REAL(WHOLE, REAL, REAL, REAL),
    "slope_of_second": REAL(WHOLE, REAL, REAL, REAL),
    "below": REAL(WHOLE, REAL, *SHAPES),
    "above": REAL(WHOLE, REAL, *SHAPES),
    "density": REAL(WHOLE, REAL, *SHAPES),
    "quantile": REAL(WHOLE, REAL, *SHAPES),
    "flow": REAL(WHOLE, REAL, *SHAPES, *SHAPES),
    "tail": REAL(WHOLE),
    "enclose": WHOLE(WHOLE, WHOLE, REAL, REAL, WHOLE),
    "along": WHOLE(WHOLE, WHOLE, REAL, WHOLE),
    "solve": WHOLE(WHOLE, WHOLE, WHOLE, WHOLE),
    "older": WHOLE(WHOLE, WHOLE, WHOLE),
    "decide": WHOLE(*[WHOLE] * 5, *[REAL] * 6),
    "pole": WHOLE(WHOLE, WHOLE),
    "step": WHOLE(*[WHOLE] * 6, *[REAL] * 7),
    "stale": WHOLE(WHOLE),
    "another": REAL(WHOLE, WHOLE),
    "keeps": WHOLE(WHOLE, REAL),
}
EXTERNAL = {name: types.ExternalFunction(f"stochtrace_{name}", signature) for name, signature in SIGNATURES.items()}
ROWS = {"atoms": ATOM, "nodes": NODE, "decisions": DECISION, "scratch": SCRATCH, "roots": ROOT, "jumps": ROW_TYPE}
TRACE_TYPE, FORCED_TYPE = numba.from_dtype(TRACE), numba.from_dtype(FORCED)


row_of_trace, atom_row, node_row = reference(TRACE), reference(ATOM), reference(NODE)
decision_row, scratch_row, root_row = reference(DECISION), reference(SCRATCH), reference(ROOT)


@register_jitable
def trace_at(at: int) -> Any:
    """Return the trace at an address."""
    return row_of_trace(at, 0)


@register_jitable
def uniform_at(choice: Any, visit: int) -> float:
    """Return the uniform of any visit to site 0."""
    fill(choice, 0, visit & -4)
    return choice.buffer[0, visit & (CAPACITY - 1)]  # type: ignore[no-any-return]


@register_jitable
def begin(trace: Any, omega: Any) -> None:
    """Forget the last sample."""
    trace.site = -1
    trace.total = 0.0
    trace.threshold = -math.inf if trace.collecting != 0 else 0.0
    trace.jump_count = 0
    trace.atom_count = 0
    trace.node_count = 0
    trace.decision_count = 0
    trace.newest = -1
    trace.ranged = 0
    trace.full = 0
    trace.differs = 0
    trace.stale = 0
    trace.hashed = 0
    trace.choice.key0, trace.choice.key1 = omega.key0, omega.key1
    trace.choice.sample, trace.choice.mirror = omega.sample, omega.mirror
    trace.choice.visits[0] = 0
    trace.choice.filled[0] = 0


class Tables:
    """The tables of a trace, with room for a number of rows each; one that is `collecting` keeps all jumps."""

    def __init__(self, room: int, collecting: bool = False) -> None:
        self.traces = np.zeros(1, TRACE)
        self.rows = {name: np.zeros(room, row) for name, row in ROWS.items()}
        for name, rows in self.rows.items():
            self.traces[name] = rows.ctypes.data
        self.traces["room"], self.traces["collecting"] = room, collecting

