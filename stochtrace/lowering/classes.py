"""Classes of carried programs as functions, for Numba: each method becomes a function of the module.

A class stands on nothing, or on one other class of the module. Dataclasses get the `__init__` that Python makes for
them. What an attribute holds is found out by running samples (`observed`); one that may have no value after `__init__`
is asked for it wherever it is read.
"""

from __future__ import annotations

import ast
import copy
from collections.abc import Collection, Iterator

from stochtrace.lowering.attributes import Assigning, Stored
from stochtrace.lowering.dataclasses import (
    Class,
    NotLowered,
    dataclass_methods,
    decorated,
    function,
    given,
    numbering,
)
from stochtrace.lowering.keywords import by_place, required_late
from stochtrace.lowering.raised import is_builtin
from stochtrace.lowering.recursion import ByFunction
from stochtrace.lowering.sources import SOURCE
from stochtrace.lowering.trees import PREFIX

NEW, OBJECTS = f"{PREFIX}new_", f"{PREFIX}objects"
SET, UNUSED = f"{PREFIX}set_", f"{PREFIX}unused"
NOTHING = {"object", "abc.ABC", "ABC"}
KEPT = {"Enum", "IntEnum", "NamedTuple"}  # of what a class is made that stays as it is, as exceptions do
ABSTRACT = {"abstractmethod", "abc.abstractmethod"}
BY_CLASS = {"staticmethod", "classmethod"}
COMPARING = {"__lt__", "__le__", "__gt__", "__ge__"}
ARITHMETIC = {"__add__", "__sub__", "__mul__", "__truediv__", "__pow__", "__mod__"}
# Methods by which a class changes what it means to make an object, or to read and write its attributes.
OTHERWISE = {"__new__", "__del__", "__setattr__", "__delattr__", "__getattr__", "__getattribute__"}
OTHERWISE |= {"__init_subclass__", "__set_name__", "__get__", "__set__", "__class_getitem__"}


def classes_of(tree: ast.Module, rings: Collection[str] = ()) -> dict[str, Class]:
    """Return the classes that become functions, written into the module in their place; in the order of their bases.

    What makes objects of `rings` takes the source of draws.
    """
    found: dict[str, Class] = {}
    kept = set(KEPT)
    functions: dict[str, ast.FunctionDef] = {}
    Setters(tree).visit(tree)
    for node in [node for node in tree.body if isinstance(node, ast.ClassDef)]:
        bases = [ast.unparse(base) for base in node.bases]
        if any(base.rpartition(".")[2] in kept or is_builtin(base) for base in bases):
            kept.add(node.name)
            continue
        made = described(node, found)
        base = found.get(made.base or "")
        own = [as_function(method, made) for method in methods_of(node, made, base)]
        found[node.name] = made
        functions |= {each.name: each for each in own}
        for each in own:
            Super(each.args.args[0].arg, base).visit(each)
        functions[made.name] = constructor(made, functions, [SOURCE] if node.name in rings else [])
        if init := functions.get(made.methods.get("__init__", "")):
            following = Assigning(made, base, functions)
            following.follow(init)
            made.assured, made.stopped = following.found, following.over
    tree.body = [node for node in tree.body if not (isinstance(node, ast.ClassDef) and node.name in found)]
    tree.body += functions.values()
    ByClass(tree, found).visit(tree)
    ByFunction(tree, [made.methods for made in found.values()]).visit(tree)
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
        made.unbound = dict(base.unbound)
    options = [decorated(part, node.name) for part in node.decorator_list if not numbering(part)]
    for part in node.body:
        match part:
            case ast.Assign(targets=[ast.Name(id="__slots__")]):
                pass
            case ast.Assign(targets=[ast.Name(id=name)], value=value):
                made.constants[name] = value
            case ast.AnnAssign(target=ast.Name(id=name), value=value) if options:
                default, compare = given(value)
                made.fields[name] = default
                made.compared += [name] if compare else []
            case ast.AnnAssign(target=ast.Name(id=name), value=value) if value is not None:
                made.constants[name] = value
            case ast.FunctionDef(name=name) if name in OTHERWISE:
                raise NotLowered(f"the class `{node.name}` has a `{name}`")
            case ast.FunctionDef(name=name) if base is not None and comes_first(name, base):
                raise NotLowered(f"`{name}` of `{node.name}` comes before the operator of the class that it stands on")
            case ast.FunctionDef() | ast.Pass() | ast.AnnAssign() | ast.Expr(value=ast.Constant()):
                pass
            case _:
                raise NotLowered(f"the class `{node.name}` holds more than methods and attributes")
    made.by_value = made.by_value or bool(options)
    if options:
        own = any(isinstance(part, ast.FunctionDef) and part.name == "__post_init__" for part in node.body)
        after = method_name(made, "__post_init__") if own else made.methods.get("__post_init__")
        node.body += dataclass_methods(made, order=options[0].get("order", False), after=after)
    return made


def comes_first(method: str, base: Class) -> bool:
    """Tell whether an operator of a class is asked before that of its base on the left: `a + b`, `a < b`."""
    groups = {word: COMPARING for word in COMPARING} | {f"__r{word[2:]}": {word} for word in ARITHMETIC}
    return bool(groups.get(method, set()) & base.methods.keys())


