"""Hoist: what must stand on lines of its own before a statement.

A draw whose derivative is written out, a call that returns a tangent, and anything that would run twice because both
the statement and its tangent mention it. Parts that Python may not reach (the right of `and`, the branches of a
conditional expression, the inside of a comprehension or lambda) are left where they are.
"""

from __future__ import annotations

from collections.abc import Iterator

import libcst as cst

from stochtrace.transform.facts import Facts, Function
from stochtrace.transform.names import Scope
from stochtrace.transform.nodes import code, expression, inside, own
from stochtrace.transform.sequence import takes
from stochtrace.transform.state import changed, changes
from stochtrace.transform.tangents import Tangents
from stochtrace.transform.terms import term

# What takes a generator expression to its end, so that a list may stand in its place; and what may stop before.
WHOLE = {f"builtins.{name}" for name in ("dict", "list", "max", "min", "set", "sorted", "sum", "tuple")}
STOPPING = {f"builtins.{name}" for name in ("all", "any", "next")}


def children(node: cst.CSTNode) -> Iterator[cst.CSTNode]:
    """Yield the parts of an expression that are always evaluated, in order."""
    match node:
        case cst.BooleanOperation(left=left):
            yield left
        case cst.IfExp(test=test):
            yield test
        case cst.Comparison(left=left, comparisons=[first, *_]):
            yield from (left, first)
        case cst.Lambda():
            return
        case cst.ListComp() | cst.SetComp() | cst.DictComp() | cst.GeneratorExp():
            yield node.for_in.iter
        case _:
            yield from node.children


def to_hoist(
    facts: Facts,
    scope: Scope,
    tangents: Tangents,
    node: cst.CSTNode,
    mentioned: str | None,
    whole: bool = False,
) -> list[cst.BaseExpression]:
    """Return the parts of an expression to hoist, inner ones first.

    `mentioned` is the text of the statement's tangent, None where all of the expression is used again: what both
    mention and may not run twice has to be hoisted. `whole` says that what is around takes the expression to its end.
    """
    found: list[cst.BaseExpression] = []
    if stopped := _stopped(facts, scope, node):
        if mentioned is None or term(expression(node)).text in mentioned:
            if isinstance(node, cst.Call) and scope.dotted(node.func) not in STOPPING:
                _refuse_kept(facts, stopped[0])
            for part in _arguments(node):
                for inner in children(part) if part in stopped else [part]:
                    found += to_hoist(facts, scope, tangents, inner, mentioned)
            found.append(expression(node))
        return found
    takes = scope.dotted(node.func) in WHOLE if isinstance(node, cst.Call) else whole and isinstance(node, cst.Arg)
    for child, used_again in _parts(facts, scope, tangents, node, mentioned):
        found += to_hoist(facts, scope, tangents, child, used_again, takes)
    if isinstance(node, cst.BaseExpression) and _stands_alone(facts, scope, tangents, node, mentioned):
        if isinstance(node, cst.GeneratorExp) and not whole and runs_once(facts, scope, node) is not None:
            _refuse_kept(facts, node)
        found.append(node)
    return found


def _arguments(node: cst.CSTNode) -> list[cst.BaseExpression]:
    """Return what a call or a comparison is given."""
    if isinstance(node, cst.Call):
        return [argument.value for argument in node.args]
    if isinstance(node, cst.Comparison):
        return [node.left, *(part.comparator for part in node.comparisons)]
    return []


def _stopped(facts: Facts, scope: Scope, node: cst.CSTNode) -> list[cst.BaseExpression]:
    """Return the generator expressions with draws that a call or a comparison may leave before their end."""
    if isinstance(node, cst.Call) and scope.dotted(node.func) in WHOLE:
        return []
    given = _arguments(node)
    return [part for part in given if isinstance(part, cst.GeneratorExp) and facts.draws.inside(part)]


def _refuse_kept(facts: Facts, node: cst.BaseExpression) -> None:
    """Refuse a generator expression that may be left before its end, by what cannot be read here."""
    facts.source.refuse(
        node,
        "this stands in a part of a smooth expression that may not be reached, and may run only once",
        "How far this generator expression is run cannot be read here.",
        "Put its draws into a list on a line of its own before, or write a loop.",
    )


def _parts(
    facts: Facts, scope: Scope, tangents: Tangents, node: cst.CSTNode, mentioned: str | None
) -> list[tuple[cst.CSTNode, str | None]]:
    """Return the parts of an expression, each with what is mentioned again: arguments beside their own tangents."""
    draw = facts.draws.by_node.get(node)
    if draw is not None:
        arguments = [*draw.arguments.values(), *draw.parts]
        if draw in facts.jumping or draw in facts.pathwise:
            return [(a, None) for a in arguments]
    elif isinstance(node, cst.Call) and facts.called(scope, node) is not None:
        arguments = [a.value for a in node.args]
    elif isinstance(node, cst.NamedExpr) and moves(tangents, node):
        arguments = [node.value]
    else:
        return [(child, mentioned) for child in children(node)]
    return [(a, mention(tangents, a, mentioned)) for a in arguments]


