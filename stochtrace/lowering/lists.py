"""Lists of the module, which no sample changes, as constants that Numba takes: arrays of numbers, tuples of the rest.

    for y in DATA: ...               for y in stochtrace_list_DATA: ...
    row = P[state]; row[j]           row = stochtrace_list_P[state]; row[j]
    left = NAMES[:]                  left = [x for x in stochtrace_list_NAMES[:]]

An array is no list. Where a program does more with a list than read its elements or copy it, all lists stay.
"""

from __future__ import annotations

import ast
import bisect
from collections.abc import Collection, Mapping
from typing import Any, NamedTuple

import numpy as np

from stochtrace import runtime
from stochtrace.lowering.trees import PREFIX, bound_within

LONG = 256  # elements of a tuple, after which it takes long to compile
READ = {"len": 3, "sum": 1, "min": 1, "max": 1, "sorted": 1, "enumerate": 1, "zip": 1}  # in so many dimensions
RUNTIME = {"pick": 1, "take_list": 1}  # the same: these return elements
OTHERWISE = {"reorder", "zero_like", "copied", "remade", "passing"}  # what is not only read by the runtime
BISECT = (bisect.bisect, bisect.bisect_left)  # what only asks where a value belongs
NEW = ("array", "asarray")
ELEMENT = "stochtrace_element"


class Kept(NamedTuple):
    """What stands for a list, and its dimensions: its rows are lists, its elements are not."""

    value: Any
    depth: int


class Lists(ast.NodeTransformer):
    """Writes the lists of a module in another way; `constants` holds them, `made` counts the places."""

    def __init__(self, tree: ast.Module, space: Mapping[str, Any], used: Collection[str]) -> None:
        self.made, self.constants = 0, dict[str, Any]()
        self.copies, self.arrays = dict[ast.AST, ast.expr](), set[ast.AST]()
        found = [Uses(node, space) for node in tree.body if isinstance(node, ast.FunctionDef) and node.name in used]
        kept = {name: kept_as(space[name]) for uses in found for name in uses.read}
        if not all(uses.only_read_all(kept) for uses in found):
            return
        self.constants = {f"{PREFIX}list_{name}": list_.value for name, list_ in kept.items() if list_}
        for uses in found:
            self.copies |= uses.copies
            self.arrays |= uses.arrays
            self.made += sum(map(len, uses.read.values()))
            for name, places in uses.read.items():
                for node in places:
                    node.id = f"{PREFIX}list_{name}"

    def visit(self, node: ast.AST) -> Any:
        """A copy of a list is a new list, and an array of it a new array."""
        self.generic_visit(node)
        if not self.made:
            return node
        if node in self.copies:
            element = ast.Name(ELEMENT, ast.Store())
            return ast.ListComp(ast.Name(ELEMENT, ast.Load()), [ast.comprehension(element, self.copies[node], [], 0)])
        match node:
            case ast.Call(func=ast.Attribute() as function) if node in self.arrays:
                function.attr = "asarray"
                return ast.Call(ast.Attribute(node, "copy", ast.Load()), [], [])
        return node


