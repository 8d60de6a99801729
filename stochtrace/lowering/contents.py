"""Containers whose type Numba does not find: those that begin empty inside of others, those that hold others.

    waits = {kind: [] for kind in kinds}    →    waits = stochtrace_filled_0([(kind, stochtrace_empty_1()) for ...])
    friends = defaultdict(list)             →    friends = stochtrace_empty_2()
    friends[i].append(j)                    →    stochtrace_there(friends, i).append(j)

What they hold is found out by running samples (`observed`). It is a hint: a value of another type does not compile.
"""

from __future__ import annotations

import ast
import copy
from collections.abc import Collection, Iterator, Mapping

from stochtrace.lowering.counts import Place, catches_keys, kept_key, place_of, stepped, stored_by_place
from stochtrace.lowering.observed import Kind
from stochtrace.lowering.records import keys_of
from stochtrace.lowering.trees import PREFIX, functions_of, helper

NOTED = f"{PREFIX}noted"  # takes the number of a container and the container, and returns that
EMPTY, FILLED, LISTED, THERE = "empty_", "filled_", "listed_", "there"
NUMBER = f"{PREFIX}number"  # an attribute of a node
MAKING = ("list", "dict", "set", "deque", "OrderedDict")
BROUGHT = ("deque", "defaultdict", "OrderedDict")
DICTIONARIES = ("dict", "defaultdict", "OrderedDict")
HOLDING = ("list", "dict", "set")
NUMBERS = ("int", "float")


def numbered(tree: ast.Module) -> bool:
    """Number the containers that a program makes, in place; tell whether one of them may need its type."""
    makers = makers_of(tree)
    inner = {id(part) for node in ast.walk(tree) for part in inside(node)}
    functions = [node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)]
    nodes = [node for function in functions for part in function.body for node in ast.walk(part)]
    count, wanted = 0, False
    for node in dict.fromkeys(nodes):
        if isinstance(node, ast.expr) and is_container(node, makers):
            setattr(node, NUMBER, count)
            count += 1
            wanted = wanted or is_wanted(node, makers, id(node) in inner)
    return wanted


def makers_of(tree: ast.Module) -> dict[str, str]:
    """Return how a program calls what makes containers."""
    found = functions_of(tree, "collections", BROUGHT)
    own = {name for name in MAKING if any(isinstance(n, ast.FunctionDef) and n.name == name for n in tree.body)}
    return {name: name for name in {*MAKING} - own - {*BROUGHT}} | found


def made_by(node: ast.expr, makers: Mapping[str, str]) -> str:
    """Return the name of what a call makes, "" where it is another expression."""
    return makers.get(ast.unparse(node.func), "") if isinstance(node, ast.Call) and not node.keywords else ""


def is_container(node: ast.expr, makers: Mapping[str, str]) -> bool:
    """Tell whether an expression makes a container."""
    if isinstance(node, ast.BinOp):
        return isinstance(node.op, ast.Mult) and isinstance(node.left, ast.List)
    return isinstance(node, ast.List | ast.ListComp | ast.Dict | ast.DictComp) or bool(made_by(node, makers))


def is_empty(node: ast.expr, makers: Mapping[str, str]) -> bool:
    """Tell whether an expression makes an empty container."""
    match node:
        case ast.List(elts=[]) | ast.Dict(keys=[]):
            return True
        case ast.Call(args=args):
            return (made_by(node, makers) in MAKING and not args) or missing(node, makers) is not None
    return False


def missing(node: ast.expr, makers: Mapping[str, str]) -> ast.expr | None:
    """Return what makes a container that a `defaultdict` puts where nothing is, None where it is no such dictionary."""
    match node:
        case ast.Call(args=[ast.Name(id=name) as maker]) if made_by(node, makers) == "defaultdict" and (
            name in HOLDING or name in NUMBERS
        ):
            return maker
        case ast.Call(args=[ast.Lambda(args=ast.arguments(args=[]), body=body)]) if (
            made_by(node, makers) == "defaultdict" and is_empty(body, makers)
        ):
            return body
    return None


def is_wanted(node: ast.expr, makers: Mapping[str, str], inner: bool) -> bool:
    """Tell whether Numba may have no type for a container, which stands `inside` of another or has a name."""
    if isinstance(node, ast.Dict | ast.DictComp) or made_by(node, makers) in DICTIONARIES:
        return True
    return inner and (is_empty(node, makers) or isinstance(node, ast.List | ast.BinOp | ast.ListComp))


def inside(node: ast.AST) -> list[ast.expr]:
    """Return the parts of a container that it holds, and what is put into one by a method."""
    match node:
        case ast.List(elts=parts) | ast.Tuple(elts=parts) | ast.Dict(values=parts):
            return parts
        case ast.ListComp(elt=part) | ast.DictComp(value=part):
            return [part]
        case ast.Call(func=ast.Attribute(attr="append" | "setdefault" | "get" | "insert"), args=parts):
            return parts
        case ast.Assign(targets=[ast.Subscript()], value=value):
            return [value]
    return []


class Noted(ast.NodeTransformer):
    """Lets a program note the containers that it makes."""

    def visit(self, node: ast.AST) -> ast.AST:
        """Visit a node."""
        visited: ast.AST = super().visit(node)
        number = getattr(node, NUMBER, None)
        if number is None or (isinstance(node, ast.List) and not isinstance(node.ctx, ast.Load)):
            return visited
        assert isinstance(visited, ast.expr)
        return ast.Call(ast.Name(NOTED, ast.Load()), [ast.Constant(number), visited], [])


