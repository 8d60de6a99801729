"""What is known of functions as values: their names, what comes before their arguments, where they are defined."""

from __future__ import annotations

import ast
import copy
from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import NamedTuple

from stochtrace.lowering.trees import PREFIX, Filled
from stochtrace.scopes import bound_in, own_nodes

SOURCE = f"{PREFIX}held_source"  # in a draw, where its generator stands


class Unsupported(Exception):
    """A function is used in a way that is not known here; the function around it stays as it is."""


class Value(NamedTuple):
    """A function: its name in the module, what comes before its arguments, and what is given to it by name.

    Of a draw, `drawn` is what is called; the first of `before` is its generator, unless that is a module.
    """

    function: str
    before: tuple[ast.expr, ...]
    named: tuple[tuple[str, ast.expr], ...] = ()
    drawn: ast.expr | None = None

    @property
    def parts(self) -> list[ast.expr]:
        """All that is to be known to call it, beside its arguments."""
        return [*self.before, *(part for _, part in self.named)]

    def holding(self, parts: Sequence[ast.expr]) -> Value:
        """Return the same function with other expressions for its parts."""
        count = len(self.before)
        named = tuple((word, part) for (word, _), part in zip(self.named, parts[count:], strict=True))
        return self._replace(before=tuple(parts[:count]), named=named)

    def called_in(self, node: ast.Call) -> None:
        """Let a call call it."""
        if {keyword.arg for keyword in node.keywords} & {None, *(word for word, _ in self.named)}:
            raise Unsupported
        before = copy.deepcopy([*self.before])
        node.func = ast.Name(self.function, ast.Load())
        if self.drawn is not None:
            held = {SOURCE: before.pop(0)} if any(n.id == SOURCE for n in names_of(self.drawn)) else {}
            node.func = Filled(held).visit(copy.deepcopy(self.drawn))
        node.args[:0] = before
        node.keywords += [ast.keyword(word, copy.deepcopy(part)) for word, part in self.named]


class Made(NamedTuple):
    """What makes functions: its name, the functions that it returns, and whether they stand in a tuple."""

    name: str
    functions: tuple[str, ...]
    several: bool


def ours(tree: ast.Module) -> str:
    """Return the name that a module has for our package of carried values, "" where it has none."""
    for node in tree.body:
        match node:
            case ast.ImportFrom(module="stochtrace", names=[ast.alias(name="carried", asname=name)]):
                return name or "carried"
    return ""


def drawn_by(node: ast.expr, rt: str, own: Collection[str]) -> Value | None:
    """Return a draw that is passed on, `rt.at(rng, 3).exponential` or `rt.at(gauss, 3)`; None for anything else."""
    drawn = copy.deepcopy(node)
    at = drawn.value if isinstance(drawn, ast.Attribute) else drawn
    match at:
        case ast.Call(func=ast.Attribute(value=ast.Name(id=name), attr="at"), args=[source, _]) if name == rt:
            if not any(part.id in own for part in names_of(source)):
                return Value(ast.unparse(drawn), (), (), drawn)
            at.args[0] = ast.Name(SOURCE, ast.Load())
            return Value(ast.unparse(drawn), (source,), (), drawn)
    return None


def plain(node: ast.FunctionDef | ast.Lambda) -> bool:
    """Tell whether a function takes a known number of arguments, and constants where they are not given."""
    given = node.args
    special = given.posonlyargs or given.kwonlyargs or given.vararg or given.kwarg
    decorated = isinstance(node, ast.FunctionDef) and node.decorator_list
    return not special and not decorated and all(isinstance(part, ast.Constant) for part in given.defaults)


def given_to(
    parameters: ast.arguments, skipped: int, args: Sequence[ast.expr], keywords: Sequence[ast.keyword]
) -> dict[str, ast.expr]:
    """Return what a call gives to the parameters of a function, in its own order, then what it leaves to defaults.

    The first parameters that are `skipped` are not given by the call.
    """
    names = [argument.arg for argument in parameters.args][skipped:]
    named = {keyword.arg: keyword.value for keyword in keywords if keyword.arg}
    bound = dict(zip(names, args, strict=False))
    twice = bound.keys() & named.keys() or len(named) < len(keywords) or len(args) > len(names)
    bound |= named
    last = names[len(names) - len(parameters.defaults) :]
    bound |= {name: value for name, value in zip(last, parameters.defaults, strict=True) if name not in bound}
    if twice or bound.keys() != {*names} or any(isinstance(part, ast.Starred) for part in args):
        raise Unsupported
    return bound


def defined(name: str, node: ast.Lambda) -> ast.FunctionDef:
    """Return a lambda as a function with a name."""
    function = ast.FunctionDef(name, copy.deepcopy(node.args), [ast.Return(node.body)], [])
    return ast.copy_location(function, node)


def as_definition(statement: ast.stmt, bound: list[str]) -> ast.stmt:
    """Return `name = lambda x: ...` as a definition, where the name has no other meaning."""
    match statement:
        case ast.Assign(targets=[ast.Name(id=name)], value=ast.Lambda() as value) if bound.count(name) == 1:
            return ast.copy_location(defined(name, value), statement)
    return statement


def returned_by(node: ast.FunctionDef) -> Iterator[ast.expr]:
    """Yield what a function returns, if that may be functions that it makes, and its last statement alone does so.

    Lambdas get names, in place.
    """
    returned = [part for part in own_nodes(node) if isinstance(part, ast.Return)]
    if len(returned) != 1 or node.body[-1] is not returned[0]:
        return
    last = returned[0]
    if last.value is None:
        return
    parts = last.value.elts if isinstance(last.value, ast.Tuple) else [last.value]
    for i, part in enumerate(parts):
        if isinstance(part, ast.Lambda) and plain(part):
            parts[i] = ast.Name(f"{PREFIX}lambda_{i}", ast.Load())
            node.body.insert(-1, defined(f"{PREFIX}lambda_{i}", part))
    last.value = last.value if isinstance(last.value, ast.Tuple) else parts[0]
    bound = [name for name, _ in bound_in(node)]
    node.body[:] = [as_definition(part, bound) for part in node.body]
    inner = {part.name for part in node.body if isinstance(part, ast.FunctionDef)}
    if all(isinstance(part, ast.Name) and part.id in inner for part in parts):
        yield last.value


def with_parts(given: ast.arguments, values: Mapping[str, Value]) -> tuple[ast.arguments, dict[str, Value]]:
    """Return parameters with those in the place of functions that come before their arguments, and these functions."""
    names = [argument.arg for argument in given.args]
    without = len(names) - len(given.defaults)
    if any(names.index(name) >= without for name in values):
        if any(name not in values for name in names[without:]):
            raise Unsupported
        given.defaults = []
    made, own = list[ast.arg](), dict[str, Value]()
    for argument in given.args:
        value = values.get(argument.arg)
        if value is None:
            made.append(argument)
            continue
        parts = [f"{PREFIX}{argument.arg}_{i}" for i in range(len(value.parts))]
        made += [ast.arg(part) for part in parts]
        own[argument.arg] = value.holding([ast.Name(part, ast.Load()) for part in parts])
    given.args = made
    return given, own


def element(name: str, place: int) -> ast.expr:
    """Return an element of a tuple that has a name."""
    return ast.Subscript(ast.Name(name, ast.Load()), ast.Constant(place), ast.Load())


def names_of(node: ast.AST) -> Iterator[ast.Name]:
    """Yield the names in an expression."""
    yield from (part for part in ast.walk(node) if isinstance(part, ast.Name))
