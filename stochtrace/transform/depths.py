"""Find how deep values may be: 0 for a number, 1 for a list or an array of numbers, 2 for a list of such, ...

A depth is a bound from above, over all assignments of a name, so that 0 means: a number for sure. Elsewhere a sum may
be larger than the operand that has a tangent, and the other operand's zeros must not be left out.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Any

import libcst as cst

from stochtrace.transform.binding import bind
from stochtrace.transform.draws import Draws
from stochtrace.transform.names import Names, Scope
from stochtrace.transform.rules import PARTIALS
from stochtrace.transform.source import Source

UNKNOWN = 9
NUMBERS = {f"builtins.{name}" for name in ("len", "int", "float", "bool", "ord", "str")}
ANNOTATED = {"float": 0, "int": 0, "bool": 0, "str": 0, "list[float]": 1, "list[int]": 1}
SAME = {f"builtins.{name}" for name in ("abs", "round", "list", "tuple", "sorted", "reversed", "set")}
SAME |= {f"numpy.{name}" for name in ("array", "asarray", "copy", "cumsum", "sort", "zeros_like", "ones_like")}
SAME |= {f"numpy.{name}" for name in PARTIALS}
FILLED = {f"numpy.{name}" for name in ("zeros", "ones", "empty", "full")}
STORING = {"append": 0, "insert": 0, "extend": -1}
LINES = {"builtins.range", "numpy.arange", "numpy.linspace"}
REDUCED = {f"builtins.{name}" for name in ("sum", "max", "min")} | {f"numpy.{name}" for name in ("sum", "mean", "prod")}


def deeper(depth: int, by: int = 1) -> int:
    """Return the depth of a container of such values, or (by < 0) of what such containers hold."""
    return depth if depth >= UNKNOWN else min(max(depth + by, 0), UNKNOWN)


@dataclass
class Depths:
    """The depth of each name, by the scope that binds it, of what each function returns, and of all that is stored.

    What is stored into a container in place is known under all its names, which are not followed: whatever is taken
    out of any container may be as deep as that.
    """

    source: Source
    names: Names
    draws: Draws
    reached: Sequence[Scope]
    known: dict[tuple[Scope, str], int] = field(default_factory=dict)
    returned: dict[Scope, int] = field(default_factory=dict)
    stored: int = 0

    def of(self, scope: Scope, node: cst.BaseExpression) -> int:
        """Return how deep an expression may be."""
        draw = self.draws.by_node.get(node)
        if draw is not None:
            return 0 if draw.values is None else self.taken(self.of(scope, draw.values))
        each = partial(self.of, scope)
        match node:
            case cst.BaseNumber() | cst.BaseString() | cst.UnaryOperation(operator=cst.Not()):
                return 0
            case cst.Name():
                return self._name(scope, node.value)
            case cst.UnaryOperation(expression=inner) | cst.NamedExpr(value=inner):
                return each(inner)
            case cst.Comparison(left=left, comparisons=comparisons):
                return max(each(left), *(each(c.comparator) for c in comparisons))
            case cst.BinaryOperation(operator=cst.MatrixMultiply()):
                return UNKNOWN
            case cst.BinaryOperation(left=left, right=right) | cst.BooleanOperation(left=left, right=right):
                return max(each(left), each(right))
            case cst.IfExp(body=body, orelse=orelse):
                return max(each(body), each(orelse))
            case cst.List(elements=elements) | cst.Tuple(elements=elements) | cst.Set(elements=elements):
                return deeper(max((self._element(scope, e) for e in elements), default=0))
            case cst.Dict(elements=elements):
                return deeper(max((self._element(scope, e) for e in elements), default=0))
            case cst.ListComp(elt=element) | cst.GeneratorExp(elt=element) | cst.SetComp(elt=element):
                return deeper(each(element))
            case cst.DictComp(value=element):
                return deeper(each(element))
            case cst.Subscript(value=value, slice=indices):
                return self.taken(each(value), self._indexed(scope, indices))
            case cst.Attribute(value=value, attr=cst.Name(attribute)):
                if (scope.dotted(node) or "").startswith(("math.", "numpy.")) or attribute in ("size", "ndim"):
                    return 0
                return {"shape": 1, "T": each(value)}.get(attribute, UNKNOWN)
            case cst.Call():
                return self._call(scope, node)
        return UNKNOWN

    def taken(self, depth: int, by: int = -1) -> int:
        """Return how deep it may be what is taken out of a container as deep as this."""
        return max(deeper(depth, by), self.stored) if depth else 0

    def _name(self, scope: Scope, name: str) -> int:
        if name in ("True", "False", "None"):
            return 0
        owner = scope.owner(name)
        if (scope, name) in self.known or owner is None:
            return self.known.get((scope, name), UNKNOWN)
        imported = owner.imports.get(name, "math.")
        return self.known.get((owner, name), 0) if imported.startswith(("math.", "numpy.")) else UNKNOWN

    def _element(self, scope: Scope, element: Any) -> int:
        depth = self.of(scope, element.value)
        return self.taken(depth) if isinstance(element, cst.StarredElement | cst.StarredDictElement) else depth

    def _indexed(self, scope: Scope, indices: Iterable[cst.SubscriptElement]) -> int:
        """Return by how much deeper a value is under these indices: -1 for a number, as it was for a slice."""
        by = 0
        for index in indices:
            if isinstance(index.slice, cst.Index):
                value = index.slice.value
                new = isinstance(value, cst.Ellipsis) or (isinstance(value, cst.Name) and value.value == "None")
                by += 1 if new else self.of(scope, value) - 1
        return by

    def _call(self, scope: Scope, node: cst.Call) -> int:
        callee = scope.function(node.func)
        if callee is not None:
            return self.returned.get(callee, UNKNOWN)
        path = scope.dotted(node.func) or ""
        arguments = [self.of(scope, a.value) for a in node.args if a.keyword is None] or [UNKNOWN]
        if path.startswith("math.") or path in NUMBERS:
            return 0
        if path in LINES:
            return 1
        if path in FILLED:
            shape = node.args[0].value if node.args else None
            return len(shape.elements) if isinstance(shape, cst.Tuple) else 1 if arguments[0] == 0 else UNKNOWN
        if path in SAME:
            return max(arguments)
        if path in REDUCED:
            whole = path.startswith("numpy.") and len(node.args) == 1
            return 0 if whole else self.taken(max(arguments), -1 if len(node.args) == 1 else 0)
        match node.func:
            case cst.Attribute(attr=cst.Name("sum" | "mean")) if not node.args:
                return 0
            case cst.Attribute(value=value, attr=cst.Name("copy" | "cumsum")):
                return self.of(scope, value)
            case cst.Attribute(value=value, attr=cst.Name("sum" | "mean" | "pop" | "popleft")):
                return self.taken(self.of(scope, value))
            case cst.Attribute(value=value, attr=cst.Name("get")):
                return max(self.taken(self.of(scope, value)), *(arguments[1:] or [0]))
        return UNKNOWN

    # -- what names are bound to -------------------------------------------------------------------------------

    def bind(self, scope: Scope, target: cst.BaseExpression, depth: int) -> None:
        """Learn that a target gets a value as deep as this."""
        match target:
            case cst.Name(value=name):
                key = (scope.owner(name) or scope, name)
                self.known[key] = max(self.known.get(key, 0), depth)
            case cst.Tuple() | cst.List():
                for element in target.elements:
                    starred = isinstance(element, cst.StarredElement)
                    self.bind(scope, element.value, depth if starred else self.taken(depth))
            case cst.Subscript(slice=indices):
                whole = all(isinstance(index.slice, cst.Index) for index in indices)
                self.stored = max(self.stored, depth if whole else deeper(depth, -1))

    def parameters(self, scope: Scope, entry: bool) -> None:
        """Learn what annotations and defaults say of parameters; a caller says the rest."""
        for parameter in scope.parameters:
            declared = ANNOTATED.get((parameter.annotation or "").replace(" ", ""))
            if declared is None and entry:
                declared = UNKNOWN if parameter.default is None else self.of(scope, parameter.default)
            self.known[scope, parameter.name] = max(self.known.get((scope, parameter.name), 0), declared or 0)


def find_depths(
    source: Source, names: Names, draws: Draws, reached: Sequence[Scope], entries: Sequence[Scope]
) -> Depths:
    """Return the depths of all names of the module and of these functions."""
    depths = Depths(source, names, draws, reached)
    for scope in reached:
        depths.parameters(scope, scope in entries)
    before = None
    while before != (now := ({**depths.known}, {**depths.returned}, depths.stored)):
        before = now
        for scope in (names.module, *reached):
            collector = _Collector(depths, scope)
            for statement in scope.node.body.body if isinstance(scope.node, cst.FunctionDef) else scope.node.body:
                statement.visit(collector)
    return depths


class _Collector(cst.CSTVisitor):
    """Binds what the statements of one function bind."""

    def __init__(self, depths: Depths, scope: Scope) -> None:
        self.depths, self.scope = depths, scope

    def _bind(self, target: cst.BaseExpression | None, depth: int) -> None:
        if target is not None:
            self.depths.bind(self.scope, target, depth)

    def _of(self, node: cst.BaseExpression) -> int:
        return self.depths.of(self.scope, node)

    def visit_FunctionDef(self, node: cst.FunctionDef) -> bool:
        return False

    def visit_ClassDef(self, node: cst.ClassDef) -> bool:
        return False

    def visit_Lambda(self, node: cst.Lambda) -> None:
        for parameter in node.params.params:
            self.depths.known[self.scope, parameter.name.value] = UNKNOWN

    def visit_Assign(self, node: cst.Assign) -> None:
        for target in node.targets:
            self._assign(target.target, node.value)

    def _assign(self, target: cst.BaseExpression, value: cst.BaseExpression) -> None:
        match target, value:
            case (cst.Tuple() | cst.List(), cst.Tuple() | cst.List()) if len(target.elements) == len(value.elements):
                for t, v in zip(target.elements, value.elements, strict=True):
                    self._assign(t.value, v.value)
            case _:
                self._bind(target, self._of(value))

    def visit_AnnAssign(self, node: cst.AnnAssign) -> None:
        if node.value is not None:
            self._bind(node.target, self._of(node.value))

    def visit_AugAssign(self, node: cst.AugAssign) -> None:
        self._bind(node.target, max(self._of(node.target), self._of(node.value)))

    def visit_NamedExpr(self, node: cst.NamedExpr) -> None:
        self._bind(node.target, self._of(node.value))

    def visit_For(self, node: cst.For) -> None:
        self._loop(node.target, node.iter)

    def visit_CompFor(self, node: cst.CompFor) -> None:
        self._loop(node.target, node.iter)

    def _loop(self, target: cst.BaseExpression, iterable: cst.BaseExpression) -> None:
        match iterable:
            case cst.Call(func=func, args=args) if self.scope.dotted(func) in ("builtins.zip", "builtins.enumerate"):
                held = max((self._of(a.value) for a in args if a.keyword is None), default=UNKNOWN)
                self._bind(target, held if isinstance(target, cst.Tuple) else deeper(held))
            case _:
                self._bind(target, self.depths.taken(self._of(iterable)))

    def visit_AsName(self, node: cst.AsName) -> None:
        self._bind(node.name, UNKNOWN)

    def visit_MatchAs(self, node: cst.MatchAs) -> None:
        self._bind(node.name, UNKNOWN)

    def visit_MatchStar(self, node: cst.MatchStar) -> None:
        self._bind(node.name, UNKNOWN)

    def visit_MatchMapping(self, node: cst.MatchMapping) -> None:
        self._bind(node.rest, UNKNOWN)

    def visit_Return(self, node: cst.Return) -> None:
        if node.value is not None:
            depth = max(self.depths.returned.get(self.scope, 0), self._of(node.value))
            self.depths.returned[self.scope] = depth

    def visit_Call(self, node: cst.Call) -> None:
        callee = self.scope.function(node.func)
        if callee is not None and callee in self.depths.reached:
            for name, argument in bind(self.depths.source, node, callee.parameters, callee.name).items():
                self.depths.known[callee, name] = max(self.depths.known.get((callee, name), 0), self._of(argument))
        if isinstance(node.func, cst.Attribute) and node.func.attr.value in STORING and node.args:
            depth = deeper(self._of(node.args[-1].value), STORING[node.func.attr.value])
            self.depths.stored = max(self.depths.stored, depth)