def methods_of(node: ast.ClassDef, made: Class, base: Class | None) -> Iterator[ast.FunctionDef]:
    """Yield the methods of a class that are not abstract, and note what they are."""
    for part in node.body:
        if not isinstance(part, ast.FunctionDef):
            continue
        words = {ast.unparse(word) for word in part.decorator_list}
        if words & ABSTRACT:
            continue
        if part.args.vararg or part.args.kwarg or part.args.posonlyargs:
            raise NotLowered(f"the method `{part.name}` takes any number of arguments, or some by position only")
        if required_late(part.args):
            raise NotLowered(f"the method `{part.name}` takes arguments by keyword after such with defaults")
        by_place(part.args)
        if words == {f"{part.name}.setter"}:
            part.name = SET + part.name
        elif not (words <= {"property"} or words in ({"staticmethod"}, {"classmethod"})):
            raise NotLowered(f"the method `{part.name}` is decorated")
        made.constants.pop(part.name, None)
        made.unbound.pop(part.name, None)
        made.properties = made.properties | {part.name} if words == {"property"} else made.properties - {part.name}
        made.methods[part.name] = method_name(made, part.name)
        if words & BY_CLASS:
            made.unbound[part.name] = part
            yield of_class(part, made.name)
        else:
            yield part
    for name in [name for name in made.unbound if base and made.methods[name] == base.methods.get(name)]:
        made.methods[name] = method_name(made, name)
        yield of_class(made.unbound[name], made.name)


def method_name(made: Class, name: str) -> str:
    """Return the name of the function that a method becomes."""
    return f"{PREFIX}{made.name}_{name}"


def of_class(method: ast.FunctionDef, name: str) -> ast.FunctionDef:
    """Return a method of a class, or a static one, as one that takes an object and does not ask for it."""
    made = copy.deepcopy(method)
    if [ast.unparse(word) for word in made.decorator_list] == ["classmethod"]:
        own = made.args.args.pop(0).arg
        if any(isinstance(part, ast.Name) and part.id == "super" for part in ast.walk(made)):
            raise NotLowered(f"the method `{made.name}` of a class calls that of another one with its own class")
        for part in ast.walk(made):
            if isinstance(part, ast.Name) and part.id == own:
                if not isinstance(part.ctx, ast.Load):
                    raise NotLowered(f"the method `{made.name}` gives its class another name")
                part.id = name
    made.args.args.insert(0, ast.arg(UNUSED))
    return made


class Setters(ast.NodeTransformer):
    """Writes what is stored in a property as the call of the method that stores it."""

    def __init__(self, tree: ast.Module) -> None:
        functions = [node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)]
        words = [ast.unparse(word) for node in functions for word in node.decorator_list]
        self.names = {word.removesuffix(".setter") for word in words if word.endswith(".setter")}

    def visit_Assign(self, node: ast.Assign) -> ast.stmt:
        self.generic_visit(node)
        stored = [part for target in node.targets for part in ast.walk(target) if self.is_set(part)]
        match node.targets:
            case [ast.Attribute(value=held, attr=name) as target] if stored == [target]:
                return ast.Expr(ast.Call(ast.Attribute(held, SET + name, ast.Load()), [node.value], []))
        if stored:
            raise NotLowered("a property is set beside something else")
        return node

    def visit_AugAssign(self, node: ast.AugAssign) -> ast.stmt:
        self.generic_visit(node)
        match node.target:
            case ast.Attribute(value=held, attr=name) as target if self.is_set(target):
                if not all(isinstance(part, ast.Name | ast.Attribute | ast.Load) for part in ast.walk(held)):
                    raise NotLowered("a property is set of something that is found by a call")
                value = ast.BinOp(ast.Attribute(copy.deepcopy(held), name, ast.Load()), node.op, node.value)
                return ast.Expr(ast.Call(ast.Attribute(held, SET + name, ast.Load()), [value], []))
        return node

    def is_set(self, node: ast.AST) -> bool:
        """Tell whether a target is such a property."""
        return isinstance(node, ast.Attribute) and isinstance(node.ctx, ast.Store) and node.attr in self.names


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
            case ast.Attribute(value=ast.Name(id=base), attr="__init__") if self.base and base == self.base.name:
                called = self.base.methods.get("__init__")
                node.func = ast.Name(called, ast.Load()) if called else node.func
        return node


class ByClass(ast.NodeTransformer):
    """Writes methods that are called by the name of their class as functions: `Link.cost(x)`."""

    def __init__(self, tree: ast.Module, classes: dict[str, Class]) -> None:
        own = {part.id for part in ast.walk(tree) if isinstance(part, ast.Name) and isinstance(part.ctx, ast.Store)}
        own |= {part.arg for part in ast.walk(tree) if isinstance(part, ast.arg)}
        self.classes = {name: made for name, made in classes.items() if name not in own}

    def visit_Call(self, node: ast.Call) -> ast.expr:
        self.generic_visit(node)
        match node.func:
            case ast.Attribute(value=ast.Name(id=name), attr=method) if name in self.classes:
                made = self.classes[name]
                if method in made.methods:
                    node.func = ast.Name(made.methods[method], ast.Load())
                    node.args[:0] = [ast.Constant(None)] if method in made.unbound else []
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


def constructor(made: Class, functions: dict[str, ast.FunctionDef], takes: list[str]) -> ast.FunctionDef:
    """Return the function that stands for the class where it is called; what makes an object takes some arguments."""
    given: list[ast.expr] = [ast.Name(name, ast.Load()) for name in takes]
    new = ast.Assign([ast.Name("self", ast.Store())], ast.Call(ast.Name(NEW + made.name, ast.Load()), given, []))
    node = function(made.name, [], [new, ast.Return(ast.Name("self", ast.Load()))], [])
    init = functions.get(made.methods.get("__init__", ""))
    if init is not None:
        node.args = copy.deepcopy(init.args)
        del node.args.args[0]
        passed: list[ast.expr] = [ast.Name(a.arg, ast.Load()) for a in node.args.args]
        call = ast.Call(ast.Name(init.name, ast.Load()), [ast.Name("self", ast.Load()), *passed], [])
        node.body.insert(1, ast.Expr(call))
    return node
