"""Deques as lists, for Numba; one of a greatest length lets go of what is too much as something is added.

    recent = deque(maxlen=3)        recent = []
    recent.append(x)           →    recent.append(x)
                                    if len(recent) > 3:
                                        recent.pop(0)
"""

from __future__ import annotations

import ast
import copy
from collections.abc import Iterator

from stochtrace.lowering.counts import Place, place_of, stored_by_place
from stochtrace.lowering.trees import PREFIX, bound_in, functions_of, helper, listed, marked, reads_only

METHODS = ("popleft", "appendleft", "rotate")
ADDING = {"append": 0, "appendleft": -1}  # what a deque lets go of then
KEEPING = ("pop", "popleft", "clear", "rotate", "reverse", "count", "index")  # methods that add nothing


class Deques(ast.NodeTransformer):
    """Writes deques as lists; `made` counts the places."""

    def __init__(self, tree: ast.Module) -> None:
        self.made = 0
        own = bound_in(tree)
        self.makers = {*functions_of(tree, "collections", ("deque",))} - own
        methods = {other.rpartition("_")[2] for other in own if other.startswith(PREFIX)} | own
        self.methods = {*METHODS} - methods  # no class has it
        self.most = self.greatest(tree, own)

    def greatest(self, tree: ast.Module, own: set[str]) -> dict[Place, int]:
        """Return the greatest lengths of the deques that have one, and are changed by their own name alone."""
        found = {place: {*map(self.length, values)} for place, values in stored_by_place(tree).items()}
        passed = {place_of(node) for node in passed_on(tree, own)}
        alone = {place: [*most] for place, most in found.items() if len(most) == 1 and place not in passed}
        return {place: most for place, [most] in alone.items() if most is not None}

    def length(self, value: ast.expr | None) -> int | None:
        """Return the greatest length of a new, empty deque, None where it has none or is something else."""
        match value:
            case ast.Call(
                func=function, args=[] | [ast.List(elts=[])], keywords=[ast.keyword("maxlen", ast.Constant(value=most))]
            ) if ast.unparse(function) in self.makers and type(most) is int:
                return most
        return None

    def visit_Assign(self, node: ast.Assign) -> ast.stmt:
        self.generic_visit(node)
        if all(place_of(target) in self.most for target in node.targets):
            self.made += 1
            node.value = ast.List([], ast.Load())
        return node

    def visit_Call(self, node: ast.Call) -> ast.expr:
        self.generic_visit(node)
        match node:
            case ast.Call(func=function, args=[*given], keywords=[]) if self.makes(function) and len(given) < 2:
                made = as_list(*given)
            case ast.Call(func=ast.Attribute(value=held, attr=name), args=given, keywords=[]) if name in self.methods:
                made = on_list(held, name, given) or node
            case _:
                return node
        self.made += made is not node
        return marked(made, node)

    def makes(self, function: ast.expr) -> bool:
        """Tell whether a call makes a deque."""
        return ast.unparse(function) in self.makers

    def visit_Expr(self, node: ast.Expr) -> ast.stmt | list[ast.stmt]:
        match node.value:
            case ast.Call(func=ast.Attribute(value=held, attr=name)) if name in ADDING and (
                (most := self.most.get(place_of(held) or ("", ""))) is not None
            ):
                self.generic_visit(node)
                there, last = copy.deepcopy(held), copy.deepcopy(held)
                length = ast.Call(ast.Name("len", ast.Load()), [there], [])
                end = ast.Constant(0) if name == "append" else ast.UnaryOp(ast.USub(), ast.Constant(1))
                gone = ast.Expr(ast.Call(ast.Attribute(last, "pop", ast.Load()), [end], []))
                return [node, ast.If(ast.Compare(length, [ast.Gt()], [ast.Constant(most)]), [gone], [])]
        self.generic_visit(node)
        return node


def as_list(values: ast.expr | None = None) -> ast.expr:
    """Return a list of some values, an empty one of none."""
    if values is None:
        return ast.List([], ast.Load())
    items = listed(values)
    new = isinstance(items, ast.List | ast.ListComp)
    return items if new else ast.Call(ast.Name("list", ast.Load()), [items], [])


def on_list(held: ast.expr, name: str, given: list[ast.expr]) -> ast.expr | None:
    """Return the call of a method of a deque as one of a list, None where it has other arguments."""
    match name, given:
        case "popleft", []:
            return ast.Call(ast.Attribute(held, "pop", ast.Load()), [ast.Constant(0)], [])
        case "appendleft", [value]:
            return ast.Call(ast.Attribute(held, "insert", ast.Load()), [ast.Constant(0), value], [])
        case "rotate", [*steps] if len(steps) < 2:
            return helper("rotated", held, *steps, *[ast.Constant(1)][len(steps) :])
    return None


def passed_on(tree: ast.Module, own: set[str]) -> Iterator[ast.expr]:
    """Yield the variables and attributes that are read in a way that may give them another name, or add to them."""
    around = {part: node for node in ast.walk(tree) for part in ast.iter_child_nodes(node)}
    for node in ast.walk(tree):
        if not isinstance(node, ast.Name | ast.Attribute) or not isinstance(node.ctx, ast.Load):
            continue
        match around[node]:
            case ast.Attribute(attr=name, value=held) if held is node and place_of(node):
                call = around[around[node]]
                adds = name in ADDING and isinstance(call, ast.Call) and isinstance(around[call], ast.Expr)
                adds = adds and reads_only(node)
                if not (adds or (isinstance(call, ast.Call) and name in KEEPING)):
                    yield node
            case ast.Subscript() | ast.For() | ast.comprehension() | ast.Compare() | ast.If() | ast.While():
                pass
            case ast.Call(func=ast.Name(id=name)) if name not in own and name != "iter":
                pass
            case ast.UnaryOp():
                pass
            case _:
                yield node
