"""The tape of a compiled carried sample: expressions evaluated again with another outcome of one draw.

As `evaluation`, in one pass over the rows from the draw to the expression. `mark` finds the rows that matter.
"""

# mypy: disable-error-code="no-untyped-def,no-untyped-call,untyped-decorator"

from __future__ import annotations

from numba.extending import register_jitable

from stochtrace.carried.numba_memory import CANNOT, EXTERNAL, atom_row, node_row, scratch_row
from stochtrace.carried.numba_smooth import ADD, DIV, DRAW, MUL, NEG, OPAQUE, SHAPED, SUB
from stochtrace.carried.smooth import CANCELLED
from stochtrace.runtime.numba_tape import address_of

VALUE, SLOPE_OF_FIRST, SLOPE_OF_SECOND, ALONG = (
    EXTERNAL[name] for name in ("value", "slope_of_first", "slope_of_second", "along")
)


@register_jitable
def mark(trace, k, last):
    """Mark the rows of the expression in row `last` that depend on draw k; tell whether it does."""
    first = atom_row(trace.atoms, k).node
    if last < first:
        return False
    scratch_row(trace.scratch, first).own = 1
    for i in range(first + 1, last + 1):
        node = node_row(trace.nodes, i)
        own = False
        if node.k >= k and node.op != DRAW:
            own = (node.a >= first and scratch_row(trace.scratch, node.a).own != 0) or (
                node.b >= first and scratch_row(trace.scratch, node.b).own != 0
            )
        scratch_row(trace.scratch, i).own = 1 if own else 0
    found = scratch_row(trace.scratch, last).own != 0
    scratch_row(trace.scratch, last).own *= 2
    for i in range(last, first - 1, -1):
        if scratch_row(trace.scratch, i).own == 2:
            node = node_row(trace.nodes, i)
            if node.a >= first and scratch_row(trace.scratch, node.a).own == 1:
                scratch_row(trace.scratch, node.a).own = 2
            if node.b >= first and scratch_row(trace.scratch, node.b).own == 1:
                scratch_row(trace.scratch, node.b).own = 2
        else:
            scratch_row(trace.scratch, i).own = 0
    return found


@register_jitable
def marked(trace, row, first):
    """Tell whether a row is one of those that were marked."""
    return row >= first and scratch_row(trace.scratch, row).own == 2


@register_jitable
def combined(op, x, xs, xd, y, ys, yd):
    """Return value, slope and tangent of an operation."""
    if op == ADD:
        return x + y, xs + ys, xd + yd
    if op == SUB:
        return x - y, xs - ys, xd - yd
    if op == MUL:
        return x * y, xs * y + x * ys, xd * y + x * yd
    if op == DIV:
        v = x / y
        return v, (xs - v * ys) / y, (xd - v * yd) / y
    if op == NEG:
        return -x, -xs, -xd
    v = VALUE(op, x, y)
    p = SLOPE_OF_FIRST(op, x, y, v) if xs != 0.0 or xd != 0.0 else 0.0
    q = SLOPE_OF_SECOND(op, x, y, v) if ys != 0.0 or yd != 0.0 else 0.0
    return v, p * xs + q * ys, p * xd + q * yd


@register_jitable
def along(trace, k, z, last):
    """Return the marked expression in row `last` where draw k is z: value, slope, tangent with z held, slope's size."""
    ALONG(address_of(trace), k, z, last)
    cell = scratch_row(trace.scratch, last)
    return cell.v, cell.s, cell.d, cell.size


@register_jitable
def run_along(trace, k, z, last):
    """Leave the marked rows where draw k is z in the scratch table."""
    first = atom_row(trace.atoms, k).node
    cell = scratch_row(trace.scratch, first)
    cell.v, cell.s, cell.d, cell.size = z, 1.0, 0.0, 1.0
    for i in range(first + 1, last + 1):
        cell = scratch_row(trace.scratch, i)
        if cell.own != 2:
            continue
        node = node_row(trace.nodes, i)
        if node.op == SHAPED or node.op == OPAQUE:
            trace.full = CANNOT
        x, xs, xd, xz = node.x, 0.0, node.x_dot, 0.0
        y, ys, yd, yz = node.y, 0.0, node.y_dot, 0.0
        if marked(trace, node.a, first):
            part = scratch_row(trace.scratch, node.a)
            x, xs, xd, xz = part.v, part.s, part.d, part.size
        if marked(trace, node.b, first):
            part = scratch_row(trace.scratch, node.b)
            y, ys, yd, yz = part.v, part.s, part.d, part.size
        cell.v, cell.s, cell.d = combined(node.op, x, xs, xd, y, ys, yd)
        cell.size = xz + yz if node.op == ADD or node.op == SUB else abs(cell.s)


@register_jitable
def older_draw(trace, newest, row):
    """Return the newest draw before one that moves an expression, -1 where there is none.

    The slope is left in the trace.
    """
    for k in range(newest - 1, -1, -1):
        if atom_row(trace.atoms, k).family >= 0 and mark(trace, k, row):
            _, slope, _, size = along(trace, k, atom_row(trace.atoms, k).z, row)
            if abs(slope) > CANCELLED * size:
                node_row(trace.nodes, row).k = k
                trace.slope = slope
                return k
    return -1
