"""Dictionaries of the module, which no sample changes, as functions: `MOVES[action]` asks one key after the other.

    def stochtrace_of_MOVES(key):
        key = stochtrace_key(key)
        if key == 0:
            return -1
        if key == 1:
            return 1
        raise KeyError()

What moves smoothly is no key.
"""

from __future__ import annotations

import ast
from collections.abc import Mapping
from typing import Any

from stochtrace.estimation.lowering import PREFIX, bound_within

LONG = 32  # keys, after which the questions take longer than a search
NUMBERS = (int, float, bool)


class Tables(ast.NodeTransformer):
    """Writes what is read of the dictionaries of a module in another way; `made` counts the places."""

    def __init__(self, tree: ast.Module, space: Mapping[str, Any]) -> None:
        functions = [node for node in tree.body if isinstance(node, ast.FunctionDef)]
        local = set().union(*map(bound_within, functions))
        read = {node.id for function in functions for node in ast.walk(function) if isinstance(node, ast.Name)}
        self.made, self.tables = 0, {name: space[name] for name in read - local if is_table(space.get(name))}
        self.asked: dict[str, ast.FunctionDef] = {}

    def visit_Module(self, node: ast.Module) -> ast.Module:
        node.body = [self.visit(part) if isinstance(part, ast.FunctionDef) else part for part in node.body]
        node.body += self.asked.values()
        return node

    def visit_Subscript(self, node: ast.Subscript) -> ast.expr:
        self.generic_visit(node)
        match node:
            case ast.Subscript(value=ast.Name(id=name), slice=key, ctx=ast.Load()) if name in self.tables:
                return self.ask(f"{PREFIX}of_{name}", name, [key])
        return node

    def visit_Call(self, node: ast.Call) -> ast.expr:
        self.generic_visit(node)
        match node:
            case ast.Call(func=ast.Attribute(value=ast.Name(id=name), attr=part), keywords=[]) if name in self.tables:
                if part == "get" and len(node.args) == 2:
                    return self.ask(f"{PREFIX}get_{name}", name, node.args)
                if part in ("items", "keys", "values") and not node.args:
                    return self.listed(name, part)
        return node

    def visit_For(self, node: ast.For) -> ast.stmt:
        self.generic_visit(node)
        if isinstance(node.iter, ast.Name) and node.iter.id in self.tables:
            node.iter = self.listed(node.iter.id, "keys")
        return node

    def listed(self, name: str, part: str) -> ast.expr:
        """Return the keys of a dictionary, its values, or both, in their order."""
        self.made += 1
        return constant([*getattr(self.tables[name], part)()])

    def ask(self, called: str, name: str, arguments: list[ast.expr]) -> ast.expr:
        """Return the call of the function that looks for a key."""
        self.made += 1
        if called not in self.asked:
            key = ast.Name("key", ast.Load())
            plain = ast.Call(ast.Name(f"{PREFIX}key", ast.Load()), [key], [])
            body: list[ast.stmt] = [ast.Assign([ast.Name("key", ast.Store())], plain)]
            body += [
                ast.If(ast.Compare(key, [ast.Eq()], [constant(k)]), [ast.Return(constant(value))], [])
                for k, value in self.tables[name].items()
            ]
            if len(arguments) == 1:
                body.append(ast.Raise(ast.Call(ast.Name("KeyError", ast.Load()), [], [])))
            else:
                body.append(ast.Return(ast.Name("default", ast.Load())))
            names = [ast.arg(n) for n in ("key", "default")[: len(arguments)]]
            given = ast.arguments([], names, None, [], [], None, [])
            self.asked[called] = ast.FunctionDef(called, given, body, [], lineno=1)
        return ast.Call(ast.Name(called, ast.Load()), arguments, [])


def is_table(value: Any) -> bool:
    """Tell whether a value is a dictionary whose keys and values are numbers, strings, or lists and tuples of them."""
    if type(value) is not dict or not 0 < len(value) <= LONG:
        return False
    keys, parts = {*map(type, value)}, {*map(kind, value.values())}
    return (keys <= {int} or keys <= {str}) and len(parts) == 1 and None not in parts


def kind(value: Any) -> Any:
    """Return what a value is, None where it is nothing that can be written out."""
    if type(value) in (*NUMBERS, str):
        return type(value)
    if type(value) is tuple or (type(value) is list and value):
        parts = [kind(part) for part in value]
        alike = type(value) is tuple or len(set(parts)) == 1
        return None if None in parts or not alike else (type(value), tuple(parts) if type(value) is tuple else parts[0])
    return None


def constant(value: Any) -> ast.expr:
    """Return a value written out."""
    if type(value) is list:
        return ast.List([constant(part) for part in value], ast.Load())
    if type(value) is tuple:
        return ast.Tuple([constant(part) for part in value], ast.Load())
    return ast.Constant(value)
