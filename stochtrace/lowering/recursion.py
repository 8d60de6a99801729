"""Functions that call themselves, or each other in turn, for compiled code: they know where the stack began.

    def walk(n, p, omega):                def walk(n, p, omega, stochtrace_stack=0):
        ...                          →        stochtrace_stack = stochtrace_require_stack(stochtrace_stack)
        return walk(n - 1, p, omega)          ...
                                              return walk(n - 1, p, omega, stochtrace_stack=stochtrace_stack)

Python ends what goes too deep with an error; compiled code would write over the end of its stack. It gives such a
sample up, and Python runs it.
"""

from __future__ import annotations

import ast
from collections.abc import Iterable, Mapping

from stochtrace.lowering.trees import PREFIX, following, helper

STACK = f"{PREFIX}stack"
CONTAINERS = {name for kind in (list, dict, set, str, tuple, float) for name in dir(kind)}


class Recursion(ast.NodeTransformer):
    """Lets functions that may be called again before they return know of the stack; `made` counts them."""

    def __init__(self, tree: ast.Module) -> None:
        functions = {node.name: node for node in tree.body if isinstance(node, ast.FunctionDef)}
        used = {name: called_in(node) & functions.keys() for name, node in functions.items()}
        self.turning = turning(used)
        self.made = len(self.turning)

    def visit_FunctionDef(self, node: ast.FunctionDef) -> ast.FunctionDef:
        if node.name not in self.turning:
            return node
        self.generic_visit(node)
        node.args.args.append(ast.arg(STACK))
        node.args.defaults.append(ast.Constant(0))
        room = ast.Assign([ast.Name(STACK, ast.Store())], helper("require_stack", ast.Name(STACK, ast.Load())))
        node.body.insert(0, ast.copy_location(room, node))
        return node

    def visit_Call(self, node: ast.Call) -> ast.expr:
        self.generic_visit(node)
        match node.func:
            case ast.Name(id=name) if name in self.turning:
                node.keywords.append(ast.keyword(STACK, ast.Name(STACK, ast.Load())))
        return node


class ByFunction(ast.NodeTransformer):
    """Writes methods that call themselves, or each other in turn, as functions, where no other class has such ones.

    `methods` are the names of the functions that stand for the methods of each class.
    """

    def __init__(self, tree: ast.Module, methods: Iterable[Mapping[str, str]]) -> None:
        meant: dict[str, set[str]] = {}
        for of_class in methods:
            for name, function in of_class.items():
                meant.setdefault(name, set()).add(function)
        self.meant = {name: next(iter(f)) for name, f in meant.items() if len(f) == 1 and name not in CONTAINERS}
        functions = {node.name: node for node in tree.body if isinstance(node, ast.FunctionDef)}
        calls = {name: [n.func for n in ast.walk(f) if isinstance(n, ast.Call)] for name, f in functions.items()}
        words = {n: {f.attr for f in called if isinstance(f, ast.Attribute)} for n, called in calls.items()}
        own = {name: {self.meant.get(word, "") for word in called} for name, called in words.items()}
        used = {name: (called_in(node) | own[name]) & functions.keys() for name, node in functions.items()}
        self.turning = turning(used)

    def visit_Call(self, node: ast.Call) -> ast.expr:
        self.generic_visit(node)
        match node.func:
            case ast.Attribute(value=held, attr=name) if self.meant.get(name) in self.turning:
                node.func = ast.Name(self.meant[name], ast.Load())
                node.args.insert(0, held)
        return node


def turning(used: Mapping[str, set[str]]) -> set[str]:
    """Return the functions that may be called again before they return; `used` are those that each calls."""
    return {name for name in used if name in following(used, name)}


def called_in(function: ast.FunctionDef) -> set[str]:
    """Return the names that a function calls."""
    calls = (node.func for node in ast.walk(function) if isinstance(node, ast.Call))
    return {called.id for called in calls if isinstance(called, ast.Name)}
