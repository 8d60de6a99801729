"""Which iterators stay Python's: those that are used up where they stand may be lists in compiled code, others not."""

from __future__ import annotations

import ast
from collections.abc import Callable, Collection, Iterator

from stochtrace.lowering.trees import bound_in, names_in

LISTED = ("accumulate", "pairwise", "islice")  # what is made of lists
CHANGING = ("append", "extend", "insert", "pop", "popleft", "appendleft", "remove", "clear", "sort", "reverse")
KEEPING = ("iter", "next", "map", "filter", "deepcopy", "copy")  # functions that do not use an iterator up
USING = ("extend", "join", "update", "fsum", "mean", "fmean", "median", "array", "asarray")  # and methods that do
COUNTING = ("len", "float", "int", "abs", "sum", "range")
COPYING = ("list", "sorted", "deque", "set", "dict")
VIEWS = ("asarray", "ravel", "reshape", "transpose", "atleast_1d", "squeeze", "broadcast_to")


def kept(tree: ast.Module, is_iterator: Callable[[ast.AST], bool]) -> set[ast.AST]:
    """Return the iterators that are kept or passed on: they are used up once, and a list in their place is not."""
    around = {part: node for node in ast.walk(tree) for part in ast.iter_child_nodes(node)}
    own = bound_in(tree)

    def used_up(node: ast.AST) -> bool:
        match around[node]:
            case ast.For(iter=values) | ast.comprehension(iter=values):
                return values is node
            case ast.Starred():
                return True
            case ast.Call(func=ast.Name(id="enumerate" | "zip")) as call:
                return used_up(call)
            case ast.Call(func=ast.Name(id=name)) as call if name not in own:
                return used_up(call) if is_iterator(call) else name not in KEEPING
            case ast.Call(func=ast.Attribute(attr=name)) as call:
                return used_up(call) if is_iterator(call) else name in USING
        return False

    return {node for node in ast.walk(tree) if is_iterator(node) and not used_up(node)}


def changed(tree: ast.Module, lazy: Collection[str]) -> Iterator[ast.AST]:
    """Yield the lazy iterators whose loop may store in what they go through: a list in their place would miss it."""
    shared, own = shared_in(tree), bound_in(tree)
    for loop in (node for node in ast.walk(tree) if isinstance(node, ast.For)):
        through, stored = names_in(loop.iter), stored_in(loop.body, own)
        if through & stored or (through & shared and stored & shared):
            calls = [node for node in ast.walk(loop.iter) if isinstance(node, ast.Call)]
            yield from (node for node in calls if ast.unparse(node.func) in lazy and not of_range(node))


def stored_in(body: list[ast.stmt], own: Collection[str]) -> set[str]:
    """Return the names in expressions of which statements store elements, or call methods or own functions for them."""
    found: set[str] = set()
    for part in (part for statement in body for part in ast.walk(statement)):
        match part:
            case ast.Subscript(value=held, ctx=ast.Store() | ast.Del()):
                found |= names_in(held)
            case ast.Call(func=ast.Attribute(value=held, attr=name)) if name in CHANGING:
                found |= names_in(held)
            case ast.Call(func=ast.Name(id=name), args=given) if name in own:
                found = found.union(*map(names_in, given))
            case ast.AugAssign(target=ast.Name(id=name)):
                found.add(name)
    return found


def shared_in(tree: ast.AST) -> set[str]:
    """Return the names that may be another's container: those that are given what is not made there, and its names."""
    found: set[str] = set()
    for node in ast.walk(tree):
        match node:
            case ast.Assign(targets=targets, value=value) if len(targets) > 1 or not is_made(value):
                found = found.union(names_in(value), *map(names_in, targets))
            case ast.For(target=target, iter=values) | ast.comprehension(target=target, iter=values):
                found |= names_in(target) | names_in(values)
            case ast.NamedExpr(target=target, value=value):
                found |= names_in(target) | names_in(value)
            case ast.arg(arg=name):
                found.add(name)
    return found


def is_made(value: ast.expr) -> bool:
    """Tell whether an expression makes a number or a container of its own, which holds no container that has a name."""
    match value:
        case ast.Call(func=ast.Name(id=name), args=parts):
            return name in COUNTING or (name in COPYING and all(map(is_made, parts)))
        case ast.Call(func=ast.Attribute(value=ast.Name(id="rt" | "np" | "numpy"), attr=name)):
            return name not in VIEWS
        case ast.List(elts=parts) | ast.Tuple(elts=parts):
            return all(map(is_made, parts))
        case ast.ListComp(elt=part) | ast.GeneratorExp(elt=part):
            return is_made(part)
    return isinstance(value, ast.Constant | ast.BinOp | ast.UnaryOp | ast.Compare)


def of_range(call: ast.Call) -> bool:
    """Tell whether an iterator goes through ranges, which nothing changes."""
    calls = [part.func for part in call.args if isinstance(part, ast.Call)]
    return len(calls) == len(call.args) > 0 and all(isinstance(f, ast.Name) and f.id == "range" for f in calls)
