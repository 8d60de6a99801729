"""Decisions whose boundary can be touched: several of their draws cross it, in shares.

Where the curve g = 0 is tangent to the axis of one draw, that draw crosses it at an unbounded rate: `x*x + y*y <= p*p`
at y near 0 has infinite variance. Draw j then takes the share g_j² / Σ g_i² of a boundary point, with g_i the slope of
g in ω_i there: the shares of a point add to 1, and bound the rates where not all slopes vanish. The newest draws
suffice for that; an older one takes what is zero for every outcome of the newer.

The same happens where an older draw scales the newest one, and comes to zero, as in `m + s*z < c` at s near 0, and in
an odd power, as in `z**3 < w` at z near 0. There the draws share that stand in one place alone, whose roots are known
without a search.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from stochtrace.carried import operations
from stochtrace.carried.evaluation import DRAWS, depends, nodes
from stochtrace.carried.factors import POWERS
from stochtrace.carried.smooth import STEADY, Smooth

MOST = 3
STEPS = {"add", "sub", "neg", "mul", "div", "frozen"}
MONOTONE = STEPS | {name for name, inverse in operations.INVERSES.items() if len(inverse(0.5)) == 1}


def may_touch(g: Smooth) -> bool:
    """Tell whether the newest draw of g may have several roots: by how g is written, not by what the sample is."""
    if g.affine:
        return False
    node = g
    while node.op not in DRAWS:
        inner = [p for p in node.parts if type(p) is Smooth and p.k == g.k]
        if len(inner) != 1 or not (node.op in MONOTONE or _odd(node, inner[0])):
            return True
        node = inner[0]
    return False


def _odd(node: Smooth, inner: Smooth) -> bool:
    """Tell whether an operation is a power that has one root."""
    if node.op not in POWERS:
        return False
    base, n = node.parts
    return base is not inner or type(n) is Smooth or n != int(n) or n % 2 == 1


def is_flat(g: Smooth, may_be_zero: Callable[[Smooth], bool]) -> bool:
    """Tell whether the slope of g in its newest draw may come to zero, by the first way down to that draw."""
    node = g
    while node.op not in DRAWS:
        a, b = (*node.parts, None)[:2]
        at_left = type(a) is Smooth and a.k == g.k
        inner, other = (a, b) if at_left else (b, a)
        if type(other) is Smooth and other.k >= 0:
            scale = other if node.op == "mul" or (node.op == "div" and not at_left) else None
        else:
            scale = inner if at_left and node.op in POWERS and other > 1 else None
        if scale is not None and may_be_zero(scale):
            return True
        node = inner
    return False


def stands_once(g: Smooth, k: int) -> bool:
    """Tell whether draw k stands in one place of g, inside of functions with one inverse."""
    node, known = g, dict[int, bool]()
    while node.op not in DRAWS:
        inner = [p for p in node.parts if type(p) is Smooth and depends(p, k, known)]
        if len(inner) != 1 or node.op not in MONOTONE:
            return False
        node = inner[0]
    return True


def sharing(g: Smooth, may_be_zero: Callable[[Smooth], bool]) -> tuple[list[int], bool]:
    """Return the draws among which the crossing of a decision is shared, the newest first, and whether these are all.

    None share where it is the newest draw's alone.
    """
    touched = may_touch(g)
    if g.affine == STEADY or not (touched or is_flat(g, may_be_zero)):
        return [], False
    leaves = [n for n in nodes(g) if n.op in DRAWS]
    draws = sorted({n.k for n in leaves if n.k <= g.k}, reverse=True)
    shared = [k for k in draws[:MOST] if touched or k == g.k or stands_once(g, k)]
    if len(shared) < 2 or any(n.op != "draw" for n in leaves):
        return [], False
    return shared, len(shared) == len(draws)


def slopes(g: Smooth, k: int, z: float) -> dict[int, float]:
    """Return the slopes of g in all its draws, where draw k has the standard variable z."""
    order, values = ordered(g), dict[int, float]()
    partials: dict[int, Any] = {}
    for node in order:
        if node.op in DRAWS or not node.parts:
            values[id(node)] = z if node.op in DRAWS and node.k == k else node.v
            continue
        x = [values[id(p)] if type(p) is Smooth else p for p in node.parts]
        moved = [type(p) is Smooth for p in node.parts]
        values[id(node)], partials[id(node)] = _operation(node.op, x, moved)
    found: dict[int, float] = {}
    bars = {id(g): 1.0}
    for node in reversed(order):
        bar = bars.get(id(node), 0.0)
        if node.op in DRAWS:
            found[node.k] = bar
            continue
        for part, partial in zip(node.parts, partials.get(id(node), ()), strict=False):
            if type(part) is Smooth:
                bars[id(part)] = bars.get(id(part), 0.0) + partial * bar
    return found


def vanishes(g: Smooth, k: int, root: float, nudge: float) -> bool:
    """Tell whether the slopes of g in newer draws change their signs at a root of draw k: g is zero there for all."""
    below, above = slopes(g, k, root - nudge), slopes(g, k, root + nudge)
    return all(below[j] * above[j] <= 0 for j in below if k < j <= g.k)


ARITHMETIC: dict[str, Callable[..., tuple[float, tuple[float, ...]]]] = {
    "add": lambda a, b: (a + b, (1.0, 1.0)),
    "sub": lambda a, b: (a - b, (1.0, -1.0)),
    "mul": lambda a, b: (a * b, (b, a)),
    "div": lambda a, b: (a / b, (1 / b, -a / (b * b))),
    "neg": lambda a: (-a, (-1.0,)),
    "frozen": lambda a: (a, (1.0,)),
}


def _operation(op: str, x: list[float], moved: list[bool]) -> tuple[float, Any]:
    if op in ARITHMETIC:
        return ARITHMETIC[op](*x)
    y = operations.VALUES[op](*x)
    return y, operations.partials(op, x, y, moved)


def ordered(g: Smooth) -> list[Smooth]:
    """Return the nodes of an expression, parts before what is made of them."""
    order: list[Smooth] = []
    seen: set[int] = set()
    todo: list[tuple[Smooth, bool]] = [(g, False)]
    while todo:
        node, ready = todo.pop()
        if ready:
            order.append(node)
        elif id(node) not in seen:
            seen.add(id(node))
            todo.append((node, True))
            todo += [(p, False) for p in node.parts if type(p) is Smooth]
    return order
