"""Which names of a function may share an array or a list with another name.

A tangent line that reads values must stand before a statement that changes in place what those values share.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Any

import libcst as cst

from stochtrace.transform.facts import Facts
from stochtrace.transform.names import Scope, target_names
from stochtrace.transform.nodes import inside

MUTATORS = {"append", "insert", "extend", "remove", "clear", "sort", "reverse", "fill"}
FRESH_CALLS = ("numpy.", "math.", "random.", "builtins.", "itertools.")
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
Finder = Callable[..., Iterator[Any]]


def shared_names(scope: Scope) -> set[str]:
    """Return the names that are bound to something that may have another name, or are given another one."""
    shared = {p.name for p in scope.parameters}
    for target, value in bindings(scope):
        passed_on = bare_names(scope, value)
        shared |= passed_on
        if passed_on or not isinstance(value, FRESH):
            shared |= {name.value for name in target_names(target)}
    for call in inside(scope.node, cst.Call):
        shared |= {name for argument in call.args for name in bare_names(scope, argument.value)}
    return shared


def never_lists(scope: Scope) -> set[str]:
    """Return the parameters that a function does not bind again, and subtracts, divides, or raises to a power."""
    operands = {
        side.value
        for node in inside(scope.node, cst.BinaryOperation)
        if isinstance(node.operator, cst.Subtract | cst.Divide | cst.Power)
        for side in (node.left, node.right)
        if isinstance(side, cst.Name)
    }
    bound = {name.value for target, _ in bindings(scope) for name in target_names(target)}
    return ({p.name for p in scope.parameters} & operands) - bound


def bindings(scope: Scope, among: Finder = inside) -> Iterator[tuple[cst.BaseExpression, cst.BaseExpression]]:
    """Yield what a function binds, and to what; the elements of what a loop runs over count as that.

    Those of functions inside it too, unless they are sought among its own.
    """
    for assign in among(scope.node, cst.Assign):
        for index, target in enumerate(assign.targets):
            yield target.target, assign.value if index == 0 else assign.targets[0].target
    for annotated in among(scope.node, cst.AnnAssign):
        if annotated.value is not None:
            yield annotated.target, annotated.value
    for named in among(scope.node, cst.NamedExpr):
        yield named.target, named.value
    for loop in among(scope.node, cst.For):
        yield loop.target, loop.iter
    for clause in among(scope.node, cst.CompFor):
        yield clause.target, clause.iter


def bare_names(scope: Scope, node: cst.BaseExpression) -> set[str]:
    """Return the names that an expression passes on as they are."""
    match node:
        case cst.Name(value=name):
            return {name}
        case cst.Tuple(elements=elements) | cst.List(elements=elements):
            return {name for element in elements for name in bare_names(scope, element.value)}
        case cst.Dict(elements=pairs):
            return {name for pair in pairs for name in bare_names(scope, pair.value)}
        case cst.IfExp(body=body, orelse=orelse):
            return bare_names(scope, body) | bare_names(scope, orelse)
        case cst.BooleanOperation(left=left, right=right):
            return bare_names(scope, left) | bare_names(scope, right)
        case cst.NamedExpr(value=value) | cst.Subscript(value=value) | cst.Attribute(value=value):
            return bare_names(scope, value)
        case cst.ListComp(elt=element, for_in=clause):
            return bare_names(scope, element) | bare_names(scope, clause.iter)
        case cst.Call(func=func, args=args) if passes_on(scope, func):
            receiver = bare_names(scope, func.value) if isinstance(func, cst.Attribute) else set()
            return receiver.union(*(bare_names(scope, argument.value) for argument in args))
    return set()


PASSING = {
    "builtins." + name for name in ("zip", "enumerate", "reversed", "list", "tuple", "iter", "next", "max", "min")
}
PASSING |= {f"numpy.{name}" for name in ["asarray", "reshape", "ravel", "transpose", "squeeze", "atleast_1d"]}


def passes_on(scope: Scope, func: cst.BaseExpression) -> bool:
    """Tell whether a call may return one of its arguments, a part of one, or a view."""
    if isinstance(func, cst.Attribute) and func.attr.value in ("copy", "sum", "mean", "keys", "index", "count"):
        return False
    path = scope.dotted(func) or ""
    return path in PASSING or not path.startswith(FRESH_CALLS)


def aliases(facts: Facts, scope: Scope) -> dict[str, set[str]]:
    """Return, for each name that may hold a container which has another name too, these other names."""
    groups: dict[str, set[str]] = {}
    for target, value in bindings(scope):
        together = {n.value for n in target_names(target)} | bare_names(scope, value)
        together = {name for name in together if facts.depths.of(scope, cst.Name(name)).high}
        if bare_names(scope, value) and len(together) > 1:
            merged = together.union(*(groups.get(name, set()) for name in together))
            for name in merged:
                groups[name] = merged
    return {name: group - {name} for name, group in groups.items()}


def stored(targets: Sequence[cst.BaseExpression]) -> list[str]:
    names = []
    for target in targets:
        base = target
        while isinstance(base, cst.Subscript):
            base = base.value
        names += [n.value for n in target_names(base)]
    return names


def changes_in_place(facts: Facts, scope: Scope) -> bool:
    """Tell whether a function changes anything in place that is not surely a number."""
    changed: set[str] = set()
    for assign in inside(scope.node, cst.AssignTarget):
        if isinstance(assign.target, cst.Subscript):
            changed.update(stored([assign.target]))
    for augmented in inside(scope.node, cst.AugAssign):
        changed.update(stored([augmented.target]))
    for call in inside(scope.node, cst.Call):
        draw = facts.draws.by_node.get(call)
        if draw is not None and draw.in_place and draw.values is not None:
            changed.update(stored([draw.values]))
        if isinstance(call.func, cst.Attribute) and call.func.attr.value in MUTATORS:
            changed.update(stored([call.func.value]))
    return any(facts.depths.of(scope, cst.Name(name)).high for name in changed)
