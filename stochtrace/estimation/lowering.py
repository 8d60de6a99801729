"""What Numba lacks, written in another way that means the same: queues, heaps, orders by a key, pairs.

The functions that the text then calls are compiled only, in `carried.numba_keys` and `numba_iterators`, and have names
that no program has. Interpreted code keeps the plain text.
"""

from __future__ import annotations

import ast
import copy
from collections.abc import Callable, Collection, Iterator, Mapping
from typing import Any

PREFIX = "stochtrace_"
BUILTINS = ("float", "deque", "reversed", "map")
INFINITE = ("inf", "infinity", "nan")
TWOS = ("combinations", "permutations", "product")  # iterators of pairs
LISTED = ("accumulate", "pairwise", "islice")  # what is made of lists
BISECT = ("bisect", "bisect_left", "bisect_right", "insort", "insort_left", "insort_right")
COPIES = ("copy", "deepcopy")
COUNT = "count"  # of whole numbers, of which one after the other is asked for
CHANGING = ("append", "extend", "insert", "pop", "popleft", "appendleft", "remove", "clear", "sort", "reverse")
KEEPING = ("iter", "next", "map", "filter", "deepcopy", "copy")  # functions that do not use an iterator up
USING = ("extend", "join", "update", "fsum", "mean", "fmean", "median", "array", "asarray")  # and methods that do
COUNTING = ("len", "float", "int", "abs", "sum", "range")
COPYING = ("list", "sorted", "deque", "set", "dict")
VIEWS = ("asarray", "ravel", "reshape", "transpose", "atleast_1d", "squeeze", "broadcast_to")
BLOCKS = ("body", "orelse", "finalbody")
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


def kept_iterators(tree: ast.Module, is_iterator: Callable[[ast.AST], bool]) -> set[ast.AST]:
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


def placed(function: ast.stmt, statement: ast.stmt) -> ast.stmt:
    """Return a function with the line of a statement: errors are told there."""
    for part in ast.walk(function):
        if isinstance(part, ast.stmt | ast.expr | ast.arg):
            ast.copy_location(part, statement)
    return function


