"""Decisions of a compiled carried sample: as `trace`, on records.

These functions are compiled once, for all programs (see `numba_library`). Nothing here raises: a result tells.
"""

# mypy: disable-error-code="no-untyped-def,no-untyped-call,untyped-decorator"

from __future__ import annotations

import math

import numpy as np
from numba.extending import overload, register_jitable

from stochtrace.carried import nearness
from stochtrace.carried.numba_atoms import beside, mass, rate
from stochtrace.carried.numba_factors import staged, vanishing
from stochtrace.carried.numba_meetings import differ, is_beside, meets, nudge_of
from stochtrace.carried.numba_memory import (
    CANNOT,
    EXTERNAL,
    FULL,
    ROUNDED,
    atom_row,
    decision_row,
    node_row,
    root_row,
    scratch_row,
)
from stochtrace.carried.numba_noting import noted, over
from stochtrace.carried.numba_ranges import is_flat, may_change, may_vanish, vanishes
from stochtrace.carried.numba_smooth import ADD, DRAW, SHAPED, SUB
from stochtrace.carried.numba_tangency import leaves, may_touch, share_of, stands_once
from stochtrace.carried.numba_tape import along, combined, mark
from stochtrace.carried.roots import CANCELLED
from stochtrace.carried.smooth import CURVED, STEADY
from stochtrace.carried.tangency import MOST
from stochtrace.runtime.jumps import keep
from stochtrace.runtime.numba_side import CROSSED, jump_row
from stochtrace.runtime.numba_tape import address_of
from stochtrace.runtime.uniforms import read

TAPED = 4  # added to in what way an expression is affine: its slope is found on the tape
BELOW, ABOVE, QUANTILE, SOLVE = (EXTERNAL[name] for name in ("below", "above", "quantile", "solve"))
apart_from, step_nudge, is_lost = map(register_jitable, (nearness.apart_from, nearness.step_nudge, nearness.is_lost))


@register_jitable
def drawn_inside(atom, u, low, high):
    """Return the outcome at a fraction u of the mass between two ends."""
    family, s0, s1, s2 = atom.family, atom.shape0, atom.shape1, atom.shape2
    start = BELOW(family, low, s0, s1, s2) if low > -math.inf else 0.0
    end = BELOW(family, high, s0, s1, s2) if high < math.inf else 1.0
    w = min(max(start + u * (end - start), 5e-324), 1 - 2.0**-53)
    return min(max(QUANTILE(family, w, s0, s1, s2), low), high)


@register_jitable
def offered(trace, atom, k, root, weight):
    """Offer a crossing to the reservoir."""
    trace.total += abs(weight)
    if trace.collecting != 0:
        row = next_row(trace)
        row.weight, row.site = weight, CROSSED
        described(trace, row, atom, k, root)
    elif trace.total > trace.threshold:
        trace.site = CROSSED
        trace.sign = 1.0 if weight > 0.0 else -1.0
        described(trace, trace, atom, k, root)
        trace.threshold = trace.total / read(trace.choice, 0)


@register_jitable
def described(trace, kept, atom, k, root):
    """Note in what is kept which crossing it is."""
    kept.draw, kept.decision = k, trace.decision_count
    kept.below, kept.above = beside(atom, root.z, root.nudge)
    kept.low, kept.high = atom.low, atom.high
    kept.stale = 1 if trace.newest > k else 0


@register_jitable
def next_row(trace):
    """Return a new row of the table of jumps."""
    if trace.jump_count == trace.room:
        trace.full = FULL
        return jump_row(trace.jumps, trace.room - 1)
    trace.jump_count += 1
    return jump_row(trace.jumps, trace.jump_count - 1)


