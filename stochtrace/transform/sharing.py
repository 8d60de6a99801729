"""Which names of a function may share an array or a list with another name.

A tangent line that reads values must stand before a statement that changes in place what those values share.
"""

from __future__ import annotations

from collections.abc import Iterator

import libcst as cst

from stochtrace.transform.names import Scope, target_names
from stochtrace.transform.nodes import inside

FRESH = (
    cst.Integer,
    cst.Float,
    cst.BinaryOperation,
    cst.UnaryOperation,
    cst.Comparison,
    cst.List,
    cst.Tuple,
    cst.ListComp,
)


def shared_names(scope: Scope) -> set[str]:
    """Return the names that are bound to something that may have another name, or are given another one."""
    shared = {p.name for p in scope.parameters}
    for target, value in bindings(scope):
        passed_on = bare_names(value)
        shared |= passed_on
        if passed_on or not isinstance(value, FRESH):
            shared |= {name.value for name in target_names(target)}
    for call in inside(scope.node, cst.Call):
        shared |= {name for argument in call.args for name in bare_names(argument.value)}
    return shared


def bindings(scope: Scope) -> Iterator[tuple[cst.BaseExpression, cst.BaseExpression]]:
    """Yield what a function binds, and to what; the elements of what a loop runs over count as that."""
    for assign in inside(scope.node, cst.Assign):
        for index, target in enumerate(assign.targets):
            yield target.target, assign.value if index == 0 else assign.targets[0].target
    for annotated in inside(scope.node, cst.AnnAssign):
        if annotated.value is not None:
            yield annotated.target, annotated.value
    for named in inside(scope.node, cst.NamedExpr):
        yield named.target, named.value
    for loop in inside(scope.node, cst.For):
        yield loop.target, loop.iter
    for clause in inside(scope.node, cst.CompFor):
        yield clause.target, clause.iter


def bare_names(node: cst.BaseExpression) -> set[str]:
    """Return the names that an expression passes on as they are."""
    match node:
        case cst.Name(value=name):
            return {name}
        case cst.Tuple(elements=elements) | cst.List(elements=elements):
            return {name for element in elements for name in bare_names(element.value)}
        case cst.IfExp(body=body, orelse=orelse):
            return bare_names(body) | bare_names(orelse)
        case cst.Subscript(value=value) | cst.Attribute(value=value):
            return bare_names(value)
    return set()
