"""Classes of carried programs: what is known of one; and the methods that a dataclass has without writing them."""

from __future__ import annotations

import ast
import copy
from collections.abc import Iterator
from dataclasses import dataclass, field

FRESH = (ast.List, ast.ListComp, ast.Dict, ast.DictComp, ast.BinOp)
COMPARED = {"__lt__": ast.Lt, "__le__": ast.LtE, "__gt__": ast.Gt, "__ge__": ast.GtE}


class NotLowered(Exception):
    """A class does what compiled code has not."""


@dataclass
class Class:
    """A class: the functions that its methods became, and its attributes."""

    name: str
    base: str | None
    methods: dict[str, str] = field(default_factory=dict)
    properties: set[str] = field(default_factory=set)
    constants: dict[str, ast.expr] = field(default_factory=dict)
    fields: dict[str, ast.expr | None] = field(default_factory=dict)  # of a dataclass, with their defaults
    compared: list[str] = field(default_factory=list)
    by_value: bool = False
    unbound: dict[str, ast.FunctionDef] = field(default_factory=dict)  # methods of classes, and static ones, as written
    assured: set[str] = field(default_factory=set)  # attributes that have a value once an object is made
    stopped: bool = False  # what `__init__` does later is not known
    followed: set[str] = field(default_factory=set)  # methods that it calls


def numbering(node: ast.expr) -> bool:
    """Tell whether a decorator is ours, which numbers objects."""
    return isinstance(node, ast.Attribute) and node.attr == "numbered"


def decorated(node: ast.expr, name: str) -> dict[str, bool]:
    """Return the options of `dataclass`; other decorators are not known."""
    call = node if isinstance(node, ast.Call) else None
    if ast.unparse(call.func if call else node) not in ("dataclass", "dataclasses.dataclass"):
        raise NotLowered(f"the class `{name}` is decorated")
    given = [(k.arg or "", k.value) for k in (call.keywords if call else [])]
    options = {name: bool(value.value) for name, value in given if isinstance(value, ast.Constant)}
    if len(options) < len(given) or not options.keys() <= {"order", "frozen", "slots", "repr"}:
        raise NotLowered(f"`{name}` is a dataclass with other options")
    return options


def given(value: ast.expr | None) -> tuple[ast.expr | None, bool]:
    """Return the default of a field of a dataclass, and whether it is compared."""
    if not (isinstance(value, ast.Call) and ast.unparse(value.func) in ("field", "dataclasses.field")):
        return value, True
    options = {keyword.arg: keyword.value for keyword in value.keywords}
    compare = options.pop("compare", None)
    compared = not (isinstance(compare, ast.Constant) and compare.value is False)
    options.pop("repr", None)
    match options:
        case {"default_factory": factory, **rest} if not rest:
            empty = {"list": ast.List([], ast.Load()), "dict": ast.Dict([], [])}.get(ast.unparse(factory))
            if empty is not None:
                return empty, compared
            return ast.Call(factory, [], []), compared
        case {"default": default, **rest} if not rest:
            return default, compared
        case {}:
            return None, compared
    raise NotLowered("a field of a dataclass has other options")


def dataclass_methods(made: Class, order: bool, after: str | None) -> Iterator[ast.FunctionDef]:
    """Yield the methods that a dataclass has without writing them."""
    fresh = {name for name, value in made.fields.items() if isinstance(value, FRESH)}
    names = [name for name in made.fields if name not in fresh]
    defaults = [value for name in names if (value := made.fields[name]) is not None]
    if any(made.fields[name] is None for name in names[len(names) - len(defaults) :]):
        raise NotLowered("fields of a dataclass without defaults come after others")
    body: list[ast.stmt] = []
    for name, value in made.fields.items():
        target = ast.Attribute(ast.Name("self", ast.Load()), name, ast.Store())
        passed = ast.Name(name, ast.Load())
        body.append(ast.Assign([target], copy.deepcopy(value) if name in fresh and value else passed))
    if after is not None:
        body.append(ast.Expr(ast.Call(ast.Name(after, ast.Load()), [ast.Name("self", ast.Load())], [])))
    yield function("__init__", ["self", *names], body or [ast.Pass()], [copy.deepcopy(value) for value in defaults])
    for method, operator in COMPARED.items() if order else ():
        sides = [compared_by(made, side) for side in ("self", "other")]
        test = ast.Compare(sides[0], [operator()], [sides[1]])
        yield function(method, ["self", "other"], [ast.Return(test)], [])


def compared_by(made: Class, side: str) -> ast.Tuple:
    """Return the tuple by which objects of a dataclass are compared."""
    parts = [ast.Attribute(ast.Name(side, ast.Load()), name, ast.Load()) for name in made.compared]
    return ast.Tuple([*parts], ast.Load())


def function(name: str, names: list[str], body: list[ast.stmt], defaults: list[ast.expr]) -> ast.FunctionDef:
    """Return the definition of a function."""
    arguments = ast.arguments([], [ast.arg(n) for n in names], None, [], [], None, defaults)
    return ast.FunctionDef(name, arguments, body, [], lineno=1)
