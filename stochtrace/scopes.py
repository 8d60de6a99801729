"""Scopes in syntax trees of Python: which names a function binds for itself, and which it reads of those around it."""

from __future__ import annotations

import ast
from collections.abc import Iterator

SCOPES: tuple[type[ast.AST], ...] = (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda, ast.ClassDef)
SCOPES += (ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp)


def is_stored(node: ast.Name | ast.Attribute) -> bool:
    """Tell whether a name or an attribute is given a value, or loses it."""
    return not isinstance(node.ctx, ast.Load)


def imported(node: ast.AST) -> Iterator[tuple[str, str]]:
    """Yield the names that an import binds, with their paths."""
    match node:
        case ast.Import(names=names):
            for alias in names:
                first = alias.name.partition(".")[0]
                yield (alias.asname, alias.name) if alias.asname else (first, first)
        case ast.ImportFrom(module=module, names=names, level=0):
            yield from ((alias.asname or alias.name, f"{module}.{alias.name}") for alias in names)


def bound_by(node: ast.AST) -> Iterator[tuple[str, int]]:
    """Yield the names that a node binds itself, with its line."""
    match node:
        case ast.Name(id=name) if is_stored(node):
            yield name, getattr(node, "lineno", 0)
        case ast.arg(arg=name) | ast.FunctionDef(name=name) | ast.AsyncFunctionDef(name=name) | ast.ClassDef(name=name):
            yield name, getattr(node, "lineno", 0)
        case ast.ExceptHandler(name=str(name)) | ast.MatchAs(name=str(name)) | ast.MatchStar(name=str(name)):
            yield name, getattr(node, "lineno", 0)
        case ast.MatchMapping(rest=str(name)):
            yield name, getattr(node, "lineno", 0)
        case ast.Import() | ast.ImportFrom():
            yield from ((name, getattr(node, "lineno", 0)) for name, _ in imported(node))


def bound_in(node: ast.AST) -> Iterator[tuple[str, int]]:
    """Yield the names that a function or a statement binds, in what is inside it too; a function binds not its own."""
    for part in ast.walk(node):
        if part is not node or not isinstance(node, ast.FunctionDef):
            yield from bound_by(part)


def own_nodes(owner: ast.AST) -> Iterator[ast.AST]:
    """Yield the nodes of a function or of a module, and those that begin another scope, but not what is inside them."""
    todo = [*ast.iter_child_nodes(owner)]
    while todo:
        node = todo.pop()
        yield node
        todo += [] if isinstance(node, SCOPES) else ast.iter_child_nodes(node)


def own_names(owner: ast.AST) -> set[str]:
    """Return the names that a function binds for itself, its parameters too."""
    outer = {name for node in own_nodes(owner) if isinstance(node, ast.Nonlocal | ast.Global) for name in node.names}
    return {name for node in own_nodes(owner) for name, _ in bound_by(node)} - outer


def free_names(owner: ast.AST) -> set[str]:
    """Return the names that a function, or what is inside it, reads or stores of those around it."""
    found = set[str]()
    for node in own_nodes(owner):
        if isinstance(node, SCOPES):
            found |= free_names(node)
        elif isinstance(node, ast.Name):
            found.add(node.id)
        elif isinstance(node, ast.Nonlocal):
            found |= {*node.names}
    return found - own_names(owner)
