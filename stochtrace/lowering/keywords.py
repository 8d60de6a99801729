"""Arguments by keyword of functions inside of others, by their place: Numba writes such functions into their callers.

    def served(rate, *, speed=1.0): ...        def served(rate, speed=1.0): ...
    t = served(p, speed=2.0)              →    t = served(p, 2.0)
"""

from __future__ import annotations

import ast
import copy

from stochtrace.lowering.function_values import Unsupported, given_to
from stochtrace.lowering.trees import PREFIX, Statements


class Keywords(Statements):
    """Writes such functions and their calls in another way; `made` counts the calls."""

    def __init__(self, tree: ast.Module) -> None:
        super().__init__()
        whole = {id(node) for node in tree.body}
        inner = [n for n in ast.walk(tree) if isinstance(n, ast.FunctionDef) and id(n) not in whole]
        names = [node.name for node in inner]
        given = {node.arg for node in ast.walk(tree) if isinstance(node, ast.arg)}
        given |= {n.id for n in ast.walk(tree) if isinstance(n, ast.Name) and isinstance(n.ctx, ast.Store)}
        alone = [node for node in inner if names.count(node.name) == 1 and node.name not in given]
        self.functions = {node.name: node.args for node in alone if takes_places(node)}

    def visit_FunctionDef(self, node: ast.FunctionDef) -> ast.FunctionDef:
        self.generic_visit(node)
        if node.name in self.functions and node.args.kwonlyargs:
            self.made += 1
            by_place(node.args)
        return node

    def visit_Call(self, node: ast.Call) -> ast.expr:
        self.generic_visit(node)
        given = self.functions.get(node.func.id) if isinstance(node.func, ast.Name) else None
        if given is None or not node.keywords:
            return node
        ordered = copy.deepcopy(given)
        by_place(ordered)
        try:
            bound = given_to(ordered, 0, node.args, node.keywords)
        except Unsupported:
            return node
        names = [argument.arg for argument in ordered.args]
        if [*bound][: len(node.args) + len(node.keywords)] != names[: len(node.args) + len(node.keywords)]:
            return self.in_order(node, bound, names)
        self.made += 1
        node.args, node.keywords = [bound[name] for name in names], []
        return node

    def in_order(self, node: ast.Call, bound: dict[str, ast.expr], names: list[str]) -> ast.expr:
        """Return the call of a function that takes the arguments in the order in which the call has them."""
        if self.inside:
            return node
        called = f"{PREFIX}ordered_{self.made}"
        self.made += 1
        arguments = ast.arguments([], [ast.arg(name) for name in bound], None, [], [], None, [])
        call = ast.Call(node.func, [ast.Name(name, ast.Load()) for name in names], [])
        self.before.append(ast.FunctionDef(called, arguments, [ast.Return(call)], [], lineno=1))
        return ast.Call(ast.Name(called, ast.Load()), [*bound.values()], [])


def takes_places(node: ast.FunctionDef) -> bool:
    """Tell whether all that a function takes has a name, and constants where it is not given."""
    given = node.args
    defaults = [*given.defaults, *(default for default in given.kw_defaults if default is not None)]
    special = given.posonlyargs or given.vararg or given.kwarg or node.decorator_list
    return not special and not required_late(given) and all(isinstance(default, ast.Constant) for default in defaults)


def required_late(given: ast.arguments) -> bool:
    """Tell whether an argument without a default is given by its name only, after such with defaults."""
    return bool(given.defaults) and None in given.kw_defaults


def by_place(given: ast.arguments) -> None:
    """Let arguments that are given by their name only be given by their place too: no call does."""
    order = sorted(zip(given.kwonlyargs, given.kw_defaults, strict=True), key=lambda pair: pair[1] is not None)
    given.args += [argument for argument, _ in order]
    given.defaults += [default for _, default in order if default is not None]
    given.kwonlyargs, given.kw_defaults = [], []
