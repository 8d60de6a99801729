"""Refuse changes that would survive the sample, under whatever name: of the module's containers, of the arguments'.

Accepts the depths of all names. Guarantees that no statement changes in place a container that lived before the sample.
The *level* of a value is how deep inside it such a container begins: 0 for the container itself, 1 for a fresh list of
its elements; None where everything is fresh. Levels are found by following names through assignments, loops, calls and
returns until nothing changes.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NoReturn

import libcst as cst

from stochtrace.transform.binding import bind
from stochtrace.transform.closed import module_bindings
from stochtrace.transform.facts import Facts
from stochtrace.transform.names import Scope, target_names
from stochtrace.transform.nodes import own
from stochtrace.transform.sharing import MUTATORS, PASSING, bare_names, bindings
from stochtrace.transform.source import Source

CHANGING = MUTATORS | {"pop", "popleft", "popitem", "appendleft", "extendleft", "rotate", "update", "setdefault"}
CHANGING |= {"add", "discard", "subtract", "put", "resize", "partition", "difference_update", "intersection_update"}
CHANGING_CALLS = {f"heapq.{name}" for name in ("heappush", "heappop", "heapify", "heapreplace", "heappushpop")}
CHANGING_CALLS |= {f"bisect.{name}" for name in ("insort", "insort_left", "insort_right")}
CHANGING_CALLS |= {f"numpy.{name}" for name in ("put", "fill_diagonal", "copyto", "place", "putmask")}
SHALLOW = {f"builtins.{name}" for name in ("list", "tuple", "sorted", "set", "dict", "reversed")} | {"copy.copy"}
LISTS = (cst.List, cst.ListComp, cst.Tuple)
DISPLAYS = (cst.List, cst.Dict, cst.Set, cst.BaseComp, cst.Call)
Key = tuple[Scope, str]


def check_state(facts: Facts) -> None:
    """Refuse what is changed in place and is older than the sample."""
    levels = Levels(facts)
    while levels.grow():
        pass
    for scope in facts.functions:
        for node, base, depth in changes(facts, scope):
            level = levels.of(scope, base)
            if level is not None and level <= depth:
                facts.source.refuse(
                    node,
                    "this changes in place what is older than the sample",
                    "The change would survive the sample, and every sample must start from the same state.",
                    "Copy it first, with all that is inside: `copy.deepcopy(...)`, or `.copy()` for an array.",
                )


def check_defaults(facts: Facts) -> None:
    """Refuse a default that is made once, and that its function changes or hands on; entries get copies."""
    for scope in (scope for scope in facts.functions if scope not in facts.entries):
        handed = {name for _, base, _ in changes(facts, scope) for name in bare_names(scope, base)}
        handed |= {name for _, value in bindings(scope) for name in bare_names(scope, value)}
        handed |= {name for node in own(scope.node, cst.Return) if node.value for name in bare_names(scope, node.value)}
        for call in own(scope.node, cst.Call):
            if not (scope.dotted(call.func) or "").startswith("builtins."):
                handed |= {name for argument in call.args for name in bare_names(scope, argument.value)}
        for parameter in scope.parameters:
            if parameter.name in handed and isinstance(parameter.default, DISPLAYS):
                refuse_default(facts.source, parameter.default)


def refuse_default(source: Source, default: cst.BaseExpression) -> NoReturn:
    """Refuse a default that can be changed."""
    source.refuse(
        default,
        "a default that can be changed",
        "It is made once, and what is changed in it survives the sample.",
        "Default to None, and make it inside.",
    )


class Levels:
    """The levels of names and of what functions return."""

    def __init__(self, facts: Facts) -> None:
        self.facts, self.module = facts, facts.names.module
        self.known: dict[Key, int] = {}
        self.returned: dict[Scope, int] = {}
        self.module_lists = {t.value for t, v in module_bindings(facts.names) if isinstance(t, cst.Name) and lists(v)}
        for target, _ in module_bindings(facts.names):
            for name in target_names(target):
                if not facts.generators.of(self.module, name):
                    self._learn(self.module, name, 0)
        self.loops = {scope: loop_targets(scope) for scope in facts.functions}
        for entry in facts.entries:
            fresh = {n.value for t, v in bindings(entry, own) if not self._passes(entry, v) for n in target_names(t)}
            generators = facts.generators.parameters(entry)
            for parameter in entry.parameters:
                if parameter.name not in fresh and parameter.name not in generators:
                    self.known[entry, parameter.name] = 0

    def _passes(self, scope: Scope, value: cst.BaseExpression) -> bool:
        return isinstance(value, cst.Name | cst.Subscript | cst.IfExp) or (
            isinstance(value, cst.Call) and (scope.dotted(value.func) or "") in PASSING - SHALLOW
        )

    def grow(self) -> bool:
        """Carry levels one step further; tell whether any changed."""
        before = {**self.known}, {**self.returned}
        for scope in self.facts.functions:
            for target, value in bindings(scope, own):
                self._bind(scope, target, value, not isinstance(target, cst.Name) or target in self.loops[scope])
            for call in own(scope.node, cst.Call):
                self._pass(scope, call)
            for leaving in own(scope.node, cst.Return):
                level = self.of(scope, leaving.value) if leaving.value is not None else None
                if level is not None:
                    self.returned[scope] = min(level, self.returned.get(scope, level))
        return before != (self.known, self.returned)

    def _bind(self, scope: Scope, target: cst.BaseExpression, value: cst.BaseExpression, looped: bool) -> None:
        if isinstance(target, cst.Tuple | cst.List) and isinstance(value, cst.Tuple | cst.List):
            for t, v in zip(target.elements, value.elements, strict=False):
                self._bind(scope, t.value, v.value, False)
            return
        level = self.of(scope, value)
        if level is None:
            return
        for name in target_names(target):
            self._learn(scope, name, max(0, level - 1) if looped else level)

    def _learn(self, scope: Scope, name: cst.Name, level: int) -> None:
        owner = scope.owner(name.value) or scope
        if self.facts.depths.of(scope, name).high > level:
            self.known[owner, name.value] = min(level, self.known.get((owner, name.value), level))

    def _pass(self, scope: Scope, call: cst.Call) -> None:
        callee = self.facts.called(scope, call)
        for name, argument in bind(self.facts.source, call, callee.parameters, callee.name).items() if callee else ():
            level = self.of(scope, argument)
            if level is not None and callee is not None:
                self._learn(callee.scope, cst.Name(name), level)

    def of(self, scope: Scope, node: cst.BaseExpression) -> int | None:
        """Return the level of an expression."""
        match node:
            case cst.Name(value=name):
                owner = scope.owner(name)
                return self.known.get((owner, name)) if owner else None
            case cst.Subscript(value=value, slice=indices):
                level = self.of(scope, value)
                whole = any(isinstance(index.slice, cst.Slice) for index in indices)
                if level is None:
                    return None
                return (max(level, 1) if self._is_list(scope, value) else level) if whole else max(0, level - 1)
            case cst.Attribute(value=value, attr=cst.Name("T" | "flat")) | cst.NamedExpr(value=value):
                return self.of(scope, value)
            case cst.Attribute() if not (scope.dotted(node) or "builtins.").startswith("builtins."):
                return 0
            case cst.IfExp(body=left, orelse=right) | cst.BooleanOperation(left=left, right=right):
                return least([self.of(scope, left), self.of(scope, right)])
            case cst.Tuple(elements=items) | cst.List(elements=items) | cst.Dict(elements=items):
                return deeper(least([self.of(scope, item.value) for item in items]))
            case cst.ListComp(elt=element) | cst.GeneratorExp(elt=element) | cst.DictComp(value=element):
                return deeper(self.of(scope, element))
            case cst.BinaryOperation(left=left, right=right) if self._is_list(scope, left):
                return at_least(1, least([self.of(scope, left), self.of(scope, right)]))
            case cst.Call():
                return self._call(scope, node)
        return None

    def _call(self, scope: Scope, node: cst.Call) -> int | None:
        callee, path = self.facts.called(scope, node), scope.dotted(node.func) or ""
        if callee is not None:
            return self.returned.get(callee.scope)
        inner = least([self.of(scope, argument.value) for argument in node.args])
        if path in SHALLOW:
            return at_least(1, inner)
        if path in ("builtins.zip", "builtins.enumerate"):
            return deeper(inner)
        if path in ("builtins.next", "builtins.max", "builtins.min") and len(node.args) == 1:
            return None if inner is None else max(0, inner - 1)
        if path in PASSING:
            return inner
        if isinstance(node.func, cst.Attribute) and not path:
            return self._method(scope, node.func)
        return None

    def _method(self, scope: Scope, func: cst.Attribute) -> int | None:
        level = self.of(scope, func.value)
        if level is None:
            return None
        match func.attr.value:
            case "copy":
                return at_least(1, level) if self._is_list(scope, func.value) else None
            case "get" | "pop" | "popleft" | "setdefault":
                return max(0, level - 1)
            case "values" | "reshape" | "ravel" | "view" | "transpose" | "squeeze" | "swapaxes":
                return level
            case "items":
                return deeper(level)
        return None

    def _is_list(self, scope: Scope, node: cst.BaseExpression) -> bool:
        if not isinstance(node, cst.Name):
            return lists(node)
        return scope.owner(node.value) is self.module and node.value in self.module_lists


def loop_targets(scope: Scope) -> set[cst.BaseExpression]:
    """Return the targets that run over the elements of what they are bound to."""
    loops = {loop.target for loop in own(scope.node, cst.For)}
    return {*loops, *(clause.target for clause in own(scope.node, cst.CompFor))}


def lists(node: cst.BaseExpression) -> bool:
    """Tell whether an expression is a list, a tuple or a dict for sure."""
    return isinstance(node, (*LISTS, cst.Dict, cst.DictComp)) or (
        isinstance(node, cst.BinaryOperation) and lists(node.left)
    )


def least(levels: list[int | None]) -> int | None:
    return min((level for level in levels if level is not None), default=None)


def deeper(level: int | None) -> int | None:
    return None if level is None else level + 1


def at_least(low: int, level: int | None) -> int | None:
    return None if level is None else max(low, level)


def changes(facts: Facts, scope: Scope) -> Iterator[tuple[cst.CSTNode, cst.BaseExpression, int]]:
    """Yield what a function changes in place: where, the variable, and how deep inside it."""
    stores: list[cst.BaseExpression] = [target.target for target in own(scope.node, cst.AssignTarget)]
    stores += [augmented.target for augmented in own(scope.node, cst.AugAssign)]
    stores += [annotated.target for annotated in own(scope.node, cst.AnnAssign)]
    stores += [loop.target for loop in own(scope.node, cst.For)]
    stores += [deleted.target for deleted in own(scope.node, cst.Del)]
    for target in stores:
        for part in parts(target):
            base, depth = unwrapped(part)
            if depth:
                yield part, base, depth - 1
    for augmented in own(scope.node, cst.AugAssign):
        if facts.depths.of(scope, augmented.target).low > 0:
            yield augmented, *unwrapped(augmented.target)
    for call in own(scope.node, cst.Call):
        yield from ((call, *unwrapped(part)) for part in changed(facts, scope, call))


def changed(facts: Facts, scope: Scope, call: cst.Call) -> Iterator[cst.BaseExpression]:
    """Yield the expressions whose value a call changes in place."""
    draw, path = facts.draws.by_node.get(call), scope.dotted(call.func) or ""
    if draw is not None and draw.in_place and draw.values is not None:
        yield draw.values
    if isinstance(call.func, cst.Attribute) and not path and call.func.attr.value in CHANGING:
        yield call.func.value
    if path in CHANGING_CALLS or (path.startswith("numpy.") and path.endswith(".at")):
        yield call.args[0].value
    for argument in call.args:
        if argument.keyword is not None and argument.keyword.value == "out":
            yield argument.value


def parts(target: cst.BaseExpression) -> Iterator[cst.BaseExpression]:
    """Yield the single targets of an assignment."""
    if isinstance(target, cst.Tuple | cst.List):
        for element in target.elements:
            yield from parts(element.value)
    else:
        yield target


def unwrapped(node: cst.BaseExpression) -> tuple[cst.BaseExpression, int]:
    """Return what stands under the subscripts of an expression, and their number."""
    depth = 0
    while isinstance(node, cst.Subscript):
        node, depth = node.value, depth + 1
    return node, depth
