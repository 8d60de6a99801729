"""Classes of carried programs as functions, for Numba: each method becomes a function of the module.

A class is compiled where each of its attributes has a value after `__init__`, whatever way it goes, and where it stands
on nothing or on one other class of the module. Dataclasses get the `__init__` that Python makes for them. What an
attribute holds is found out by running samples (`observed`).
"""

from __future__ import annotations

import ast
import copy
from collections.abc import Iterator
from dataclasses import dataclass, field

from stochtrace.estimation.lowering import PREFIX

INTO = (f"{PREFIX}empty_", f"{PREFIX}into_")  # an attribute: what makes it, empty, and gives a new container its type
NEW, OBJECTS = f"{PREFIX}new_", f"{PREFIX}objects"
NOTHING = {"object", "abc.ABC", "ABC"}
KEPT = {"Enum", "IntEnum", "NamedTuple", "Exception"}  # of what a class is made that stays as it is
FRESH = (ast.List, ast.ListComp, ast.Dict, ast.DictComp, ast.BinOp)
MAKING = ("list", "sorted", "zeros", "ones", "full", "empty", "zeros_like", "ones_like", "array", "linspace", "arange")
COMPARED = {"__lt__": ast.Lt, "__le__": ast.LtE, "__gt__": ast.Gt, "__ge__": ast.GtE}


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
    assured: set[str] = field(default_factory=set)
    given_away: bool = False  # before all attributes have values

    def unassured(self, held: set[str]) -> set[str]:
        """Return those of its attributes that may have no value where they are read."""
        return held if self.given_away else held - self.assured


class NotLowered(Exception):
    """A class does what compiled code has not."""


def classes_of(tree: ast.Module) -> dict[str, Class]:
    """Return the classes that become functions, written into the module in their place; in the order of their bases."""
    found: dict[str, Class] = {}
    functions: list[ast.stmt] = []
    for node in [node for node in tree.body if isinstance(node, ast.ClassDef)]:
        bases = [ast.unparse(base) for base in node.bases]
        if any(base.rpartition(".")[2] in KEPT for base in bases):
            continue
        made = described(node, found)
        methods = [*methods_of(node, made)]
        for method in methods:
            functions.append(as_function(method, made))
        found[node.name] = made
        functions.append(constructor(made))
        made.assured = assured(made, found, functions)
    tree.body = [node for node in tree.body if not (isinstance(node, ast.ClassDef) and node.name in found)]
    tree.body += functions
    for statement in tree.body:
        if isinstance(statement, ast.FunctionDef):
            Stored().visit(statement)
    return found


def described(node: ast.ClassDef, found: dict[str, Class]) -> Class:
    """Return what a class says of itself, but for its methods."""
    bases = [base for base in map(ast.unparse, node.bases) if base not in NOTHING]
    if len(bases) > 1 or node.keywords or not {*bases} <= found.keys():
        raise NotLowered(f"the class `{node.name}` stands on others")
    base = found[bases[0]] if bases else None
    made = Class(node.name, base.name if base else None)
    if base is not None:
        made.methods, made.properties = dict(base.methods), set(base.properties)
        made.constants, made.fields = dict(base.constants), dict(base.fields)
        made.compared, made.by_value = list(base.compared), base.by_value
    options = [decorated(part, node.name) for part in node.decorator_list if not numbering(part)]
    for part in node.body:
        match part:
            case ast.Assign(targets=[ast.Name(id=name)], value=value):
                made.constants[name] = value
            case ast.AnnAssign(target=ast.Name(id=name), value=value) if options:
                default, compare = given(value)
                made.fields[name] = default
                made.compared += [name] if compare else []
            case ast.AnnAssign(target=ast.Name(id=name), value=value) if value is not None:
                made.constants[name] = value
            case ast.FunctionDef() | ast.Pass() | ast.AnnAssign() | ast.Expr(value=ast.Constant()):
                pass
            case _:
                raise NotLowered(f"the class `{node.name}` holds more than methods and attributes")
    made.by_value = made.by_value or bool(options)
    if options:
        node.body += dataclass_methods(made, order=options[0].get("order", False))
    return made


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
    if len(options) < len(given) or not options.keys() <= {"order", "frozen"}:
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


