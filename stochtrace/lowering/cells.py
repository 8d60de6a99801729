"""Variables that functions inside a function change (`nonlocal`), for Numba: lists of one element."""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator

from stochtrace.lowering.function_values import Unsupported, names_of
from stochtrace.lowering.trees import MOVABLE_NUMBER, PREFIX, independent
from stochtrace.scopes import SCOPES, bound_in, own_names, own_nodes

CELL = f"{PREFIX}cell_"


def with_cells(node: ast.FunctionDef, moving: bool) -> bool:
    """Write variables that functions inside change as lists of one element, in place; tell whether there are such."""
    inner = [part for part in ast.walk(node) if isinstance(part, ast.FunctionDef) and part is not node]
    nonlocals = [other.names for part in inner for other in own_nodes(part) if isinstance(other, ast.Nonlocal)]
    found = {name for names in nonlocals for name in names} & own_names(node)
    for name in sorted(found):
        as_cell(node, name, moving)
    return bool(found)


def as_cell(node: ast.FunctionDef, name: str, moving: bool) -> None:
    """Write one variable as a list of one element."""
    if any(name in own_names(part) for part in ast.walk(node) if isinstance(part, SCOPES) and part is not node):
        raise Unsupported
    cell, stored = CELL + name, [*stored_as(node, name)]
    movable = moving and not all(is_whole(value, name) for value in stored)

    def first(value: ast.expr, like: ast.stmt) -> ast.stmt:
        held = ast.Call(ast.Name(MOVABLE_NUMBER, ast.Load()), [value], []) if movable else value
        return ast.copy_location(ast.Assign([ast.Name(cell, ast.Store())], ast.List([held], ast.Load())), like)

    body = node.body
    if name in {argument.arg for argument in node.args.args}:
        begun, rest = [first(ast.Name(name, ast.Load()), body[0])], body
    else:
        split_pairs(body)
        at = next((i for i, part in enumerate(body) if name in dict(bound_in(ast.Module([part], [])))), 0)
        match body[at]:
            case ast.Assign(targets=[ast.Name(id=target)], value=value) as statement if target == name:
                begun, rest = [*body[:at], first(value, statement)], body[at + 1 :]
            case _:
                raise Unsupported
    node.body = [*begun, *(InCell(name, cell).visit(part) for part in rest)]


class InCell(ast.NodeTransformer):
    """Writes a variable as the only element of a list."""

    def __init__(self, name: str, cell: str) -> None:
        self.name, self.cell = name, cell

    def visit_Name(self, node: ast.Name) -> ast.expr:
        if node.id != self.name:
            return node
        return ast.Subscript(ast.Name(self.cell, ast.Load()), ast.Constant(0), node.ctx)

    def visit_Nonlocal(self, node: ast.Nonlocal) -> ast.stmt:
        node.names = [name for name in node.names if name != self.name]
        return node if node.names else ast.Pass()


def split_pairs(body: list[ast.stmt], wanted: Callable[[ast.expr], bool] = bool) -> None:
    """Write `a, b = 0.0, 0` as two assignments, in place, where one of the values is wanted."""
    for i, statement in reversed([*enumerate(body)]):
        match statement:
            case ast.Assign(targets=[ast.Tuple(elts=left)], value=ast.Tuple(elts=right)) if (
                independent(left, right) and any(map(wanted, right))
            ):
                pairs = zip(left, right, strict=True)
                body[i : i + 1] = [ast.copy_location(ast.Assign([t], v), statement) for t, v in pairs]


def stored_as(node: ast.FunctionDef, name: str) -> Iterator[ast.expr | None]:
    """Yield what a variable is given, None where that is not written out."""
    for part in ast.walk(node):
        match part:
            case ast.Assign(targets=[ast.Name(id=target)], value=value) if target == name:
                yield value
            case ast.AugAssign(target=ast.Name(id=target), value=value) if target == name:
                yield value if isinstance(part.op, ast.Add | ast.Sub | ast.Mult) else None
            case ast.Assign(targets=targets) if any(n.id == name for t in targets for n in names_of(t)):
                yield None
            case ast.For(target=target) | ast.NamedExpr(target=target) if any(n.id == name for n in names_of(target)):
                raise Unsupported


def is_whole(value: ast.expr | None, name: str) -> bool:
    """Tell whether a value is surely a whole number or a truth value, if that of a variable is."""
    match value:
        case ast.Constant(value=held):
            return isinstance(held, int)
        case ast.BinOp(left=left, op=ast.Add() | ast.Sub() | ast.Mult(), right=right):
            return is_whole(left, name) and is_whole(right, name)
        case ast.Name(id=other):
            return other == name
        case ast.Call(func=ast.Name(id=called)):
            return called in ("len", "int")
    return False
