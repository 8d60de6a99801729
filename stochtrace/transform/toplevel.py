"""What of a module's top level a program needs: what binds the names that it uses, and what changes them afterwards."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence

import libcst as cst

from stochtrace.transform.names import target_names
from stochtrace.transform.nodes import inside
from stochtrace.transform.paths import used
from stochtrace.transform.stages import TopLevel, is_future
from stochtrace.transform.state import CHANGING, CHANGING_CALLS

TAKING = {path.split(".")[1] for path in CHANGING_CALLS} | {"next", "shuffle"}
BLOCKS = (cst.For, cst.While, cst.If, cst.With, cst.Try)


def wanted(
    body: Sequence[TopLevel], kept: Collection[cst.CSTNode], needed: set[str]
) -> tuple[set[cst.CSTNode], set[str]]:
    """Return the statements that the kept ones need, and all names that these use; `needed` are those of the kept."""
    found: set[cst.CSTNode] = {s for s in body if is_future(s)}
    needed = set(needed)
    while True:
        others = [s for s in body if s not in found and s not in kept]
        known = needed | _aliases(others, needed)
        reading, changing = _functions(others, known)
        new = [s for s in others if bindings(s) & needed or _changes(s, known, reading, changing)]
        if not new:
            return found, needed
        found.update(new)
        needed |= {name for s in new for name in used(s)}


def bindings(statement: cst.CSTNode) -> set[str]:
    """Return the names that a top-level statement binds."""
    if isinstance(statement, cst.FunctionDef | cst.ClassDef):
        return {statement.name.value}
    names = {n.value for target in _targets(statement) for n in target_names(target)}
    for named in inside(statement, cst.AsName):
        names |= {n.value for n in target_names(named.name)}
    for alias in inside(statement, cst.ImportAlias):
        bound: cst.BaseExpression = alias.asname.name if alias.asname else alias.name
        while isinstance(bound, cst.Attribute):
            bound = bound.value
        names.add(cst.ensure_type(bound, cst.Name).value)
    names |= {function.name.value for function in inside(statement, cst.FunctionDef)}
    return names | {kind.name.value for kind in inside(statement, cst.ClassDef)}


def _targets(statement: cst.CSTNode) -> Iterator[cst.BaseExpression]:
    """Yield what is assigned to, in loops and inside expressions too."""
    for node in inside(statement, cst.AssignTarget, cst.AnnAssign, cst.AugAssign, cst.For, cst.NamedExpr):
        match node:
            case cst.AssignTarget(target=target) | cst.AnnAssign(target=target) | cst.AugAssign(target=target):
                yield target
            case cst.For(target=target) | cst.NamedExpr(target=target):
                yield target


def _aliases(others: Sequence[TopLevel], needed: set[str]) -> set[str]:
    """Return other names of what is needed, or of parts of it: `row` in `for row in T`, `first` in `first = T[0]`."""
    names = set[str]()
    for statement in others:
        if isinstance(statement, cst.FunctionDef | cst.ClassDef):
            continue
        for loop in inside(statement, cst.For):
            if used(loop.iter) & (needed | names):
                names |= {n.value for n in target_names(loop.target)}
        for assigned in inside(statement, cst.Assign):
            if isinstance(assigned.value, cst.Name | cst.Attribute | cst.Subscript) and used(assigned.value) & needed:
                names |= {n.value for target in assigned.targets for n in target_names(target.target)}
    return names


def _functions(others: Sequence[TopLevel], needed: set[str]) -> tuple[set[str], set[str]]:
    """Return the functions and classes that mention what is needed, and those that surely change it, by calls too."""
    defined = {s.name.value: s for s in others if isinstance(s, cst.FunctionDef | cst.ClassDef)}
    reading, changing = set[str](), set[str]()
    while True:
        more = {n for n, s in defined.items() if used(s) & (needed | reading)} - reading
        sure = {n for n, s in defined.items() if _stored(s) & needed or _called(s) & changing} - changing
        if not more and not sure:
            return reading, changing
        reading |= more
        changing |= sure


def _changes(statement: cst.CSTNode, needed: set[str], reading: set[str], changing: set[str]) -> bool:
    """Tell whether a top-level statement may change what is needed: in place, or by a call.

    A statement that binds a result is taken to compute it and no more, where nothing tells that it changes something.
    """
    match statement:
        case cst.FunctionDef() | cst.ClassDef():
            return False
        case cst.If(test=cst.Comparison(left=cst.Name(value="__name__"))):
            return False
        case cst.SimpleStatementLine(body=[cst.Expr(value=cst.Call(func=cst.Name(value="print")))]):
            return bool(_stored(statement) & needed)
    if _stored(statement) & needed or _called(statement) & changing:
        return True
    passed = {name for call in inside(statement, cst.Call) for name in used(call)}
    return bool(passed & (needed | reading)) and (isinstance(statement, BLOCKS) or not bindings(statement))


def _stored(node: cst.CSTNode) -> set[str]:
    """Return the names of what is changed in place: `T[0] = 1`, `T.x += 1`, `del T[0]`, `T.pop()`, `heappush(T, 1)`."""
    deleted = (statement.target for statement in inside(node, cst.Del))
    names = {name for place in (*_targets(node), *deleted) for name in _roots(place)}
    for call in inside(node, cst.Call):
        match call.func:
            case cst.Attribute(value=held, attr=method) if method.value in CHANGING:
                names |= used(held)
        last = call.func.attr if isinstance(call.func, cst.Attribute) else call.func
        if isinstance(last, cst.Name) and last.value in TAKING and call.args:
            names |= used(call.args[0].value)
    return names


def _roots(place: cst.CSTNode) -> Iterator[str]:
    """Yield the names of the containers and objects that a target is a part of."""
    match place:
        case cst.Tuple() | cst.List():
            for element in place.elements:
                yield from _roots(element.value)
        case cst.Subscript() | cst.Attribute():
            yield from used(place.value)


def _called(node: cst.CSTNode) -> set[str]:
    return {call.func.value for call in inside(node, cst.Call) if isinstance(call.func, cst.Name)}
