"""Bind the arguments of a call to the parameters of what is called, as Python would."""

from __future__ import annotations

from collections.abc import Sequence

import libcst as cst

from stochtrace.spellings import SPELLINGS, Spelling
from stochtrace.transform.names import Parameter, Scope
from stochtrace.transform.nodes import code, everything
from stochtrace.transform.source import Source

Bound = dict[str, cst.BaseExpression]
CHANGING = {"append", "clear", "extend", "insert", "pop", "popitem", "popleft", "remove", "send", "setdefault"}


def bind(source: Source, call: cst.Call, parameters: Sequence[Parameter], callee: str) -> Bound:
    """Return the argument of each parameter, its default where none is given; refuse what does not fit."""
    names = [p.name for p in parameters]
    bound: Bound = {}
    for index, argument in enumerate(call.args):
        if argument.star:
            source.refuse(
                call,
                f"`{argument.star}` in a call of `{callee}`",
                "Its arguments cannot be told apart.",
                "Write the arguments one by one.",
            )
        name = argument.keyword.value if argument.keyword else names[index] if index < len(names) else None
        if name not in names or name in bound:
            source.refuse(
                argument, f"`{callee}` has no place for this argument", f"Its parameters here are ({', '.join(names)})."
            )
        bound[name] = argument.value
    for parameter in parameters:
        if parameter.name not in bound:
            if parameter.default is None:
                source.refuse(call, f"this call of `{callee}` lacks `{parameter.name}`")
            bound[parameter.name] = parameter.default
    return {name: bound[name] for name in names}


def in_order(source: Source, scope: Scope, call: cst.Call, bound: Bound) -> None:
    """Refuse arguments in another order than the parameters of a draw, where one may change what another one reads."""
    given = [argument.value for argument in call.args]
    used = [argument for argument in bound.values() if argument in given]
    moved = used != [argument for argument in given if argument in used]
    if moved and any(_may_change(scope, node) for argument in used for node in everything(argument)):
        source.refuse(
            call,
            f"the arguments of `{code(call.func)}` stand in another order than its parameters, and some are calls",
            "They would be evaluated in another order.",
            "Write them in order.",
        )


def _may_change(scope: Scope, node: cst.CSTNode) -> bool:
    """Tell whether a part of an argument may change what stands beside it: not what a library computes, or a draw."""
    if not isinstance(node, cst.Call):
        return isinstance(node, cst.NamedExpr)
    path = scope.dotted(node.func)
    if path is None and isinstance(node.func, cst.Attribute):
        return node.func.attr.value in CHANGING
    return path is None or path == "builtins.next"


def signature(text: str) -> tuple[Parameter, ...]:
    """Return the parameters of a call written with its defaults: `name(a, b=1.0)`."""
    call = cst.ensure_type(cst.parse_expression(text), cst.Call)
    return tuple(
        Parameter(a.keyword.value, None, a.value)
        if a.keyword
        else Parameter(cst.ensure_type(a.value, cst.Name).value, None, None)
        for a in call.args
    )


def makers_taking(call: cst.Call, method: str) -> frozenset[str]:
    """Return the makers of generators whose method of this name takes the arguments of a call."""
    rows = [s for s in SPELLINGS if s.method == method and _takes(s, call)]
    return frozenset(maker for row in rows for maker in row.makers.split())


def _takes(row: Spelling, call: cst.Call) -> bool:
    if row.dimensions or any(a.star for a in call.args):
        return True
    parameters = signature(row.call)
    names = [p.name for p in parameters] + (["size"] if row.sized else [])
    given = [a.keyword.value for a in call.args if a.keyword]
    given += names[: len(call.args) - len(given)]
    fits = len(given) == len(call.args) and set(given) <= set(names)
    return fits and all(p.default is not None or p.name in given for p in parameters)
