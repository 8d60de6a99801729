"""Carried programs written for Numba's types: containers are made for the carried values that are stored in them.

Numba makes an array or a list of the type of what stands in it first: `x = np.zeros(n)` cannot hold a draw. Here it is
`x = stochtrace_movable(np.zeros(n))` where something that may move is stored in it. Interpreted code needs none of it.
"""

from __future__ import annotations

import ast
from collections.abc import Collection, Iterator

from stochtrace.carried.families import FAMILIES
from stochtrace.carried.runtime import SAMPLERS
from stochtrace.lowering.arrays import AS_ARRAY, COPIED
from stochtrace.lowering.trees import MOVABLE_NUMBER, PREFIX

MOVABLE = f"{PREFIX}movable"
ARRAYS = {"zeros", "ones", "empty", "full", "zeros_like", "ones_like", "full_like", "array", "asarray", "linspace"}
ARRAYS |= {"copy", "eye", "identity"}
PUSHING = ("heappush", "heapreplace", "heappushpop")
AS_IT_IS = {"asarray", AS_ARRAY}
WHOLE = {"floor", "ceil", "argmax", "argmin", "argsort", "searchsorted", *SAMPLERS} - FAMILIES.keys()
Function = ast.FunctionDef | ast.Lambda
OMEGA = "omega"


class Stores(ast.NodeTransformer):
    """Makes containers of numbers for carried values, in the functions where such values are stored in them."""

    def __init__(self, functions: Collection[str]) -> None:
        self.functions, self.made = functions, 0
        self.stored, self.renewed = set[str](), set[str]()  # names of containers, and of what else may move
        self.given = set[str]()

    def visit_FunctionDef(self, node: ast.FunctionDef) -> ast.FunctionDef:
        around = self.stored, self.renewed, self.given
        self.given = self.given | {argument.arg for argument in node.args.args} - {OMEGA}
        stored, moving = stored_in(node, self.functions)
        self.stored, self.renewed = around[0] | stored, moving
        self.generic_visit(node)
        self.stored, self.renewed, self.given = around
        return node

    def visit_List(self, node: ast.List) -> ast.expr:
        """In rows of tuples that are written out, what stands in one column is of one type."""
        self.generic_visit(node)
        rows = [part.elts for part in node.elts if isinstance(part, ast.Tuple)]
        if len(rows) != len(node.elts) or len({len(row) for row in rows}) != 1 or len(rows) < 2:
            return node
        for i in range(len(rows[0])):
            column = [row[i] for row in rows]
            numbers = [isinstance(part, ast.Constant) and isinstance(part.value, float) for part in column]
            if any(numbers) and not all(numbers):
                for row in rows:
                    row[i] = self.number(row[i])
        return node

    def visit_For(self, node: ast.For) -> ast.For:
        self.generic_visit(node)
        self.alike(node.iter)
        return node

    def visit_comprehension(self, node: ast.comprehension) -> ast.comprehension:
        self.generic_visit(node)
        self.alike(node.iter)
        return node

    def alike(self, values: ast.expr) -> None:
        """What a loop goes through is of one type: numbers that are written out stand beside what may move."""
        parts = values.elts if isinstance(values, ast.Tuple | ast.List) else []
        plain = [isinstance(part, ast.Constant) and type(part.value) in (int, float) for part in parts]
        names = self.stored | self.renewed | self.given
        if any(plain) and any(moves(part, names, self.functions) for part in parts):
            parts[:] = [self.number(part) for part in parts]

    def visit_Call(self, node: ast.Call) -> ast.expr:
        self.generic_visit(node)
        match node:
            case ast.Call(func=ast.Name(id=push) | ast.Attribute(attr=push), args=[ast.Name(id=name), value]) if (
                push in PUSHING and name in self.stored
            ):
                node.args[1] = self.number(value)
        return node

    def visit_Assign(self, node: ast.Assign) -> ast.stmt:
        self.generic_visit(node)
        for target in node.targets:
            match target, node.value:
                case ast.Name(id=name), value if name in self.stored:
                    node.value = self.held(value)
                case ast.Name(id=name), value if name in self.renewed and is_filled(value):
                    node.value = self.number(value)
                case ast.Tuple(elts=names), ast.Tuple(elts=values):
                    stored = [isinstance(name, ast.Name) and name.id in self.stored for name in names]
                    values[:] = [self.held(v) if s else v for s, v in zip(stored, values, strict=False)]
        return node

    def held(self, value: ast.expr) -> ast.expr:
        """Return a container that can hold carried values."""
        match value:
            case ast.List():
                value.elts = [self.number(part) for part in value.elts]
            case ast.ListComp():
                value.elt = self.number(value.elt)
            case ast.Dict():
                value.values = [self.number(part) for part in value.values]
            case ast.DictComp():
                value.value = self.number(value.value)
            case ast.BinOp(op=ast.Mult()):
                value.left, value.right = self.held(value.left), self.held(value.right)
            case ast.Call() if is_new(value):
                return self.number(value)
        return value

    def number(self, value: ast.expr) -> ast.expr:
        """Return what may move in the place of a number or of a new array; an array that has other names stays."""
        self.made += 1
        return ast.Call(ast.Name(MOVABLE if is_new(value) else MOVABLE_NUMBER, ast.Load()), [value], [])


