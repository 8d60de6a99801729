"""Decisions whose boundary can be touched, in compiled code: as `tangency`, on the tape."""

# mypy: disable-error-code="no-untyped-def,no-untyped-call,untyped-decorator"

from __future__ import annotations

import math

from numba.extending import register_jitable

from stochtrace.carried.numba_functions import CODES, POWER
from stochtrace.carried.numba_memory import EXTERNAL, atom_row, node_row, scratch_row
from stochtrace.carried.numba_smooth import ADD, DIV, DRAW, MUL, NEG, SHAPED, SUB
from stochtrace.carried.numba_tape import along, mark, marked
from stochtrace.carried.tangency import MONOTONE, MOST

DENSITY, VALUE, SLOPE_OF_FIRST, SLOPE_OF_SECOND = (
    EXTERNAL[name] for name in ("density", "value", "slope_of_first", "slope_of_second")
)
ONE_ROOT = (ADD, SUB, MUL, DIV, NEG, *(CODES[name] for name in sorted(MONOTONE & set(CODES))))


@register_jitable
def may_touch(trace, k, row):
    """Tell whether an expression may have several roots in its newest draw, by how it is written."""
    while True:
        node = node_row(trace.nodes, row)
        if node.op == DRAW or node.op == SHAPED:
            return False
        left = node.a >= 0 and node_row(trace.nodes, node.a).k == k
        right = node.b >= 0 and node_row(trace.nodes, node.b).k == k
        if left == right:
            return True
        moved = not left or node.b >= 0 or node.y_dot != 0.0
        one = node.op == POWER and (moved or node.y % 2 != 0.0)
        if not one and node.op not in ONE_ROOT:
            return True
        row = node.a if left else node.b


@register_jitable
def stands_once(trace, k, row):
    """Tell whether draw k stands in one place of an expression, inside of functions with one inverse."""
    mark(trace, k, row)
    first = atom_row(trace.atoms, k).node
    while row != first:
        node = node_row(trace.nodes, row)
        left, right = marked(trace, node.a, first), marked(trace, node.b, first)
        if left == right or node.op not in ONE_ROOT:
            return False
        row = node.a if left else node.b
    return True


@register_jitable
def leaves(trace, k, last):
    """Link the newest draws of the expression in row `last` that are no newer than draw k, by their rows.

    Return the row of the newest, that of the oldest of at most `MOST`, and how many there are in all; nothing where a
    draw acts through the shape of another.
    """
    trace.stamp += 1
    newest, oldest, count, open_rows, row = -1, -1, 0, opened(trace, last), last + 1
    while open_rows > 0:
        row -= 1
        cell, node = scratch_row(trace.scratch, row), node_row(trace.nodes, row)
        if cell.seen != trace.stamp:
            continue
        open_rows -= 1
        if node.op == SHAPED:
            return -1, -1, 0
        if node.op != DRAW:
            open_rows += opened(trace, node.a) + opened(trace, node.b)
        elif node.k <= k:
            count += 1
            if count == 1:
                newest = row
            elif count <= MOST:
                scratch_row(trace.scratch, oldest).next = row
            if count <= MOST:
                oldest, cell.next = row, -1
    return newest, oldest, count


@register_jitable
def opened(trace, row):
    """Note that a row is a part of an expression; return 1 where that is new."""
    if row < 0 or scratch_row(trace.scratch, row).seen == trace.stamp:
        return 0
    scratch_row(trace.scratch, row).seen = trace.stamp
    return 1


@register_jitable
def partials(op, x, y):
    """Return the partials of an operation."""
    if op == ADD:
        return 1.0, 1.0
    if op == SUB:
        return 1.0, -1.0
    if op == MUL:
        return y, x
    if op == DIV:
        return 1 / y, -x / (y * y)
    if op == NEG:
        return -1.0, 0.0
    v = VALUE(op, x, y)
    return SLOPE_OF_FIRST(op, x, y, v), SLOPE_OF_SECOND(op, x, y, v)


@register_jitable
def slopes(trace, k, z, last, start):
    """Leave the slopes of the marked expression in row `last`, where draw k is z, as `bar` of rows from `start` on."""
    along(trace, k, z, last)
    first = atom_row(trace.atoms, k).node
    for i in range(start, last + 1):
        scratch_row(trace.scratch, i).bar = 0.0
    scratch_row(trace.scratch, last).bar = 1.0
    for i in range(last, start - 1, -1):
        node, bar = node_row(trace.nodes, i), scratch_row(trace.scratch, i).bar
        if bar == 0.0 or node.op == DRAW or node.op == SHAPED:
            continue
        x = scratch_row(trace.scratch, node.a).v if marked(trace, node.a, first) else node.x
        y = scratch_row(trace.scratch, node.b).v if marked(trace, node.b, first) else node.y
        p, q = partials(node.op, x, y)
        if node.a >= start:
            scratch_row(trace.scratch, node.a).bar += p * bar
        if node.b >= start:
            scratch_row(trace.scratch, node.b).bar += q * bar


@register_jitable
def share_of(trace, k, z, last, newest, oldest):
    """Return the share of draw k in the crossing of a decision at its root z, by slopes in ω of the linked draws."""
    slopes(trace, k, z, last, oldest)
    length, own, count, row = 0.0, 0.0, 0, newest
    while row >= 0:
        j, bar = node_row(trace.nodes, row).k, scratch_row(trace.scratch, row).bar
        steep = steepness(trace, j, bar, k, z) if bar != 0.0 else 0.0
        length = math.hypot(length, steep)
        own = steep if j == k else own
        count, row = count + 1, scratch_row(trace.scratch, row).next
    return (own / length) ** 2 if 0.0 < length < math.inf else 1.0 / count


@register_jitable
def steepness(trace, j, slope, k, z):
    """Return a slope in the standard variable of draw j as one in its ω, where draw k is z."""
    atom = atom_row(trace.atoms, j)
    density = DENSITY(atom.family, z if j == k else atom.z, atom.shape0, atom.shape1, atom.shape2)
    return slope / density if density != 0.0 else math.inf