@overload(keep)
def keep_on_trace(omega, jumps, site, to, weight):
    """Compiled `keep` of a trace, whose `choice` is an ω of its own at site 0."""
    if "choice" not in jumps.fields:
        return None

    def implementation(omega, jumps, site, to, weight):
        if jumps.collecting == 0:
            jumps.site, jumps.visit, jumps.to = site, omega.visits[site], np.int64(to)
            jumps.sign = 1.0 if weight > 0.0 else -1.0
            jumps.threshold = jumps.total / read(jumps.choice, 0)
        elif weight != 0.0:
            row = next_row(jumps)
            row.weight, row.site, row.visit, row.to = weight, site, omega.visits[site], np.int64(to)

    return implementation


@register_jitable
def find(trace, k, node, affine, v, d, s, sd, size, first):
    """Leave the roots of a decision in the table of roots from row `first` on, with rates and nudges; return their end.

    `inside` tells which of them the decisions so far have not ruled out.
    """
    atom = atom_row(trace.atoms, k)
    if affine > TAPED:
        mark(trace, k, node)
        v, s, _, _ = along(trace, k, atom.z, node)
        root = root_row(trace.roots, first)
        root.z, root.nudge = atom.z - v / s, size / abs(s)
        _, _, d, _ = along(trace, k, root.z, node)
        root.z_dot = -d / s
        end = first + 1
    elif affine != 0:
        if s == 0.0:
            trace.full = CANNOT
            return first
        root = root_row(trace.roots, first)
        away = -v / s
        root.z, root.nudge = atom.z + away, size / abs(s)
        changes = d - s * atom.z_dot + sd * away
        rounding = CANCELLED * (abs(d) + abs(s * atom.z_dot) + abs(sd * away))
        root.z_dot = 0.0 if abs(changes) < rounding else -changes / s
        end = first + 1
    else:
        count = SOLVE(address_of(trace), k, node, first)
        if count < 0:
            trace.full = CANNOT
            return first
        end = first + count
        if meets(trace, k, node, atom.low, atom.low_rate) or meets(trace, k, node, atom.high, atom.high_rate):
            trace.full = CANNOT
    for i in range(first, end):
        place(trace, atom, root_row(trace.roots, i))
    ascending(trace, first, end)
    return end


@register_jitable
def ascending(trace, first, end):
    """Sort roots by insertion: a reservoir keeps the same one whatever found them."""
    for i in range(first + 1, end):
        for j in range(i, first, -1):
            if root_row(trace.roots, j - 1).z > root_row(trace.roots, j).z:
                swap(root_row(trace.roots, j - 1), root_row(trace.roots, j))


@register_jitable
def swap(a, b):
    """Exchange two roots."""
    a.z, b.z = b.z, a.z
    a.rate, b.rate = b.rate, a.rate
    a.nudge, b.nudge = b.nudge, a.nudge
    a.inside, b.inside = b.inside, a.inside


@register_jitable
def place(trace, atom, root):
    """Tell whether a root lies inside the interval of its draw, how fast its ω moves, and by what to step aside."""
    if math.isnan(root.z) or math.isnan(root.z_dot):
        trace.full = CANNOT
    known = root.nudge
    root.nudge, root.inside = nudge_of(root.z, known), 0
    nearest = min(root.z - atom.low, atom.high - root.z)
    if nearest > apart_from(root.z, known):
        root.inside = 1
        root.rate = rate(atom, root.z, root.z_dot)
    if is_beside(nearest, root.z, known):
        there = atom.low_rate if root.z - atom.low < atom.high - root.z else atom.high_rate
        if differ(rate(atom, root.z, root.z_dot), there):
            trace.full = CANNOT


@register_jitable
def narrow(trace, atom, end):
    """Rule out what lies beyond the roots that are inside."""
    for i in range(end):
        root = root_row(trace.roots, i)
        if root.inside != 0:
            if root.z > atom.z:
                if root.z < atom.high:
                    atom.high, atom.high_rate = root.z, root.rate
            elif root.z > atom.low:
                atom.low, atom.low_rate = root.z, root.rate


