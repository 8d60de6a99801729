"""Find how deep values are: 0 for a number, 1 for a list or an array of numbers, 2 for a list of such, ...

A depth is an interval over all assignments of a name: `high` 0 means a number for sure, `low` 1 no number for sure.
A sum may be larger than the operand that has a tangent, so the zeros of the other one stay unless it is a number.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import partial
from typing import Any, NamedTuple

import libcst as cst

from stochtrace.rules import OWN_PATHS, PARTIALS, REDUCTIONS
from stochtrace.transform.draws import Draw, Draws
from stochtrace.transform.names import Scope
from stochtrace.transform.pairs import pairs

UNKNOWN = 9
NUMBERS = {f"builtins.{name}" for name in ("len", "int", "float", "bool", "ord", "str")}
SAME = {f"builtins.{name}" for name in ("abs", "round", "list", "tuple", "sorted", "reversed", "set")}
SAME |= {f"numpy.{name}" for name in ("array", "asarray", "copy", "cumsum", "sort", "zeros_like", "ones_like")}
ARRAYS = {f"numpy.{name}" for name in ("array", "asarray", "atleast_1d")}  # of what is no number for sure: an array
SAME |= {f"{module}.{name}" for module in ("numpy", "scipy.special") for name in PARTIALS}
SAME |= {f"scipy.special.{name}" for name in REDUCTIONS if "softmax" in name} | {"scipy.special.comb"}
SAME |= OWN_PATHS
FILLED = {f"numpy.{name}" for name in ("zeros", "ones", "empty", "full")}
LOGSUMEXP = "scipy.special.logsumexp"
LINES = {"builtins.range", "numpy.arange", "numpy.linspace"}
REDUCED = {f"builtins.{name}" for name in ("sum", "max", "min")} | {f"numpy.{name}" for name in ("sum", "mean", "prod")}


class Depth(NamedTuple):
    """Bounds of the depth of a value."""

    low: int
    high: int

    def by(self, low: int, high: int | None = None) -> Depth:
        """Return the depth of what is deeper by so many levels, at least and at most."""
        return Depth(_moved(self.low, low), _moved(self.high, low if high is None else high))

    def join(self, other: Depth) -> Depth:
        """Return the depth of what is one or the other."""
        return Depth(min(self.low, other.low), max(self.high, other.high))


def _moved(level: int, by: int) -> int:
    return level if level >= UNKNOWN else min(max(level + by, 0), UNKNOWN)


NUMBER, ANY, UNBOUND = Depth(0, 0), Depth(0, UNKNOWN), Depth(UNKNOWN, 0)
DECLARED = {name: NUMBER for name in ("float", "int", "bool", "str")}
DECLARED |= {f"list[{name}]": Depth(1, 1) for name in ("float", "int")}
DECLARED |= {name: Depth(1, UNKNOWN) for name in ("np.ndarray", "numpy.ndarray", "list", "tuple")}


def together(depths: Iterable[Depth]) -> Depth:
    """Return the depth of what arithmetic makes of such values, element by element."""
    lows, highs = zip(*depths, strict=True)
    return Depth(max(lows), max(highs))


@dataclass
class Depths:
    """The depth of each name, by the scope that binds it, of what each function returns, and of all that is stored.

    What is stored into a container in place is known under all its names, which are not followed: whatever is taken
    out of any container may be as deep as that.
    """

    draws: Draws
    known: dict[tuple[Scope, str], Depth] = field(default_factory=dict)
    returned: dict[Scope, Depth] = field(default_factory=dict)
    stored: Depth = UNBOUND

    def of(self, scope: Scope, node: cst.BaseExpression) -> Depth:
        """Return how deep an expression is."""
        draw = self.draws.by_node.get(node)
        if draw is not None:
            return self._drawn(scope, draw)
        each = partial(self.of, scope)
        match node:
            case cst.BaseNumber() | cst.BaseString() | cst.UnaryOperation(operator=cst.Not()):
                return NUMBER
            case cst.Name():
                return self._name(scope, node.value)
            case cst.UnaryOperation(expression=inner) | cst.NamedExpr(value=inner):
                return each(inner)
            case cst.Comparison(left=left, comparisons=comparisons):
                return together([each(left), *(each(c.comparator) for c in comparisons)])
            case cst.BinaryOperation(operator=cst.MatrixMultiply()):
                return ANY
            case cst.BinaryOperation(left=left, right=right):
                return together([each(left), each(right)])
            case cst.BooleanOperation(left=left, right=right) | cst.IfExp(body=left, orelse=right):
                return each(left).join(each(right))
            case (
                cst.List(elements=items)
                | cst.Tuple(elements=items)
                | cst.Set(elements=items)
                | cst.Dict(elements=items)
            ):
                return self._display(scope, items)
            case cst.ListComp(elt=element) | cst.GeneratorExp(elt=element) | cst.SetComp(elt=element):
                return each(element).by(1)
            case cst.DictComp(value=element):
                return each(element).by(1)
            case cst.Subscript(value=value, slice=indices):
                return self.taken(each(value), *self._indexed(scope, indices))
            case cst.Attribute(value=value, attr=cst.Name(attribute)):
                if (scope.dotted(node) or "").startswith(("math.", "numpy.")) or attribute in ("size", "ndim"):
                    return NUMBER
                return {"shape": Depth(1, 1), "T": each(value)}.get(attribute, ANY)
            case cst.Call():
                return self._call(scope, node)
        return ANY

    def vector(self, draw: Draw) -> bool:
        """Tell whether a draw is an array of draws: it has a size, or a parameter that is an array for sure."""
        if draw.size is not None:
            return True
        return any(0 < self.of(draw.scope, node).low < UNKNOWN for node in self.numbers(draw))

    def numbers(self, draw: Draw) -> list[cst.BaseExpression]:
        """Return the parameters of a draw that are numbers for one draw."""
        rows = () if draw.distribution == "read" else pairs()[draw.distribution].rows
        return [node for name, node in draw.arguments.items() if name not in rows]

    def many(self, draw: Draw) -> bool:
        """Tell whether the outcome of a draw is an array: an array of draws, or a draw of an array."""
        return self.vector(draw) or (draw.distribution != "read" and pairs()[draw.distribution].vector)

    def _drawn(self, scope: Scope, draw: Draw) -> Depth:
        one = NUMBER if draw.values is None else self.taken(self.of(scope, draw.values))
        if draw.distribution != "read" and pairs()[draw.distribution].vector:
            if draw.table is not None:
                return self.filled(scope, draw.table).by(one.low, one.high)
            if draw.size is not None:
                return self.filled(scope, draw.size).by(1)
            return (together(self.of(scope, node) for node in self.numbers(draw)) if self.vector(draw) else one).by(1)
        if draw.size is not None:
            shape = self.filled(scope, draw.size)
        elif self.vector(draw):
            shape = together(self.of(scope, node) for node in draw.arguments.values())
        else:
            return one
        return shape.by(one.low, one.high)

    def taken(self, depth: Depth, low: int = -1, high: int = -1) -> Depth:
        """Return the depth of what is taken out of a container."""
        return depth.by(low, high).join(self.stored) if depth.high else NUMBER

    def _name(self, scope: Scope, name: str) -> Depth:
        if name in ("True", "False", "None"):
            return NUMBER
        owner = scope.owner(name)
        if (scope, name) in self.known or owner is None:
            return self.known.get((scope, name), ANY)
        imported = owner.imports.get(name, "math.")
        return self.known.get((owner, name), UNBOUND) if imported.startswith(("math.", "numpy.")) else ANY

    def _display(self, scope: Scope, items: Iterable[Any]) -> Depth:
        depth = UNBOUND
        for item in items:
            inner = self.of(scope, item.value)
            depth = depth.join(
                self.taken(inner) if isinstance(item, cst.StarredElement | cst.StarredDictElement) else inner
            )
        return Depth(1, 1) if depth is UNBOUND else depth.by(1)

    def _indexed(self, scope: Scope, indices: Iterable[cst.SubscriptElement]) -> tuple[int, int]:
        """Return by how much deeper a value is under these indices: -1 for a number, as it was for a slice."""
        low = high = 0
        for index in indices:
            if isinstance(index.slice, cst.Index):
                value = index.slice.value
                new = isinstance(value, cst.Ellipsis) or (isinstance(value, cst.Name) and value.value == "None")
                depth = Depth(0, 2) if new else self.of(scope, value)
                low, high = low + depth.low - 1, high + depth.high - 1
        return low, high

    def _call(self, scope: Scope, node: cst.Call) -> Depth:
        callee = scope.function(node.func)
        if callee is not None:
            return self.returned.get(callee, UNBOUND)
        density = self.draws.densities.get(node)
        if density is not None:
            return together(self.of(scope, a) for a in density.arguments.values())
        path = scope.dotted(node.func) or ""
        arguments = [self.of(scope, a.value) for a in node.args if a.keyword is None] or [ANY]
        if path.startswith("math.") or path in NUMBERS or (path == LOGSUMEXP and len(node.args) == 1):
            return NUMBER
        if path in LINES:
            return Depth(1, 1)
        if path in FILLED:
            shape = node.args[0].value if node.args else cst.Ellipsis()
            return self.filled(scope, shape)
        if path in ARRAYS and arguments[0].high:
            return Depth(max(1, arguments[0].low), arguments[0].high)
        if path in SAME:
            return together(arguments)
        if path in REDUCED:
            whole = path.startswith("numpy.") and len(node.args) == 1
            return (
                NUMBER
                if whole
                else self.taken(arguments[0])
                if len(node.args) == 1
                else Depth(0, together(arguments).high)
            )
        return self._method(scope, node, arguments) if isinstance(node.func, cst.Attribute) else ANY

    def filled(self, scope: Scope, shape: cst.BaseExpression) -> Depth:
        """Return the depth of an array of a shape, a number or a tuple."""
        if isinstance(shape, cst.Tuple):
            return Depth(len(shape.elements), len(shape.elements))
        depth = self.of(scope, shape)
        return Depth(1, 1) if depth.high == 0 else Depth(1 if depth.low else 0, UNKNOWN)

    def _method(self, scope: Scope, node: cst.Call, arguments: list[Depth]) -> Depth:
        func = cst.ensure_type(node.func, cst.Attribute)
        value, name = self.of(scope, func.value), func.attr.value
        if name in ("sum", "mean"):
            return self.taken(value) if node.args else NUMBER
        if name in ("pop", "popleft"):
            return self.taken(value)
        if name == "get":
            return together([self.taken(value), *arguments[1:]]).join(NUMBER)
        return value if name in ("copy", "cumsum") else ANY
