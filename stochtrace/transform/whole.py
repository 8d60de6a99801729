"""Whole numbers: tell whether an array may hold nothing else, so that NumPy cuts what is stored in it.

Names are followed through assignments, calls and returns; what cannot be followed is taken for floats.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import libcst as cst

from stochtrace.transform.binding import bind
from stochtrace.transform.closed import module_bindings
from stochtrace.transform.facts import Facts
from stochtrace.transform.names import Scope
from stochtrace.transform.nodes import code, own
from stochtrace.transform.sharing import bindings

# Where the type of a new array stands among the arguments, and what makes one of floats unless it is told another.
TYPE = {"zeros": 1, "ones": 1, "empty": 1, "array": 1, "asarray": 1, "full": 2, "arange": 3, "full_like": 2}
TYPE |= {"zeros_like": 1, "ones_like": 1, "empty_like": 1, "eye": 3, "identity": 1, "linspace": 5}
FLOATS = {"zeros", "ones", "empty", "eye", "identity", "linspace"}
INDICES = {"bincount", "argsort", "searchsorted", "digitize", "nonzero", "flatnonzero", "where", "isin", "indices"}
METHODS = {"copy", "reshape", "ravel", "flatten", "transpose", "squeeze", "view", "cumsum", "clip", "repeat", "sort"}
INTEGERS = {"len", "int", "round", "range", "bool"}


class Whole:
    """What may hold whole numbers only, in all functions of a program; `arrays` asks for arrays of them alone."""

    def __init__(self, facts: Facts) -> None:
        self.facts = facts
        self.asked: set[tuple[Scope, str, bool]] = set()

    def name(self, scope: Scope, name: str, arrays: bool = True) -> bool:
        """Tell whether a name may stand for whole numbers."""
        owner = scope.owner(name) or scope
        return self._any(owner, name, arrays, self._bound(owner, name))

    def _any(self, owner: Scope, name: str, arrays: bool, values: Iterable[tuple[Scope, cst.BaseExpression]]) -> bool:
        key = owner, name, arrays
        if key in self.asked:
            return False
        self.asked.add(key)
        found = any(self.of(scope, value, arrays) for scope, value in values)
        self.asked.discard(key)
        return found

    def _bound(self, owner: Scope, name: str) -> Iterator[tuple[Scope, cst.BaseExpression]]:
        pairs = module_bindings(self.facts.names) if owner is self.facts.names.module else bindings(owner)
        yield from ((owner, value) for target, value in pairs if isinstance(target, cst.Name) and target.value == name)
        if owner in self.facts.functions and name in {p.name for p in owner.parameters}:
            for scope in self.facts.functions:
                yield from ((scope, value) for value in self._given(scope, owner, name))

    def _given(self, scope: Scope, callee: Scope, name: str) -> Iterator[cst.BaseExpression]:
        """Yield what the calls in a function pass as one parameter."""
        for call in own(scope.node, cst.Call):
            function = self.facts.called(scope, call)
            if function is not None and function.scope is callee:
                bound = bind(self.facts.source, call, function.parameters, function.name)
                yield from (value for parameter, value in bound.items() if parameter == name)

    def of(self, scope: Scope, node: cst.BaseExpression, arrays: bool) -> bool:
        """Tell whether an expression may be whole numbers."""
        draw = self.facts.draws.by_node.get(node)
        if draw is not None:
            return not draw.continuous and draw.values is None and (not arrays or self._deep(scope, node))
        match node:
            case cst.Integer() | cst.Name(value="True" | "False"):
                return not arrays
            case cst.Comparison():
                return not arrays or self._deep(scope, node)
            case cst.Name(value=name):
                return self.name(scope, name, arrays)
            case cst.List(elements=items) | cst.Tuple(elements=items):
                return (any if arrays else all)(self.of(scope, item.value, arrays) for item in items)
            case cst.ListComp(elt=inner) | cst.UnaryOperation(expression=inner) | cst.NamedExpr(value=inner):
                return self.of(scope, inner, arrays)
            case cst.Subscript(value=inner) | cst.Attribute(value=inner, attr=cst.Name("T")):
                return self.of(scope, inner, arrays)
            case cst.BinaryOperation(left=left, operator=operator, right=right):
                whole = not isinstance(operator, cst.Divide) and all(self.of(scope, x, False) for x in (left, right))
                return whole and (not arrays or any(self.of(scope, x, True) for x in (left, right)))
            case cst.IfExp(body=body, orelse=orelse):
                return self.of(scope, body, arrays) or self.of(scope, orelse, arrays)
            case cst.Call():
                return self._call(scope, node, arrays)
        return False

    def _deep(self, scope: Scope, node: cst.BaseExpression) -> bool:
        return self.facts.depths.of(scope, node).high > 0

    def _call(self, scope: Scope, node: cst.Call, arrays: bool) -> bool:
        callee = self.facts.called(scope, node)
        if callee is not None:
            leaving = [(callee.scope, end.value) for end in own(callee.scope.node, cst.Return) if end.value is not None]
            return self._any(callee.scope, "", arrays, leaving)
        namespace, _, name = (scope.dotted(node.func) or "").rpartition(".")
        given = [argument.value for argument in node.args if argument.keyword is None]
        if isinstance(node.func, cst.Attribute) and not namespace:
            method = node.func.attr.value
            if method == "astype":
                return not (given and floating(given[0]))
            return method in METHODS and self.of(scope, node.func.value, arrays)
        if namespace == "builtins" and name in ("list", "tuple", "sorted"):
            return bool(given) and not arrays and self.of(scope, given[0], False)
        if namespace == "builtins":
            return name in INTEGERS and not arrays
        return namespace == "numpy" and self._made(scope, node, name, given)

    def _made(self, scope: Scope, node: cst.Call, name: str, given: list[cst.BaseExpression]) -> bool:
        """Tell it of an array that NumPy makes."""
        kinds = [a.value for a in node.args if a.keyword is not None and a.keyword.value == "dtype"]
        kinds += given[TYPE[name] : TYPE[name] + 1] if name in TYPE else []
        if kinds:
            return not floating(kinds[0])
        if name in FLOATS:
            return False
        if name in INDICES and len(given) != 3:
            return True
        filling = given[1:] if name in ("full", "full_like", "where") else given if name == "arange" else given[:1]
        return bool(filling) and all(self.of(scope, part, False) for part in filling)


def floating(kind: cst.BaseExpression) -> bool:
    """Tell whether a type of NumPy's holds fractions."""
    text = code(kind).strip("\"'")
    return "float" in text or "complex" in text or "object" in text or text.rpartition(".")[2] in ("double", "d", "f8")
