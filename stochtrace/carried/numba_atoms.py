"""Draws of a compiled carried sample: as `atoms`, on records."""

# mypy: disable-error-code="no-untyped-def,no-untyped-call,untyped-decorator"

from __future__ import annotations

import math

from numba.extending import register_jitable

from stochtrace.carried.atoms import NOISE, STEP, TIP
from stochtrace.carried.numba_memory import EXTERNAL

BELOW, ABOVE, DENSITY, FLOW = (EXTERNAL[name] for name in ("below", "above", "density", "flow"))


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
    if slope == 0.0 or math.isinf(slope):
        return 0.0
    if atom.flow0 != 0.0 or atom.flow1 != 0.0 or atom.flow2 != 0.0:
        w = BELOW(family, z, s0, s1, s2)
        if not 0.0 < w < 1.0:
            return 0.0
        z_dot -= FLOW(family, w, s0, s1, s2, atom.flow0, atom.flow1, atom.flow2)
    moved = slope * z_dot
    return 0.0 if abs(moved) < NOISE and ends_at(atom, z) else moved


@register_jitable
def ends_at(atom, z):
    """Tell whether the support of a draw ends at an outcome, to rounding."""
    family, s0, s1, s2 = atom.family, atom.shape0, atom.shape1, atom.shape2
    away = STEP * max(1.0, abs(z))
    if BELOW(family, z, s0, s1, s2) < TIP:
        return BELOW(family, z - away, s0, s1, s2) == 0.0
    return ABOVE(family, z, s0, s1, s2) < TIP and ABOVE(family, z + away, s0, s1, s2) == 0.0


@register_jitable
def beside(atom, z, nudge):
    """Return outcomes on both sides of a root, inside the support unless that ends at the root."""
    family, s0, s1, s2 = atom.family, atom.shape0, atom.shape1, atom.shape2
    down, up = nudge, nudge
    if BELOW(family, z, s0, s1, s2) != 0.0:
        while BELOW(family, z - down, s0, s1, s2) == 0.0:
            down /= 2
    if ABOVE(family, z, s0, s1, s2) != 0.0:
        while ABOVE(family, z + up, s0, s1, s2) == 0.0:
            up /= 2
    return z - down, z + up
