"""The order in which an expression is evaluated: what it changes as it goes, and what else in it sees the change.

What is hoisted stands before its statement, tangents stand after it, and draws take their arguments in an order of
their own. None of these matters, unless a part of the statement takes something out of a container, draws on an
iterator, or assigns a name: then all else that mentions the same must come before or after it as in Python.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from functools import cached_property
from typing import NamedTuple, NoReturn

import libcst as cst

from stochtrace.transform.binding import bind
from stochtrace.transform.facts import Facts, Function
from stochtrace.transform.names import Scope
from stochtrace.transform.nodes import everything, expression, inside, own
from stochtrace.transform.sharing import aliases, changes_in_place
from stochtrace.transform.state import CHANGING, changed

TAKING = {"pop", "popleft", "popitem", "setdefault"}
TAKING_CALLS = {f"heapq.{name}" for name in ("heappop", "heapreplace", "heappushpop")} | {"builtins.next"}
PIECES = (cst.IfExp, cst.ListComp, cst.GeneratorExp)
CONTAINERS = "containers"


class Access(NamedTuple):
    """A node that reads names, or changes what they stand for; `CONTAINERS` stands for any container."""

    node: cst.CSTNode
    names: frozenset[str]
    changes: bool


def takes(scope: Scope, node: cst.Call) -> bool:
    """Tell whether a call returns something else when it is called again, as it takes out what it returns."""
    if isinstance(node.func, cst.Attribute) and scope.dotted(node.func) is None:
        return node.func.attr.value in TAKING
    return scope.dotted(node.func) in TAKING_CALLS


def changed_by(facts: Facts, scope: Scope, node: cst.Call) -> list[cst.BaseExpression]:
    """Return what a call of a method, or of a library, changes in place."""
    found = [*changed(facts, scope, node)]
    if found or not takes(scope, node):
        return found
    if isinstance(node.func, cst.Attribute) and scope.dotted(node.func) is None:
        return [node.func.value]
    return [argument.value for argument in node.args[:1]]


class Sequence:
    """What the statements of one function change as they are evaluated."""

    def __init__(self, facts: Facts, scope: Scope) -> None:
        self.facts, self.scope = facts, scope
        self.by_function: dict[Function, set[str]] = {}

    @cached_property
    def aliases(self) -> dict[str, set[str]]:
        return aliases(self.facts, self.scope)

    def changes(self, root: cst.CSTNode) -> bool:
        """Tell whether anything in a statement changes, or binds, what another part may mention."""
        return any((access := self._access(node)) is not None and access.changes for node in everything(root))

    def check(self, root: cst.CSTNode, hoisted: Collection[cst.CSTNode] = (), after: str = "") -> None:
        """Refuse a statement, or expression, of which a part would see a change that it does not see in Python.

        `hoisted` are the parts that stand before it, in the order of their lines; `after` is the text of its tangent,
        which stands after it.
        """
        python = [access for node in evaluated(root) if (access := self._access(node)) is not None]
        for access in python:
            if access.changes:
                self._check(access, python, root, hoisted, after)

    def _check(
        self,
        change: Access,
        python: list[Access],
        root: cst.CSTNode,
        hoisted: Collection[cst.CSTNode],
        after: str,
    ) -> None:
        inner = set(everything(change.node)) if isinstance(change.node, cst.Call) else {change.node}
        others = [other for other in python if other.node not in inner and self._meet(change, other)]
        for first in (True, False):
            places = {node: at for at, node in enumerate(_Written(self.facts, self.scope, hoisted, first).all(root))}
            if change.node not in places:
                self.refuse(change.node)
            for other in others:
                before = python.index(other) < python.index(change)
                if other.node in places and (places[other.node] < places[change.node]) != before:
                    self.refuse(change.node)
        read = self._all(change.names).union(*(other.names for other in others))
        stays = not any(change.node in everything(part) for part in hoisted)
        if stays and read & {*re.findall(r"(?<![\w.])\w+", after)}:
            self.refuse(change.node)

    def refuse(self, node: cst.CSTNode) -> NoReturn:
        """Refuse what changes something in the middle of a statement."""
        access = self._access(node)
        names = sorted(access.names - {CONTAINERS}) if access else []
        named = " and ".join(f"`{name}`" for name in names) or "a container"
        self.facts.source.refuse(
            node,
            f"this changes {named} in the middle of a statement",
            "The lines that are written for it would see, or leave behind, something else than Python does.",
            "Give it a line of its own.",
        )

    def _meet(self, one: Access, other: Access) -> bool:
        if CONTAINERS in one.names | other.names:
            return all(any(map(self._holds, access.names)) for access in (one, other))
        return bool(self._all(one.names) & self._all(other.names))

    def _holds(self, name: str) -> bool:
        return name == CONTAINERS or bool(self.facts.depths.of(self.scope, cst.Name(name)).high)

    def _all(self, names: frozenset[str]) -> set[str]:
        """Return these names, and others for what they stand for."""
        return {*names}.union(*(self.aliases.get(name, set()) for name in names))

    def _access(self, node: cst.CSTNode) -> Access | None:
        match node:
            case cst.Name(value=name) if self.scope.owner(name) is not None:
                return Access(node, frozenset({name}), changes=False)
            case cst.NamedExpr(target=cst.Name(value=name)):
                return Access(node, frozenset({name}), changes=True)
            case cst.Call():
                names = self._changed(node)
                return Access(node, frozenset(names), changes=True) if names else None
        return None

    def _changed(self, node: cst.Call) -> set[str]:
        """Return the names of what a call changes in place, or binds."""
        function = self.facts.called(self.scope, node)
        if function is not None:
            if function not in self.by_function:
                self.by_function[function] = self._changed_by(function)
            return self.by_function[function]
        return set().union(*map(base_names, changed_by(self.facts, self.scope, node)))

    def _changed_by(self, function: Function) -> set[str]:
        """Return the names that a function binds in the one around it, and whether it changes anything in place."""
        called, todo = {function}, [function]
        while todo:
            scope = todo.pop().scope
            inner = [self.facts.called(scope, call) for call in inside(scope.node, cst.Call)]
            todo += [f for f in inner if f is not None and f not in called]
            called.update(todo)
        nodes = [f.scope.node for f in called]
        bound = {item.name.value for node in nodes for outer in inside(node, cst.Nonlocal) for item in outer.names}
        calls = ((f.scope, call) for f in called for call in inside(f.scope.node, cst.Call))
        changing = any(changes_in_place(self.facts, f.scope) for f in called)
        changing = changing or any(changed_by(self.facts, scope, call) for scope, call in calls)
        return bound | ({CONTAINERS} if changing else set())


class _Written:
    """The nodes of an expression in the order in which they are evaluated when it is written out.

    `first` says whether what a draw is made of beside its arguments comes before them or after.
    """

    def __init__(self, facts: Facts, scope: Scope, hoisted: Collection[cst.CSTNode], first: bool) -> None:
        self.facts, self.scope, self.hoisted, self.first = facts, scope, hoisted, first

    def all(self, root: cst.CSTNode) -> Iterator[cst.CSTNode]:
        """Yield the nodes of what is hoisted out of an expression, then of what is left."""
        within = set(everything(root))
        parts = [part for part in self.hoisted if part in within]
        pieces = [part for part in parts if isinstance(part, PIECES) and part is not root]
        nested = {node for piece in pieces for node in everything(piece) if node is not piece}
        for part in parts:
            if part not in nested:
                yield from self._part(part)
        if root not in self.hoisted:
            yield from self._left(root)

    def _part(self, part: cst.CSTNode) -> Iterator[cst.CSTNode]:
        for child in self._steps(part):
            yield from self._piece(child) if isinstance(part, PIECES) else self._left(child)
        yield part

    def _piece(self, node: cst.CSTNode) -> Iterator[cst.CSTNode]:
        """Yield the nodes of what has lines of its own, inside those of what is written out."""
        if isinstance(node, cst.CompFor):
            for child in steps(node):
                yield from self._piece(child)
        else:
            yield from self.all(node)

    def _left(self, node: cst.CSTNode) -> Iterator[cst.CSTNode]:
        if node in self.hoisted:
            return
        for child in self._steps(node):
            yield from self._left(child)
        yield node

    def _steps(self, node: cst.CSTNode) -> list[cst.CSTNode]:
        draw = self.facts.draws.by_node.get(node)
        if draw is not None:
            parts, arguments = draw.parts, [*draw.arguments.values()]
            return [*parts, *arguments] if self.first else [*arguments, *parts]
        if node in self.facts.draws.densities:
            return [*self.facts.draws.densities[node].given]
        function = self.facts.called(self.scope, node) if isinstance(node, cst.Call) else None
        if function is not None and isinstance(node, cst.Call):
            return [*bind(self.facts.source, node, function.scope.parameters, function.name).values()]
        return steps(node)


def check_calls(facts: Facts) -> None:
    """Refuse draws, and calls, whose arguments would have other values in the order in which they are written out."""
    for scope in facts.functions:
        sequence = Sequence(facts, scope)
        for node in own(scope.node, cst.Call, cst.Comparison):
            called = isinstance(node, cst.Call) and facts.called(scope, node) is not None
            ordered = called or node in facts.draws.by_node or node in facts.draws.densities
            if ordered and sequence.changes(node):
                sequence.check(node)


def evaluated(node: cst.CSTNode) -> Iterator[cst.CSTNode]:
    """Yield the nodes of a statement or an expression in the order in which Python is done with them."""
    for child in steps(node):
        yield from evaluated(child)
    yield node


def steps(node: cst.CSTNode) -> list[cst.CSTNode]:
    """Return the parts of a node in the order in which Python evaluates them; names of containers are no reading."""
    match node:
        case cst.Assign(targets=targets, value=value):
            return [value, *(part for target in targets for part in _stored(target.target))]
        case cst.AnnAssign(target=target, value=cst.BaseExpression() as value):
            return [value, *_stored(target)]
        case cst.IfExp(test=test, body=body, orelse=orelse):
            return [test, body, orelse]
        case cst.NamedExpr(value=value) | cst.Attribute(value=value) | cst.Arg(value=value):
            return [value]
        case cst.DictComp(key=key, value=value, for_in=clause):
            return [clause, key, value]
        case cst.BaseSimpleComp(elt=element, for_in=clause):
            return [clause, element]
        case cst.CompFor(iter=iterable, ifs=ifs, inner_for_in=inner):
            return [iterable, *ifs, *([inner] if inner else [])]
        case cst.Lambda(body=body):
            return [body]
        case cst.Call(func=cst.Attribute(value=cst.Name(), attr=cst.Name(value=name)), args=args) if name in CHANGING:
            return [*args]
    return [*node.children]


def _stored(target: cst.BaseExpression) -> list[cst.CSTNode]:
    """Return what is evaluated of a target before it is assigned."""
    match target:
        case cst.Name():
            return []
        case cst.Tuple(elements=elements) | cst.List(elements=elements):
            return [part for element in elements for part in _stored(element.value)]
        case cst.Subscript(value=value, slice=indices):
            return [*_stored(value), *indices]
        case cst.Attribute(value=value):
            return _stored(value)
    return [target]


def base_names(node: cst.BaseExpression) -> set[str]:
    """Return the names of the container that an expression leads to."""
    while isinstance(node, cst.Attribute | cst.Subscript):
        node = node.value
    return {node.value} if isinstance(node, cst.Name) else {name.value for name in inside(expression(node), cst.Name)}