class Lowering(ast.NodeTransformer):
    """Writes what Numba lacks in another way; `made` counts the places."""

    def __init__(self, tree: ast.Module) -> None:
        self.made = 0
        loaded = [node for node in ast.walk(tree) if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load)]
        self.read = {name.id for name in loaded}
        self.iterators = functions_of(tree, "itertools", (*TWOS, *LISTED, COUNT))
        self.copies = functions_of(tree, "copy", COPIES)
        self.bisect = functions_of(tree, "bisect", BISECT)
        self.kept = set[ast.AST]()
        self.of_deques = not any(name.endswith("popleft") for name in bound_in(tree))  # no class has such a method
        known = (*self.iterators, *self.copies, *self.bisect)
        self.own = bound_in(tree) & {*BUILTINS, *(name.partition(".")[0] for name in known)}

    def visit_Module(self, node: ast.Module) -> ast.Module:
        self.kept = kept_iterators(node, self.is_iterator) | {*self.changing(node)}
        self.generic_visit(node)
        return node

    def visit_Call(self, node: ast.Call) -> ast.expr:
        self.generic_visit(node)
        match node:
            case ast.Call(func=ast.Name(id=name) | ast.Attribute(value=ast.Name(id=name))) if name in self.own:
                return node
            case _ if node in self.kept:
                return node
            case ast.Call(func=ast.Name(id="next"), args=[_], keywords=[]) if COUNT in self.iterators.values():
                node.func = ast.Name(f"{PREFIX}next", ast.Load())
            case ast.Call(args=[*given], keywords=[]) if self.iterators.get(ast.unparse(node.func)) == COUNT:
                node.func = ast.Name(f"{PREFIX}counter", ast.Load())
                node.args = [*given, *(ast.Constant(value) for value in (0, 1)[len(given) :])]
            case ast.Call(args=[_], keywords=[]) if copying := self.copies.get(ast.unparse(node.func)):
                node.func = ast.Name(f"{PREFIX}of_{copying}", ast.Load())
            case ast.Call(args=[_, _], keywords=[]) if place := self.bisect.get(ast.unparse(node.func)):
                node.func = ast.Name(f"{PREFIX}{place}", ast.Load())
            case ast.Call(args=[values, *rest], keywords=[]) if (
                (listed := self.iterators.get(ast.unparse(node.func), "")) in LISTED and len(rest) < 3
            ):
                if (listed == "islice") != bool(rest):
                    return node
                node.func = ast.Name(f"{PREFIX}{listed}", ast.Load())
                node.args = [values, *[ast.Constant(0)][len(rest) - 1 :], *rest] if rest else [values]
            case ast.Call(args=[values, other], keywords=[]) if pairs := self.pairs_of(node.func, other):
                node.func = ast.Name(f"{PREFIX}{pairs}", ast.Load())
                node.args = [values, other] if pairs == "product" else [values]
            case ast.Call(func=ast.Name(id="float"), args=[ast.Compare() as test], keywords=[]):
                self.made += 1
                return ast.IfExp(test, ast.Constant(1.0), ast.Constant(0.0))
            case ast.Call(
                func=ast.Name(id="float") | ast.Attribute(attr="as_float"), args=[ast.Constant(value=str(text))]
            ) if text.strip().lstrip("+-").lower() in INFINITE:
                self.made += 1
                return ast.Constant(float(text))
            case ast.Call(func=ast.Name(id="deque"), args=[ast.List() | ast.ListComp() as items], keywords=[]):
                self.made += 1
                return items
            case ast.Call(func=ast.Name(id="deque"), args=[ast.GeneratorExp() as items], keywords=[]):
                self.made += 1
                return ast.ListComp(items.elt, items.generators)
            case ast.Call(func=ast.Name(id="deque"), args=[values], keywords=[]):
                node.func = ast.Name("list", ast.Load())
            case ast.Call(func=ast.Name(id="reversed"), args=[_], keywords=[]):
                node.func = ast.Name(f"{PREFIX}reversed", ast.Load())
            case ast.Call(func=ast.Name(id="deque"), args=[], keywords=[]):
                self.made += 1
                return ast.List([], ast.Load())
            case ast.Call(func=ast.Attribute(attr="popleft") as function, args=[], keywords=[]) if self.of_deques:
                function.attr, node.args = "pop", [ast.Constant(0)]
            case _:
                return node
        self.made += 1
        return node

    def is_iterator(self, node: ast.AST) -> bool:
        """Tell whether a call makes an iterator that a list is to stand for."""
        called = ast.unparse(node.func) if isinstance(node, ast.Call) else ""
        return called == "reversed" or self.iterators.get(called, COUNT) != COUNT

    def changing(self, tree: ast.Module) -> Iterator[ast.AST]:
        """Yield the iterators whose loop may store in what they go through: a list in their place would miss it."""
        shared, own = shared_in(tree), bound_in(tree)
        lazy = ("reversed", *(name for name, made in self.iterators.items() if made in LISTED))
        for loop in (node for node in ast.walk(tree) if isinstance(node, ast.For)):
            through, changed = names_in(loop.iter), changed_in(loop.body, own)
            if through & changed or (through & shared and changed & shared):
                calls = [node for node in ast.walk(loop.iter) if isinstance(node, ast.Call)]
                yield from (node for node in calls if ast.unparse(node.func) in lazy and not of_range(node))

    def pairs_of(self, function: ast.expr, second: ast.expr) -> str | None:
        """Return the iterator of pairs that a call is of, None where it is none."""
        name = self.iterators.get(ast.unparse(function))
        two = isinstance(second, ast.Constant) and second.value == 2
        return name if name == "product" or (name in TWOS and two) else None

    def visit_For(self, node: ast.For) -> ast.stmt:
        self.generic_visit(node)
        match node.iter:
            case ast.Call(func=ast.Name(id=name), args=[first, step]) if name == f"{PREFIX}counter":
                node.iter = helper("counting", first, step)
        return node

    def visit_Expr(self, node: ast.Expr) -> ast.stmt | list[ast.stmt]:
        """Numba finds the type of an empty list by what is appended to it."""
        self.generic_visit(node)
        match node.value:
            case ast.Call(func=ast.Attribute(attr=name) | ast.Name(id=name), args=[ast.Name() as heap, item]) if (
                name == "heappush"
            ):
                last = ast.Call(ast.Attribute(heap, "pop", ast.Load()), [], [])
                push = ast.Expr(ast.Call(node.value.func, [heap, last], []))
                self.made += 1
                return [ast.Expr(ast.Call(ast.Attribute(heap, "append", ast.Load()), [item], [])), push]
        return node

    def visit_Assign(self, node: ast.Assign) -> ast.stmt | list[ast.stmt]:
        self.generic_visit(node)
        match node:
            case ast.Assign(targets=[ast.Tuple(elts=[*first, ast.Starred(value=ast.Name(id=rest))])]) if first:
                self.made += 1
                return self.unpacked(first, rest, node.value)
            case ast.Assign(targets=[ast.Tuple(elts=targets)], value=ast.Tuple(elts=values)) if apart(targets, values):
                self.made += 1
                return [ast.Assign([target], value) for target, value in zip(targets, values, strict=True)]
            case ast.Assign(
                targets=[ast.Tuple(elts=targets)],
                value=ast.Call(func=ast.Name(id="map"), args=[ast.Name() as called, ast.Tuple(elts=given)]),
            ) if len(targets) == len(given):
                node.value = ast.Tuple([ast.Call(copy.deepcopy(called), [value], []) for value in given], ast.Load())
                self.made += 1
            case ast.Assign(targets=[ast.Tuple()], value=ast.GeneratorExp(elt=element, generators=loops)):
                node.value = ast.ListComp(element, loops)
                self.made += 1
        return node

    def unpacked(self, first: list[ast.expr], rest: str, value: ast.expr) -> list[ast.stmt]:
        """Return `a, *rest = x` as one assignment after the other; what nobody reads of the rest is left out."""
        held = f"{PREFIX}unpacked_{self.made}"
        made: list[ast.stmt] = [ast.Assign([ast.Name(held, ast.Store())], value)]
        for i, target in enumerate(first):
            made.append(ast.Assign([target], ast.Subscript(ast.Name(held, ast.Load()), ast.Constant(i), ast.Load())))
        if rest in self.read:
            part = ast.Slice(ast.Constant(len(first)), None, None)
            after = ast.Subscript(ast.Name(held, ast.Load()), part, ast.Load())
            made.append(ast.Assign([ast.Name(rest, ast.Store())], after))
        return made


