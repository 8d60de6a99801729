"""Where the roots of two decisions meet in a compiled carried sample, which only interpreted code can part."""

# mypy: disable-error-code="no-untyped-def,no-untyped-call,untyped-decorator"

from __future__ import annotations

import math

from numba.extending import register_jitable

from stochtrace.carried.atoms import NOISE
from stochtrace.carried.meetings import BESIDE, FASTER
from stochtrace.carried.numba_atoms import rate
from stochtrace.carried.numba_memory import atom_row
from stochtrace.carried.numba_roots import speed


@register_jitable
def meets(trace, k, node, end, there):
    """Tell whether an expression has a root at an end of the interval of draw k that moves at another rate."""
    if math.isnan(there):
        return False
    full = trace.full
    z, z_dot, known = speed(trace, k, node, end)
    trace.full = full
    return abs(z - end) <= BESIDE * max(abs(z), known) and differ(rate(atom_row(trace.atoms, k), z, z_dot), there)


@register_jitable
def differ(here, there):
    """Tell whether two roots move apart, by their rates."""
    return abs(here - there) > max(FASTER * max(abs(here), abs(there)), NOISE)
