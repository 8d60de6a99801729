"""Where the roots of two decisions meet in a compiled carried sample, which only interpreted code can part."""

# mypy: disable-error-code="no-untyped-def,no-untyped-call,untyped-decorator"

from __future__ import annotations

import math

from numba.extending import register_jitable

from stochtrace.carried import meetings, nearness
from stochtrace.carried.numba_atoms import rate
from stochtrace.carried.numba_memory import atom_row
from stochtrace.carried.numba_roots import speed, terms
from stochtrace.carried.numba_tape import along

nudge_of, is_beside = register_jitable(nearness.nudge_of), register_jitable(meetings.is_beside)
differ = register_jitable(meetings.differ)


@register_jitable
def meets(trace, k, node, end, there):
    """Tell whether an expression has a root at an end of the interval of draw k that moves at another rate."""
    if math.isnan(there):
        return False
    full = trace.full
    v, s, _, _ = along(trace, k, end, node)
    size, _ = terms(trace, k, node)
    known, z, z_dot = size / abs(s) if s != 0.0 else 0.0, 0.0, 0.0
    beside = s != 0.0 and is_beside(v / s, end, known)
    if beside:
        z, z_dot, _ = speed(trace, k, node, end)
    trace.full = full
    return beside and differ(rate(atom_row(trace.atoms, k), z, z_dot), there)

