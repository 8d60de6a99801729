"""The sign of a product is the signs of its factors, in compiled code: as `factors`, on the tape."""

# mypy: disable-error-code="no-untyped-def,no-untyped-call,untyped-decorator"

from __future__ import annotations

from numba.extending import register_jitable

from stochtrace.carried.factors import SIGNED
from stochtrace.carried.numba_functions import CODES, FIRST, POWER, ROWS
from stochtrace.carried.numba_memory import FULL, atom_row, decision_row, node_row, root_row, scratch_row
from stochtrace.carried.numba_ranges import may_change, narrowest, slope_may_change
from stochtrace.carried.numba_smooth import ADD, DIV, DRAW, MUL, NEG, SHAPED, SUB
from stochtrace.carried.numba_tangency import ONE_ROOT

ODD = tuple(CODES[name] for name in sorted(SIGNED & set(CODES)))
OF_ONE = tuple(FIRST + i for i, rule in enumerate(ROWS) if len(rule.arguments.split()) == 1)
WHOLE, LEFT, RIGHT, BOTH, NONE, ZERO = range(6)  # which parts of an operation are its factors


@register_jitable
def inside(trace, row):
    """Tell which parts of an operation are its factors; `WHOLE` where it is no product, `ZERO` where one stays zero."""
    node = node_row(trace.nodes, row)
    op, left, right = node.op, node.a >= 0, node.b >= 0
    if op == MUL:
        if (not left and node.x == 0.0) or (not right and node.y == 0.0):
            return ZERO
        return BOTH if left and right else LEFT if left else RIGHT
    if op == NEG or op in ODD:
        return LEFT
    if op == DIV:
        if not left:
            return ZERO if node.x == 0.0 else NONE
        return LEFT
    if op in (ADD, SUB):
        if left and not right and node.y == 0.0 and node.y_dot == 0.0:
            return LEFT
        return RIGHT if right and not left and node.x == 0.0 and node.x_dot == 0.0 else WHOLE
    if op == POWER and not right and node.y_dot == 0.0:
        return LEFT if node.y > 0.0 and node.y % 2.0 == 1.0 else NONE
    return WHOLE


@register_jitable
def staged(trace, row):
    """Leave the factors of an expression behind the decisions; return how many, -1 where it is no product."""
    if inside(trace, row) == WHOLE:
        return -1
    stack, count, base = 1, 0, trace.decision_count
    root_row(trace.roots, 0).inside = row
    while stack > 0:
        stack -= 1
        top = root_row(trace.roots, stack).inside
        parts = inside(trace, top)
        if max(stack, base + count) + 3 > trace.room:
            trace.full = FULL
            return 0
        if parts == ZERO:
            return -1
        if parts == WHOLE and stack == 0 and count == 0:
            decision_row(trace.decisions, base).a = top
            return 1
        if top != row and not may_change(trace, top):
            continue
        node = node_row(trace.nodes, top)
        if parts == WHOLE:
            count = toggled(trace, base, count, top)
        if parts in (RIGHT, BOTH):
            root_row(trace.roots, stack).inside = node.b
            stack += 1
        if parts in (LEFT, BOTH):
            root_row(trace.roots, stack).inside = node.a
            stack += 1
    return count


@register_jitable
def toggled(trace, base, count, row):
    """Add a factor to those behind the decisions, or take it out where it is one of them; return how many there are."""
    for i in range(base, base + count):
        if decision_row(trace.decisions, i).a == row:
            for j in range(i, base + count - 1):
                decision_row(trace.decisions, j).a = decision_row(trace.decisions, j + 1).a
            return count - 1
    decision_row(trace.decisions, base + count).a = row
    return count + 1


@register_jitable
def vanishing(trace, last):
    """Mark the older draws that may make row `last` zero for all outcomes of its newest draw.

    Return the mark, 0 where there are none. All others may too where the trace has a row that is `narrow`, as in
    `ranges`.
    """
    trace.stamp += 1
    trace.narrow = -1
    mark, found = trace.stamp, False
    scratch_row(trace.scratch, last).seen = mark
    open_rows, row = 1, last + 1
    while open_rows > 0:
        row -= 1
        if scratch_row(trace.scratch, row).seen != mark:
            continue
        open_rows -= 1
        node = node_row(trace.nodes, row)
        parts = inside(trace, row) if row != last else WHOLE
        if parts == WHOLE:
            if row != last:
                atom_row(trace.atoms, node.k).candidate = mark
                found = True
            more, end = chain(trace, row, mark)
            open_rows += more
            if not is_draw(trace, end) and slope_may_change(trace, node.k, end):
                found = True
                narrow = narrowest(trace, node.k, row, end) if row == last else -1
                if narrow >= 0:
                    more, end = chain(trace, narrow, mark)
                    open_rows += more
                if narrow >= 0 and is_draw(trace, end):
                    trace.narrow = narrow
                else:
                    for k in range(node.k):
                        atom_row(trace.atoms, k).candidate = mark
        if parts in (LEFT, BOTH):
            open_rows += opened(trace, node.a, mark)
        if parts in (RIGHT, BOTH):
            open_rows += opened(trace, node.b, mark)
    return mark if found else 0


@register_jitable
def chain(trace, row, mark):
    """Open the factors along the functions around the newest draw of a row that change their signs.

    Return how many, and the row of that draw, or of where it stands in several places.
    """
    more, k = 0, node_row(trace.nodes, row).k
    while not is_draw(trace, row):
        node = node_row(trace.nodes, row)
        left = node.a >= 0 and node_row(trace.nodes, node.a).k == k
        right = node.b >= 0 and node_row(trace.nodes, node.b).k == k
        if not moves_with(node, left, right):
            break
        if (node.op == MUL or node.op == DIV) and left != right:
            more += opened(trace, node.b if left else node.a, mark)
        row = node.a if left else node.b
    return more, row


@register_jitable
def is_draw(trace, row):
    """Tell whether a row is a draw."""
    return node_row(trace.nodes, row).op in (DRAW, SHAPED)


@register_jitable
def moves_with(node, left, right):
    """Tell whether an operation moves with one part of it wherever that part moves, but for factors of zero."""
    if left == right:
        return left and node.a == node.b and (node.op == ADD or node.op == MUL)
    if node.op == POWER:
        return left and node.b < 0 and node.y_dot == 0.0 and node.y != 0.0
    return node.op in ONE_ROOT or node.op in OF_ONE


@register_jitable
def opened(trace, row, mark):
    """Note that the sign of a row matters, if it may change; return 1 where that is new."""
    if row < 0 or scratch_row(trace.scratch, row).seen == mark or not may_change(trace, row):
        return 0
    scratch_row(trace.scratch, row).seen = mark
    return 1