class Typed(ast.NodeTransformer):
    """Writes containers whose contents are known as calls of what makes them; `made` counts these."""

    def __init__(self, tree: ast.Module, kinds: Mapping[int, Kind]) -> None:
        self.made = 0
        self.makers = makers_of(tree)
        self.kinds = kinds
        self.inner = {id(part) for node in ast.walk(tree) for part in inside(node)}
        self.asked, self.compared = asked_for(tree), {*compared(tree)}
        given = stored_by_place(tree)
        making = {place for place, values in given.items() if all(map(self.is_missing, values))}
        self.places = set() if catches_keys(tree) else making
        self.numbers = {place for place in self.places if all(map(self.of_numbers, given[place]))}
        self.named = {id(value): place for place, values in given.items() for value in values}

    def is_missing(self, value: ast.expr | None) -> bool:
        """Tell whether a value is a dictionary that makes what it has not."""
        return value is not None and missing(value, self.makers) is not None and self.kind_of(value) is not None

    def of_numbers(self, value: ast.expr | None) -> bool:
        """Tell whether such a dictionary makes numbers."""
        maker = missing(value, self.makers) if value is not None else None
        return isinstance(maker, ast.Name) and maker.id in NUMBERS

    def kind_of(self, node: ast.expr) -> Kind | None:
        """Return what a container is."""
        return self.kinds.get(getattr(node, NUMBER, -1))

    def visit(self, node: ast.AST) -> ast.AST:
        """Visit a node."""
        kind = self.kind_of(node) if isinstance(node, ast.expr) else None
        inner, place = id(node) in self.inner, self.named.get(id(node))
        visited: ast.AST = super().visit(node)
        if kind is None:
            return visited
        assert isinstance(visited, ast.expr)
        written = self.written(visited, kind, getattr(node, NUMBER), inner, place)
        self.made += written is not None
        return visited if written is None else ast.copy_location(written, visited)

    def written(self, node: ast.expr, kind: Kind, number: int, inner: bool, place: Place | None) -> ast.expr | None:
        """Return the call of what makes a container, None where it stays as it is."""
        if missing(node, self.makers) is not None and place not in self.places:
            return None
        if made_by(node, self.makers) == "OrderedDict" and (place is None or place in self.compared):
            return None
        if is_empty(node, self.makers) and (inner or kind.word == "dict" or holds_others(kind)):
            return helper(f"{EMPTY}{number}")
        if kind.word == "dict" and holds_others(kind):
            match node:
                case ast.DictComp(key=key, value=value, generators=loops):
                    pairs: ast.expr = ast.ListComp(ast.Tuple([key, value], ast.Load()), loops)
                    return helper(f"{FILLED}{number}", pairs)
                case ast.Dict(keys=keys, values=values) if None not in keys and not (
                    keys_of(node) and place not in self.asked
                ):
                    each = [ast.Tuple([k, v], ast.Load()) for k, v in zip(keys, values, strict=True) if k]
                    return helper(f"{FILLED}{number}", ast.List([*each], ast.Load()))
        if inner and kind == Kind("list", (Kind("real"),)) and isinstance(node, ast.List | ast.ListComp | ast.BinOp):
            return helper(f"{LISTED}{number}", node)
        return None

    def visit_Subscript(self, node: ast.Subscript) -> ast.expr:
        self.generic_visit(node)
        if isinstance(node.ctx, ast.Load) and place_of(node.value) in self.places:
            return helper(THERE, node.value, node.slice)
        return node

    def visit_AugAssign(self, node: ast.AugAssign) -> ast.stmt | list[ast.stmt]:
        """A number that is not there is 0."""
        self.generic_visit(node)
        match node.target:
            case ast.Subscript(value=held, slice=key) if place_of(held) in self.numbers:
                before, key = kept_key(key, f"{PREFIX}asked_{self.made}")
                self.made += 1
                found = helper(THERE, copy.deepcopy(held), copy.deepcopy(key))
                return [*before, stepped(node, held, key, found)]
        return node

    def visit_Call(self, node: ast.Call) -> ast.expr:
        """Methods that dictionaries have not, which remember the order in which their keys came."""
        self.generic_visit(node)
        match node:
            case ast.Call(func=ast.Attribute(value=held, attr="get"), args=[key, empty], keywords=[]) if (
                is_empty(empty, self.makers) and missing(empty, self.makers) is None
            ):
                return helper("there_or_empty", held, key)
            case ast.Call(func=ast.Attribute(value=held, attr="move_to_end"), args=[key], keywords=[]):
                return helper("moved_to_end", held, key)
            case ast.Call(
                func=ast.Attribute(value=held, attr="popitem"),
                args=[ast.Constant(value=False)],
                keywords=[],
            ) | ast.Call(
                func=ast.Attribute(value=held, attr="popitem"),
                args=[],
                keywords=[ast.keyword("last", ast.Constant(value=False))],
            ):
                return helper("popped_first", held)
        return node


def holds_others(kind: Kind) -> bool:
    """Tell whether a container holds containers."""
    return any(part.word in HOLDING for part in kind.parts if isinstance(part, Kind))


def compared(tree: ast.Module) -> Iterator[Place | None]:
    """Yield what is compared: whether two dictionaries that remember an order are equal is another question."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Compare) and any(isinstance(op, ast.Eq | ast.NotEq) for op in node.ops):
            yield from map(place_of, [node.left, *node.comparators])


def asked_for(tree: ast.Module) -> Collection[Place | None]:
    """Return the dictionaries that are asked for other keys than those that are written out, or read as a whole."""
    known = {id(n.value) for n in ast.walk(tree) if isinstance(n, ast.Subscript) and isinstance(n.slice, ast.Constant)}
    loads = (n for n in ast.walk(tree) if isinstance(getattr(n, "ctx", None), ast.Load) and id(n) not in known)
    return {place_of(node) for node in loads}
