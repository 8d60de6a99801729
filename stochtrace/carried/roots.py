"""All outcomes of a draw at which an expression is zero, with the speed at which each moves, and how well it is known.

Three ways, the first that applies: the expression is affine in the draw; the functions around the draw, or around a
polynomial of degree two in it, are undone one by one; a search over intervals, which finds all roots or says that it
cannot.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from typing import Any

import scipy

from stochtrace.carried import operations
from stochtrace.carried.evaluation import DRAWS, Hidden, along, depends, enclosure, quadratic
from stochtrace.carried.intervals import Interval
from stochtrace.carried.smooth import Smooth

BOXES = 200_000
FEW_PERIODS = 100.0
THIN, ROUNDED, NOTHING, CANCELLED = 1e-14, 1e-15, 1e-18, 1e-12


def straight(g: Smooth, z: float, z_dot: float, size: float) -> tuple[float, float, float]:
    """Return the root of an affine g in its newest draw, its tangent, and over what it is known.

    `z` is the outcome of that draw in this sample, `z_dot` its tangent at fixed ω, `size` that of the terms of g.
    """
    away = -g.v / g.s
    rates = g.d, -g.s * z_dot, g.sd * away
    return z + away, -without_rounding(sum(rates), rates) / g.s, size / abs(g.s)


def without_rounding(total: Any, terms: Iterable[Any]) -> Any:
    """Return a sum, or 0 where its terms cancel but for rounding.

    Clocks that all run p times as fast keep their order. A jump at a rate of rounding has no effect, but it reads from
    the reservoir, whose choice among the others would hang on the last bit of p.
    """
    return 0.0 if isinstance(total, float) and 0.0 < abs(total) < CANCELLED * sum(map(abs, terms)) else total


def roots(g: Smooth, k: int, z: float, reach: Interval) -> list[tuple[float, float, float]] | None:
    """Return the z at which g is zero, their tangents, and over what distance each is known, to multiply by rounding.

    `reach` holds all z that matter; None if roots may be missed. g is not affine in draw k, which is z in this sample.
    What g is there says nothing of the roots: its terms and its slope are those at the root itself.
    """
    try:
        found = undone(g, k, reach)
        if found is None:
            found = searched(g, k, reach)
    except Hidden:
        return None
    if found is None:
        return None
    known = [at for root in found if reach.low <= root <= reach.high for at in speed(g, k, root)]
    return [(root, root_dot, max(abs(z), distance)) for root, root_dot, distance in known]


def speed(g: Smooth, k: int, z: float) -> list[tuple[float, float, float]]:
    """Return a root, refined by Newton's iteration, its tangent, and over what it is known.

    None where g is not defined: a root that has underflowed to the end of its domain.
    """
    try:
        here = along(g, k, z)
    except (ValueError, OverflowError, ZeroDivisionError):
        return []
    size, rates = terms(g, k, z)
    known = size / abs(here.s) if here.s else 0.0
    if here.s and math.isfinite(here.v / here.s) and abs(here.v / here.s) > ROUNDED * abs(z):
        refined = z - here.v / here.s
        again = along(g, k, refined)
        if abs(again.v) < abs(here.v):
            z, here = refined, again
    d = without_rounding(here.d, rates)
    return [(z, -d / here.s, known) if here.s else (z, math.inf if d else 0.0, known)]


def terms(g: Smooth, k: int, z: float) -> tuple[float, tuple[Any, ...]]:
    """Return the size of the terms that g is the sum or difference of, and their tangents, where draw k is z."""
    if g.op not in ("add", "sub"):
        return 0.0, ()
    x, y = (along(part, k, z) for part in g.parts)
    return abs(x.v) + abs(y.v), (x.d, y.d)


def undone(g: Smooth, k: int, reach: Interval) -> list[float] | None:
    """Return the roots of functions, one around another, of the draw or of a square; None where there is more to it."""
    targets, node = [0.0], g
    known: dict[int, bool] = {}
    while node.op not in DRAWS:
        inner = [p for p in node.parts if _depends(p, k, g.k, known)]
        if len(inner) == 2 and inner[0] is inner[1] and node.op == "mul":
            targets = [x for y in targets for x in operations.INVERSES["square"](y)]
        elif node.op in operations.PERIODIC and len(inner) == 1:
            arguments, _ = enclosure(inner[0], k, reach)
            if not arguments.high - arguments.low < FEW_PERIODS:
                return None
            targets = [x for y in targets for x in operations.preimages(node.op, y, arguments.low, arguments.high)]
        elif len(inner) == 2:
            square = quadratic(node, k)
            return None if square is None else [x for y in targets for x in square_roots(*square, y)]
        elif len(inner) == 1:
            found = [undo(node, node.parts[0] is inner[0], y) for y in targets]
            if any(each is None for each in found):
                return None
            targets = [x for each in found if each is not None for x in each]
        else:
            return None
        node = inner[0]
    return targets if node.k == k else None


def square_roots(a: float, b: float, c: float, y: float) -> list[float]:
    """Return the z with a z² + b z + c = y."""
    c -= y
    if a == 0:
        return [-c / b] if b else []
    inside = b * b - 4 * a * c
    if inside <= ROUNDED * b * b:
        return []  # it touches zero, to rounding, and does not cross it
    q = -0.5 * (b + math.copysign(math.sqrt(inside), b))
    return [q / a, c / q] if q else [0.0, -b / a]


def _depends(part: Any, k: int, newest: int, known: dict[int, bool]) -> bool:
    """Tell whether a part of an expression depends on draw k."""
    return type(part) is Smooth and (part.k == k if k == newest else depends(part, k, known))


def undo(node: Smooth, first: bool, y: float) -> list[float] | None:
    """Return what the first (or second) part of an operation must be for the value y, None where that is not known."""
    if len(node.parts) == 1:
        if node.op in ("neg", "frozen"):
            return [-y if node.op == "neg" else y]
        return operations.INVERSES[node.op](y) if node.op in operations.INVERSES else None
    other = node.parts[1 if first else 0]
    c = other.v if type(other) is Smooth else float(other)
    match node.op:
        case "add":
            return [y - c]
        case "sub":
            return [y + c] if first else [c - y]
        case "mul":
            return [y / c] if c else []
        case "div":
            return [y * c] if first else [c / y] if y else []
        case "pow" | "power" | "float_power":
            return operations.inverse_power(y, c) if first else operations.inverse_exponential(y, c)
    return operations.PAIR_INVERSES[node.op][0 if first else 1](y, c) if node.op in operations.PAIR_INVERSES else None


def searched(g: Smooth, k: int, reach: Interval) -> list[float] | None:
    """Return all roots inside an interval, by bisection; None where some cannot be told apart, but at its ends."""
    found: list[float] = []
    todo = [reach]
    for _ in range(BOXES):
        if not todo:
            return sorted(found)
        box = todo.pop()
        if box.high <= NOTHING and reach.low == 0.0:
            continue
        v, s = enclosure(g, k, box)
        if 0.0 not in v:
            continue
        thin = box.high - box.low <= THIN * max(abs(box.low), abs(box.high), 1e-300)
        if 0.0 not in s:
            at_low, at_high = _at(g, k, box.low), _at(g, k, box.high)
            if at_low is not None and at_high is not None:
                found += bracketed(g, k, box, at_low, at_high)
                continue
            if thin:
                continue  # a domain ends here
        elif thin:
            if box.low == reach.low or box.high == reach.high:
                continue  # it vanishes as the draw comes to an end, with a mass that is nothing
            return None
        middle = (box.low + box.high) / 2
        if without_root(_at(g, k, middle), v, s, box):
            continue
        todo += [Interval(box.low, middle), Interval(middle, box.high)]
    return None


def without_root(at: float | None, v: Interval, s: Interval, box: Interval) -> bool:
    """Prove that a box has no root, by the value in its middle and the bounds of the slope: the mean value form.

    `v` are bounds of the values, to whose size rounding is in proportion.
    """
    if at is None:
        return False
    steep, size = max(abs(s.low), abs(s.high)), max(abs(v.low), abs(v.high))
    return abs(at) > steep * (box.high - box.low) / 2 + THIN * size


def bracketed(g: Smooth, k: int, box: Interval, at_low: float, at_high: float) -> list[float]:
    """Return the root of an expression that is monotone between two ends, none where it has none there."""
    if at_low == 0.0:
        return [box.low]
    if at_high == 0.0 or (at_low > 0) == (at_high > 0):
        return []  # a root at the upper end belongs to the next box
    return [scipy.optimize.brentq(lambda z: _at(g, k, z), box.low, box.high, xtol=1e-300, rtol=1e-15)]


def _at(g: Any, k: int, z: float) -> float | None:
    """Return an expression where draw k is z, or next to it; None outside of its domain."""
    for near in (z, math.nextafter(z, 0.0) if z else 5e-324):
        try:
            return along(g, k, near).v
        except (ValueError, OverflowError, ZeroDivisionError):
            continue
    return None
