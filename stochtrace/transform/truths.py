"""Refuse sums of truth values that NumPy and Python take for different things.

Two truth values of Python add up to a count, two of NumPy to an *or*, and `~` of one is a number or a *not*. What an
element of an array is compared with is NumPy's; in compiled code there is one kind only. Guarantees that a sum of two
comparisons is left where both are Python's, and no other.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator
from functools import cache, lru_cache

import libcst as cst

from stochtrace.spellings import PARAMETER_NAMES, SPELLINGS
from stochtrace.transform.binding import signature
from stochtrace.transform.names import Names, Scope, methods
from stochtrace.transform.nodes import everything, own
from stochtrace.transform.paths import closure, definitions
from stochtrace.transform.source import Source

OF_NUMPY = {"integers", "choice", "choices", "permutation", "permuted", "sample"}
PLAIN_CALLS = {f"builtins.{name}" for name in ("float", "int", "len", "ord")}
SAME_KIND = (cst.BitAnd, cst.BitOr, cst.BitXor, cst.Multiply)
IDENTITY = (cst.In, cst.NotIn, cst.Is, cst.IsNot)
Ask = Callable[[Scope, cst.BaseExpression], bool]
Placed = tuple[Scope, cst.BaseExpression]


def check_truths(source: Source, names: Names, functions: tuple[str, ...]) -> None:
    """Refuse the sums of truth values in these functions (none: in all), and in what they mention."""
    defined = definitions(source)
    asked = closure(source, {*functions} or {*defined})
    nodes = {inner for name in asked if name in defined for inner in everything(defined[name])}
    truths = Truths(names)
    for scope in (scope for scope in truths.scopes if scope.node in nodes):
        for node in own(scope.node, cst.BinaryOperation, cst.AugAssign, cst.UnaryOperation):
            if isinstance(node, cst.UnaryOperation):
                if isinstance(node.operator, cst.BitInvert) and truths.one(scope, node.expression):
                    why = "It is a number where Python makes the truth value, and a *not* where NumPy does."
                    source.refuse(node, "`~` of one truth value", why, "Write `not`.")
            elif isinstance(node, cst.BinaryOperation | cst.AugAssign) and truths.mixed(scope, node):
                source.refuse(
                    node,
                    "a sum of two truth values",
                    "It counts where Python makes them, and is an *or* where NumPy does, as of elements of an array.",
                    "Write `int(...)` around each to count, or `|` for an or.",
                )


class Truths:
    """What may be told of the truth values of a module. What is being asked already counts as a yes."""

    def __init__(self, names: Names) -> None:
        own_methods = [*methods(names)]
        self.scopes = (*names.scopes.values(), *own_methods)
        self.methods: dict[str, list[Scope]] = {}
        for scope in own_methods:
            if scope.parent is not None and isinstance(scope.parent.node, cst.Module):
                self.methods.setdefault(scope.name, []).append(scope)
        self.asked: set[tuple[Ask, Scope, str]] = set()

    def mixed(self, scope: Scope, node: cst.BinaryOperation | cst.AugAssign) -> bool:
        """Tell whether this adds two truth values that are not surely Python's."""
        if not isinstance(node.operator, cst.Add | cst.AddAssign):
            return False
        sides = (node.left, node.right) if isinstance(node, cst.BinaryOperation) else (node.target, node.value)
        return all(self.truth(scope, side) for side in sides) and not all(self.plain(scope, side) for side in sides)

    def truth(self, scope: Scope, node: cst.BaseExpression) -> bool:
        """Tell whether an expression is a truth value, or an array of them."""
        match node:
            case cst.Comparison(comparisons=comparisons):
                return not any(isinstance(part.operator, IDENTITY) for part in comparisons)
            case cst.BinaryOperation(left=left, operator=operator, right=right) if isinstance(operator, SAME_KIND):
                return self.truth(scope, left) and self.truth(scope, right)
            case cst.BooleanOperation(left=left, right=right) | cst.IfExp(body=left, orelse=right):
                return self.truth(scope, left) and self.truth(scope, right)
            case cst.Name(value=name):
                return self._all(self.truth, scope, name, assigned(scope, name))
            case cst.Call():
                return any(self._all(self.truth, f, "return", returned(f)) for f in self._called(scope, node))
        return False

    def one(self, scope: Scope, node: cst.BaseExpression) -> bool:
        """Tell whether an expression is surely one truth value, and no array of them."""
        match node:
            case cst.Comparison(left=left, comparisons=comparisons):
                sides = left, *(c.comparator for c in comparisons)
                return self.truth(scope, node) and any(map(number, sides)) and not any(map(draws_many, sides))
            case cst.Name(value=name):
                return self._all(self.one, scope, name, assigned(scope, name))
        return False

    def plain(self, scope: Scope, node: cst.BaseExpression) -> bool:
        """Tell whether a value is Python's own, or has the shape of a parameter."""
        match node:
            case cst.BaseNumber() | cst.UnaryOperation(operator=cst.Not()):
                return True
            case cst.UnaryOperation(expression=inner):
                return self.plain(scope, inner)
            case cst.Comparison(left=left, comparisons=comparisons):
                return all(self.plain(scope, side) for side in (left, *(part.comparator for part in comparisons)))
            case cst.BinaryOperation(left=left, right=right) | cst.BooleanOperation(left=left, right=right):
                return self.plain(scope, left) and self.plain(scope, right)
            case cst.IfExp(body=left, orelse=right):
                return self.plain(scope, left) and self.plain(scope, right)
            case cst.Name(value=name):
                if any(p.name == name for p in scope.parameters):
                    given = [*self._given(scope, name)]
                    bound = scope.times_bound[name] > 0
                    return not bound and (not given or self._all(self.plain, scope, name, given))
                return self._all(self.plain, scope, name, assigned(scope, name))
            case cst.Call(func=func):
                if called := self._called(scope, node):
                    return all(self._all(self.plain, f, "return", returned(f)) for f in called)
                path = scope.dotted(func) or ""
                return path in PLAIN_CALLS or path.startswith("math.") or draws_one(node, path)
        return False

    def _all(self, ask: Ask, scope: Scope, name: str, values: Iterable[Placed]) -> bool:
        """Answer for all values of a name; no where there are none."""
        if (ask, scope, name) in self.asked:
            return True
        self.asked.add((ask, scope, name))
        asked = [*values]
        answer = bool(asked) and all(ask(*value) for value in asked)
        self.asked.remove((ask, scope, name))
        return answer

    def _called(self, scope: Scope, node: cst.Call) -> list[Scope]:
        """Return the functions of this file that a call may call: the methods of any class by that name."""
        if isinstance(node.func, cst.Attribute):
            base = node.func.value
            other = scope.dotted(node.func) or (isinstance(base, cst.Name) and base.value in PARAMETER_NAMES)
            return [] if other else self.methods.get(node.func.attr.value, [])
        function = scope.function(node.func)
        return [function] if function else []

    def _given(self, function: Scope, parameter: str) -> Iterator[Placed]:
        """Yield what calls in this file give to a parameter of a function, or of a method."""
        names = [p.name for p in function.parameters]
        at = names.index(parameter) - (names[0] in ("self", "cls"))
        for scope in self.scopes:
            for call in own(scope.node, cst.Call):
                if function in self._called(scope, call):
                    named = [a.value for a in call.args if a.keyword is not None and a.keyword.value == parameter]
                    positional = [a.value for a in call.args[at : at + 1] if a.keyword is None]
                    yield from ((scope, value) for value in named or positional)