def dataclass_methods(made: Class, order: bool) -> Iterator[ast.FunctionDef]:
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


def methods_of(node: ast.ClassDef, made: Class) -> Iterator[ast.FunctionDef]:
    """Yield the methods of a class that are not abstract, and note what they are."""
    for part in node.body:
        if not isinstance(part, ast.FunctionDef):
            continue
        words = {ast.unparse(word) for word in part.decorator_list}
        if words & {"abstractmethod", "abc.abstractmethod"}:
            continue
        if not words <= {"property"}:
            raise NotLowered(f"the method `{part.name}` is decorated")
        if part.args.kwonlyargs or part.args.vararg or part.args.kwarg or part.args.posonlyargs:
            raise NotLowered(f"the method `{part.name}` takes arguments by keyword only, or any number of them")
        if part.name == "__post_init__":
            raise NotLowered("a dataclass has a `__post_init__`")
        made.constants.pop(part.name, None)
        made.properties = made.properties | {part.name} if words else made.properties - {part.name}
        made.methods[part.name] = f"{PREFIX}{node.name}_{part.name}"
        yield part


class Unannotated(ast.NodeTransformer):
    """Writes `self.x: float = 0.0` as an assignment."""

    def visit_AnnAssign(self, node: ast.AnnAssign) -> ast.stmt:
        return ast.Pass() if node.value is None else ast.Assign([node.target], node.value)


class Super(ast.NodeTransformer):
    """Writes `super().step(x)` as the function that it calls."""

    def __init__(self, own: str, base: Class | None) -> None:
        self.own, self.base = own, base

    def visit_Call(self, node: ast.Call) -> ast.expr:
        self.generic_visit(node)
        match node.func:
            case ast.Attribute(value=ast.Call(func=ast.Name(id="super"), args=[]), attr=name):
                called = self.base.methods.get(name) if self.base else None
                if called is None and name == "__init__":
                    return ast.Constant(None)
                if called is None:
                    raise NotLowered(f"`super().{name}` is not known")
                node.func = ast.Name(called, ast.Load())
                node.args.insert(0, ast.Name(self.own, ast.Load()))
        return node


def as_function(method: ast.FunctionDef, made: Class) -> ast.FunctionDef:
    """Return a method as a function, with the full names of attributes that are private to the class."""
    for part in ast.walk(method):
        if isinstance(part, ast.Attribute) and part.attr.startswith("__") and not part.attr.endswith("__"):
            part.attr = f"_{made.name.lstrip('_')}{part.attr}"
    Unannotated().visit(method)
    method.name, method.decorator_list, method.returns = made.methods[method.name], [], None
    for argument in method.args.args:
        argument.annotation = None
    return method


def constructor(made: Class) -> ast.FunctionDef:
    """Return the function that stands for the class where it is called."""
    new = ast.Assign([ast.Name("self", ast.Store())], ast.Call(ast.Name(NEW + made.name, ast.Load()), [], []))
    return function(made.name, [], [new, ast.Return(ast.Name("self", ast.Load()))], [])


def assured(made: Class, found: dict[str, Class], functions: list[ast.stmt]) -> set[str]:
    """Return the attributes that have a value when an object has been made; none is read before."""
    by_name = {node.name: node for node in functions if isinstance(node, ast.FunctionDef)}
    base = found.get(made.base or "")
    init = by_name.get(made.methods.get("__init__", ""))
    node = by_name[made.name]
    known = set(made.constants)
    if init is not None:
        own = init.args.args[0].arg
        Super(own, base).visit(init)
        known = assigned(init, own, made, base)
        node.args = copy.deepcopy(init.args)
        del node.args.args[0]
        passed: list[ast.expr] = [ast.Name(a.arg, ast.Load()) for a in node.args.args]
        call = ast.Call(ast.Name(init.name, ast.Load()), [ast.Name("self", ast.Load()), *passed], [])
        node.body.insert(1, ast.Expr(call))
    for method in made.methods.values():
        if method in by_name and by_name[method] is not init:
            Super(by_name[method].args.args[0].arg, base).visit(by_name[method])
    return known


