"""Leave out what a program prints, logs or draws as a picture, once per sample and replay; what else is done stays.

Accepts a program and guarantees that no statement of it only prints: `print(queue.pop())` becomes `queue.pop()`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

import libcst as cst

from stochtrace.transform.facts import Facts, Function
from stochtrace.transform.nodes import everything, expression

Path = Callable[[cst.BaseExpression], str | None]
LEVELS = frozenset(("debug", "info", "warning", "warn", "error", "critical", "exception", "log"))
SAYING = {"builtins.print", "warnings.warn", "time.sleep", *(f"logging.{level}" for level in LEVELS)}
PICTURES = ("matplotlib.", "pylab.", "seaborn.")
LOOKING = frozenset(
    f"builtins.{name}"
    for name in (
        "abs", "bool", "dict", "enumerate", "float", "format", "int", "len", "list", "max", "min", "range", "repr",
        "reversed", "round", "set", "sorted", "str", "sum", "tuple", "type", "zip",
    )
)  # fmt: skip
OF_TEXTS = frozenset(("format", "join", "ljust", "rjust", "center"))
COMPUTING = ("math.", "numpy.", "statistics.")
AS_WRITTEN = (cst.IfExp, cst.BooleanOperation, cst.GeneratorExp, cst.ListComp, cst.SetComp, cst.DictComp)
PRINTED = "# What it prints is left out: it would be printed once per sample and replay."
ACTING = (cst.NamedExpr, cst.Yield, cst.Await)


def says(path: str | None) -> bool:
    """Tell whether a function only prints, logs, draws a picture or waits."""
    return path is not None and (path in SAYING or path.startswith(PICTURES))


def done(call: cst.Call, path: Path) -> list[cst.BaseExpression]:
    """Return the parts of a call that prints which may do more than be computed, in their order."""
    return [part for argument in call.args for part in _doing(argument.value, path)]


def without(statement: cst.Expr, kept: list[cst.BaseExpression]) -> cst.Expr | cst.RemovalSentinel:
    """Return a statement that prints as one that does what is kept of it, and no more."""
    if not kept:
        return cst.RemoveFromParent()
    parts = [_in_parentheses(part) if isinstance(part, ACTING) and not part.lpar else part for part in kept]
    return statement.with_changes(value=parts[0] if len(parts) == 1 else cst.Tuple([*map(cst.Element, parts)]))


def _in_parentheses(node: cst.BaseExpression) -> cst.BaseExpression:
    return node.with_changes(lpar=[cst.LeftParen()], rpar=[cst.RightParen()])


def _doing(node: cst.CSTNode, path: Path) -> Iterator[cst.BaseExpression]:
    """Yield the parts of an expression that may do more than be computed, in their order."""
    if not any(_acts(part, path) for part in everything(node)):
        return
    if isinstance(node, (*AS_WRITTEN, *ACTING)) or (isinstance(node, cst.Call) and _acts(node, path)):
        yield expression(node)
        return
    for part in node.children:
        yield from _doing(part, path)


def _acts(node: cst.CSTNode, path: Path) -> bool:
    """Tell whether a part of an expression may do something itself: a call that is not known, or an assignment."""
    if not isinstance(node, cst.Call):
        return isinstance(node, ACTING)
    found = path(node.func) or ""
    if found in LOOKING or (found.startswith(COMPUTING) and not found.startswith("numpy.random")):
        return False
    return not (isinstance(node.func, cst.Attribute) and node.func.attr.value in OF_TEXTS)


class Quiet(cst.CSTTransformer):
    """Takes what only prints out of a function with tangent lines, or out of its primal."""

    def __init__(self, path: Path) -> None:
        super().__init__()
        self.path = path

    def leave_Expr(self, original_node: cst.Expr, updated_node: cst.Expr) -> cst.Expr | cst.RemovalSentinel:
        call = updated_node.value
        if isinstance(call, cst.Call) and self.path(call.func) == "builtins.print":
            return without(updated_node, done(call, self.path))
        return updated_node


def quiet(function: Function, node: cst.FunctionDef) -> cst.FunctionDef:
    """Return what a function has become, without what only prints."""
    if not _prints(function) or any("print" in scope.bound for scope in function.scope.walk()):
        return node
    return cst.ensure_type(node.visit(Quiet(function.scope.dotted)), cst.FunctionDef)


def prints(facts: Facts) -> bool:
    """Tell whether a program prints something."""
    return any(_prints(function) for function in facts.functions.values())


def _prints(function: Function) -> bool:
    dotted = function.scope.dotted
    found = (node.value for node in everything(function.scope.node) if isinstance(node, cst.Expr))
    return any(isinstance(value, cst.Call) and dotted(value.func) == "builtins.print" for value in found)
