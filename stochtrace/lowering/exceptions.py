"""Exceptions of a program that its own statements raise and catch, for Numba: as marks, and loops that are left.

    try:                                  raised = 0
        while True:                       while True:
            t += rt.exponential(...)          while True:
            if t > 3.0:                           t += rt.exponential(...)
                raise Done(t)        →            if t > 3.0:
    except Done as done:                              raised_0, raised = t, 1
        return done.t                                 break
                                              break
                                          if raised == 1:
                                              return raised_0

A function of the program that raises is written in the place of its call. Errors that Python raises by itself stay:
such a sample is left to Python.
"""

from __future__ import annotations

import ast
import copy
from collections.abc import Iterable, Sequence

from stochtrace.lowering.function_values import Unsupported
from stochtrace.lowering.inlining import Inlining
from stochtrace.lowering.raised import Exceptions, Handler, is_builtin
from stochtrace.lowering.trees import LOOPS, PREFIX, blocks_of

SAFE = ("at", "flip", "miss", "append", "largest", "smallest")


def without_exceptions(tree: ast.Module) -> None:
    """Write exceptions that a program catches itself in another way, in place."""
    if not any(isinstance(node, ast.Try) for node in ast.walk(tree)):
        return
    exceptions = Exceptions(tree)
    bodies = [tree.body, *(node.body for node in tree.body if isinstance(node, ast.ClassDef))]
    for _ in range(2):  # what a function catches itself, it does not raise
        inlining = Inlining(tree, exceptions)
        for node in (node for body in bodies for node in body if isinstance(node, ast.FunctionDef)):
            Catching(node, exceptions, inlining).write()


class Catching:
    """The `try` statements of one function."""

    def __init__(self, node: ast.FunctionDef, exceptions: Exceptions, inlining: Inlining) -> None:
        self.node, self.exceptions, self.inlining = node, exceptions, inlining

    def write(self) -> None:
        """Write those that catch what is raised in them, in place."""
        self.node.body = self.block(self.node.body)

    def block(self, statements: Sequence[ast.stmt]) -> list[ast.stmt]:
        """Return the statements of a block; of a `try` inside another one first the inner one is written."""
        made: list[ast.stmt] = []
        for statement in statements:
            for blocks in blocks_of(statement):
                blocks[:] = self.block(blocks)
            if isinstance(statement, ast.Try):
                try:
                    made += self.caught(copy.deepcopy(statement)) or [statement]
                except Unsupported:
                    made.append(statement)
            else:
                made.append(statement)
        return made

    def caught(self, node: ast.Try) -> list[ast.stmt] | None:
        """Return statements in the place of a `try`, None where nothing is raised in it that it catches."""
        handlers = [self.exceptions.handler(handler) for handler in node.handlers]
        body = unguarded(node.body)
        wanted = self.inlining.raising(body) | {*self.exceptions.raised_in(body)}
        caught = [name for name in sorted(wanted) if any(h.catches(name) for h in handlers)]
        if not caught:
            return None
        body = self.inlining.written(body, {*caught}, self.node)
        body = [Deciding().visit(part) for part in body]
        if unguarded(node.body) is not node.body and not harmless(body):
            raise Unsupported
        count = self.inlining.fresh()
        leaving = Leaving(self.exceptions, caught, f"{PREFIX}raised_{count}", node.finalbody)
        inside = leaving.block(body, False)
        made = [mark(leaving.raised, 0), *([mark(leaving.left, 0)] if leaving.breaks else [])]
        made.append(ast.While(ast.Constant(True), [*inside, ast.Break()], []))
        following: list[ast.stmt] = []
        if node.orelse:
            neither = is_mark(leaving.raised, [0])
            if leaving.breaks:
                neither = ast.BoolOp(ast.And(), [neither, is_mark(leaving.left, [0])])
            following = [ast.If(neither, after(node.orelse, node.finalbody), [])]
        taken = set[str]()
        for handler in handlers:
            mine = [name for name in caught if handler.catches(name) and name not in taken]
            taken |= {*mine}
            if mine:
                block = leaving.filled(handler, mine)
                numbers = [1 + caught.index(name) for name in mine]
                following.append(ast.If(is_mark(leaving.raised, numbers), after(block, node.finalbody), []))
        made += [*following, *node.finalbody]
        if leaving.breaks:
            made.append(ast.If(is_mark(leaving.left, [1]), [ast.Break()], []))
            made.append(ast.If(is_mark(leaving.left, [2]), [ast.Continue()], []))
        return [ast.copy_location(part, node) for part in made]