def apart(targets: list[ast.expr], values: list[ast.expr]) -> bool:
    """Tell whether names are given values that do not depend on them, an empty list or dictionary among them."""
    empty = any(isinstance(value, ast.List) and not value.elts for value in values)
    empty = empty or any(isinstance(value, ast.Dict) and not value.keys for value in values)
    return empty and independent(targets, values)


def independent(targets: list[ast.expr], values: list[ast.expr]) -> bool:
    """Tell whether names are given values that do not depend on them: one after the other, they are the same."""
    names = {target.id for target in targets if isinstance(target, ast.Name)}
    read = {part.id for value in values for part in ast.walk(value) if isinstance(part, ast.Name)}
    inner = any(isinstance(part, ast.Lambda | ast.NamedExpr) for value in values for part in ast.walk(value))
    return len(names) == len(targets) == len(values) and not names & read and not inner


def names_in(node: ast.AST) -> set[str]:
    """Return the names in an expression."""
    return {part.id for part in ast.walk(node) if isinstance(part, ast.Name)}


def changed_in(body: list[ast.stmt], own: Collection[str] = ()) -> set[str]:
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


def reads_only(node: ast.expr) -> bool:
    """Tell whether an expression makes no decision and may be evaluated twice: names, elements, sums, ranges."""

    def simple(part: ast.AST) -> bool:
        if isinstance(part, ast.Call):
            return isinstance(part.func, ast.Name) and part.func.id in ("range", "len")
        return isinstance(part, READ)

    return all(map(simple, ast.walk(node)))


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