class Uses:
    """What a function does with the lists of its module: the copies and arrays of them, and what names their rows."""

    def __init__(self, function: ast.FunctionDef, space: Mapping[str, Any]) -> None:
        self.space = space
        self.around = {part: node for node in ast.walk(function) for part in ast.iter_child_nodes(node)}
        names = [node for node in ast.walk(function) if isinstance(node, ast.Name)]
        self.loads = [node for node in names if isinstance(node.ctx, ast.Load)]
        self.stores = [node for node in names if not isinstance(node.ctx, ast.Load)]
        self.read: dict[str, list[ast.Name]] = {}
        own = bound_within(function)
        for node in self.loads:
            if type(space.get(node.id)) is list and node.id not in own:
                self.read.setdefault(node.id, []).append(node)
        self.rows, self.given = dict[str, int](), set[ast.expr]()
        self.copies, self.arrays = dict[ast.AST, ast.expr](), set[ast.AST]()

    def only_read_all(self, kept: Mapping[str, Kept | None]) -> bool:
        """Tell whether all lists that it reads are known and only read, and what names rows of them nothing else."""
        for name, places in self.read.items():
            held = kept[name]
            if held is None or not all(self.only_read(node, held.depth) for node in places):
                return False
        return all(store in self.given for store in self.stores if store.id in self.rows)

    def only_read(self, node: ast.expr, depth: int) -> bool:
        """Tell whether all that becomes of a list of so many dimensions is that its elements are read, or copied."""
        if depth == 0:
            return True
        match self.around[node]:
            case ast.Subscript(value=value, slice=ast.Slice(), ctx=ast.Load()) as part if value is node:
                return self.tried(part, depth) or self.copied(part, part, depth)
            case ast.Subscript(value=value, ctx=ast.Load()) as part if value is node:
                return self.only_read(part, depth - 1)
            case ast.For(iter=values, target=target) | ast.comprehension(iter=values, target=target) if values is node:
                return self.names(target, depth - 1)
            case ast.Assign(targets=[ast.Name() as target], value=value) if value is node:
                return self.names(target, depth)
            case ast.Compare(ops=[ast.In() | ast.NotIn()], comparators=[other]) if other is node:
                return depth == 1
            case ast.BinOp():
                return self.copied(node, node, depth)
            case ast.Attribute(attr="copy") as method if isinstance(call := self.around[method], ast.Call):
                return self.copied(call, node, depth)
            case ast.keyword() as keyword:
                return self.is_read_by(self.around[keyword], depth)
            case ast.Call() as call if node in call.args:
                return self.is_read_by(call, depth, node)
        return False

    def tried(self, node: ast.expr, depth: int) -> bool:
        """Tell the same, and forget what was found on the way if it is not so."""
        before = self.rows.copy(), self.given.copy(), self.copies.copy(), self.arrays.copy()
        if not (found := self.only_read(node, depth)):
            self.rows, self.given, self.copies, self.arrays = before
        return found

    def copied(self, whole: ast.expr, values: ast.expr, depth: int) -> bool:
        """Note a copy of a list, whose elements are no lists."""
        self.copies[whole] = values
        return depth == 1

    def names(self, target: ast.expr, depth: int) -> bool:
        """Tell whether what a list, or its elements, are named by is the name of lists that are only read."""
        if depth == 0:
            return True
        if not isinstance(target, ast.Name):
            return depth == 1 and isinstance(target, ast.Tuple)
        self.given.add(target)
        if target.id in self.rows:
            return self.rows[target.id] == depth
        self.rows[target.id] = depth
        return all(self.only_read(node, depth) for node in self.loads if node.id == target.id)

    def is_read_by(self, call: ast.AST, depth: int, node: ast.expr | None = None) -> bool:
        """Tell whether a call only reads a list: one of a builtin, of NumPy, or of the runtime."""
        match call:
            case ast.Call(func=ast.Name("list"), args=[values], keywords=[]) if "list" not in self.space:
                return self.copied(call, values, depth)
            case ast.Call(func=ast.Name(id=name)) if name in READ and name not in self.space:
                return depth <= READ[name] or (node is not None and self.is_iterated(call, name, node, depth))
            case ast.Call(func=ast.Name(id=name)) if self.space.get(name) in BISECT:
                return depth == 1
            case ast.Call(func=ast.Attribute(value=ast.Name(id=module), attr=name)):
                if self.space.get(module) is bisect:
                    return depth == 1 and getattr(bisect, name) in BISECT
                if self.space.get(module) is runtime:
                    return depth <= RUNTIME.get(name, 3) and name not in OTHERWISE
                if name in NEW:
                    self.arrays.add(call)
                return self.space.get(module) is np
        return False

    def is_iterated(self, call: ast.Call, name: str, node: ast.expr, depth: int) -> bool:
        """Tell the same of the rows that a loop takes from one of several lists, or with their numbers."""
        match name, self.around[call]:
            case (
                "enumerate" | "zip",
                ast.For(target=ast.Tuple(elts=names)) | ast.comprehension(target=ast.Tuple(elts=names)),
            ):
                return self.names(names[1 if name == "enumerate" else call.args.index(node)], depth - 1)
        return False


def kept_as(value: list[Any]) -> Kept | None:
    """Return what stands for a list, None where it is empty, too long, or not of one kind."""
    kinds = {*map(type, value)}
    if kinds and kinds <= {int, float}:
        return Kept(np.array(value), 1) if all(abs(x) < 2**53 for x in value if type(x) is int) else None
    if kinds == {list}:
        return kept_rows(value)
    return Kept(tuple(value), 1) if kinds in ({str}, {tuple}) and len(value) <= LONG else None


def kept_rows(rows: list[list[Any]]) -> Kept | None:
    """Return what stands for a list of lists of numbers."""
    kept = [kept_as(row) for row in rows if row]
    numbers = [row.value for row in kept if row and row.depth == 1 and isinstance(row.value, np.ndarray)]
    if not numbers or len(numbers) < len(kept):
        return None
    if len({*map(len, rows)}) == 1:
        return Kept(np.array(rows), 2)
    kind = np.result_type(*numbers)
    return Kept(tuple(np.array(row, kind) for row in rows), 2) if len(rows) <= LONG else None