def is_new(value: ast.expr) -> bool:
    """Tell whether an expression makes an array, if it is one: another one can take its place."""
    match value:
        case ast.Call(func=ast.Attribute(attr=name) | ast.Name(id=name), args=[values, *_]) if name in AS_IT_IS:
            return isinstance(values, ast.List | ast.ListComp)
        case ast.Call(func=ast.Attribute(attr=name)):
            return name in ARRAYS
        case ast.Call(func=ast.Name(id=name)):
            return name in COPIED
    return isinstance(value, ast.BinOp | ast.UnaryOp)


def is_filled(value: ast.expr) -> bool:
    """Tell whether an expression is a new array of numbers, or arithmetic on one."""
    match value:
        case ast.BinOp(left=left, right=right):
            return is_filled(left) or is_filled(right)
        case ast.UnaryOp(operand=operand):
            return is_filled(operand)
    return isinstance(value, ast.Call) and is_new(value)


def stored_in(function: ast.FunctionDef, functions: Collection[str]) -> tuple[set[str], set[str]]:
    """Return the names of containers in which a function stores what may move, and all names of what may."""
    moving = {a.arg for node in ast.walk(function) if isinstance(node, Function) for a in node.args.args} - {OMEGA}
    while True:
        found = {(name, inside) for name, inside, value in bound_in(function) if moves(value, moving, functions)}
        if moving >= (names := {name for name, _ in found}):
            return {name for name, inside in found if inside}, {name for name, inside in found if not inside}
        moving |= names


def bound_in(function: ast.FunctionDef) -> Iterator[tuple[str, bool, ast.expr]]:
    """Yield each name that is given a value, whether the value is stored inside of what it names, and the value."""
    for node in ast.walk(function):
        match node:
            case ast.Assign(targets=targets, value=value):
                pairs = [pair for target in targets for pair in parts_of(target, value)]
            case ast.AugAssign(target=target, value=value) | ast.For(target=target, iter=value):
                pairs = [(target, value)]
            case ast.comprehension(target=target, iter=value):
                pairs = [(target, value)]
            case ast.Call(func=ast.Attribute(value=ast.Name(id=name), attr="append"), args=[value]):
                yield name, True, value
                continue
            case ast.Call(
                func=ast.Name(id=push) | ast.Attribute(attr=push), args=[ast.Name(id=name), value]
            ) if push in PUSHING:
                yield name, True, value
                continue
            case _:
                continue
        for target, value in pairs:
            for part in ast.walk(target):
                match part:
                    case ast.Subscript(value=ast.Name(id=name)):
                        yield name, True, value
                    case ast.Name(id=name, ctx=ast.Store()):
                        yield name, False, value


def parts_of(target: ast.expr, value: ast.expr) -> list[tuple[ast.expr, ast.expr]]:
    """Return what is assigned to what, one by one where both are written out."""
    match target, value:
        case ast.Tuple(elts=targets), ast.Tuple(elts=values):
            return [*zip(targets, values, strict=False)]
    return [(target, value)]


def moves(value: ast.AST, moving: Collection[str], functions: Collection[str]) -> bool:
    """Tell whether an expression may move: it draws, or holds a name that does; a test or a whole number does not."""
    match value:
        case ast.Compare() | ast.Call(func=ast.Name(id="int" | "len" | "range" | "round" | "bool")):
            return False
        case ast.Call(func=ast.Attribute(attr=name)) if name in WHOLE:
            return False
        case ast.Call(func=ast.Attribute(attr="each"), args=[ast.Attribute(attr=name), *_]):
            return name in FAMILIES
        case ast.Attribute(attr=name) if name in FAMILIES:
            return True
        case ast.Name(id=name):
            return name in moving or name in functions
        case ast.Subscript(value=held):
            return moves(held, moving, functions)
    return any(moves(part, moving, functions) for part in ast.iter_child_nodes(value))
