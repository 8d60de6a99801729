"""The crossing that a compiled carried sample has kept: is the interval of its draw what the decisions before it leave?

These functions are compiled once, for all programs (see `numba_library`).
"""

# mypy: disable-error-code="no-untyped-def,no-untyped-call,untyped-decorator"

from __future__ import annotations

import math

from numba.extending import register_jitable

from stochtrace.carried.numba_decisions import drawn_inside, value_of
from stochtrace.carried.numba_memory import ROUNDED, atom_row, decision_row, node_row, scratch_row, uniform_at
from stochtrace.carried.numba_smooth import DRAW, OPAQUE, SHAPED
from stochtrace.carried.numba_tape import combined

APART, KNOWN, HIDDEN = range(3)  # whether a row depends on the kept draw, and if its value elsewhere can be told
RUN = -1


@register_jitable
def is_stale(trace):
    """Tell whether an earlier decision of a newer draw depends on the draw of the kept crossing."""
    if trace.stale == 0:
        return False
    first = begun(trace, atom_row(trace.atoms, trace.draw).z)
    done = first
    for i in range(trace.decision):
        row = decision_row(trace.decisions, i)
        if row.k > trace.draw:
            done = followed(trace, first, done, max(row.a, row.b))
            if state(trace, row.a, first) != APART or state(trace, row.b, first) != APART:
                return True
    return False


@register_jitable
def keeps(trace, z):
    """Tell whether the decisions before the kept crossing are the same with its draw at z; `RUN`: that takes a run.

    As `Trace.signs` and `keep_signs`.
    """
    if trace.hashed != 0:
        return RUN
    first = begun(trace, z)
    done = first
    for i in range(trace.decision):
        row = decision_row(trace.decisions, i)
        if row.k < trace.draw:
            continue
        done = followed(trace, first, done, max(row.a, row.b))
        left, right = state(trace, row.a, first), state(trace, row.b, first)
        if left == APART and right == APART:
            continue
        if left != KNOWN or row.b == ROUNDED or atom_row(trace.atoms, row.k).family < 0:
            return RUN
        here, there = value_of(trace, row.a), scratch_row(trace.scratch, row.a).v
        if here == 0.0 or math.isnan(there):
            return RUN
        if (here > 0.0) != (there > 0.0):
            return 0
    return 1


@register_jitable
def begun(trace, z):
    """Put the kept draw at z, and return its row."""
    first = atom_row(trace.atoms, trace.draw).node
    cell = scratch_row(trace.scratch, first)
    cell.own, cell.v = KNOWN, z
    return first


@register_jitable
def state(trace, row, first):
    """Tell whether a row depends on the kept draw, whose row is `first`."""
    return scratch_row(trace.scratch, row).own if row >= first else APART


@register_jitable
def followed(trace, first, done, last):
    """Evaluate the rows after `done` up to `last` that depend on the kept draw; return the last of all."""
    for i in range(done + 1, last + 1):
        cell, node = scratch_row(trace.scratch, i), node_row(trace.nodes, i)
        cell.own = APART
        if node.k < trace.draw or node.op == DRAW:
            continue
        left, right = state(trace, node.a, first), state(trace, node.b, first)
        if left == APART and right == APART:
            continue
        if left == HIDDEN or right == HIDDEN or node.op == SHAPED or node.op == OPAQUE:
            cell.own = HIDDEN
            continue
        x = scratch_row(trace.scratch, node.a).v if left == KNOWN else node.x
        y = scratch_row(trace.scratch, node.b).v if right == KNOWN else node.y
        cell.v, _, _ = combined(node.op, x, 0.0, 0.0, y, 0.0, 0.0)
        cell.own = KNOWN
    return max(done, last)


@register_jitable
def another_inside(trace, visit):
    """Return an outcome of the kept crossing's draw inside its interval, from a visit to site 0."""
    atom = atom_row(trace.atoms, trace.draw)
    return drawn_inside(atom, uniform_at(trace.choice, visit), trace.low, trace.high)
