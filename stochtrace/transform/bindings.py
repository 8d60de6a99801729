"""Learn how deep names are from what they are bound to: assignments, loops, calls, returns, until nothing changes."""

from __future__ import annotations

from collections.abc import Sequence

import libcst as cst

from stochtrace.transform.binding import bind
from stochtrace.transform.depths import ANY, DECLARED, UNBOUND, Depth, Depths, together
from stochtrace.transform.draws import Draws
from stochtrace.transform.names import Names, Scope
from stochtrace.transform.nodes import Variables, walk
from stochtrace.transform.source import Source

STORING = {"append": 0, "insert": 0, "extend": -1}


def find_depths(
    source: Source, names: Names, draws: Draws, reached: Sequence[Scope], entries: Sequence[Scope]
) -> Depths:
    """Return the depths of all names of the module and of these functions."""
    depths = Depths(draws)
    for scope in reached:
        declare(depths, scope, scope in entries)
    before = None
    while before != (now := ({**depths.known}, {**depths.returned}, depths.stored)):
        before = now
        for scope in (names.module, *reached):
            body = scope.node.body.body if isinstance(scope.node, cst.FunctionDef) else scope.node.body
            collector = Collector(source, depths, scope, reached)
            for statement in body:
                walk(statement, collector)
    return depths


def declare(depths: Depths, scope: Scope, entry: bool) -> None:
    """Take the depths of parameters from annotations, and for entries from defaults; callers say the rest."""
    for parameter in scope.parameters:
        declared = DECLARED.get((parameter.annotation or "").replace(" ", ""))
        if declared is None and entry:
            declared = ANY if parameter.default is None else depths.of(scope, parameter.default)
        if declared is not None:
            depths.known[scope, parameter.name] = declared


class Collector(Variables):
    """Binds what the statements of one function bind."""

    def __init__(self, source: Source, depths: Depths, scope: Scope, reached: Sequence[Scope]) -> None:
        self.source, self.depths, self.scope, self.reached = source, depths, scope, reached
        self.called: set[cst.CSTNode] = set()

    def _of(self, node: cst.BaseExpression) -> Depth:
        return self.depths.of(self.scope, node)

    def _know(self, scope: Scope, name: str, depth: Depth) -> None:
        self.depths.known[scope, name] = self.depths.known.get((scope, name), UNBOUND).join(depth)

    def bind(self, target: cst.BaseExpression | None, depth: Depth) -> None:
        """Learn that a target gets a value as deep as this."""
        match target:
            case cst.Name(value=name):
                self._know(self.scope.owner(name) or self.scope, name, depth)
            case cst.Tuple() | cst.List():
                for element in target.elements:
                    starred = isinstance(element, cst.StarredElement)
                    self.bind(element.value, depth if starred else self.depths.taken(depth))
            case cst.Subscript(slice=indices):
                whole = all(isinstance(index.slice, cst.Index) for index in indices)
                self.depths.stored = self.depths.stored.join(depth if whole else depth.by(-1))

    def visit_FunctionDef(self, node: cst.FunctionDef) -> bool:
        return False

    def visit_ClassDef(self, node: cst.ClassDef) -> bool:
        return False

    def visit_Lambda(self, node: cst.Lambda) -> None:
        for parameter in node.params.params:
            self._know(self.scope, parameter.name.value, ANY)

    def visit_Assign(self, node: cst.Assign) -> None:
        for target in node.targets:
            self._assign(target.target, node.value)

    def _assign(self, target: cst.BaseExpression, value: cst.BaseExpression) -> None:
        match target, value:
            case (cst.Tuple() | cst.List(), cst.Tuple() | cst.List()) if len(target.elements) == len(value.elements):
                for t, v in zip(target.elements, value.elements, strict=True):
                    self._assign(t.value, v.value)
            case _:
                self.bind(target, self._of(value))

    def visit_AnnAssign(self, node: cst.AnnAssign) -> None:
        if node.value is not None:
            self.bind(node.target, self._of(node.value))

    def visit_AugAssign(self, node: cst.AugAssign) -> None:
        self.bind(node.target, together([self._of(node.target), self._of(node.value)]))

    def visit_NamedExpr(self, node: cst.NamedExpr) -> None:
        self.bind(node.target, self._of(node.value))

    def visit_For(self, node: cst.For) -> None:
        self._loop(node.target, node.iter)

    def visit_CompFor(self, node: cst.CompFor) -> None:
        self._loop(node.target, node.iter)

    def _loop(self, target: cst.BaseExpression, iterable: cst.BaseExpression) -> None:
        match iterable:
            case cst.Call(func=func, args=args) if self.scope.dotted(func) in ("builtins.zip", "builtins.enumerate"):
                highest = max((self._of(a.value).high for a in args), default=0)
                self.bind(target, Depth(0, highest) if isinstance(target, cst.Tuple) else ANY)
            case _:
                self.bind(target, self.depths.taken(self._of(iterable)))

    def visit_AsName(self, node: cst.AsName) -> None:
        self.bind(node.name, ANY)

    def visit_MatchAs(self, node: cst.MatchAs) -> None:
        self.bind(node.name, ANY)

    def visit_MatchStar(self, node: cst.MatchStar) -> None:
        self.bind(node.name, ANY)

    def visit_MatchMapping(self, node: cst.MatchMapping) -> None:
        self.bind(node.rest, ANY)

    def visit_Return(self, node: cst.Return) -> None:
        if node.value is not None:
            before = self.depths.returned.get(self.scope, UNBOUND)
            self.depths.returned[self.scope] = before.join(self._of(node.value))

    def visit_Name(self, node: cst.Name) -> None:
        passed_on = None if node in self.called else self.scope.function(node)
        if passed_on is not None:
            for parameter in passed_on.parameters:
                self._know(passed_on, parameter.name, ANY)

    def visit_Call(self, node: cst.Call) -> None:
        callee = self.scope.function(node.func)
        self.called.add(node.func)
        if callee is not None and callee in self.reached:
            for name, argument in bind(self.source, node, callee.parameters, callee.name).items():
                self._know(callee, name, self._of(argument))
        if isinstance(node.func, cst.Attribute) and node.func.attr.value in STORING and node.args:
            depth = self._of(node.args[-1].value).by(STORING[node.func.attr.value])
            self.depths.stored = self.depths.stored.join(depth)
