"""Polynomials of degree two in a draw, in compiled code: as `evaluation.quadratic` and `roots.square_roots`."""

# mypy: disable-error-code="no-untyped-def,no-untyped-call,untyped-decorator"

from __future__ import annotations

import math

from numba.extending import register_jitable

from stochtrace.carried.numba_memory import EXTERNAL, node_row, scratch_row
from stochtrace.carried.numba_smooth import ADD, DIV, MUL, NEG, SUB
from stochtrace.carried.numba_tape import marked
from stochtrace.carried.roots import ROUNDED

VALUE = EXTERNAL["value"]


@register_jitable
def quadratic(trace, first, last):
    """Return whether the marked expression in row `last` is a z² + b z + c of the draw in row `first`, and a, b, c."""
    cell = scratch_row(trace.scratch, first)
    cell.s_low, cell.s_high, cell.low = 0.0, 1.0, 0.0
    for i in range(first + 1, last + 1):
        if scratch_row(trace.scratch, i).own == 2:
            node = node_row(trace.nodes, i)
            x, y = coefficients(trace, node.a, first, node.x), coefficients(trace, node.b, first, node.y)
            there, a, b, c = combined(node.op, x, y)
            if not there:
                return False, 0.0, 0.0, 0.0
            cell = scratch_row(trace.scratch, i)
            cell.s_low, cell.s_high, cell.low = a, b, c
    cell = scratch_row(trace.scratch, last)
    return True, cell.s_low, cell.s_high, cell.low


@register_jitable
def coefficients(trace, row, first, otherwise):
    """Return the coefficients of a part of an operation."""
    if not marked(trace, row, first):
        return 0.0, 0.0, otherwise
    cell = scratch_row(trace.scratch, row)
    return cell.s_low, cell.s_high, cell.low


@register_jitable
def combined(op, x, y):
    """Return whether an operation gives a polynomial of degree two or less, and its coefficients."""
    (a, b, c), (d, e, f) = x, y
    if op == ADD:
        return True, a + d, b + e, c + f
    if op == SUB:
        return True, a - d, b - e, c - f
    if op == NEG:
        return True, -a, -b, -c
    if op == MUL and a * e == 0.0 and b * d == 0.0 and a * d == 0.0:
        return True, a * f + b * e + c * d, b * f + c * e, c * f
    if op == DIV and d == 0.0 and e == 0.0:
        return True, a / f, b / f, c / f
    return a == 0.0 and b == 0.0 and d == 0.0 and e == 0.0, 0.0, 0.0, VALUE(op, c, f)


@register_jitable
def square_roots(a, b, c):
    """Return how many z have a z² + b z + c = 0, and these."""
    if a == 0.0:
        return (1, -c / b, 0.0) if b != 0.0 else (0, 0.0, 0.0)
    inside = b * b - 4.0 * a * c
    if inside <= ROUNDED * b * b:
        return 0, 0.0, 0.0
    q = -0.5 * (b + math.copysign(math.sqrt(inside), b))
    return (2, q / a, c / q) if q != 0.0 else (2, 0.0, -b / a)