class Leaving:
    """Writes what leaves the body of a `try`: what is raised, `break`, `continue` and `return`."""

    def __init__(
        self, exceptions: Exceptions, caught: Sequence[str], raised: str, last: Sequence[ast.stmt]
    ) -> None:
        self.exceptions, self.caught, self.raised, self.last = exceptions, caught, raised, last
        self.left, self.breaks = f"{raised}_left", False
        self.parts: dict[str, set[str]] = {}

    def block(self, statements: Sequence[ast.stmt], looped: bool) -> list[ast.stmt]:
        """Return the statements of a block, which may be in a loop that is in the body too."""
        made: list[ast.stmt] = []
        for statement in statements:
            made += self.statement(statement, looped)
        return made

    def statement(self, statement: ast.stmt, looped: bool) -> list[ast.stmt]:
        """Return what stands for one statement."""
        match statement:
            case ast.Raise() if (name := self.exceptions.raised(statement)) in self.caught:
                assigned = self.exceptions.assigned(statement, f"{self.raised}_{name}")
                return [*assigned, mark(self.raised, 1 + self.caught.index(name)), ast.Break()]
            case ast.Break() | ast.Continue() if not looped:
                self.breaks = True
                return [mark(self.left, 1 if isinstance(statement, ast.Break) else 2), ast.Break()]
            case ast.Return() if self.last:
                return after([statement], self.last)
            case ast.For() | ast.While():
                raising = any(True for _ in self.raises([statement]))
                statement.body = self.block(statement.body, True)
                statement.orelse = self.block(statement.orelse, looped)
                asked = ast.If(is_mark(self.raised, [0]), [ast.Pass()], [ast.Break()])
                return [statement, *([asked] if raising else [])]
            case ast.Try() | ast.With() if any(True for _ in self.raises([statement])):
                raise Unsupported
        for block in blocks_of(statement):
            block[:] = self.block(block, looped)
        return [statement]

    def raises(self, statements: Iterable[ast.stmt]) -> Iterable[ast.Raise]:
        """Yield what statements raise that is caught."""
        yield from (r for r in self.exceptions.raises(statements) if self.exceptions.raised(r) in self.caught)

    def filled(self, handler: Handler, names: Sequence[str]) -> list[ast.stmt]:
        """Return the statements of a handler, with what it reads of the exception."""
        if handler.name is None:
            return handler.body
        if len(names) > 1:
            raise Unsupported
        return self.exceptions.filled(handler, names[0], f"{self.raised}_{names[0]}")


def after(statements: Sequence[ast.stmt], last: Sequence[ast.stmt], looped: bool = False) -> list[ast.stmt]:
    """Return statements that run some last ones before they leave a block; a value that is returned is made first."""
    made: list[ast.stmt] = []
    for statement in statements if last else []:
        match statement:
            case ast.Raise():
                raise Unsupported
            case ast.Return(value=value):
                name = f"{PREFIX}returned"
                if value is not None:
                    made.append(ast.Assign([ast.Name(name, ast.Store())], value))
                    statement.value = ast.Name(name, ast.Load())
                made += [*copy.deepcopy([*last]), statement]
                continue
            case ast.Break() | ast.Continue() if not looped:
                made += copy.deepcopy([*last])
        for block in blocks_of(statement):
            block[:] = after(block, last, looped or isinstance(statement, LOOPS))
        made.append(statement)
    return made if last else [*statements]


def unguarded(body: list[ast.stmt]) -> list[ast.stmt]:
    """Return the body of a `try`, without what marks it as one that catches errors of arithmetic."""
    match body:
        case [ast.With(items=[ast.withitem(context_expr=ast.Call(func=ast.Attribute(attr="guarded")))], body=inner)]:
            return inner
    return body


class Deciding(ast.NodeTransformer):
    """Writes tests that only raise as any others: where that is caught, a parameter beside a draw moves."""

    def visit_Call(self, node: ast.Call) -> ast.expr:
        self.generic_visit(node)
        passing = isinstance(node.func, ast.Attribute) and node.func.attr == "passing"
        return node.args[0] if passing and len(node.args) == 1 else node


def harmless(body: Iterable[ast.stmt]) -> bool:
    """Tell whether statements cannot raise errors of arithmetic: they draw, add and compare."""
    for node in (node for statement in body for node in ast.walk(statement)):
        match node:
            case ast.BinOp(op=op) | ast.AugAssign(op=op) if not isinstance(op, ast.Add | ast.Sub | ast.Mult):
                return False
            case ast.Subscript():
                return False
            case ast.Call(func=ast.Name(id=name)) if name not in ("len", "abs", "range") and not is_builtin(name):
                return False
            case ast.Call(func=ast.Attribute(value=ast.Call(func=ast.Attribute(attr="at")))):
                pass
            case ast.Call(func=ast.Attribute(attr=name)) if name not in SAFE:
                return False
    return True


def mark(name: str, number: int) -> ast.stmt:
    """Return the statement that sets a mark."""
    return ast.Assign([ast.Name(name, ast.Store())], ast.Constant(number))


def is_mark(name: str, numbers: Sequence[int]) -> ast.expr:
    """Return the question whether a mark has one of some values."""
    tests: list[ast.expr] = [
        ast.Compare(ast.Name(name, ast.Load()), [ast.Eq()], [ast.Constant(number)]) for number in numbers
    ]
    return tests[0] if len(tests) == 1 else ast.BoolOp(ast.Or(), tests)
