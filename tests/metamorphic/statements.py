"""Statements and comparisons in another spelling."""

from __future__ import annotations

import ast

MIRRORED = {ast.Lt: ast.Gt, ast.Gt: ast.Lt, ast.LtE: ast.GtE, ast.GtE: ast.LtE}


class Swapped(ast.NodeTransformer):
    """`if not c: b else: a` for `if c: a else: b`, also of expressions."""

    def visit_If(self, node: ast.If) -> ast.If:
        self.generic_visit(node)
        if node.orelse:
            node.test, node.body, node.orelse = ast.UnaryOp(ast.Not(), node.test), node.orelse, node.body
        return node

    def visit_IfExp(self, node: ast.IfExp) -> ast.IfExp:
        self.generic_visit(node)
        return ast.IfExp(ast.UnaryOp(ast.Not(), node.test), node.orelse, node.body)


class Mirrored(ast.NodeTransformer):
    """`b > a` for `a < b`, where a call is on one side at most."""

    def visit_Compare(self, node: ast.Compare) -> ast.Compare:
        self.generic_visit(node)
        sides = [node.left, *node.comparators]
        calls = sum(any(isinstance(part, ast.Call) for part in ast.walk(side)) for side in sides)
        if len(sides) > 2 or calls > 1 or type(node.ops[0]) not in MIRRORED:
            return node
        return ast.Compare(sides[1], [MIRRORED[type(node.ops[0])]()], [sides[0]])


class Counting(ast.NodeTransformer):
    """A `while` loop with a counter for a `for` loop over a range."""

    def visit_For(self, node: ast.For) -> ast.AST | list[ast.stmt]:
        self.generic_visit(node)
        match node:
            case ast.For(target=ast.Name(id=name), iter=ast.Call(func=ast.Name(id="range"), args=[stop]), orelse=[]):
                at, end = f"_{name}", f"_{name}_end"
                lines = f"{at}, {end} = 0, {ast.unparse(stop)}\nwhile {at} < {end}:\n    {name} = {at}\n    {at} += 1"
                first, loop = ast.parse(lines).body
                assert isinstance(loop, ast.While)
                loop.body += node.body
                return [first, loop]
        return node


class Forever(ast.NodeTransformer):
    """`while True` with a `break` for `while c`."""

    def visit_While(self, node: ast.While) -> ast.While:
        self.generic_visit(node)
        if not node.orelse and not isinstance(node.test, ast.Constant):
            node.body.insert(0, ast.If(ast.UnaryOp(ast.Not(), node.test), [ast.Break()], []))
            node.test = ast.Constant(True)
        return node


class Enumerated(ast.NodeTransformer):
    """`for _, x in enumerate(xs)` for `for x in xs`."""

    def visit_For(self, node: ast.For) -> ast.For:
        self.generic_visit(node)
        node.target = ast.Tuple([ast.Name("_place", ast.Store()), node.target], ast.Store())
        node.iter = ast.Call(ast.Name("enumerate", ast.Load()), [node.iter], [])
        return node


STATEMENTS = (Swapped, Mirrored, Counting, Forever, Enumerated)
