"""Refuse tangent lines that would go on with an iterator where their statement has left it.

`it = iter(xs)` is at its end after `sum(it) * p`, and `sum(it) * p_dot` beside it would be 0. Accepts the functions as
they are written. Guarantees that none mentions a name that may hold an iterator more often than its source does.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping

import libcst as cst

from stochtrace.transform.binding import bind
from stochtrace.transform.closed import ITERATORS, Binding, paired
from stochtrace.transform.facts import Facts
from stochtrace.transform.names import Scope
from stochtrace.transform.nodes import code, inside, own

Key = tuple[Scope | None, str]
RETURNED = "return"  # beside a function, in the place of a name


def check_iterators(facts: Facts, emitted: Mapping[cst.CSTNode, list[cst.FunctionDef]]) -> None:
    """Refuse functions that read an iterator again."""
    held = [(scope.top.node, name) for scope, name in find_iterators(facts) if scope is not None and name != RETURNED]
    for node, name in sorted(held, key=lambda pair: pair[1]):
        for function in emitted.get(node, ()):
            if mentions(function)[name] > mentions(node)[name]:
                place = next(n for n in inside(node, cst.Name) if n.value == name)
                facts.source.refuse(
                    place,
                    f"the iterator `{name}` would be read again",
                    "The tangent beside a statement that reads it would find it where that has left it.",
                    "Make a list of it.",
                )


def mentions(node: cst.CSTNode) -> Counter[str]:
    """Return how often each name stands in the text of a function."""
    return Counter(re.findall(r"\w+", code(node)))


def find_iterators(facts: Facts) -> set[Key]:
    """Return the names that may hold an iterator, or a container of some: variables, and parameters that get one."""
    found: set[Key] = set()
    while news := {key for scope in facts.functions for key in _bound(facts, scope, found)} - found:
        found |= news
    return found


def _bound(facts: Facts, scope: Scope, found: set[Key]) -> Iterator[Key]:
    """Yield what a function binds to an iterator: names, parameters of what it calls, and its own result."""
    for target, value in _assigned(scope):
        if _holds(facts, scope, value, found):
            yield from ((scope.owner(name.value), name.value) for name in inside(target, cst.Name))
    for call in own(scope.node, cst.Call):
        function = facts.called(scope, call)
        if function is not None:
            given = bind(facts.source, call, function.scope.parameters, function.name)
            yield from ((function.scope, n) for n, value in given.items() if _holds(facts, scope, value, found))
    for returned in own(scope.node, cst.Return):
        if returned.value is not None and _holds(facts, scope, returned.value, found):
            yield scope, RETURNED


def _assigned(scope: Scope) -> Iterator[Binding]:
    for assign in own(scope.node, cst.Assign):
        for target in assign.targets:
            yield from paired(target.target, assign.value)
    for annotated in own(scope.node, cst.AnnAssign):
        if annotated.value is not None:
            yield annotated.target, annotated.value
    yield from ((named.target, named.value) for named in own(scope.node, cst.NamedExpr))


def _holds(facts: Facts, scope: Scope, node: cst.BaseExpression, found: set[Key]) -> bool:
    """Tell whether an expression may be an iterator, or a container of some."""
    match node:
        case cst.Name(value=name):
            return (scope.owner(name), name) in found
        case cst.GeneratorExp():
            return True
        case cst.Tuple(elements=parts) | cst.List(elements=parts) | cst.Dict(elements=parts):
            return any(_holds(facts, scope, part.value, found) for part in parts)
        case cst.IfExp(body=left, orelse=right) | cst.BooleanOperation(left=left, right=right):
            return _holds(facts, scope, left, found) or _holds(facts, scope, right, found)
        case cst.Subscript(value=value):
            return _holds(facts, scope, value, found)
        case cst.Call():
            path, function = scope.dotted(node.func) or "", facts.called(scope, node)
            inner = function is not None and (function.scope, RETURNED) in found
            return path in ITERATORS or path.startswith("itertools.") or inner
    return False
