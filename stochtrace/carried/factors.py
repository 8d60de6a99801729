"""What a decision compares: numbers, whose difference may be a product.

The sign of a product is the signs of its factors: each that may change its sign is a decision of its own.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from stochtrace.carried.running import Refused
from stochtrace.carried.smooth import Smooth, value

# Functions that have the sign of their argument.
SIGNED = frozenset(("cbrt", "sinh", "tanh", "asinh", "arcsinh", "atan", "arctan", "asin", "arcsin", "erf"))
SIGNED |= {"expm1", "log1p"}
POWERS = frozenset(("pow", "power", "float_power"))


def factors(g: Smooth, may_change: Callable[[Any], bool]) -> list[Smooth]:
    """Return what changes its sign where g does, in the order in which it is written; g itself where it is no product.

    The sign of a denominator is decided where it divides. A factor of parameters alone has its sign, but for zero.
    `may_change` tells whether an expression has values of both signs.
    """
    todo = inside(g)
    if todo is None:
        return [g]
    found: dict[int, Smooth] = {}
    while todo:
        node = todo.pop()
        if node.k < 0:
            if node.v == 0:
                return [g]
            continue
        parts = inside(node)
        if parts is None and not todo and not found:
            return [node]
        if not may_change(node):
            continue
        if parts is not None:
            todo += parts
        elif id(node) in found:
            del found[id(node)]
        else:
            found[id(node)] = node
    return [*found.values()]


def inside(node: Smooth) -> list[Smooth] | None:
    """Return the factors of an operation, the last one first; None where it is no product."""
    if node.op in ("sub", "add"):
        a, b = node.parts
        if type(a) is Smooth:
            return [a] if type(b) is not Smooth and b == 0 else None
        return [b] if a == 0 else None
    carried = [p for p in reversed(node.parts) if type(p) is Smooth]
    if node.op in ("mul", "neg"):
        return carried
    if node.op == "div":
        return carried if type(node.parts[1]) is not Smooth else carried[1:]
    if node.op in POWERS and type(node.parts[1]) is not Smooth:
        n = node.parts[1]
        return carried if n > 0 and n % 2 == 1 else []
    return carried if node.op in SIGNED else None


def extent(g: Smooth) -> float:
    """Return the size of the terms that g is the sum or difference of."""
    return sum(abs(value(p)) for p in g.parts) if g.op in ("add", "sub") else abs(g.v)


def require_numbers(*compared: Any) -> None:
    """Refuse a decision on a carried value that is not a number: NumPy's functions look for those, Python's do not."""
    if any(type(x) is Smooth and x.v != x.v for x in compared):
        raise Refused(
            "this decision compares a value that moves smoothly, and is not a number",
            "Decide before on what makes it so: `np.where(x > 0, np.sqrt(x), 0.0)`, or leave those values out.",
        )
