"""All outcomes of a draw at which an expression is zero, in compiled code: as `roots`, on the tape.

The roots are left in the table of roots of the trace; the number of them is returned, -1 where some may be missed.
"""

# mypy: disable-error-code="no-untyped-def,no-untyped-call,untyped-decorator"

from __future__ import annotations

import math

import numpy as np
from numba.extending import register_jitable

from stochtrace.carried.atoms import APART
from stochtrace.carried.numba_functions import CODES, POWER, written
from stochtrace.carried.numba_memory import EXTERNAL, atom_row, node_row, root_row, scratch_row
from stochtrace.carried.numba_quadratics import quadratic, square_roots
from stochtrace.carried.numba_smooth import ADD, DIV, MUL, NEG, SHAPED, SUB
from stochtrace.carried.numba_tape import along, mark, marked
from stochtrace.carried.operations import INVERSE_TEXTS, PAIR_TEXTS
from stochtrace.carried.roots import BOXES, CANCELLED, NOTHING, ROUNDED, THIN
from stochtrace.runtime.numba_tape import address_of

BELOW, TAIL, QUANTILE, ENCLOSE = (EXTERNAL[name] for name in ("below", "tail", "quantile", "enclose"))


def inverses():
    """Return the function that gives the number of preimages of y under an operation, and the first two."""
    lines = ["def function(op, y):"]
    for name, (test, *found) in INVERSE_TEXTS.items():
        pair = ", ".join((*found, "0.0")[:2])
        lines += [f"    if op == {CODES[name]}:", f"        return ({len(found)}, {pair}) if {test} else (0, 0.0, 0.0)"]
    return written("\n".join([*lines, "    return -1, 0.0, 0.0"]))


def pair_inverses():
    """Return the function that gives the same of the first or second argument of two, the other of which is c."""
    lines = ["def function(op, first, y, c):"]
    for name, sides in PAIR_TEXTS.items():
        lines.append(f"    if op == {CODES[name]}:")
        for side, (test, *found) in zip(("first", "not first"), sides, strict=True):
            pair = ", ".join((*found, "0.0")[:2])
            lines.append(f"        if {side}:\n            return ({len(found)}, {pair}) if {test} else (0, 0.0, 0.0)")
    return written("\n".join([*lines, "    return -1, 0.0, 0.0"]))


inverse, pair_inverse = inverses(), pair_inverses()
SQUARE, POLYNOMIAL, OUTSIDE = CODES["square"], -1, 2


@register_jitable
def inverse_power(y, n):
    """Return the x with x ** n = y."""
    if y == 0.0 or not math.isfinite(y):
        return 0, 0.0, 0.0
    if n != math.floor(n):
        return (1, y ** (1 / n), 0.0) if y > 0.0 else (0, 0.0, 0.0)
    size = abs(y) ** (1 / n)
    if n % 2 == 0:
        return (2, -size, size) if y > 0.0 else (0, 0.0, 0.0)
    return 1, math.copysign(size, y), 0.0


@register_jitable
def undo(op, first, y, c):
    """Return what the first (or second) part of an operation must be for the value y, the other being c."""
    if op == ADD:
        return 1, y - c, 0.0
    if op == SUB:
        return 1, (y + c if first else c - y), 0.0
    if op == MUL:
        return (1, y / c, 0.0) if c != 0.0 else (0, 0.0, 0.0)
    if op == DIV:
        if first:
            return 1, y * c, 0.0
        return (1, c / y, 0.0) if y != 0.0 else (0, 0.0, 0.0)
    if op == NEG:
        return 1, -y, 0.0
    if op == POWER:
        if first:
            return inverse_power(y, c)
        return (1, math.log(y) / math.log(c), 0.0) if y > 0.0 and c > 0.0 and c != 1.0 else (0, 0.0, 0.0)
    number, low, high = pair_inverse(op, first, y, c)
    return (number, low, high) if number >= 0 else inverse(op, y)


@register_jitable
def root_at(trace, i):
    """Return a row of the table of roots, from that on which the search began at."""
    return root_row(trace.roots, trace.base + i)


@register_jitable
def undone(trace, k, row):
    """Leave the roots of functions, one around another, of the draw or of a square; return -1 where there is more."""
    count, first = 1, atom_row(trace.atoms, k).node
    root_at(trace, 0).z = 0.0
    while row != first:
        node = node_row(trace.nodes, row)
        left, right = marked(trace, node.a, first), marked(trace, node.b, first)
        square = left and right and node.a == node.b and node.op == MUL
        if node.op == SHAPED:
            return -1
        if left and right and not square:
            there, a, b, c = quadratic(trace, first, row)
            return replaced(trace, count, POLYNOMIAL, True, a, b, c) if there else -1
        count = replaced(trace, count, SQUARE if square else node.op, left, node.y if left else node.x, 0.0, 0.0)
        if count < 0:
            return -1
        row = node.a if left else node.b
    return count


@register_jitable
def replaced(trace, count, op, left, other, b, c):
    """Replace targets by what leads to them; the coefficients of a polynomial are `other`, b and c."""
    found = 0
    for i in range(count):
        y = root_at(trace, i).z
        number, low, high = square_roots(other, b, c - y) if op == POLYNOMIAL else undo(op, left, y, other)
        if number < 0:
            return -1
        if number > 0:
            root_at(trace, found).low = low
        if number > 1:
            root_at(trace, found + 1).low = high
        found += number
    for i in range(found):
        root_at(trace, i).z = root_at(trace, i).low
    return found


