"""Functions that raise what their caller catches, written in the place of their calls, for Numba.

Only a call that is the first thing that its statement does can be replaced by what the function does.
"""

from __future__ import annotations

import ast
import copy
from collections.abc import Iterable, Sequence

from stochtrace.lowering.function_values import Unsupported, given_to, plain
from stochtrace.lowering.raised import Exceptions
from stochtrace.lowering.trees import LOOPS, PREFIX, blocks_of
from stochtrace.scopes import SCOPES, free_names, own_names, own_nodes

DEPTH = 4
OTHERS = (*SCOPES, ast.Yield, ast.YieldFrom, ast.Nonlocal, ast.Global)
FIRST = ("left", "operand", "value", "test")  # of an expression, what is evaluated first
CONTAINERS = {name for kind in (list, dict, set, str, tuple) for name in dir(kind)}


class Inlining:
    """The functions and methods of a module that raise its exceptions."""

    def __init__(self, tree: ast.Module, exceptions: Exceptions) -> None:
        self.exceptions, self.count = exceptions, 0
        functions = [node for node in tree.body if isinstance(node, ast.FunctionDef)]
        classes = [node for node in tree.body if isinstance(node, ast.ClassDef) and node.name not in exceptions.classes]
        methods = [part for node in classes for part in node.body if isinstance(part, ast.FunctionDef)]
        names = [node.name for node in methods]
        self.functions = {node.name: node for node in functions}
        self.methods = {n.name: n for n in methods if names.count(n.name) == 1 and n.name not in CONTAINERS}
        nodes = [*self.functions.values(), *self.methods.values()]
        self.raised = {node.name: exceptions.raised_in(node.body) for node in nodes}
        while any([self.learn(node) for node in nodes]):
            pass

    def fresh(self) -> int:
        """Return a number that names are made with."""
        self.count += 1
        return self.count

    def learn(self, node: ast.FunctionDef) -> bool:
        """Note what a function raises by those that it calls; tell whether that is news."""
        before = len(self.raised[node.name])
        for part in own_nodes(node):
            if isinstance(part, ast.Call) and (called := self.called(part)) is not None:
                self.raised[node.name] |= self.raised[called.name]
        return len(self.raised[node.name]) > before

    def called(self, call: ast.Call) -> ast.FunctionDef | None:
        """Return the function or method that a call calls, if it is known."""
        match call.func:
            case ast.Name(id=name):
                return self.functions.get(name)
            case ast.Attribute(attr=name) if name not in self.functions:
                return self.methods.get(name)
        return None

    def raising(self, statements: Iterable[ast.stmt]) -> set[str]:
        """Return what the functions raise that are called in statements."""
        calls = [node for part in statements for node in ast.walk(part) if isinstance(node, ast.Call)]
        return {name for call in calls if (f := self.called(call)) for name in self.raised[f.name]}

    def written(
        self, body: list[ast.stmt], caught: set[str], owner: ast.FunctionDef, depth: int = DEPTH
    ) -> list[ast.stmt]:
        """Return statements in which functions that raise what is caught stand in the place of their calls."""
        if not self.raising(body) & caught:
            return body
        if depth == 0:
            raise Unsupported
        made: list[ast.stmt] = []
        for statement in body:
            if isinstance(statement, SCOPES):
                raise Unsupported
            for block in blocks_of(statement):
                block[:] = self.written(block, caught, owner, depth)
            made += self.statement(statement, caught, owner, depth)
        return made

    def statement(self, statement: ast.stmt, caught: set[str], owner: ast.FunctionDef, depth: int) -> list[ast.stmt]:
        """Return what stands for one statement, of which the blocks are written."""
        calls = [call for part in heads(statement) for call in ast.walk(part) if isinstance(call, ast.Call)]
        raising = [call for call in calls if (f := self.called(call)) and self.raised[f.name] & caught]
        if not raising:
            return [statement]
        if len(raising) > 1 or isinstance(statement, LOOPS) or not is_first(statement, raising[0]):
            raise Unsupported
        result = f"{PREFIX}result_{self.fresh()}"
        before = self.inlined(raising[0], result, owner)
        before = self.written(before, caught, owner, depth - 1)
        if isinstance(statement, ast.Expr) and statement.value is raising[0]:
            return before
        Replaced(raising[0], ast.Name(result, ast.Load())).visit(statement)
        return [*before, statement]

    def inlined(self, call: ast.Call, result: str, owner: ast.FunctionDef) -> list[ast.stmt]:
        """Return the statements of a function, which leave its result under a name."""
        function = self.called(call)
        assert function is not None
        inner = any(isinstance(part, OTHERS) for part in own_nodes(function)) or "super" in free_names(function)
        if not plain(function) or inner or free_names(function) & own_names(owner) or function is owner:
            raise Unsupported
        held = [call.func.value] if isinstance(call.func, ast.Attribute) else []
        bound = given_to(function.args, 0, [*held, *call.args], call.keywords)
        renaming = Renaming(own_names(function), f"{PREFIX}in_{self.fresh()}_")
        body = [renaming.visit(part) for part in copy.deepcopy(function.body)]
        made: list[ast.stmt] = [
            ast.Assign([ast.Name(renaming.prefix + name, ast.Store())], copy.deepcopy(value))
            for name, value in bound.items()
        ]
        returns = [part for part in own_nodes(ast.Module(body, [])) if isinstance(part, ast.Return)]
        if not returns:
            made += body
        elif returns == body[-1:]:
            made += [*body[:-1], *kept(returns[0], result)]
        else:
            done = f"{result}_done"
            leaving = [*left(body, result, done, False), ast.Break()]
            made.append(ast.Assign([ast.Name(done, ast.Store())], ast.Constant(False)))
            made.append(ast.While(ast.Constant(True), leaving, []))
        return [ast.copy_location(part, call) for part in made]


