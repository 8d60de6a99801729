"""What an expression can be over all outcomes of its draws, in compiled code: as `ranges`, on the tape."""

# mypy: disable-error-code="no-untyped-def,no-untyped-call,untyped-decorator"

from __future__ import annotations

import math

from numba.extending import register_jitable

from stochtrace.carried import ranges
from stochtrace.carried.numba_functions import CODES, POWER
from stochtrace.carried.numba_intervals import enclosed
from stochtrace.carried.numba_memory import EXTERNAL, atom_row, node_row, scratch_row
from stochtrace.carried.numba_roots import reach
from stochtrace.carried.numba_smooth import ADD, DIV, DRAW, MUL, NEG, SHAPED, SUB
from stochtrace.carried.numba_tangency import slopes
from stochtrace.carried.numba_tape import mark, marked
from stochtrace.carried.ranges import ANALYTIC, FAR, PARTS, ROUNDED, TINY

BELOW, ABOVE, TAIL = EXTERNAL["below"], EXTERNAL["above"], EXTERNAL["tail"]
FLAT, ONE = (0.0, 0.0), (1.0, 1.0)
part_of, after = register_jitable(ranges.part_of), register_jitable(ranges.after)
SMOOTHEST = (ADD, SUB, MUL, DIV, NEG, *(CODES[name] for name in sorted(ANALYTIC & set(CODES))))


@register_jitable
def support(atom):
    """Return all outcomes of a draw, but for a mass of 1e-16."""
    tail, s0, s1, s2 = TAIL(atom.family), atom.shape0, atom.shape1, atom.shape2
    low = 0.0
    if BELOW(atom.family, 0.0, s0, s1, s2) > 0.0:
        low = -tail if tail > 0.0 else -math.inf
    if tail > 0.0:
        return low, tail
    return low, 1.0 if ABOVE(atom.family, 1.0, s0, s1, s2) == 0.0 else math.inf


@register_jitable
def bounds(trace, row, value):
    """Return bounds of a part of an operation over all outcomes; those of all rows up to it are kept."""
    if row < 0:
        return value, value
    for i in range(trace.ranged, row + 1):
        node = node_row(trace.nodes, i)
        if node.op == DRAW or node.op == SHAPED:
            node.low, node.high = support(atom_row(trace.atoms, node.k))
        else:
            a, b = bounds_of(trace, node.a, node.x), bounds_of(trace, node.b, node.y)
            v, _ = enclosed(node.op, node.a == node.b, a, FLAT, b, FLAT)
            node.low, node.high = v
    trace.ranged = max(trace.ranged, row + 1)
    return node_row(trace.nodes, row).low, node_row(trace.nodes, row).high


@register_jitable
def bounds_of(trace, row, value):
    """Return the bounds of a part that are kept."""
    return (node_row(trace.nodes, row).low, node_row(trace.nodes, row).high) if row >= 0 else (value, value)


@register_jitable
def may_change(trace, row):
    """Tell whether an expression has values of both signs."""
    low, high = bounds(trace, row, 0.0)
    return low < 0.0 < high


@register_jitable
def is_flat(trace, k, row):
    """Tell whether the slope of an expression in draw k, its newest, may come to zero, by the first way down to it."""
    while True:
        node = node_row(trace.nodes, row)
        if node.op == DRAW or node.op == SHAPED:
            return False
        left = node.a >= 0 and node_row(trace.nodes, node.a).k == k
        inner, other = (node.a, node.b) if left else (node.b, node.a)
        scale = -1
        if other >= 0 and (node.op == MUL or (node.op == DIV and not left)):
            scale = other
        elif left and node.op == POWER and other < 0 and node.y_dot == 0.0 and node.y > 1.0:
            scale = inner
        if scale >= 0:
            low, high = bounds(trace, scale, 0.0)
            if low <= 0.0 <= high:
                return True
        row = inner


@register_jitable
def slope_may_change(trace, k, row):
    """Tell whether the slope in draw k, its newest, of an expression changes its sign with the older draws."""
    mark(trace, k, row)
    bounds(trace, row, 0.0)
    first = atom_row(trace.atoms, k).node
    for i in range(first, row + 1):
        cell, node = scratch_row(trace.scratch, i), node_row(trace.nodes, i)
        if i == first:
            z = atom_row(trace.atoms, k).z
            cell.low, cell.high, cell.s_low, cell.s_high = z, z, 1.0, 1.0
        elif cell.own == 2 and node.op == SHAPED:
            cell.low, cell.high, cell.s_low, cell.s_high = node.low, node.high, 0.0, 0.0
        elif cell.own == 2:
            x, xs = bounds_of(trace, node.a, node.x), FLAT
            y, ys = bounds_of(trace, node.b, node.y), FLAT
            if marked(trace, node.a, first):
                x, xs = kept(trace, node.a)
            if marked(trace, node.b, first):
                y, ys = kept(trace, node.b)
            keep(cell, enclosed(node.op, node.a == node.b, x, xs, y, ys))
    cell = scratch_row(trace.scratch, row)
    return cell.s_low < 0.0 < cell.s_high


@register_jitable
def kept(trace, row):
    """Return the bounds of a row and of its slope from the scratch table."""
    cell = scratch_row(trace.scratch, row)
    return (cell.low, cell.high), (cell.s_low, cell.s_high)


@register_jitable
def keep(cell, found):
    """Leave bounds of a row and of its slope in the scratch table."""
    (cell.low, cell.high), (cell.s_low, cell.s_high) = found


