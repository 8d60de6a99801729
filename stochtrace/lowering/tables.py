"""Dictionaries of the module, which no sample changes: `MOVES[action]` asks one key after the other.

    def stochtrace_of_MOVES(key):
        key = stochtrace_key(key)
        if key == 0:
            return -1
        if key == 1:
            return 1
        raise KeyError()

What moves smoothly is no key. `RATES["slow"]` with a key that is written out is the number.
"""

from __future__ import annotations

import ast
from collections.abc import Mapping
from enum import EnumType
from typing import Any

from stochtrace.lowering.trees import PREFIX, bound_in_functions, helper, reads_only

LONG = 32  # keys, after which the questions take longer than a search
NUMBERS = (int, float, bool)
PARTS = ("keys", "values", "items")


class Tables(ast.NodeTransformer):
    """Writes what is read of the dictionaries of a module in another way; `made` counts the places."""

    def __init__(self, tree: ast.Module, space: Mapping[str, Any]) -> None:
        functions = [node for node in tree.body if isinstance(node, ast.FunctionDef)]
        local = bound_in_functions(tree)
        read = {node.id for function in functions for node in ast.walk(function) if isinstance(node, ast.Name)}
        self.made, self.held = 0, {name: space[name] for name in read - local if type(space.get(name)) is dict}
        self.tables = {name: value for name, value in self.held.items() if is_table(value)}
        self.enums = {name: space[name] for name in read - local if isinstance(space.get(name), EnumType)}
        self.asked: dict[str, ast.FunctionDef] = {}

    def visit_Module(self, node: ast.Module) -> ast.Module:
        node.body = [self.visit(part) if isinstance(part, ast.FunctionDef) else part for part in node.body]
        node.body += self.asked.values()
        return Kept(self).visit(node) if self.tables else node

    def visit_Subscript(self, node: ast.Subscript) -> ast.expr:
        if isinstance(node.ctx, ast.Load) and (value := self.value_of(node)) is not None and kind(value):
            self.made += 1
            return constant(value)
        match node:
            case ast.Subscript(value=ast.Subscript(value=ast.Name(id=name), slice=first), slice=second) if (
                isinstance(node.ctx, ast.Load) and self.rows(name)
            ):
                return self.element(name, self.visit(first), self.visit(second))
        self.generic_visit(node)
        match node:
            case ast.Subscript(value=ast.Name(id=name), slice=key, ctx=ast.Load()) if name in self.tables:
                return self.ask(f"{PREFIX}of_{name}", self.tables[name], [key])
        return node

    def value_of(self, node: ast.expr) -> Any:
        """Return what an expression reads of a dictionary by keys that are written out, None where it is another."""
        match node:
            case ast.Name(id=name):
                return self.held.get(name)
            case ast.Subscript(value=held, slice=ast.Constant(value=key)):
                value = self.value_of(held)
                return value.get(key) if type(value) is dict else None
        return None

    def rows(self, name: str) -> dict[Any, dict[Any, Any]] | None:
        """Return a dictionary of dictionaries, None where a name has none."""
        value = self.held.get(name)
        rows = value if type(value) is dict and value and all(map(is_table, value.values())) else None
        return rows if rows and is_table(dict.fromkeys(rows, 0)) else None

    def element(self, name: str, first: ast.expr, second: ast.expr) -> ast.expr:
        """Return what reads a dictionary of dictionaries: a question for each row."""
        called, rows = f"{PREFIX}in_{name}", self.rows(name)
        assert rows is not None
        if called not in self.asked:
            each = [
                (key, self.ask(f"{called}_{i}", row, [ast.Name("other", ast.Load())]))
                for i, (key, row) in enumerate(rows.items())
            ]
            self.asked[called] = asking(called, ["key", "other"], each, missing())
        self.made += 1
        return ast.Call(ast.Name(called, ast.Load()), [first, second], [])

    def visit_Call(self, node: ast.Call) -> ast.expr:
        match node:
            case ast.Call(func=ast.Name(id="dict"), args=[ast.Name() as held], keywords=given) if all(
                keyword.arg for keyword in given
            ):
                pairs = [(ast.Constant(keyword.arg), keyword.value) for keyword in given]
                if whole := self.joined([(None, held), *pairs]):
                    return self.parts(whole)
            case ast.Call(func=ast.Attribute(value=ast.Name() as held, attr="copy"), args=[], keywords=[]) if (
                whole := self.joined([(None, held)])
            ):
                return whole
        match node:
            case ast.Call(
                func=ast.Attribute(value=ast.Subscript(value=ast.Name(id=name), slice=key), attr=part), args=[]
            ) if part in PARTS and self.rows(name):
                rows = {k: [*getattr(row, part)()] for k, row in (self.rows(name) or {}).items()}
                if is_table(rows):
                    return self.ask(f"{PREFIX}{part}_{name}", rows, [self.visit(key)])
        self.generic_visit(node)
        match node:
            case ast.Call(func=ast.Attribute(value=ast.Name(id=name), attr=part), keywords=[]) if name in self.tables:
                if part == "get" and len(node.args) == 2:
                    return self.ask(f"{PREFIX}get_{name}", self.tables[name], node.args)
                if part in PARTS and not node.args:
                    return self.listed(name, part)
            case ast.Call(func=ast.Name(id="len"), args=[ast.Name(id=name)]) if name in self.held:
                self.made += 1
                return ast.Constant(len(self.held[name]))
        return node

    def visit_Dict(self, node: ast.Dict) -> ast.expr:
        """`{**RATES, "fast": p}` as one display."""
        whole = self.joined([*zip(node.keys, node.values, strict=True)]) if None in node.keys else None
        return self.parts(whole or node)

    def joined(self, pairs: list[tuple[ast.expr | None, ast.expr]]) -> ast.Dict | None:
        """Return one display of keys and values, and of dictionaries (None) among them; None where it is not known.

        What comes later is what stands under a key, at the place of the first.
        """
        found: dict[str, ast.expr] = {}
        for key, value in pairs:
            match key, value:
                case None, ast.Name(id=name) if name in self.held:
                    table = self.held[name]
                    if not all(type(k) is str and (v is None or kind(v)) for k, v in table.items()):
                        return None
                    more = {word: constant(part) for word, part in table.items()}
                case ast.Constant(value=str(word)), _:
                    more = {word: value}
                case _:
                    return None
            if any(not is_constant(found[word]) for word in more.keys() & found.keys()):
                return None
            found |= more
        if sum(not reads_only(value) for value in found.values()) > 1:
            return None  # they might come in another order
        self.made += 1
        return ast.Dict([ast.Constant(word) for word in found], [*found.values()])

    def parts(self, node: ast.Dict) -> ast.Dict:
        """Return a display with its parts written in another way."""
        self.generic_visit(node)
        return node

    def visit_For(self, node: ast.For) -> ast.stmt:
        self.generic_visit(node)
        node.iter = self.iterated(node.iter)
        return node

    def visit_comprehension(self, node: ast.comprehension) -> ast.comprehension:
        self.generic_visit(node)
        node.iter = self.iterated(node.iter)
        return node

    def iterated(self, node: ast.expr) -> ast.expr:
        """Return what a loop goes through."""
        if isinstance(node, ast.Name) and node.id in self.enums:
            self.made += 1
            names = [member.name for member in self.enums[node.id]]
            members = [ast.Attribute(ast.Name(node.id, ast.Load()), name, ast.Load()) for name in names]
            return ast.Tuple([*members], ast.Load())
        if isinstance(node, ast.Name) and node.id in self.tables:
            return self.listed(node.id, "keys")
        return node

    def listed(self, name: str, part: str) -> ast.expr:
        """Return the keys of a dictionary, its values, or both, in their order."""
        self.made += 1
        return constant([*getattr(self.tables[name], part)()])

    def ask(self, called: str, table: Mapping[Any, Any], arguments: list[ast.expr]) -> ast.expr:
        """Return the call of the function that looks for a key."""
        self.made += 1
        if called not in self.asked:
            last = missing() if len(arguments) == 1 else ast.Return(ast.Name("default", ast.Load()))
            found = [(key, constant(value)) for key, value in table.items()]
            self.asked[called] = asking(called, ["key", "default"][: len(arguments)], found, last)
        return ast.Call(ast.Name(called, ast.Load()), arguments, [])


