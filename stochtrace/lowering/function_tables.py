"""Tables of functions of a module, `PAYOFF = {"call": lambda s: ...}`, for Numba: a function that asks for the key."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from stochtrace.lowering.function_values import plain
from stochtrace.lowering.trees import PREFIX

Table = tuple[list[ast.expr], list[ast.Lambda | ast.Name]]  # keys, and functions


def tables_of(tree: ast.Module) -> Iterator[tuple[str, Table]]:
    """Yield the tables of functions of a module: their names, keys and functions."""
    functions = {node.name for node in tree.body if isinstance(node, ast.FunctionDef) and plain(node)}
    for node in tree.body:
        match node:
            case ast.Assign(targets=[ast.Name(id=name)], value=ast.Dict(keys=keys, values=values)):
                found = [key for key in keys if isinstance(key, ast.Constant)]
            case ast.Assign(targets=[ast.Name(id=name)], value=ast.List(elts=values) | ast.Tuple(elts=values)):
                found = [ast.Constant(i) for i in range(len(values))]
            case _:
                continue
        lambdas = [value for value in values if isinstance(value, ast.Lambda) and plain(value)]
        named = [value for value in values if isinstance(value, ast.Name) and value.id in functions]
        known = [value for value in values if value in lambdas or value in named]
        if len(found) == len(known) == len(values) > 0:
            yield name, ([*found], [value for value in known if isinstance(value, ast.Lambda | ast.Name)])


def choosing(name: str, keys: list[ast.expr], functions: list[str], given: list[str]) -> ast.FunctionDef:
    """Return the function that calls one of some functions, by its key."""
    key = f"{PREFIX}key"
    body: list[ast.stmt] = []
    for each, function in zip(keys, functions, strict=True):
        test: ast.expr = ast.Compare(ast.Name(key, ast.Load()), [ast.Eq()], [each])
        call = ast.Call(ast.Name(function, ast.Load()), [ast.Name(part, ast.Load()) for part in given], [])
        body.append(ast.If(test, [ast.Return(call)], []))
    body.append(ast.Raise(ast.Call(ast.Name("KeyError", ast.Load()), [], [])))
    arguments = ast.arguments([], [ast.arg(part) for part in (key, *given)], None, [], [], None, [])
    return ast.FunctionDef(name, arguments, body, [], lineno=1)