class Renaming(ast.NodeTransformer):
    """Gives the variables of a function other names."""

    def __init__(self, names: set[str], prefix: str) -> None:
        self.names, self.prefix = names, prefix

    def visit_Name(self, node: ast.Name) -> ast.expr:
        if node.id in self.names:
            node.id = self.prefix + node.id
        return node


class Replaced(ast.NodeTransformer):
    """Puts an expression in the place of a call."""

    def __init__(self, call: ast.Call, value: ast.expr) -> None:
        self.call, self.value = call, value

    def visit_Call(self, node: ast.Call) -> ast.expr:
        if node is self.call:
            return self.value
        self.generic_visit(node)
        return node


def heads(statement: ast.stmt) -> list[ast.AST]:
    """Return the expressions of a statement itself, without those in its blocks."""
    blocks = (ast.stmt, ast.ExceptHandler, ast.match_case)
    return [part for part in ast.iter_child_nodes(statement) if not isinstance(part, blocks)]


def is_first(statement: ast.stmt, call: ast.Call) -> bool:
    """Tell whether a statement does nothing that can be seen before it calls a function."""
    match statement:
        case ast.Expr(value=value) | ast.Return(value=value) | ast.Assign(value=value) | ast.If(test=value):
            node: ast.expr | None = value
        case ast.AugAssign(target=ast.Name(), value=value):
            node = value
        case ast.Match(subject=value):
            node = value
        case _:
            return False
    while node is not None and node is not call:
        if isinstance(node, ast.BoolOp | ast.Tuple):
            node = next(iter(node.values if isinstance(node, ast.BoolOp) else node.elts), None)
        else:
            node = next((getattr(node, name) for name in FIRST if hasattr(node, name)), None)
    return node is call


def kept(statement: ast.Return, result: str) -> list[ast.stmt]:
    """Return the assignment of what a function returns."""
    return [] if statement.value is None else [ast.Assign([ast.Name(result, ast.Store())], statement.value)]


def left(statements: Sequence[ast.stmt], result: str, done: str, looped: bool) -> list[ast.stmt]:
    """Return the statements of a function as those of a loop: it is left where the function returns."""
    made: list[ast.stmt] = []
    for statement in statements:
        if isinstance(statement, ast.Return):
            mark = [ast.Assign([ast.Name(done, ast.Store())], ast.Constant(True))] if looped else []
            made += [*kept(statement, result), *mark, ast.Break()]
            continue
        if isinstance(statement, ast.Try | ast.With):
            raise Unsupported
        returning = isinstance(statement, LOOPS) and any(isinstance(part, ast.Return) for part in ast.walk(statement))
        for block in blocks_of(statement):
            in_loop = isinstance(statement, LOOPS) and block is statement.body
            block[:] = left(block, result, done, looped or in_loop)
        made.append(statement)
        if returning:
            made.append(ast.If(ast.Name(done, ast.Load()), [ast.Break()], []))
    return made
