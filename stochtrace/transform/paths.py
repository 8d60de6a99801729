"""Dotted paths of names anywhere in a module, in methods and comprehensions too: what is imported, builtin, or its own.

Accepts a parsed module. Carried programs ask here; programs with tangent lines know more of their functions (`names`).
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

import libcst as cst
from libcst.metadata import MetadataWrapper, QualifiedNameProvider, QualifiedNameSource

from stochtrace.transform.nodes import code, inside
from stochtrace.transform.source import Source

TopLevel = cst.FunctionDef | cst.ClassDef


@dataclass(frozen=True)
class Paths:
    """The qualified names of all expressions of a module."""

    found: Mapping[cst.CSTNode, Any]

    def _names(self, node: cst.CSTNode) -> list[Any]:
        value = self.found.get(node)
        names = value() if callable(value) else value
        return sorted(names or (), key=lambda name: str(name.name))

    def imported(self, node: cst.CSTNode) -> str | None:
        """Return the path under which an expression was imported: `numpy.random.rand`."""
        return self._of(node, QualifiedNameSource.IMPORT)

    def builtin(self, node: cst.CSTNode) -> str | None:
        """Return the name of a builtin."""
        path = self._of(node, QualifiedNameSource.BUILTIN)
        return path.removeprefix("builtins.") if path else None

    def own(self, node: cst.CSTNode) -> str | None:
        """Return the path of what the module itself defines: `World.step`."""
        return self._of(node, QualifiedNameSource.LOCAL)

    def _of(self, node: cst.CSTNode, source: QualifiedNameSource) -> str | None:
        base = node
        while isinstance(base, cst.Attribute):
            base = base.value
        if not isinstance(base, cst.Name):
            return None
        return next((name.name for name in self._names(node) if name.source is source), None)


def find_paths(source: Source) -> Paths:
    """Return the paths of a module."""
    wrapper = MetadataWrapper(source.module, unsafe_skip_copy=True)
    return Paths(wrapper.resolve(QualifiedNameProvider))


def definitions(source: Source) -> dict[str, TopLevel]:
    """Return the functions and classes at the top level of a module."""
    return {node.name.value: node for node in source.module.body if isinstance(node, TopLevel)}


def used(node: cst.CSTNode) -> set[str]:
    """Return the names that a part of a program mentions."""
    attributes = {attribute.attr for attribute in inside(node, cst.Attribute)}
    keywords = {argument.keyword for argument in inside(node, cst.Arg) if argument.keyword}
    return {name.value for name in inside(node, cst.Name) if name not in attributes and name not in keywords}


def closure(source: Source, start: set[str]) -> set[str]:
    """Return these definitions and all that they mention, by tables of the module too: `MOVES = {"up": up}`."""
    return _met(source, start) & {*definitions(source)}


def _met(source: Source, start: set[str]) -> set[str]:
    """Return the names that these definitions mention, and those that these mention."""
    defined, tables = definitions(source), assigned(source)
    todo, met = [*start], set[str]()
    while todo:
        name = todo.pop()
        if name in met:
            continue
        met.add(name)
        todo += tables.get(name, ())
        if name in defined:
            todo += used(defined[name])
    return met


def reached(
    source: Source, start: set[str], draws: Collection[str] = ()
) -> list[TopLevel | cst.SimpleStatementLine]:
    """Return these definitions and all that they mention, in source order.

    So are lines of the module that name lambdas, or `draws` that they do not call: `rand = random.random`.
    """
    met = _met(source, start)
    found: list[TopLevel | cst.SimpleStatementLine] = []
    for node in source.module.body:
        if isinstance(node, TopLevel):
            found += [node] if node.name.value in met else []
        elif isinstance(node, cst.SimpleStatementLine) and _keeps(node, draws):
            targets = [place.target for place in inside(node, cst.AssignTarget)]
            found += [node] if any(isinstance(t, cst.Name) and t.value in met for t in targets) else []
    return found


def _keeps(node: cst.SimpleStatementLine, draws: Collection[str]) -> bool:
    """Tell whether a line names a lambda, or one of these draws without calling it."""
    called = {code(call.func).rpartition(".")[2] for call in inside(node, cst.Call)}
    kept = {name.value for name in inside(node, cst.Name)} & {*draws} - called
    return bool(kept) or any(True for _ in inside(node, cst.Lambda))


def assigned(source: Source) -> dict[str, set[str]]:
    """Return the variables that a module assigns by their names alone, with the names that their values mention."""
    found: dict[str, set[str]] = {}
    for line in source.module.body:
        for part in line.body if isinstance(line, cst.SimpleStatementLine) else ():
            match part:
                case cst.Assign(targets=[cst.AssignTarget(target=cst.Name(value=name))], value=value):
                    found.setdefault(name, set()).update(used(value))
    return found
