"""Decisions of a compiled carried sample: as `trace`, on records.

These functions are compiled once, for all programs (see `numba_library`). Nothing here raises: a result tells.
"""

# mypy: disable-error-code="no-untyped-def,no-untyped-call,untyped-decorator"

from __future__ import annotations

import math

from numba.extending import register_jitable

from stochtrace.carried.numba_memory import (
    CANNOT,
    CROSSED,
    EXTERNAL,
    address_of,
    atom_row,
    decision_row,
    node_row,
    root_row,
    uniform_at,
)
from stochtrace.carried.numba_tape import mark
from stochtrace.carried.trace import NUDGE, SAME
from stochtrace.runtime.uniforms import read

BELOW, ABOVE, DENSITY, QUANTILE, FLOW, SOLVE = (
    EXTERNAL[name] for name in ("below", "above", "density", "quantile", "flow", "solve")
)


@register_jitable
def mass(atom):
    """Return the probability of the interval of a draw, from the tail that is nearer."""
    if atom.low == -math.inf and atom.high == math.inf:
        return 1.0
    family, s0, s1, s2 = atom.family, atom.shape0, atom.shape1, atom.shape2
    low = BELOW(family, atom.low, s0, s1, s2) if atom.low > -math.inf else 0.0
    if low <= 0.5:
        return (BELOW(family, atom.high, s0, s1, s2) if atom.high < math.inf else 1.0) - low
    high = ABOVE(family, atom.high, s0, s1, s2) if atom.high < math.inf else 0.0
    return ABOVE(family, atom.low, s0, s1, s2) - high


@register_jitable
def rate(atom, z, z_dot):
    """Return how fast ω of a root moves, for a root that moves at the speed z_dot."""
    family, s0, s1, s2 = atom.family, atom.shape0, atom.shape1, atom.shape2
    slope = DENSITY(family, z, s0, s1, s2)
    if slope == 0.0:
        return 0.0
    if atom.flow0 != 0.0 or atom.flow1 != 0.0 or atom.flow2 != 0.0:
        w = BELOW(family, z, s0, s1, s2)
        z_dot -= FLOW(family, w, s0, s1, s2, atom.flow0, atom.flow1, atom.flow2)
    return slope * z_dot


@register_jitable
def drawn_inside(atom, u, low, high):
    """Return the outcome at a fraction u of the mass between two ends."""
    family, s0, s1, s2 = atom.family, atom.shape0, atom.shape1, atom.shape2
    start = BELOW(family, low, s0, s1, s2) if low > -math.inf else 0.0
    end = BELOW(family, high, s0, s1, s2) if high < math.inf else 1.0
    w = min(max(start + u * (end - start), 5e-324), 1 - 2.0**-53)
    return min(max(QUANTILE(family, w, s0, s1, s2), low), high)


@register_jitable
def offered(trace, atom, k, root, nudge, weight):
    """Offer a crossing to the reservoir."""
    trace.total += abs(weight)
    if trace.total > trace.threshold:
        trace.site = CROSSED
        trace.sign = 1.0 if weight > 0.0 else -1.0
        trace.draw, trace.decision = k, trace.decision_count
        trace.below, trace.above = root - nudge, root + nudge
        trace.low, trace.high = atom.low, atom.high
        trace.stale = 1 if trace.newest > k else 0
        trace.threshold = trace.total / read(trace.choice, 0)


@register_jitable
def crossed(trace, atom, k, root, root_dot, size):
    """Offer a root, where it lies inside the interval of its draw; tell whether it does."""
    if math.isnan(root) or math.isnan(root_dot):
        trace.full = CANNOT
        return False
    scale = max(abs(root), size)
    if not (root - atom.low > SAME * scale and atom.high - root > SAME * scale):
        return False
    speed = rate(atom, root, root_dot)
    if speed != 0.0:
        offered(trace, atom, k, root, NUDGE * scale, -speed / mass(atom))
    return True


@register_jitable
def narrow(atom, root):
    """Rule out what lies beyond a root."""
    if root > atom.z:
        atom.high = min(atom.high, root)
    else:
        atom.low = max(atom.low, root)


@register_jitable
def cross_all(trace, atom, k, node, size):
    """Offer all roots of an expression that is not affine, then narrow the interval."""
    count = SOLVE(address_of(trace), k, node)
    if count < 0:
        trace.full = CANNOT
    for i in range(count):
        root = root_row(trace.roots, i)
        root.low = 1.0 if crossed(trace, atom, k, root.z, root.z_dot, size) else 0.0
    for i in range(count):
        if root_row(trace.roots, i).low != 0.0:
            narrow(atom, root_row(trace.roots, i).z)


@register_jitable
def cross_affine(trace, atom, k, v, d, s, sd, size):
    """Offer the root of an affine expression, and narrow the interval."""
    if s == 0.0:
        trace.full = CANNOT
        return
    away = -v / s
    root = atom.z + away
    if crossed(trace, atom, k, root, -(d - s * atom.z_dot + sd * away) / s, size):
        narrow(atom, root)


# -- what was kept ------------------------------------------------------------------------------------------------


@register_jitable
def is_stale(trace):
    """Tell whether an earlier decision of a newer draw depends on the draw of the kept crossing."""
    if trace.stale == 0:
        return False
    for i in range(trace.decision):
        row = decision_row(trace.decisions, i)
        if row.k > trace.draw and (depends(trace, row.a) or depends(trace, row.b)):
            return True
    return False


@register_jitable
def depends(trace, row):
    """Tell whether a row depends on the draw of the kept crossing."""
    return row >= 0 and node_row(trace.nodes, row).k >= trace.draw and mark(trace, trace.draw, row)


@register_jitable
def another_inside(trace, visit):
    """Return an outcome of the kept crossing's draw inside its interval, from a visit to site 0."""
    atom = atom_row(trace.atoms, trace.draw)
    return drawn_inside(atom, uniform_at(trace.choice, visit), trace.low, trace.high)