def assigned(init: ast.FunctionDef, own: str, made: Class, base: Class | None) -> set[str]:
    """Return the attributes that `__init__` assigns in any case.

    One that reads them before, calls methods before, or returns early, gives its object away unfinished.
    """
    found = set(made.constants)
    inherited = base.methods.get("__init__") if base else None
    made.given_away = any(isinstance(part, ast.Return) for part in ast.walk(init))
    for statement in init.body:
        match statement:
            case ast.Expr(value=ast.Call(func=ast.Name(id=called), args=[ast.Name(id=name), *rest])) if (
                base is not None and called == inherited and name == own and not mentions(rest, own)
            ):
                found |= base.assured
                made.given_away |= base.given_away
                continue
        attributes = [part for part in ast.walk(statement) if isinstance(part, ast.Attribute) and is_own(part, own)]
        names = sum(isinstance(part, ast.Name) and part.id == own for part in ast.walk(statement))
        read = {part.attr for part in attributes if isinstance(part.ctx, ast.Load)}
        made.given_away |= names != len(attributes) or not read <= found or bool(read & made.methods.keys())
        targets = statement.targets if isinstance(statement, ast.Assign) else []
        parts = [part for target in targets for part in (target.elts if isinstance(target, ast.Tuple) else [target])]
        found |= {part.attr for part in parts if isinstance(part, ast.Attribute) and is_own(part, own)}
    return found


def is_own(node: ast.Attribute, own: str) -> bool:
    """Tell whether an attribute is one of the object itself."""
    return isinstance(node.value, ast.Name) and node.value.id == own


def mentions(nodes: list[ast.expr], name: str) -> bool:
    """Tell whether a name stands in expressions."""
    return any(isinstance(part, ast.Name) and part.id == name for node in nodes for part in ast.walk(node))


class Stored(ast.NodeTransformer):
    """Writes what is stored in an attribute as what it may hold: `self.waits = []` is a list of something."""

    def visit_Assign(self, node: ast.Assign) -> ast.stmt:
        self.generic_visit(node)
        match node:
            case ast.Assign(targets=[ast.Tuple(elts=targets)], value=ast.Tuple(elts=values)):
                for i, (target, value) in enumerate([*zip(targets, values, strict=False)]):
                    values[i] = into(target, value)
            case ast.Assign(targets=[ast.Attribute() as target], value=value):
                node.value = into(target, value)
        return node


def into(target: ast.expr, value: ast.expr) -> ast.expr:
    """Return a new container as one of what the attribute holds."""
    match target, value:
        case ast.Attribute(value=held, attr=name), ast.List(elts=[]) | ast.Dict(keys=[]):
            return ast.Call(ast.Name(INTO[0] + name, ast.Load()), [copy.deepcopy(held)], [])
        case ast.Attribute(value=held, attr=name), ast.Call(func=ast.Name(id="deque" | "list" | "dict"), args=[]):
            return ast.Call(ast.Name(INTO[0] + name, ast.Load()), [copy.deepcopy(held)], [])
        case ast.Attribute(value=held, attr=name), _ if is_fresh(value):
            return ast.Call(ast.Name(INTO[1] + name, ast.Load()), [copy.deepcopy(held), value], [])
    return value


def is_fresh(value: ast.expr) -> bool:
    """Tell whether an expression makes a new container, which nothing else holds."""
    name = value.func if isinstance(value, ast.Call) else None
    word = name.attr if isinstance(name, ast.Attribute) else name.id if isinstance(name, ast.Name) else ""
    return isinstance(value, FRESH) or word in MAKING
