"""Names that are given in a test, for Numba, which fails on them: in statements before it.

    while (x := rng.exponential(p)) < 1.2:        while True:
        n += 1                               →        x = rng.exponential(p)
                                                      if not x < 1.2:
                                                          break
                                                      n += 1
"""

from __future__ import annotations

import ast
import copy


class Walrus(ast.NodeTransformer):
    """Writes such tests in another way; `made` counts them."""

    def __init__(self) -> None:
        self.made = 0

    def visit_If(self, node: ast.If) -> ast.stmt | list[ast.stmt]:
        self.generic_visit(node)
        match node:
            case ast.If(test=ast.BoolOp(op=ast.And(), values=[first, *rest]), orelse=[]) if any(map(gives, rest)):
                inner = ast.If(rest[0] if len(rest) == 1 else ast.BoolOp(ast.And(), rest), node.body, [])
                node.test, node.body = first, as_list(self.visit_If(ast.copy_location(inner, node)))
        before, test = without_names(node.test)
        self.made += len(before)
        node.test = test
        return [*before, node]

    def visit_While(self, node: ast.While) -> ast.stmt:
        self.generic_visit(node)
        test = copy.deepcopy(node.test)
        begin: list[ast.stmt] = []
        for part in test.values if isinstance(test, ast.BoolOp) and isinstance(test.op, ast.And) else [test]:
            before, rest = without_names(part)
            end = copy.deepcopy(node.orelse)
            begin += [*before, ast.If(ast.UnaryOp(ast.Not(), rest), [*end, ast.Break()], [])]
        leaving = any(isinstance(part, ast.Break | ast.Continue) for end in node.orelse for part in ast.walk(end))
        if leaving or not any(isinstance(statement, ast.Assign) for statement in begin):
            return node
        self.made += 1
        node.test, node.body, node.orelse = ast.Constant(True), [*begin, *node.body], []
        return node


def gives(node: ast.expr) -> bool:
    """Tell whether an expression gives something a name."""
    return any(isinstance(part, ast.NamedExpr) for part in ast.walk(node))


def as_list(made: ast.stmt | list[ast.stmt]) -> list[ast.stmt]:
    """Return one statement or several as a list."""
    return made if isinstance(made, list) else [made]


def without_names(test: ast.expr) -> tuple[list[ast.stmt], ast.expr]:
    """Return the assignment of the name that a test gives before all else, if it gives one, and the rest."""
    match test:
        case ast.NamedExpr(target=target, value=value):
            read = ast.Name(target.id, ast.Load())
            return [ast.copy_location(ast.Assign([target], value), test)], ast.copy_location(read, test)
        case ast.Compare(left=first):
            before, test.left = without_names(first)
        case ast.BinOp(left=first):
            before, test.left = without_names(first)
        case ast.UnaryOp(operand=first):
            before, test.operand = without_names(first)
        case ast.BoolOp(values=values):
            before, values[0] = without_names(values[0])
        case _:
            return [], test
    return before, test