@register_jitable
def may_vanish(trace, row, newest, k, narrow):
    """Tell whether a row may be zero for every outcome of its newest draw somewhere along draw k, as in `ranges`."""
    low, high = reach(atom_row(trace.atoms, k))
    place, level = 0, 0
    for _ in range(PARTS):
        if place == 1 << level:
            return False
        z = part_of(low, high, place, level)
        if is_apart(trace, row, narrow, k, z) or not vanishes_in(trace, row, newest, k, z):
            place, level = after(place, level)
        else:
            place, level = 2 * place, level + 1
    return True


@register_jitable
def vanishes_in(trace, row, newest, k, z):
    """Tell whether a row and its slope in its newest draw may both be zero for outcomes z of draw k."""
    first = atom_row(trace.atoms, k).node
    for i in range(first, row + 1):
        cell, node = scratch_row(trace.scratch, i), node_row(trace.nodes, i)
        x, xs, y, ys = (node.x, node.x), FLAT, (node.y, node.y), FLAT
        cell.own = 0
        if node.a >= first:
            x, xs = kept(trace, node.a)
            cell.own |= scratch_row(trace.scratch, node.a).own
        if node.b >= first:
            y, ys = kept(trace, node.b)
            cell.own |= scratch_row(trace.scratch, node.b).own
        if i == first:
            cell.own = 1
            keep(cell, (z, FLAT))
        elif node.op == DRAW or node.op == SHAPED:
            atom = atom_row(trace.atoms, node.k)
            v = support(atom) if cell.own != 0 else (atom.z, atom.z)
            keep(cell, (v, ONE if node.k == newest else FLAT))
        else:
            keep(cell, enclosed(node.op, node.a == node.b, x, xs, y, ys))
    cell = scratch_row(trace.scratch, row)
    return cell.low <= 0.0 <= cell.high and cell.s_low <= 0.0 <= cell.s_high


@register_jitable
def narrowest(trace, k, last, below):
    """Return the last row below another one through which the newest draw acts on a row, -1 if there are several ways.

    What is above it must be analytic: see `ranges`.
    """
    mark(trace, k, last)
    first = atom_row(trace.atoms, k).node
    for i in range(first, last + 1):
        scratch_row(trace.scratch, i).last = 0
        node = node_row(trace.nodes, i)
        for part in (node.a, node.b):
            if marked(trace, i, first) and marked(trace, part, first):
                scratch_row(trace.scratch, part).last = i
    used, found = 0, -1
    for i in range(first, below):
        if marked(trace, i, first):
            if used <= i:
                found = i
            used = max(used, scratch_row(trace.scratch, i).last)
    for i in range(found + 1, last + 1):
        if marked(trace, i, first) and not analytic(node_row(trace.nodes, i)):
            return -1
    return found


@register_jitable
def analytic(node):
    """Tell whether an operation is analytic, but for poles."""
    if node.op == POWER:
        return node.b < 0 and node.y_dot == 0.0 and node.y == math.floor(node.y)
    return node.op in SMOOTHEST


@register_jitable
def is_apart(trace, row, narrow, k, z):
    """Prove that a row is not zero where another one is a certain number, for outcomes z of draw k."""
    for i in range(len(FAR) if narrow >= 0 else 0):
        low, high = bounds_where(trace, row, narrow, FAR[i], k, z)
        if low > 0.0 or high < 0.0:
            return True
    return False


@register_jitable
def bounds_where(trace, row, narrow, at, k, z):
    """Return bounds of a row for outcomes z of draw k where another one is a number; they hold whatever was rounded."""
    first = atom_row(trace.atoms, k).node
    start = min(first, narrow)
    for i in range(start, row + 1):
        cell, node = scratch_row(trace.scratch, i), node_row(trace.nodes, i)
        x, y = (node.x, node.x), (node.y, node.y)
        cell.own = 0
        if node.a >= start:
            cell.own |= scratch_row(trace.scratch, node.a).own
        if node.b >= start:
            cell.own |= scratch_row(trace.scratch, node.b).own
        if i == narrow:
            cell.own, cell.low, cell.high = 1, at, at
        elif i == first:
            cell.own = 1
            cell.low, cell.high = z
        elif node.op == DRAW or node.op == SHAPED:
            atom = atom_row(trace.atoms, node.k)
            cell.low, cell.high = support(atom) if cell.own != 0 else (atom.z, atom.z)
        elif cell.own != 0:
            if node.a >= start and scratch_row(trace.scratch, node.a).own != 0:
                x = scratch_row(trace.scratch, node.a).low, scratch_row(trace.scratch, node.a).high
            if node.b >= start and scratch_row(trace.scratch, node.b).own != 0:
                y = scratch_row(trace.scratch, node.b).low, scratch_row(trace.scratch, node.b).high
            v, _ = enclosed(node.op, node.a == node.b, x, FLAT, y, FLAT)
            cell.low = v[0] - (ROUNDED * abs(v[0]) + TINY)
            cell.high = v[1] + (ROUNDED * abs(v[1]) + TINY)
    return scratch_row(trace.scratch, row).low, scratch_row(trace.scratch, row).high


@register_jitable
def vanishes(trace, k, root, nudge, newest, last):
    """Tell whether the slopes in newer draws change their signs at a root of draw k: the row is zero there for all."""
    mark(trace, k, last)
    first = atom_row(trace.atoms, k).node
    slopes(trace, k, root - nudge, last, first)
    for i in range(first, last + 1):
        scratch_row(trace.scratch, i).s_low = scratch_row(trace.scratch, i).bar
    slopes(trace, k, root + nudge, last, first)
    for i in range(first + 1, last + 1):
        node, cell = node_row(trace.nodes, i), scratch_row(trace.scratch, i)
        if (node.op == DRAW or node.op == SHAPED) and node.k <= newest and cell.s_low * cell.bar > 0.0:
            return False
    return True
