"""Empty containers that other functions fill, for Numba, which finds the type of one by what its own function stores.

    def schedule(queue, t, kind):        queue = []
        heappush(queue, (t, kind))   →   if not stochtrace_always_true():
    ...                                      queue.append((now, "arrive"))
    queue = []                           schedule(queue, now, "arrive")
    schedule(queue, now, "arrive")

What is never run says what the function stores, by the arguments of a call.
"""

from __future__ import annotations

import ast
import copy
from collections.abc import Iterator, Mapping

from stochtrace.lowering.trees import Filled, Statements, helper

STORING = ("append", "appendleft", "add")
MAKING = ("list", "dict", "set", "deque")
DEPTH = 4  # of functions that call others, and of names that stand for others

Stored = tuple[str, tuple[ast.expr, ...]]  # the name of a method, or "" for `held[key] = value`, and what it is given


class Passed(Statements):
    """Writes what is stored in containers that are passed on before the first call that stores; `made` counts them."""

    def __init__(self, tree: ast.Module) -> None:
        super().__init__()
        self.functions = {node.name: node for node in tree.body if isinstance(node, ast.FunctionDef)}
        self.empty: set[str] = set()

    def visit_FunctionDef(self, node: ast.FunctionDef) -> ast.FunctionDef:
        around = self.empty
        known = {name for name in names_of(node) if any(stored_in(node, name))}
        self.empty = {name for name in names_of(node) if is_made_empty(node, name)} - known
        self.generic_visit(node)
        self.empty = around
        return node

    def visit_Call(self, node: ast.Call) -> ast.expr:
        self.generic_visit(node)
        function = self.functions.get(node.func.id) if isinstance(node.func, ast.Name) else None
        if function is None or self.inside or (bound := arguments_of(function, node)) is None:
            return node
        for name, value in bound.items():
            if isinstance(value, ast.Name) and value.id in self.empty:
                stores = [*self.stores(function, name, DEPTH)]
                if stores:
                    self.empty = self.empty - {value.id}
                    self.made += 1
                    never = ast.UnaryOp(ast.Not(), helper("always_true"))
                    body = [statement_of(value.id, method, parts, bound) for method, parts in stores]
                    self.before.append(ast.If(never, body, []))
        return node

    def stores(self, function: ast.FunctionDef, name: str, depth: int) -> Iterator[Stored]:
        """Yield what a function stores in what it is given under a name, in the names of its arguments."""
        for method, parts in stored_in(function, name):
            written = [in_arguments(part, function, DEPTH) for part in parts]
            if None not in written:
                yield method, tuple(part for part in written if part is not None)
        for node in ast.walk(function) if depth else ():
            other = node.func.id if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) else ""
            if other not in self.functions or other == function.name or not isinstance(node, ast.Call):
                continue
            bound = arguments_of(self.functions[other], node) or {}
            for own, value in bound.items():
                if isinstance(value, ast.Name) and value.id == name:
                    for method, parts in self.stores(self.functions[other], own, depth - 1):
                        filled = [in_arguments(Filled(bound).visit(copy.deepcopy(p)), function, DEPTH) for p in parts]
                        if None not in filled:
                            yield method, tuple(part for part in filled if part is not None)


def names_of(function: ast.FunctionDef) -> set[str]:
    """Return the names that a function gives to something."""
    return {n.id for n in ast.walk(function) if isinstance(n, ast.Name) and isinstance(n.ctx, ast.Store)}


def values_of(function: ast.FunctionDef, name: str) -> Iterator[ast.expr]:
    """Yield the expressions of which a function gives one to a name by itself."""
    for node in ast.walk(function):
        match node:
            case ast.Assign(targets=[*targets], value=value):
                for target in targets:
                    if isinstance(target, ast.Name) and target.id == name:
                        yield value
                    match target, value:
                        case ast.Tuple(elts=names), ast.Tuple(elts=values) if len(names) == len(values):
                            yield from (v for n, v in zip(names, values, strict=True) if is_name(n, name))
            case ast.For(target=ast.Name(id=given), iter=ast.Call(func=ast.Name(id="range"))) if given == name:
                yield ast.Constant(0)


def is_name(node: ast.expr, name: str) -> bool:
    """Tell whether an expression is a name."""
    return isinstance(node, ast.Name) and node.id == name


def is_made_empty(function: ast.FunctionDef, name: str) -> bool:
    """Tell whether all that a function gives to a name is one empty container or the other."""
    values = [*values_of(function, name)]
    return bool(values) and all(map(is_empty, values))


def is_empty(node: ast.expr) -> bool:
    """Tell whether an expression makes an empty container."""
    match node:
        case ast.List(elts=[]) | ast.Dict(keys=[]):
            return True
        case ast.Call(func=ast.Name(id=made), args=[], keywords=[]):
            return made in MAKING
    return False


def stored_in(function: ast.FunctionDef, name: str) -> Iterator[Stored]:
    """Yield what a function stores itself in a container."""
    for node in ast.walk(function):
        match node:
            case ast.Call(func=ast.Attribute(value=ast.Name(id=held), attr=method), args=[value]) if (
                held == name and method in STORING
            ):
                yield ("add" if method == "add" else "append"), (value,)
            case ast.Call(func=ast.Name(id=push) | ast.Attribute(attr=push), args=[ast.Name(id=held), value]) if (
                held == name and push == "heappush"
            ):
                yield "append", (value,)
            case ast.Assign(targets=[ast.Subscript(value=ast.Name(id=held), slice=key)], value=value) if held == name:
                yield "", (key, value)


def in_arguments(node: ast.expr, function: ast.FunctionDef, depth: int) -> ast.expr | None:
    """Return an expression in the arguments of a function, None where it is not known in them."""
    given, parts = {argument.arg for argument in function.args.args}, dict[str, ast.expr]()
    for name in {part.id for part in ast.walk(node) if isinstance(part, ast.Name)} & names_of(function) - given:
        value = next(values_of(function, name), None)
        known = in_arguments(copy.deepcopy(value), function, depth - 1) if value is not None and depth else None
        if known is None:
            return None
        parts[name] = known
    filled: ast.expr = Filled(parts).visit(copy.deepcopy(node))
    return filled


def arguments_of(function: ast.FunctionDef, call: ast.Call) -> Mapping[str, ast.expr] | None:
    """Return the arguments of a call by the names that its function has for them; None where some are not known."""
    given, names = function.args, [argument.arg for argument in function.args.args]
    starred = any(isinstance(value, ast.Starred) for value in call.args) or any(k.arg is None for k in call.keywords)
    if starred or given.vararg or given.kwarg or given.kwonlyargs or given.posonlyargs or len(call.args) > len(names):
        return None
    defaults = dict(zip(names[len(names) - len(given.defaults) :], given.defaults, strict=True))
    named = {keyword.arg: keyword.value for keyword in call.keywords if keyword.arg is not None}
    bound = defaults | dict(zip(names, call.args, strict=False)) | named
    return bound if bound.keys() == {*names} else None


def statement_of(name: str, method: str, parts: tuple[ast.expr, ...], bound: Mapping[str, ast.expr]) -> ast.stmt:
    """Return the statement that stores something in a container."""
    values = [Filled(bound).visit(copy.deepcopy(part)) for part in parts]
    held = ast.Name(name, ast.Load())
    if method:
        return ast.Expr(ast.Call(ast.Attribute(held, method, ast.Load()), values, []))
    return ast.Assign([ast.Subscript(held, values[0], ast.Store())], values[1], lineno=1)
