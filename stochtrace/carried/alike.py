"""A difference in a simpler form that is zero in the same places, and that can be solved where the difference cannot.

Where two values of the same monotone function are compared, their arguments are: sqrt(a) < sqrt(b) as a < b. So it is
with two distances from one point, or two prices with a common factor. Terms of a sum that cancel leave it: what remains
of `age + (life - age)` is the life.
"""

from __future__ import annotations

import math
from typing import Any

from stochtrace.carried.smooth import Smooth

MONOTONE = frozenset(("exp", "expm1", "exp2", "log", "log1p", "log2", "log10", "sqrt", "cbrt", "sinh", "tanh", "asinh"))
MONOTONE |= {"arcsinh", "atan", "arctan", "erf", "neg"}
FEW, DEEP = 30, 6  # terms and factors that are looked at, and operations in each


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


def divided(g: Smooth) -> list[Smooth] | None:
    """Return the factors that all terms of a sum have, and the sum without them; None where they have none."""
    terms: list[list[Any]] = []
    todo: list[tuple[Any, list[Any]]] = [(g, [1.0])]  # each with the factors that are known of its term
    while todo:
        if len(todo) + len(terms) > FEW:
            return None
        node, factors = todo.pop()
        if type(node) is not Smooth:
            if node != 0:
                return None
        elif node.op in ("add", "sub"):
            sign = 1.0 if node.op == "add" else -1.0
            todo += [(node.parts[0], factors), (node.parts[1], [sign, *factors])]
        else:
            terms.append([*factors, *_multiplied(node)])
    if len(terms) < 2:
        return None
    common: list[Smooth] = []
    for factor in [factor for factor in terms[0] if type(factor) is Smooth]:
        places = [next((i for i, other in enumerate(term) if _same(factor, other, DEEP)), -1) for term in terms]
        if min(places) >= 0:
            common.append(factor)
            for term, place in zip(terms, places, strict=True):
                del term[place]
    left: Any = sum(math.prod(term) for term in terms)
    return [*common, *([left] if type(left) is Smooth else [])] if common else None


def _multiplied(node: Any) -> list[Any]:
    """Return the factors of a product; itself where they are too many."""
    todo, factors = [node], list[Any]()
    while todo:
        part = todo.pop()
        if type(part) is Smooth and part.op in ("mul", "neg"):
            todo += part.parts
            factors += [-1.0] * (part.op == "neg")
        else:
            factors.append(part)
        if len(todo) + len(factors) > FEW:
            return [node]
    return factors


def _same(a: Any, b: Any, deep: int) -> bool:
    """Tell whether two expressions are the same operations on the same draws, as far as so many of them tell."""
    if a is b or type(a) is not Smooth or type(b) is not Smooth:
        return a is b or (type(a) is not Smooth and type(b) is not Smooth and bool(a == b))
    if deep == 0 or a.op != b.op or a.k != b.k or a.v != b.v or not a.parts or len(a.parts) != len(b.parts):
        return False
    return all(_same(x, y, deep - 1) for x, y in zip(a.parts, b.parts, strict=True))


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
