"""Dictionaries whose keys are written out (`{"wins": 0, "rate": p}`) as records, for Numba.

Numba's dictionaries hold values of one type. `arm["wins"] += 1` reads and writes a field of a record instead, where the
key is one of those that a dictionary of the program begins with. What else a program does with such a dictionary is
not known of a record, and it is compiled as it is written.
"""

from __future__ import annotations

import ast

MAKE, READ, WRITE, STEP, REAL = "make", "read", "write", "step", "real"


class Records(ast.NodeTransformer):
    """Writes dictionaries as records; `names` are those of the functions that the text then needs, by what they do."""

    def __init__(self, tree: ast.Module) -> None:
        self.names: dict[tuple[str, tuple[str, ...]], str] = {}
        displays = [keys for node in ast.walk(tree) if isinstance(node, ast.Dict) and (keys := keys_of(node))]
        self.keys = {key for keys in displays for key in keys}

    def visit_Dict(self, node: ast.Dict) -> ast.expr:
        self.generic_visit(node)
        return self.call(MAKE, keys, *map(self.listed, node.values)) if (keys := keys_of(node)) else node

    def listed(self, value: ast.expr) -> ast.expr:
        """Return a list that is written out as one whose real numbers are carried values."""
        match value:
            case ast.List():
                value.elts = [self.call(REAL, (), part) for part in value.elts]
            case ast.ListComp():
                value.elt = self.call(REAL, (), value.elt)
        return value

    def visit_Subscript(self, node: ast.Subscript) -> ast.expr:
        self.generic_visit(node)
        match node:
            case ast.Subscript(value=value, slice=ast.Constant(value=key), ctx=ast.Load()) if key in self.keys:
                return self.call(READ, (key,), value)
        return node

    def visit_Assign(self, node: ast.Assign) -> ast.stmt:
        self.generic_visit(node)
        match node.targets:
            case [ast.Subscript(value=ast.Name() as held, slice=ast.Constant(value=key))] if key in self.keys:
                return ast.Expr(self.call(WRITE, (key,), held, node.value))
        return node

    def visit_AugAssign(self, node: ast.AugAssign) -> ast.stmt:
        self.generic_visit(node)
        match node.target:
            case ast.Subscript(value=ast.Name(id=name), slice=ast.Constant(value=key)) if key in self.keys:
                before = self.call(READ, (key,), ast.Name(name, ast.Load()))
                after = ast.BinOp(before, node.op, node.value)
                return ast.Expr(self.call(STEP, (key,), ast.Name(name, ast.Load()), after))
        return node

    def call(self, what: str, keys: tuple[str, ...], *arguments: ast.expr) -> ast.Call:
        """Return a call of a function on records, which gets a name."""
        name = self.names.setdefault((what, keys), f"stochtrace_{what}_{len(self.names)}")
        return ast.Call(ast.Name(name, ast.Load()), [*arguments], [])


def keys_of(node: ast.Dict) -> tuple[str, ...]:
    """Return the keys of a display that could be fields, none where it has others."""
    keys = [key.value for key in node.keys if isinstance(key, ast.Constant) and isinstance(key.value, str)]
    fields = len(keys) == len(set(keys)) == len(node.keys) and all(key.isidentifier() for key in keys)
    return tuple(keys) if fields else ()
