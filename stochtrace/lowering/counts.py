"""`Counter` and `defaultdict` of numbers as dictionaries, for Numba: `seen[key] += 1` asks for what is there.

    seen = Counter()            seen = {}
    seen[kind] += 1        →    seen[kind] = stochtrace_got(seen, kind, 0) + 1
"""

from __future__ import annotations

import ast
import copy
from collections.abc import Iterator

from stochtrace.lowering.trees import PREFIX, functions_of, helper, independent, listed, reads_only

ZEROS = {"int": 0, "float": 0.0}
CAUGHT = {"KeyError", "LookupError", "Exception", "BaseException"}
Place = tuple[str, str]  # a variable or an attribute, and its name


class Counts(ast.NodeTransformer):
    """Writes such dictionaries in another way; `made` counts the places."""

    def __init__(self, tree: ast.Module) -> None:
        self.made = 0
        self.paths = functions_of(tree, "collections", ("Counter", "defaultdict"))
        Apart(self).visit(tree)
        given = stored_by_place(tree)
        self.zeros: dict[Place, float] = {}
        for place, values in given.items():
            zeros = [self.zero(value) for value in values]
            if zeros[0] is not None and len({(type(zero), zero) for zero in zeros}) == 1:
                self.zeros[place] = zeros[0]
        counters = {place for place, values in given.items() if all(self.name(value) == "Counter" for value in values)}
        if catches_keys(tree):
            self.zeros.clear()
        for place in read_whole(tree, {*self.zeros} - counters):
            del self.zeros[place]  # to read a key puts it into a `defaultdict`, which a loop then finds

    def name(self, value: ast.expr | None) -> str | None:
        """Return what a call makes: a `Counter`, a `defaultdict`, or None for others."""
        return self.paths.get(ast.unparse(value.func)) if isinstance(value, ast.Call) else None

    def zero(self, value: ast.expr | None) -> float | None:
        """Return what such a dictionary has where nothing was stored, None where it is another one."""
        match self.name(value), value:
            case "Counter", ast.Call(args=[], keywords=[]) | ast.Call(args=[ast.ListComp() | ast.GeneratorExp()]):
                return 0
            case "Counter", ast.Call(args=[ast.Name() | ast.List()], keywords=[]):
                return 0
            case "defaultdict", ast.Call(args=[ast.Name(id=kind)], keywords=[]):
                return ZEROS.get(kind)
        return None

    def visit_Call(self, node: ast.Call) -> ast.expr:
        self.generic_visit(node)
        match node:
            case ast.Call(func=ast.Attribute(value=held, attr="most_common"), args=[*count], keywords=[]) if (
                len(count) < 2 and (place_of(held) in self.zeros or self.name(held) or is_counted(held))
            ):
                self.made += 1
                return helper("most_common", held, *count, *[ast.Constant(-1)][len(count) :])
            case ast.Call(args=[values], keywords=[]) if self.name(node) == "Counter":
                self.made += 1
                return helper("counted", listed(values))
        return node

    def visit_Assign(self, node: ast.Assign) -> ast.stmt:
        self.generic_visit(node)
        if all(place_of(target) in self.zeros for target in node.targets) and self.zero(node.value) is not None:
            self.made += 1
            node.value = ast.Dict([], [])
        return node

    def visit_AugAssign(self, node: ast.AugAssign) -> ast.stmt | list[ast.stmt]:
        self.generic_visit(node)
        match node.target:
            case ast.Subscript(value=held, slice=key) if (place := place_of(held)) in self.zeros:
                before, key = kept_key(key, f"{PREFIX}key_{self.made}")
                self.made += 1
                zero = ast.Constant(self.zeros[place])
                got = helper("got", copy.deepcopy(held), copy.deepcopy(key), zero)
                found = ast.IfExp(helper("always_true"), got, zero)  # a number, before the dictionary has a type
                return [*before, stepped(node, held, key, found)]
        return node

    def visit_Subscript(self, node: ast.Subscript) -> ast.expr:
        self.generic_visit(node)
        if isinstance(node.ctx, ast.Load) and (place := place_of(node.value)) in self.zeros:
            self.made += 1
            return helper("got", node.value, node.slice, ast.Constant(self.zeros[place]))
        return node


