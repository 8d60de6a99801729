"""What all passes know of the syntax trees that they write again: names, blocks, helpers that are compiled only."""

from __future__ import annotations

import ast
import copy
from collections.abc import Collection, Mapping
from typing import Any

from stochtrace.scopes import SCOPES

PREFIX = "stochtrace_"  # of the names of what the text then calls, which no program has
MOVABLE_NUMBER = f"{PREFIX}movable_number"  # of what makes a number one that may move
BLOCKS = ("body", "orelse", "finalbody")
LOOPS = (ast.For, ast.While)
INNER = (ast.Lambda, ast.ListComp, ast.GeneratorExp, ast.SetComp, ast.DictComp)
READ: tuple[type[ast.AST], ...] = (
    ast.Name,
    ast.Subscript,
    ast.Attribute,
    ast.Constant,
    ast.List,
    ast.Tuple,
    ast.BinOp,
    ast.UnaryOp,
)
READ += (ast.Add, ast.Sub, ast.Mult, ast.USub, ast.expr_context)


class Statements(ast.NodeTransformer):
    """Writes expressions in another way, with functions before the statement where they are; `made` counts them."""

    def __init__(self) -> None:
        self.made, self.inside = 0, 0
        self.before: list[ast.stmt] = []

    def generic_visit(self, node: ast.AST) -> ast.AST:
        """Visit the expressions of a statement, then its blocks; functions stand before the statement."""
        if isinstance(node, INNER):
            self.inside += 1
            super().generic_visit(node)
            self.inside -= 1
            return node
        blocks = {name: block for name in BLOCKS if isinstance(block := getattr(node, name, None), list)}
        for name in blocks:
            setattr(node, name, [])
        super().generic_visit(node)
        for name, block in blocks.items():
            setattr(node, name, self.block(block))
        return node

    def block(self, statements: list[Any]) -> list[ast.stmt]:
        """Return the statements of a block."""
        made: list[ast.stmt] = []
        around = self.before
        for statement in statements:
            self.before = []
            visited = self.visit(statement)
            made += [*(placed(function, statement) for function in self.before), visited]
        self.before = around
        return made


def placed(function: ast.stmt, statement: ast.stmt) -> ast.stmt:
    """Return a function with the line of a statement: errors are told there."""
    for part in ast.walk(function):
        if isinstance(part, ast.stmt | ast.expr | ast.arg):
            ast.copy_location(part, statement)
    return function


def names_in(node: ast.AST) -> set[str]:
    """Return the names in an expression."""
    return {part.id for part in ast.walk(node) if isinstance(part, ast.Name)}


def functions_of(tree: ast.AST, module: str, names: Collection[str]) -> dict[str, str]:
    """Return how a program calls functions of a module: by names that it has imported, or of what it has imported."""
    found: dict[str, str] = {}
    for node in ast.walk(tree):
        match node:
            case ast.ImportFrom(module=home, names=brought) if home == module:
                found |= {alias.asname or alias.name: alias.name for alias in brought if alias.name in names}
            case ast.Import(names=brought):
                modules = [alias.asname or alias.name for alias in brought if alias.name == module]
                found |= {f"{held}.{name}": name for held in modules for name in names}
    return found


def helper(name: str, *arguments: ast.expr) -> ast.Call:
    """Return the call of a function that is compiled only."""
    return ast.Call(ast.Name(PREFIX + name, ast.Load()), [*arguments], [])


def listed(values: ast.expr) -> ast.expr:
    """Return a generator expression as a list, another expression as it is."""
    return ast.ListComp(values.elt, values.generators) if isinstance(values, ast.GeneratorExp) else values


def marked(made: ast.expr, node: ast.expr) -> ast.expr:
    """Return a node with the marks of the one in whose place it is."""
    vars(made).update({name: value for name, value in vars(node).items() if name.startswith(PREFIX)})
    return made


class Filled(ast.NodeTransformer):
    """Puts expressions in the place of names that are read."""

    def __init__(self, parts: Mapping[str, ast.expr]) -> None:
        self.parts = parts

    def visit_Name(self, node: ast.Name) -> ast.expr:
        known = isinstance(node.ctx, ast.Load) and node.id in self.parts
        return copy.deepcopy(self.parts[node.id]) if known else node


def bound_in(tree: ast.Module) -> set[str]:
    """Return the names that a module or its functions give to something, but for imports."""
    found = set()
    for node in ast.walk(tree):
        match node:
            case ast.Name(id=name, ctx=ast.Store()) | ast.arg(arg=name):
                found.add(name)
            case ast.FunctionDef(name=name) | ast.ClassDef(name=name):
                found.add(name)
    return found


def bound_within(function: ast.FunctionDef) -> set[str]:
    """Return the names that a function gives to something."""
    return bound_in(ast.Module(function.body, [])) | {arg.arg for arg in ast.walk(function) if isinstance(arg, ast.arg)}


def bound_in_functions(tree: ast.Module) -> set[str]:
    """Return the names that the functions of a module give to something."""
    return set().union(*(bound_within(node) for node in tree.body if isinstance(node, ast.FunctionDef)))


def following(used: Mapping[str, set[str]], name: str) -> set[str]:
    """Return the functions that a function uses, and those that these use."""
    found, todo = set[str](), [name]
    while todo:
        new = (used[todo.pop()] & used.keys()) - found
        found |= new
        todo += new
    return found


def blocks_of(statement: ast.stmt) -> list[list[ast.stmt]]:
    """Return the blocks of a statement, but for those of functions and classes."""
    if isinstance(statement, SCOPES):
        return []
    blocks = [getattr(statement, name, []) for name in BLOCKS]
    blocks += [handler.body for handler in getattr(statement, "handlers", [])]
    blocks += [case.body for case in getattr(statement, "cases", [])]
    return [block for block in blocks if block]


def independent(targets: list[ast.expr], values: list[ast.expr]) -> bool:
    """Tell whether names are given values that do not depend on them: one after the other, they are the same."""
    names = {target.id for target in targets if isinstance(target, ast.Name)}
    read = {part.id for value in values for part in ast.walk(value) if isinstance(part, ast.Name)}
    inner = any(isinstance(part, ast.Lambda | ast.NamedExpr) for value in values for part in ast.walk(value))
    return len(names) == len(targets) == len(values) and not names & read and not inner


def reads_only(node: ast.expr) -> bool:
    """Tell whether an expression makes no decision and may be evaluated twice: names, elements, sums, ranges."""

    def simple(part: ast.AST) -> bool:
        if isinstance(part, ast.Call):
            return isinstance(part.func, ast.Name) and part.func.id in ("range", "len")
        return isinstance(part, READ)

    return all(map(simple, ast.walk(node)))