@register_jitable
def decided(trace, k, node, affine, far, v, d, s, sd, size, outcome):
    """Note a decision on the sign of an expression, or decisions on its factors, and offer their crossings."""
    if over(trace) or trace.full != 0:
        return
    if math.isnan(v) and far == 0:
        trace.full = CANNOT
        return
    count = staged(trace, node)
    if count >= 0:
        decide_signs(trace, count)
        return
    if trace.checking == 0 and far == 0:
        crossed(trace, k, node, affine, v, d, s, sd, size)
    noted(trace, k, node, -1, outcome)


@register_jitable
def decide_signs(trace, count):
    """Decide on the signs of the factors that are left behind the decisions."""
    base = trace.decision_count
    for i in range(base, base + count):
        if over(trace):
            return
        row = decision_row(trace.decisions, i).a
        node = node_row(trace.nodes, row)
        v = value_of(trace, row)
        if trace.checking == 0:
            size = abs(node.x) + abs(node.y) if node.op == ADD or node.op == SUB else abs(v)
            affine = node.affine + TAPED if node.affine != CURVED else CURVED
            crossed(trace, node.k, row, affine, v, 0.0, 0.0, 0.0, size)
        noted(trace, node.k, row, -1, 1.0 if v > 0.0 else 0.0)


@register_jitable
def value_of(trace, row):
    """Return the value of a row."""
    node = node_row(trace.nodes, row)
    if node.op == DRAW or node.op == SHAPED:
        return atom_row(trace.atoms, node.k).z
    v, _, _ = combined(node.op, node.x, 0.0, 0.0, node.y, 0.0, 0.0)
    return v


@register_jitable
def divided(trace, row):
    """Decide on the sign of an expression that the program divides by, if it may change."""
    if over(trace) or trace.full != 0 or not may_change(trace, row):
        return
    count = staged(trace, row)
    if count < 0 and trace.decision_count == trace.room:
        trace.full = FULL
    elif count < 0:
        decision_row(trace.decisions, trace.decision_count).a = row
        count = 1
    decide_signs(trace, count)


@register_jitable
def rounded(trace, k, node, below, above, affine, v, low, high, d, s, sd, outcome):
    """Note the whole number that an expression is rounded to; a product, whose sign is known first."""
    if over(trace) or trace.full != 0:
        return
    if low == math.floor(low):
        count = staged(trace, node)
        same = False
        if count == 1 and affine != 0:
            same = node_row(trace.nodes, decision_row(trace.decisions, trace.decision_count).a).k == k
        if count >= 0 and not same:
            decide_signs(trace, count)
            if over(trace):
                return
    if trace.checking == 0:
        size = abs(v) + abs(low)
        end = find(trace, k, below, affine, v - low, d, s, sd, size, 0)
        end = find(trace, k, above, affine, v - high, d, s, sd, abs(v) + abs(high), end)
        for edge in (below, above):
            if affine != STEADY and trace.full == 0 and offer_vanishing(trace, -1, k, edge, end):
                trace.full = CANNOT
        step_roots(trace, k, end, node, affine, s, low, high)
    noted(trace, k, node, ROUNDED, outcome)


@register_jitable
def crossed(trace, k, node, affine, v, d, s, sd, size):
    """Offer the crossings of a decision, of all draws that share it, and narrow the interval of the newest."""
    end = find(trace, k, node, affine, v, d, s, sd, size, 0)
    newest, oldest, all_share = sharing(trace, k, node, affine)
    if newest < 0:
        offer_roots(trace, k, 0, end, -1, -1, -1)
    row = newest
    while row >= 0:
        j = node_row(trace.nodes, row).k
        first, last = (0, end) if j == k else (end, find(trace, j, node, CURVED, v, d, s, sd, size, end))
        offer_roots(trace, j, first, last, node, newest, oldest)
        row = scratch_row(trace.scratch, row).next
    if affine & STEADY == 0 and not all_share:
        offer_vanishing(trace, newest, k, node, end)
    narrow(trace, atom_row(trace.atoms, k), end)


