"""Functions that jump: the derivative of their mean has a part that no tangent line holds.

`arctan2` jumps where its first argument changes its sign; a function that saturates does, where what it is given is a
quotient whose denominator changes its sign.
"""

from __future__ import annotations

from collections.abc import Callable

import libcst as cst

from stochtrace.transform.guards import unbound
from stochtrace.transform.names import Scope
from stochtrace.transform.nodes import inside, own

JUMPING = frozenset(("atan2", "arctan2"))
SATURATING = frozenset(("atan", "arctan", "tanh", "erf", "erfc", "expit"))
POSITIVE = frozenset(("exp", "exp2", "sqrt", "cosh", "abs", "hypot"))


def jumps(scope: Scope, names: str, node: cst.Call, moves: Callable[[cst.BaseExpression], bool]) -> bool:
    """Tell whether a function of the table, by its names, may jump in this call; `moves` tells what has a tangent."""
    known = set(names.split())
    if known & JUMPING:
        drawn = not all(is_parameter(scope, argument.value) for argument in node.args)
        return drawn and not is_positive(node.args[1].value)
    return bool(known & SATURATING) and any(
        moves(divided.right) and not is_parameter(scope, divided.right) and not is_positive(divided.right)
        for argument in node.args
        for divided in quotients(scope, argument.value)
    )


def quotients(scope: Scope, node: cst.BaseExpression) -> list[cst.BinaryOperation]:
    """Return the divisions in an expression, and in what its names are assigned."""
    used = {name.value for name in inside(node, cst.Name)}
    assigned = [
        each.value
        for each in own(scope.node, cst.Assign)
        if used & {t.target.value for t in each.targets if isinstance(t.target, cst.Name)}
    ]
    found = [part for value in (node, *assigned) for part in inside(value, cst.BinaryOperation)]
    return [part for part in found if isinstance(part.operator, cst.Divide)]


def is_parameter(scope: Scope, node: cst.BaseExpression) -> bool:
    """Tell whether no name of an expression is anything but a parameter: there is no draw in it."""
    names = unbound(scope)
    return all(name.value in names for name in inside(node, cst.Name)) and not any(True for _ in inside(node, cst.Call))


def is_positive(node: cst.BaseExpression) -> bool:
    """Tell whether an expression is a call of a function without negative values."""
    match node:
        case cst.Call(func=cst.Name(value=name) | cst.Attribute(attr=cst.Name(value=name))):
            return name in POSITIVE
    return False
