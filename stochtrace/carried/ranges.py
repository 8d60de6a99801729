"""What an expression can be over all outcomes of its draws: whether it changes its sign, and whether its slope does.

A decision belongs to the newest draw of its expression, whose root moves with the older ones. Where an older draw makes
the expression zero for every outcome of the newer ones, as x = 0 does to x * y, the root does not tell: that place
belongs to the older draw. It can be there only where the slope in the newest draw changes its sign.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from stochtrace.carried.evaluation import FLAT, draws_of, enclosed
from stochtrace.carried.factors import factors
from stochtrace.carried.intervals import Interval, as_interval
from stochtrace.carried.smooth import Smooth
from stochtrace.carried.tangency import MONOTONE

DRAWS = ("draw", "shaped")
Known = dict[int, tuple[Smooth, Interval]]
ONE = Interval(1.0, 1.0)


def changes_sign(x: Interval) -> bool:
    """Tell whether there are values of both signs."""
    return x.low < 0 < x.high


def bounds(x: Any, support: Callable[[int], Interval], known: Known) -> Interval:
    """Return bounds of an expression over all outcomes of all its draws; `known` keeps those of its nodes."""
    if type(x) is not Smooth:
        return as_interval(x)
    todo = [x]
    while todo:
        node = todo[-1]
        if id(node) in known:
            todo.pop()
        elif node.op in DRAWS or node.k < 0:
            known[id(node)] = node, support(node.k) if node.op in DRAWS else as_interval(node.v)
        elif waiting := [p for p in node.parts if type(p) is Smooth and id(p) not in known]:
            todo += waiting
        else:
            parts = [known[id(p)][1] if type(p) is Smooth else as_interval(p) for p in node.parts]
            known[id(node)] = node, enclosed(node, [(v, FLAT) for v in parts])[0]
    return known[id(x)][1]


def slope_bounds(g: Smooth, k: int, leaf: Callable[[Smooth], Interval | None]) -> Interval:
    """Return bounds of the slope of g in draw k; `leaf` bounds the nodes at which there is no more to be evaluated."""
    done: dict[int, tuple[Interval, Interval]] = {}
    todo = [g]
    while todo:
        node = todo[-1]
        if id(node) in done:
            todo.pop()
        elif (found := leaf(node)) is not None:
            done[id(node)] = found, ONE if node.op in DRAWS and node.k == k else FLAT
        elif waiting := [p for p in node.parts if type(p) is Smooth and id(p) not in done]:
            todo += waiting
        else:
            parts = [done[id(p)] if type(p) is Smooth else (as_interval(p), FLAT) for p in node.parts]
            done[id(node)] = enclosed(node, parts)
    return done[id(g)][1]


def vanishing(g: Smooth, support: Callable[[int], Interval], known: Known) -> set[int]:
    """Return the older draws that may make the slope of g zero for every outcome of its newest draw.

    Along a chain of functions around the newest draw these are the newest draws of factors that change their sign; of
    an expression with that draw in several places, all draws, where its slope may change its sign at all.
    """

    def may_change(x: Any) -> bool:
        return changes_sign(bounds(x, support, known))

    node, found = g, set[int]()
    while node.op not in DRAWS:
        inner = [p for p in node.parts if type(p) is Smooth and p.k == g.k]
        if len(inner) != 1 or node.op not in MONOTONE:
            break
        other = [p for p in node.parts if type(p) is Smooth and p is not inner[0]]
        if node.op in ("mul", "div") and other and may_change(other[0]):
            for factor in factors(other[0], may_change):
                found |= {factor.k} | vanishing(factor, support, known)
        node = inner[0]
    if node.op in DRAWS:
        return found

    def leaf(part: Smooth) -> Interval | None:
        if part.op in DRAWS and part.k == g.k:
            return as_interval(part.v)
        return bounds(part, support, known) if part.k < g.k or part.op in DRAWS else None

    return {k for k in draws_of(g) if k < g.k} if changes_sign(slope_bounds(node, g.k, leaf)) else found
