"""What Numba lacks, written in another way that means the same: heaps, places in an order, iterators, pairs.

The functions that the text then calls are compiled only, in `carried.numba_keys` and `numba_iterators`.
"""

from __future__ import annotations

import ast
import copy

from stochtrace.lowering.lazy import LISTED, changed, kept
from stochtrace.lowering.trees import PREFIX, bound_in, functions_of, helper, independent, names_in

BUILTINS = ("float", "reversed", "map", "zip", "set", "dict")
INFINITE = ("inf", "infinity", "nan")
TWOS = ("combinations", "permutations", "product")  # iterators of pairs
BISECT = ("bisect", "bisect_left", "bisect_right", "insort", "insort_left", "insort_right")
INSERTING = ("heappush", *(f"{PREFIX}{name}" for name in BISECT if name.startswith("insort")))
COPIES = ("copy", "deepcopy")
COUNT = "count"  # of whole numbers, of which one after the other is asked for


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
        known = (*self.iterators, *self.copies, *self.bisect)
        self.own = bound_in(tree) & {*BUILTINS, *(name.partition(".")[0] for name in known)}

    def visit_Module(self, node: ast.Module) -> ast.Module:
        listed = {name for name, made in self.iterators.items() if made in LISTED}
        self.kept = kept(node, self.is_iterator) | {*changed(node, {"reversed", *listed})}
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
            case ast.Call(func=ast.Name(id="dict"), args=[ast.Name()], keywords=[]):
                node.func = ast.Name(f"{PREFIX}of_dict", ast.Load())
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
            case ast.Call(func=ast.Name(id="reversed"), args=[_], keywords=[]):
                node.func = ast.Name(f"{PREFIX}reversed", ast.Load())
            case _:
                return node
        self.made += 1
        return node

    def visit_SetComp(self, node: ast.SetComp) -> ast.expr:
        self.generic_visit(node)
        if "set" in self.own:
            return node
        self.made += 1
        return ast.Call(ast.Name("set", ast.Load()), [ast.ListComp(node.elt, node.generators)], [])

    def visit_Set(self, node: ast.Set) -> ast.expr:
        """A set of one number, whose type is that number to Numba."""
        self.generic_visit(node)
        match node.elts:
            case [ast.Constant(value=int())] if "set" not in self.own:
                self.made += 1
                return ast.Call(ast.Name("set", ast.Load()), [ast.List(node.elts, ast.Load())], [])
        return node

    def is_iterator(self, node: ast.AST) -> bool:
        """Tell whether a call makes an iterator that a list is to stand for."""
        called = ast.unparse(node.func) if isinstance(node, ast.Call) else ""
        return called == "reversed" or self.iterators.get(called, COUNT) != COUNT

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
            case ast.Call(func=ast.Attribute(attr=name) | ast.Name(id=name), args=[ast.Name() as held, item]) if (
                name in INSERTING
            ):
                last = ast.Call(ast.Attribute(held, "pop", ast.Load()), [], [])
                insert = ast.Expr(ast.Call(node.value.func, [held, last], []))
                self.made += 1
                return [ast.Expr(ast.Call(ast.Attribute(held, "append", ast.Load()), [item], [])), insert]
        return node

    def visit_Assign(self, node: ast.Assign) -> ast.stmt | list[ast.stmt]:
        self.generic_visit(node)
        match node:
            case ast.Assign(targets=[ast.Tuple(elts=[*first, ast.Starred(value=ast.Name(id=rest))])]) if first:
                self.made += 1
                return self.unpacked(first, rest, node.value)
            case ast.Assign(
                targets=[ast.Tuple(elts=targets)],
                value=ast.Call(func=ast.Name(id="zip"), args=[ast.Starred(value=ast.Name() as rows)], keywords=[]),
            ) if "zip" not in self.own and not names_in(node.targets[0]) & {rows.id}:
                self.made += 1
                return columns(targets, rows)
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


def columns(targets: list[ast.expr], rows: ast.Name) -> list[ast.stmt]:
    """Return `a, b = zip(*rows)` as one list after the other."""
    made: list[ast.stmt] = [ast.Expr(helper("columns", rows, ast.Tuple([ast.Constant(0)] * len(targets), ast.Load())))]
    for i, target in enumerate(targets):
        row = ast.Name(f"{PREFIX}row", ast.Load())
        loop = ast.comprehension(ast.Name(row.id, ast.Store()), rows, [], 0)
        made.append(ast.Assign([target], ast.ListComp(ast.Subscript(row, ast.Constant(i), ast.Load()), [loop])))
    return made


def apart(targets: list[ast.expr], values: list[ast.expr]) -> bool:
    """Tell whether names are given values that do not depend on them, an empty list or dictionary among them."""
    empty = any(isinstance(value, ast.List) and not value.elts for value in values)
    empty = empty or any(isinstance(value, ast.Dict) and not value.keys for value in values)
    return empty and independent(targets, values)


