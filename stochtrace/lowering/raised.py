"""The exceptions of a program: what they stand on, what they hold, who catches them."""

from __future__ import annotations

import ast
import builtins
import copy
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from stochtrace.lowering.function_values import Unsupported, given_to
from stochtrace.lowering.trees import Filled
from stochtrace.scopes import own_nodes


class Own(NamedTuple):
    """An exception of a program: what it stands on, its parameters, and what it makes of them."""

    base: str
    parameters: ast.arguments | None
    attributes: dict[str, ast.expr]
    args: list[ast.expr] | None


class Handler(NamedTuple):
    """What an `except` catches, the name that it has for it, and what it does."""

    bases: list[str]
    standing: dict[str, str]
    name: str | None
    body: list[ast.stmt]

    def catches(self, name: str) -> bool:
        """Tell whether it catches an exception."""
        while name in self.standing:
            if name in self.bases:
                return True
            name = self.standing[name]
        kind = getattr(builtins, name, None)
        caught = [getattr(builtins, base, None) for base in self.bases]
        return isinstance(kind, type) and any(isinstance(base, type) and issubclass(kind, base) for base in caught)


class Exceptions:
    """The exceptions of a module, by their names."""

    def __init__(self, tree: ast.Module) -> None:
        self.classes: dict[str, Own] = {}
        for node in tree.body:
            if isinstance(node, ast.ClassDef) and len(node.bases) == 1 and isinstance(node.bases[0], ast.Name):
                base = node.bases[0].id
                if base in self.classes or is_builtin(base):
                    self.classes[node.name] = described(node, base, self.classes.get(base))
        self.standing = {name: own.base for name, own in self.classes.items()}

    def handler(self, node: ast.ExceptHandler) -> Handler:
        """Return what is known of an `except`."""
        parts = node.type.elts if isinstance(node.type, ast.Tuple) else [node.type]
        names = [part.id for part in parts if isinstance(part, ast.Name)]
        if len(names) != len(parts) or any(name not in self.classes and not is_builtin(name) for name in names):
            raise Unsupported
        return Handler(names, self.standing, node.name, node.body)

    def raised(self, node: ast.Raise) -> str:
        """Return the name of the exception that is raised, "" where that is not known."""
        called = node.exc.func if isinstance(node.exc, ast.Call) else node.exc
        name = called.id if isinstance(called, ast.Name) else ""
        return name if name in self.classes or is_builtin(name) else ""

    def raises(self, statements: Iterable[ast.stmt]) -> Iterator[ast.Raise]:
        """Yield what statements raise themselves, and no function in them."""
        yield from (n for n in own_nodes(ast.Module([*statements], [])) if isinstance(n, ast.Raise))

    def raised_in(self, statements: Iterable[ast.stmt]) -> set[str]:
        """Return the names of the exceptions that statements raise."""
        return {self.raised(node) for node in self.raises(statements)} - {""}

    def assigned(self, node: ast.Raise, prefix: str) -> list[ast.stmt]:
        """Return the assignments of what an exception holds."""
        own, given = self.classes.get(self.raised(node)), node.exc.args if isinstance(node.exc, ast.Call) else []
        named = node.exc.keywords if isinstance(node.exc, ast.Call) else []
        if any(isinstance(part, ast.Starred) for part in given) or any(k.arg is None for k in named):
            raise Unsupported
        bound: dict[str, ast.expr] = {}
        args = given
        if own is not None and own.parameters is not None:
            bound = given_to(own.parameters, 1, given, named)
            args = own.args if own.args is not None else given
        made: list[ast.stmt] = []
        known = {name: ast.Name(f"{prefix}_given_{name}", ast.Load()) for name in bound}
        for name, value in bound.items():
            made.append(assign(f"{prefix}_given_{name}", copy.deepcopy(value)))
        for name, value in (own.attributes if own else {}).items():
            made.append(assign(f"{prefix}_{name}", Filled(known).visit(copy.deepcopy(value))))
        for i, value in enumerate(args):
            if not isinstance(value, ast.JoinedStr) and not is_text(value):
                made.append(assign(f"{prefix}_args_{i}", Filled(known).visit(copy.deepcopy(value))))
        return made

    def filled(self, handler: Handler, name: str, prefix: str) -> list[ast.stmt]:
        """Return the statements of a handler with what the exception holds in its place."""
        reading = Reading(handler.name or "", self.classes.get(name), prefix)
        body = [reading.visit(part) for part in copy.deepcopy(handler.body)]
        if any(isinstance(n, ast.Name) and n.id == handler.name for part in body for n in ast.walk(part)):
            raise Unsupported
        return body


class Reading(ast.NodeTransformer):
    """Writes `error.cost` and `error.args[0]` as the variables that hold them."""

    def __init__(self, name: str, own: Own | None, prefix: str) -> None:
        self.name, self.prefix = name, prefix
        self.attributes = own.attributes.keys() if own else set[str]()

    def visit_Attribute(self, node: ast.Attribute) -> ast.expr:
        self.generic_visit(node)
        held = isinstance(node.value, ast.Name) and node.value.id == self.name
        if held and node.attr in self.attributes and isinstance(node.ctx, ast.Load):
            return ast.Name(f"{self.prefix}_{node.attr}", ast.Load())
        return node

    def visit_Subscript(self, node: ast.Subscript) -> ast.expr:
        match node:
            case ast.Subscript(
                value=ast.Attribute(value=ast.Name(id=name), attr="args"), slice=ast.Constant(value=int(place))
            ) if name == self.name and place >= 0:
                return ast.Name(f"{self.prefix}_args_{place}", ast.Load())
        self.generic_visit(node)
        return node


def described(node: ast.ClassDef, base: str, standing: Own | None) -> Own:
    """Return what is known of an exception; one whose `__init__` does more than to store values takes none."""
    own = Own(base, None, {}, None)
    if standing is not None:
        own = standing._replace(base=base)
    for part in node.body:
        match part:
            case ast.FunctionDef(name="__init__"):
                attributes, args = dict[str, ast.expr](), own.args
                for statement in part.body:
                    match statement:
                        case ast.Assign(targets=[target], value=value):
                            pairs = [*zip(*sides(target, value), strict=False)]
                            attributes |= {t.attr: v for t, v in pairs if isinstance(t, ast.Attribute)}
                        case ast.Expr(value=ast.Call(func=ast.Attribute(attr="__init__"), args=given)):
                            args = given
                        case _:
                            attributes = {}
                special = part.args.vararg or part.args.kwarg or part.args.kwonlyargs or part.args.posonlyargs
                own = Own(base, None if special else part.args, {} if special else attributes, args)
    return own


def sides(target: ast.expr, value: ast.expr) -> tuple[list[ast.expr], list[ast.expr]]:
    """Return what is assigned to what."""
    if isinstance(target, ast.Tuple) and isinstance(value, ast.Tuple):
        return target.elts, value.elts
    return [target], [value]


def assign(name: str, value: ast.expr) -> ast.stmt:
    """Return an assignment."""
    return ast.Assign([ast.Name(name, ast.Store())], value)


def is_text(value: ast.expr) -> bool:
    """Tell whether an expression is a string that is written out."""
    return isinstance(value, ast.Constant) and isinstance(value.value, str)


def is_builtin(name: str) -> bool:
    """Tell whether a name is that of an exception of Python."""
    kind = getattr(builtins, name, None)
    return isinstance(kind, type) and issubclass(kind, Exception)