class Kept(ast.NodeTransformer):
    """Writes dictionaries that are passed on or kept out: each is a new one."""

    def __init__(self, tables: Tables) -> None:
        self.tables = tables

    def visit_Name(self, node: ast.Name) -> ast.expr:
        table = self.tables.tables.get(node.id) if isinstance(node.ctx, ast.Load) else None
        if table is None:
            return node
        self.tables.made += 1
        return ast.Dict([constant(key) for key in table], [constant(value) for value in table.values()])


def is_constant(node: ast.expr) -> bool:
    """Tell whether an expression is a value written out."""
    return all(isinstance(part, ast.Constant | ast.List | ast.Tuple | ast.expr_context) for part in ast.walk(node))


def asking(called: str, names: list[str], found: list[tuple[Any, ast.expr]], last: ast.stmt) -> ast.FunctionDef:
    """Return a function that asks for one key after the other."""
    key = ast.Name("key", ast.Load())
    body: list[ast.stmt] = [ast.Assign([ast.Name("key", ast.Store())], helper("key", key))]
    body += [ast.If(ast.Compare(key, [ast.Eq()], [constant(k)]), [ast.Return(value)], []) for k, value in found]
    given = ast.arguments([], [ast.arg(name) for name in names], None, [], [], None, [])
    return ast.FunctionDef(called, given, [*body, last], [], lineno=1)


def missing() -> ast.stmt:
    """Return the error of a key that is not there."""
    return ast.Raise(ast.Call(ast.Name("KeyError", ast.Load()), [], []))


def is_table(value: Any) -> bool:
    """Tell whether a value is a dictionary whose keys and values are numbers, strings, or lists and tuples of them."""
    if type(value) is not dict or not 0 < len(value) <= LONG:
        return False
    keys, parts = {*map(key_kind, value)}, {*map(kind, value.values())}
    return len(keys) == len(parts) == 1 and None not in keys | parts


def key_kind(key: Any) -> Any:
    """Return what a key is, a whole number, a string, or a tuple of them; None where it is something else."""
    parts = tuple(map(key_kind, key)) if type(key) is tuple else ()
    return None if None in parts or not (parts or type(key) in (int, str)) else (type(key), parts)


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
