"""Where two values of the same monotone function are compared, their arguments are: sqrt(a) < sqrt(b) as a < b.

The difference of the arguments is zero where that of the values is, and can often be solved where that cannot: of two
distances from one point, or of two prices with a common factor.
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