class Apart(ast.NodeTransformer):
    """Writes `seen, n = Counter(), 0` as one assignment after the other."""

    def __init__(self, counts: Counts) -> None:
        self.counts = counts

    def visit_Assign(self, node: ast.Assign) -> ast.stmt | list[ast.stmt]:
        match node:
            case ast.Assign(targets=[ast.Tuple(elts=targets)], value=ast.Tuple(elts=values)) if (
                independent(targets, values) and any(map(self.counts.name, values))
            ):
                return [ast.copy_location(ast.Assign([t], v), node) for t, v in zip(targets, values, strict=True)]
        return node


def catches_keys(tree: ast.AST) -> bool:
    """Tell whether a program may catch the error of a key that is not there.

    Such a dictionary raises it, in compiled code, where it is read under another name; the sample is interpreted then.
    """
    caught = [node.type for node in ast.walk(tree) if isinstance(node, ast.ExceptHandler)]
    return any(kind is None or {*map(str.strip, ast.unparse(kind).strip("()").split(","))} & CAUGHT for kind in caught)


def kept_key(key: ast.expr, name: str) -> tuple[list[ast.stmt], ast.expr]:
    """Return a key that may be evaluated twice, after the statement that gives it the name if it needs one."""
    if reads_only(key):
        return [], key
    return [ast.Assign([ast.Name(name, ast.Store())], key)], ast.Name(name, ast.Load())


def stepped(node: ast.AugAssign, held: ast.expr, key: ast.expr, found: ast.expr) -> ast.stmt:
    """Return `held[key] += ...` as what stores the sum of what is found there."""
    target = ast.Subscript(held, key, ast.Store())
    return ast.Assign([target], ast.BinOp(found, node.op, node.value), lineno=1)


def stored_by_place(tree: ast.AST) -> dict[Place, list[ast.expr | None]]:
    """Return all that each variable and attribute is given."""
    given: dict[Place, list[ast.expr | None]] = {}
    for place, value in stores(tree):
        given.setdefault(place, []).append(value)
    return given


def stores(tree: ast.AST) -> Iterator[tuple[Place, ast.expr | None]]:
    """Yield each variable and attribute that is given a value, and the value, None where it is not one expression."""
    seen = set()
    for node in ast.walk(tree):
        match node:
            case ast.Assign(targets=targets, value=value):
                for target in targets:
                    seen.add(id(target))
                    if place := place_of(target):
                        yield place, value
            case ast.AnnAssign(target=target, value=value):
                seen.add(id(target))
                if place := place_of(target):
                    yield place, value
            case ast.arg(arg=name):
                yield ("variable", name), None
    for node in ast.walk(tree):
        if id(node) not in seen and isinstance(getattr(node, "ctx", None), ast.Store) and (place := place_of(node)):
            yield place, None


def place_of(node: ast.AST) -> Place | None:
    """Return which variable or attribute an expression is."""
    match node:
        case ast.Name(id=name):
            return "variable", name
        case ast.Attribute(attr=name):
            return "attribute", name
    return None


def read_whole(tree: ast.AST, places: set[Place]) -> set[Place]:
    """Return those dictionaries of which keys are read, and which are also read as a whole."""
    keys, held = set(), set()
    for node in ast.walk(tree):
        match node:
            case ast.Subscript(value=value, ctx=ast.Load()) if (place := place_of(value)) in places:
                keys.add(place)
                held.add(id(value))
            case ast.Subscript(value=value):
                held.add(id(value))
    loads = [node for node in ast.walk(tree) if isinstance(getattr(node, "ctx", None), ast.Load)]
    return {place for node in loads if id(node) not in held and (place := place_of(node)) in keys}


def is_counted(node: ast.expr) -> bool:
    """Tell whether an expression is a `Counter` of values, written in another way."""
    return isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == f"{PREFIX}counted"