def returned(function: Scope) -> Iterator[Placed]:
    """Yield what a function of this file may return."""
    for found in own(function.node, cst.Return):
        yield function, found.value or cst.Name("None")


def number(node: cst.BaseExpression) -> bool:
    """Tell whether an expression is surely one number that is no constant: a draw, or one element."""
    if isinstance(node, cst.Subscript):
        index = node.slice[0].slice
        return len(node.slice) == 1 and isinstance(index, cst.Index) and isinstance(index.value, cst.Integer)
    return isinstance(node, cst.Call) and not node.args and draws_one(node, "")


def draws_many(node: cst.BaseExpression) -> bool:
    """Tell whether an expression is a draw of an array, `rng.random(3)`."""
    if not isinstance(node, cst.Call) or not isinstance(node.func, cst.Attribute):
        return False
    return taken(node.func.attr.value) >= 0 and not draws_one(node, "")


def draws_one(node: cst.Call, path: str) -> bool:
    """Tell whether a call draws one number, of Python's."""
    if path and not path.startswith(("random.", "numpy.random.")):
        return False
    method = node.func.attr.value if isinstance(node.func, cst.Attribute) else path.rpartition(".")[2]
    sized = any(argument.keyword is not None and argument.keyword.value == "size" for argument in node.args)
    return len(node.args) <= taken(method) and not sized


@cache
def taken(method: str) -> int:
    """Return the number of parameters of a draw that gives Python's own number; -1 of others."""
    rows = [row for row in SPELLINGS if row.method == method and method not in OF_NUMPY]
    return len(signature(rows[-1].call)) if rows else -1


def assigned(scope: Scope, name: str) -> list[Placed]:
    """Return what a name of a function is assigned, nothing where it gets a value in another way too."""
    owner = scope.owner(name)
    if owner is None or owner.parent is None or name in {p.name for p in owner.parameters}:
        return []
    values, added = assignments(owner.node)
    complete = len(values[name]) + added[name] == owner.times_bound[name]
    return [(owner, value) for value in values[name]] if complete else []


@lru_cache(maxsize=1 << 12)
def assignments(function: cst.CSTNode) -> tuple[defaultdict[str, list[cst.BaseExpression]], Counter[str]]:
    """Return what each name of a function is assigned, and how often something is added to it in place."""
    values = defaultdict[str, list[cst.BaseExpression]](list)
    for assign in own(function, cst.Assign):
        for target in assign.targets:
            for bound, value in side_by_side(target.target, assign.value):
                if isinstance(bound, cst.Name):
                    values[bound.value].append(value)
    return values, Counter(a.target.value for a in own(function, cst.AugAssign) if isinstance(a.target, cst.Name))


def side_by_side(target: cst.BaseExpression, value: cst.BaseExpression) -> Iterator[tuple[cst.BaseExpression, ...]]:
    """Yield what an assignment binds, with what each gets: `x, y = a, b` binds x to a and y to b."""
    if not isinstance(target, cst.Tuple | cst.List) or not isinstance(value, cst.Tuple | cst.List):
        yield target, value
        return
    left, right = target.elements, value.elements
    if len(left) == len(right) and not any(isinstance(e, cst.StarredElement) for e in (*left, *right)):
        for one, other in zip(left, right, strict=True):
            yield from side_by_side(one.value, other.value)