@register_jitable
def sharing(trace, k, node, affine):
    """Link the draws that share the crossing of a decision, by their rows; none where it is the newest draw's alone.

    Return the newest, the oldest, and whether all share; -1 for none.
    """
    touched = affine == CURVED and may_touch(trace, k, node)
    if affine & STEADY != 0 or not (touched or is_flat(trace, k, node)):
        return -1, -1, False
    newest, oldest, count = leaves(trace, k, node)
    shared = min(count, MOST)
    if not touched and count > 1:
        oldest = newest
        while scratch_row(trace.scratch, oldest).next >= 0:
            cell = scratch_row(trace.scratch, oldest)
            if stands_once(trace, node_row(trace.nodes, cell.next).k, node):
                oldest = cell.next
            else:
                cell.next = scratch_row(trace.scratch, cell.next).next
                shared -= 1
    return (newest, oldest, shared == count) if shared > 1 else (-1, -1, False)


@register_jitable
def shares(trace, newest, k):
    """Tell whether a draw is one of those that are linked."""
    row = newest
    while row >= 0 and node_row(trace.nodes, row).k != k:
        row = scratch_row(trace.scratch, row).next
    return row >= 0


@register_jitable
def offer_vanishing(trace, linked, newest, node, first):
    """Offer the roots of older draws at which an expression is zero for all outcomes of the newer; tell of any.

    But for draws that are linked from row `linked` on. They are left in the table of roots from row `first` on.
    """
    found, mark_of, narrow = False, vanishing(trace, node), trace.narrow
    if mark_of == 0:
        return False
    for k in range(newest - 1, -1, -1):
        atom = atom_row(trace.atoms, k)
        known = atom.candidate == mark_of
        if not (known or narrow >= 0) or atom.family < 0 or not mark(trace, k, node):
            continue
        if shares(trace, linked, k) or not may_vanish(trace, node, newest, k, -1 if known else narrow):
            continue
        end = find(trace, k, node, 0, 0.0, 0.0, 0.0, 0.0, 0.0, first)
        for i in range(first, end):
            root = root_row(trace.roots, i)
            if root.inside != 0 and not vanishes(trace, k, root.z, root.nudge, newest, node):
                root.inside = 0
            found = found or root.inside != 0
        offer_roots(trace, k, first, end, -1, -1, -1)
    return found


@register_jitable
def offer_roots(trace, k, first, end, shared, newest, oldest):
    """Offer roots in draw k; its share of them where the decision in row `shared` has several draws."""
    atom = atom_row(trace.atoms, k)
    if shared >= 0:
        mark(trace, k, shared)
    for i in range(first, end):
        root = root_row(trace.roots, i)
        if root.inside != 0 and root.rate != 0.0:
            if is_lost(root.nudge, root.z):
                trace.full = CANNOT
            share = share_of(trace, k, root.z, shared, newest, oldest) if shared >= 0 else 1.0
            offered(trace, atom, k, root, -root.rate * share / mass(atom))


@register_jitable
def step_roots(trace, k, end, node, affine, s, low, high):
    """Narrow the interval to the step on which the sample is, and offer mass that leaves it."""
    atom = atom_row(trace.atoms, k)
    narrow(trace, atom, end)
    if affine == 0:
        mark(trace, k, node)
    for i in range(end):
        root = root_row(trace.roots, i)
        leaves = (root.rate < 0.0) == (root.z > atom.z)
        if root.inside != 0 and root.rate != 0.0 and leaves and (root.z == atom.low or root.z == atom.high):
            slope = along(trace, k, root.z, node)[1] if affine == 0 else s
            root.nudge = step_nudge(root.nudge, root.z, high - low, abs(low) + abs(high), abs(slope))
            if root.nudge == 0.0:
                trace.full = CANNOT
            offered(trace, atom, k, root, -root.rate / mass(atom))
