"""What an expression can be over all outcomes of its draws: whether it changes its sign, and whether its slope does.

A decision belongs to the newest draw of its expression, whose root moves with the older ones. Where an older draw makes
the expression zero for every outcome of the newer ones, as x = 0 does to x * y, the root does not tell: that place
belongs to the older draw. It can be there only where the slope in the newest draw changes its sign.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

from stochtrace.carried.evaluation import DRAWS, FLAT, draws_of, enclosed, evaluated
from stochtrace.carried.factors import POWERS, factors
from stochtrace.carried.intervals import Interval, as_interval
from stochtrace.carried.smooth import Smooth
from stochtrace.carried.tangency import MONOTONE, ordered

Known = dict[int, tuple[Smooth, Interval]]
Leaf = Callable[[Smooth], Interval | None]
ONE = Interval(1.0, 1.0)
ANALYTIC = {"add", "sub", "mul", "div", "neg", "frozen", "square", "reciprocal", "exp", "expm1"}
ANALYTIC |= {"sin", "cos", "sinh", "cosh", "tanh"}
ROUNDED, TINY = 1e-15, 1e-300  # of one operation: in proportion, and where it underflows
PARTS = 32  # of the outcomes of a draw, in which it is asked whether an expression vanishes
FAR = (1e30, -1e30, 0.0)  # where an expression is evaluated to see that it is not zero everywhere


def changes_sign(x: Interval) -> bool:
    """Tell whether there are values of both signs."""
    return x.low < 0 < x.high


def bounds(x: Any, support: Callable[[int], Interval], known: Known) -> Interval:
    """Return bounds of an expression over all outcomes of all its draws; `known` keeps those of its nodes."""

    def leaf(node: Smooth) -> Any:
        if node.op in DRAWS:
            return node, support(node.k)
        return (node, as_interval(node.v)) if node.k < 0 else None

    def combined(node: Smooth, parts: list[tuple[Any, Interval]]) -> tuple[Smooth, Interval]:
        return node, enclosed(node, [(v, FLAT) for _, v in parts])[0]

    found: Interval = evaluated(x, leaf, lambda c: (c, as_interval(c)), combined, known)[1]
    return found


def bounds_along(g: Smooth, k: int, leaf: Leaf) -> tuple[Interval, Interval]:
    """Return bounds of g and of its slope in draw k; `leaf` bounds the nodes at which there is no more to evaluate."""

    def with_slope(node: Smooth) -> Any:
        found = leaf(node)
        return None if found is None else (found, ONE if node.op in DRAWS and node.k == k else FLAT)

    v, slope = evaluated(g, with_slope, lambda c: (as_interval(c), FLAT), enclosed, {})
    return v, slope


def bounds_where(g: Smooth, leaf: Leaf) -> Interval:
    """Return bounds of g that hold whatever was rounded."""

    def combined(node: Smooth, parts: list[Interval]) -> Interval:
        return widened(enclosed(node, [(v, FLAT) for v in parts])[0])

    found: Interval = evaluated(g, leaf, as_interval, combined, {})
    return found


def widened(x: Interval) -> Interval:
    """Return an interval with room for what was rounded in one operation."""
    return Interval(x.low - (ROUNDED * abs(x.low) + TINY), x.high + (ROUNDED * abs(x.high) + TINY))


def part_of(low: float, high: float, place: int, level: int) -> tuple[float, float]:
    """Return the ends of one of the 2^level equal parts of an interval."""
    width, parts = high - low, 1 << level
    return low + width * (place / parts), low + width * ((place + 1) / parts)


def after(place: int, level: int) -> tuple[int, int]:
    """Return the next part of an interval, as large as parts can be that begin there."""
    place += 1
    while level > 0 and place % 2 == 0:
        place, level = place // 2, level - 1
    return place, level


def may_vanish(g: Smooth, narrow: Smooth | None, reach: Interval, along: Callable[[Interval], Leaf]) -> bool:
    """Tell whether g may be zero for every outcome of its newest draw somewhere along an older one; `along` bounds it.

    What that reaches is halved, and halved again, until no part may; where that takes too many parts, it may.
    """
    place, level = 0, 0
    for _ in range(PARTS):
        if place == 1 << level:
            return False
        leaf = along(Interval(*part_of(reach.low, reach.high, place, level)))
        if is_apart(g, narrow, leaf) or not all(0.0 in x for x in bounds_along(g, g.k, leaf)):
            place, level = after(place, level)
        else:
            place, level = 2 * place, level + 1
    return True


def is_apart(g: Smooth, narrow: Smooth | None, leaf: Leaf) -> bool:
    """Prove that g is not zero where one node of it is a certain number."""

    def far(at: float) -> Interval:
        return bounds_where(g, lambda node: as_interval(at) if node is narrow else leaf(node))

    return narrow is not None and any(x.low > 0 or x.high < 0 for x in map(far, FAR))


class Vanishing(NamedTuple):
    """The older draws that may make g zero for every outcome of its newest draw.

    Others may too, unless g is not zero for all of their outcomes where its node `narrow` is a certain number.
    """

    draws: set[int]
    others: set[int]
    narrow: Smooth | None


def vanishing(g: Smooth, support: Callable[[int], Interval], known: Known) -> Vanishing:
    """Return the older draws that may make g zero for every outcome of its newest draw.

    Along a chain of functions around the newest draw these are the newest draws of factors that change their sign. Of
    an expression with that draw in several places they may be all draws, where its slope may change its sign at all.
    """

    def may_change(x: Any) -> bool:
        return changes_sign(bounds(x, support, known))

    def leaf(part: Smooth) -> Interval | None:
        if part.op in DRAWS and part.k == g.k:
            return as_interval(part.v)
        return bounds(part, support, known) if part.k < g.k or part.op in DRAWS else None

    found, end = chain(g, may_change, support, known)
    if end.op in DRAWS or not changes_sign(bounds_along(end, g.k, leaf)[1]):
        return Vanishing(found, set(), None)
    older = {k for k in draws_of(g) if k < g.k}
    if (narrow := narrowest(g, end)) is not None:
        more, end = chain(narrow, may_change, support, known)
        if end.op in DRAWS:
            return Vanishing(found | more, older - found - more, narrow)
    return Vanishing(older, set(), None)


def chain(
    node: Smooth, may_change: Callable[[Any], bool], support: Callable[[int], Interval], known: Known
) -> tuple[set[int], Smooth]:
    """Follow the functions around the newest draw of an expression down to it, or to where it stands in several places.

    Return where that is, and the newest draws of the factors on the way that change their signs.
    """
    k, found = node.k, set[int]()
    while node.op not in DRAWS:
        inner = [p for p in node.parts if type(p) is Smooth and p.k == k]
        if not moves_with(node, inner):
            break
        other = [p for p in node.parts if type(p) is Smooth and p is not inner[0]]
        if node.op in ("mul", "div") and other and may_change(other[0]):
            for factor in factors(other[0], may_change):
                draws, others, _ = vanishing(factor, support, known)
                found |= {factor.k} | draws | others
        node = inner[0]
    return found, node


def moves_with(node: Smooth, inner: list[Smooth]) -> bool:
    """Tell whether an operation moves with one part of it wherever that part moves, but for factors of zero."""
    if len(inner) != 1:
        return node.op in ("add", "mul") and len(inner) == 2 and inner[0] is inner[1]
    if node.op in POWERS:
        base, n = node.parts
        return base is inner[0] and type(n) is not Smooth and n != 0
    return node.op in MONOTONE or len(node.parts) == 1


def narrowest(g: Smooth, below: Smooth) -> Smooth | None:
    """Return the last node below another one through which the newest draw acts on g, None if there are several ways.

    What is above it must be analytic: if g is zero on an interval of that node, it is zero wherever it is evaluated.
    """
    order = [node for node in ordered(g) if node.k == g.k]
    places = {id(node): i for i, node in enumerate(order)}
    last = [0] * len(order)
    for i, node in enumerate(order):
        for part in node.parts if node.op not in DRAWS else ():
            if id(part) in places:
                last[places[id(part)]] = i
    used, found = 0, -1
    for i in range(places[id(below)]):
        if used <= i:
            found = i
        used = max(used, last[i])
    return order[found] if found >= 0 and all(map(analytic, order[found + 1 :])) else None


def analytic(node: Smooth) -> bool:
    """Tell whether an operation is analytic, but for poles."""
    if node.op in POWERS:
        return type(node.parts[1]) is not Smooth and node.parts[1] == int(node.parts[1])
    return node.op in ANALYTIC