@register_jitable
def speed(trace, k, last, z):
    """Return a root, refined by Newton's iteration, its tangent, and over what it is known."""
    v, s, d, _ = along(trace, k, z, last)
    size, rates = terms(trace, k, last)
    known = size / abs(s) if s != 0.0 else 0.0
    if s != 0.0 and math.isfinite(v / s) and abs(v / s) > ROUNDED * abs(z):
        refined = z - v / s
        v2, s2, d2, _ = along(trace, k, refined, last)
        if abs(v2) < abs(v):
            z, s, d = refined, s2, d2
    if abs(d) < CANCELLED * rates:
        d = 0.0
    if s != 0.0:
        return z, -d / s, known
    return z, (math.inf if d != 0.0 else 0.0), known


@register_jitable
def terms(trace, k, last):
    """Return the size of the terms of the marked sum or difference, and of their tangents, as evaluated last."""
    node, first = node_row(trace.nodes, last), atom_row(trace.atoms, k).node
    if node.op != ADD and node.op != SUB:
        return 0.0, 0.0
    x, y, x_dot, y_dot = node.x, node.y, node.x_dot, node.y_dot
    if marked(trace, node.a, first):
        x, x_dot = scratch_row(trace.scratch, node.a).v, scratch_row(trace.scratch, node.a).d
    if marked(trace, node.b, first):
        y, y_dot = scratch_row(trace.scratch, node.b).v, scratch_row(trace.scratch, node.b).d
    return abs(x) + abs(y), abs(x_dot) + abs(y_dot)


@register_jitable
def reach(atom):
    """Return the outcomes that have not been ruled out, but for a mass of 1e-16."""
    tail = TAIL(atom.family)
    s0, s1, s2 = atom.shape0, atom.shape1, atom.shape2
    low, high = -tail if BELOW(atom.family, 0.0, s0, s1, s2) > 0.0 else 0.0, tail
    if tail == 0.0:
        low, high = 0.0, 1.0
        if s0 != 0.0:
            low, high = QUANTILE(atom.family, 1e-17, s0, s1, s2), QUANTILE(atom.family, 1 - 2.0**-53, s0, s1, s2)
    return max(low, atom.low + APART * abs(atom.low)), min(high, atom.high - APART * abs(atom.high))


@register_jitable
def sign(trace, k, z, last):
    """Return the sign of the marked expression where draw k is z, `OUTSIDE` where it has no value."""
    v, _, _, _ = along(trace, k, z, last)
    if math.isnan(v):
        v, _, _, _ = along(trace, k, np.nextafter(z, 0.0) if z != 0.0 else 5e-324, last)
    return OUTSIDE if math.isnan(v) else (1 if v > 0.0 else 0) - (1 if v < 0.0 else 0)


@register_jitable
def without_root(trace, k, middle, cell, width, last):
    """Prove that there is no root in a box by the mean value form, as in `roots`."""
    steep, size = max(abs(cell.s_low), abs(cell.s_high)), max(abs(cell.low), abs(cell.high))
    v, _, _, _ = along(trace, k, middle, last)
    return abs(v) > steep * width / 2 + THIN * size


@register_jitable
def bracketed(trace, k, low, high, at_low, at_high, last):
    """Return whether an expression that is monotone between two ends has a root there, and the root."""
    if at_low == at_high or at_high == 0:
        return False, 0.0
    for _ in range(200):
        middle = (low + high) / 2
        if not low < middle < high:
            break
        if sign(trace, k, middle, last) == at_low:
            low = middle
        else:
            high = middle
    return True, (high if at_low != 0 else low)


@register_jitable
def searched(trace, k, last):
    """Leave all roots that can matter, found by bisection; return -1 where some cannot be told apart."""
    low, high = reach(atom_row(trace.atoms, k))
    box = root_at(trace, 0)
    box.low, box.high = low, high
    first_low, last_high = low, high
    todo, found = 1, 0
    for _ in range(BOXES):
        if todo == 0:
            return found
        todo -= 1
        low, high = root_at(trace, todo).low, root_at(trace, todo).high
        if high <= NOTHING and first_low == 0.0:
            continue
        ENCLOSE(address_of(trace), k, low, high, last)
        cell = scratch_row(trace.scratch, last)
        if not cell.low <= 0.0 <= cell.high:
            continue
        thin = high - low <= THIN * max(max(abs(low), abs(high)), 1e-300)
        if not cell.s_low <= 0.0 <= cell.s_high:
            at_low, at_high = sign(trace, k, low, last), sign(trace, k, high, last)
            if at_low != OUTSIDE and at_high != OUTSIDE:
                there, z = bracketed(trace, k, low, high, at_low, at_high, last)
                if there:
                    root_at(trace, found).z = z
                    found += 1
                continue
            if thin:
                continue
        elif thin:
            if low == first_low or high == last_high:
                continue
            return -1
        middle = (low + high) / 2
        if without_root(trace, k, middle, cell, high - low, last):
            continue
        if trace.base + max(todo, found) + 2 > trace.room:
            return -1
        for half in range(2):
            box = root_at(trace, todo + half)
            box.low, box.high = (low, middle) if half == 0 else (middle, high)
        todo += 2
    return -1


@register_jitable
def solved(trace, k, last, first):
    """Leave the roots and their tangents from row `first` on; return how many, -1 where some may be missed.

    Their `nudge` is the distance over which they are known, as in `roots`.
    """
    trace.base = first
    mark(trace, k, last)
    count = undone(trace, k, last)
    if count < 0:
        count = searched(trace, k, last)
    for i in range(count):
        root = root_at(trace, i)
        root.z, root.z_dot, known = speed(trace, k, last, root.z)
        root.nudge = max(abs(atom_row(trace.atoms, k).z), known)
    return count
