"""Sums of comprehensions with a type of their own, for Numba: a program's functions made again from their text.

Numba cannot find the type of `rate = mu + sum([kernel(t - s) for s in events])` where `events` is filled with what
depends on `rate`: each waits for the other. Written as `sum(...) if always_true() else 0.0` the sum is a number from
the start. Interpreted code does not need that, and keeps the plain text.
"""

from __future__ import annotations

import ast
from dataclasses import replace
from types import CodeType

from stochtrace.carried.rebinding import rebound
from stochtrace.estimation.functions import Functions
from stochtrace.estimation.travelling import text_of

ALWAYS = "always_true"
COUNTED = (ast.Constant, ast.Compare, ast.BoolOp)  # what makes a sum a whole number, which may be an index


def with_anchored_sums(functions: Functions) -> Functions | None:
    """Return a carried program whose sums of comprehensions are numbers, None where it has none, or no text."""
    try:
        tree = ast.parse(text_of(functions.primal, functions.name))
    except TypeError:
        return None
    anchors = Anchors()
    whole = compile(ast.fix_missing_locations(anchors.visit(tree)), functions.primal.__code__.co_filename, "exec")
    if not anchors.made:
        return None
    made = {place(code): code for code in whole.co_consts if isinstance(code, CodeType)}
    primal = rebound(functions.primal, {}, {}, lambda code: made.get(place(code), code))
    primal.__globals__[ALWAYS] = always_true
    return replace(functions, primal=primal)


class Anchors(ast.NodeTransformer):
    """Writes each sum of a comprehension as a number that it might be."""

    def __init__(self) -> None:
        self.made = 0

    def visit_Call(self, node: ast.Call) -> ast.expr:
        self.generic_visit(node)
        match node:
            case ast.Call(func=ast.Name(id="sum"), args=[ast.ListComp(elt=elt)]) if not isinstance(elt, COUNTED):
                self.made += 1
                return ast.IfExp(ast.Call(ast.Name(ALWAYS, ast.Load()), [], []), node, ast.Constant(0.0))
        return node


def place(code: CodeType) -> tuple[str, int]:
    """Return the name and the line by which a function of a module is known."""
    return code.co_name, code.co_firstlineno


def always_true() -> bool:
    """Return True, which Numba cannot know while it finds types."""
    return True
