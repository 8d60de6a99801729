"""A difference in a simpler form that is zero in the same places, and that can be solved where the difference cannot.

Where two values of the same monotone function are compared, their arguments are: sqrt(a) < sqrt(b) as a < b. So it is
with two distances from one point, or two prices with a common factor. Terms of a sum that cancel leave it: what remains
of `age + (life - age)` is the life.
"""

from __future__ import annotations

from typing import Any

from stochtrace.carried.smooth import Smooth

MONOTONE = frozenset(("exp", "expm1", "exp2", "log", "log1p", "log2", "log10", "sqrt", "cbrt", "sinh", "tanh", "asinh"))
MONOTONE |= {"arcsinh", "atan", "arctan", "erf", "neg"}


def compared(g: Smooth) -> Any:
    """Return what is zero where a difference of values of the same function is; None where it is no such difference."""
    if g.op != "sub":
        return None
    a, b = g.parts
    found = False
    while type(a) is Smooth and type(b) is Smooth and (inner := arguments(a, b)) is not None:
        (a, b), found = inner, True
    return a - b if found else None


def collected(g: Smooth) -> Any:
    """Return a sum without the terms that cancel in it; None where none do."""
    terms: dict[int, tuple[Smooth, float, float]] = {}
    rest, todo, cancels = 0.0, [(g, 1.0)], False
    while todo:
        node, factor = todo.pop()
        if type(node) is not Smooth:
            rest += factor * node
        elif node.op in ("add", "sub"):
            todo += [(node.parts[0], factor), (node.parts[1], factor if node.op == "add" else -factor)]
        else:
            _, sum_, size = terms.get(id(node), (node, 0.0, 0.0))
            terms[id(node)] = node, sum_ + factor, size + 1.0
    kept: Any = rest
    for node, sum_, size in terms.values():
        cancels = cancels or abs(sum_) != size
        kept = kept + sum_ * node if sum_ else kept
    return kept if cancels else None


def arguments(a: Smooth, b: Smooth) -> tuple[Any, Any] | None:
    """Return what two values of the same function are compared by."""
    if a.op != b.op:
        return None
    if a.op in MONOTONE:
        return a.parts[0], b.parts[0]
    if a.op == "hypot":
        return tuple(u * u + v * v for u, v in (a.parts, b.parts))
    for i in range(2) if a.op == "mul" else [1] if a.op == "div" else []:
        if type(a.parts[i]) is not Smooth and type(b.parts[i]) is not Smooth and a.parts[i] == b.parts[i] != 0:
            return a.parts[1 - i], b.parts[1 - i]
    return None