def mention(tangents: Tangents, node: cst.BaseExpression, mentioned: str | None = "") -> str | None:
    """Return `mentioned` and the tangent of an expression; None where its text cannot be compared."""
    tangent = tangents.of(node)
    if mentioned is None or (tangent is not None and "\n" in code(node)):
        return None
    return f"{mentioned} {tangent}" if tangent is not None else mentioned


def mention_all(tangents: Tangents, node: cst.BaseExpression) -> str | None:
    """Return what stands beside an expression where it has a tangent, or the zeros of one, in any case."""
    return mention(tangents, node) if tangents.of(node) is not None else str(tangents.zero(node))


def _stands_alone(
    facts: Facts, scope: Scope, tangents: Tangents, node: cst.BaseExpression, mentioned: str | None
) -> bool:
    def twice() -> bool:
        return mentioned is None or term(node).text in mentioned

    draw = facts.draws.by_node.get(node)
    if draw is not None:
        return draw in facts.jumping or tangents.of(node) is not None or twice()
    match node:
        case cst.NamedExpr():
            return moves(tangents, node) or twice()
        case cst.Call():
            function = facts.called(scope, node)
            if function is not None:
                return function.returns_smooth or twice()
            return takes(scope, node) and (twice() or not _beside(tangents, node, mentioned))
        case cst.ListComp() | cst.GeneratorExp():
            moving = tangents.of(node) is not None or is_over_smooth(facts, scope, tangents, node)
            return moving or (bool(facts.draws.inside(node)) and twice())
        case cst.SetComp() | cst.DictComp():
            return bool(facts.draws.inside(node)) and twice()
        case cst.BooleanOperation(right=right):
            return twice() and runs_once(facts, scope, right) is not None and tangents.of(node) is None
        case cst.IfExp(body=body, orelse=orelse):
            once = any(runs_once(facts, scope, part) or _filled(tangents, part) for part in (body, orelse))
            return once and (twice() or tangents.of(node) is not None)
    return False


def _beside(tangents: Tangents, node: cst.Call, mentioned: str | None) -> bool:
    """Tell whether what a call takes out of the tangents of a container stands in the tangent of its statement."""
    tangent = tangents.of(node)
    return tangent is None or (mentioned is not None and str(tangent) in mentioned)


def is_over_smooth(facts: Facts, scope: Scope, tangents: Tangents, node: cst.BaseComp) -> bool:
    """Tell whether what jumps in a comprehension may move with its variables: then only a loop has their tangents."""
    jumps = any(draw in facts.jumping or draw in facts.pathwise for draw in facts.draws.inside(node))
    calls = (facts.called(scope, inner) for inner in inside(node, cst.Call))
    if not jumps and not any(function is not None and facts.has_derivative(function) for function in calls):
        return False
    names: dict[str, bool] = {}
    with tangents.hiding(names):
        clause: cst.CompFor | None = node.for_in
        while clause is not None:
            names.update(tangents.loop_targets(clause.target, clause.iter))
            clause = clause.inner_for_in
    return any(names.values())


def moves(tangents: Tangents, node: cst.NamedExpr) -> bool:
    """Tell whether an assignment expression binds a name that has a tangent, here or elsewhere."""
    return isinstance(node.target, cst.Name) and tangents.smooth(node.target.value)


def _filled(tangents: Tangents, node: cst.BaseExpression) -> bool:
    """Tell whether there is a comprehension in an expression whose tangents a loop has to fill in."""
    return any(tangents.of(inner) is not None for inner in inside(node, cst.ListComp, cst.GeneratorExp))


def runs_once(facts: Facts, scope: Scope, node: cst.CSTNode) -> cst.CSTNode | None:
    """Return a part of an expression that may not run twice: a draw, a call of a function that draws, `pop`."""
    if node in facts.draws.by_node:
        return node
    if isinstance(node, cst.Call):
        function = facts.called(scope, node)
        if takes(scope, node) or (function is not None and (function.draws or function.returns_smooth)):
            return node
    return next((found for child in node.children if (found := runs_once(facts, scope, child))), None)


def repeatable(facts: Facts, scope: Scope, node: cst.CSTNode, seen: frozenset[Function] = frozenset()) -> bool:
    """Tell whether an expression may run twice: it draws nothing, assigns nothing, changes nothing that it is given."""
    if facts.draws.inside(node) or any(True for _ in inside(node, cst.NamedExpr)):
        return False
    for call in inside(node, cst.Call):
        function = facts.called(scope, call)
        if takes(scope, call) or any(True for _ in changed(facts, scope, call)):
            return False
        if function is not None and function not in seen and not _repeatable(facts, function, seen | {function}):
            return False
    return True


def _repeatable(facts: Facts, function: Function, seen: frozenset[Function]) -> bool:
    """Tell whether a function may be called twice for one result."""
    scope = function.scope
    if function.draws or function.reaches_out or any(True for _ in changes(facts, scope)):
        return False
    return all(repeatable(facts, scope, call, seen) for call in own(scope.node, cst.Call))
