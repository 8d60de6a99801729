"""Attributes of objects in compiled code: which have a value once an object is made, and what is stored in them."""

from __future__ import annotations

import ast
import copy
from collections.abc import Iterator, Mapping

from stochtrace.lowering.dataclasses import FRESH, Class
from stochtrace.lowering.trees import PREFIX

INTO = (f"{PREFIX}empty_", f"{PREFIX}into_")  # an attribute: what makes it, empty, and gives a new container its type
HELD, TRUE = f"{PREFIX}held", f"{PREFIX}true"
MAKING = ("list", "sorted", "zeros", "ones", "full", "empty", "zeros_like", "ones_like", "array", "linspace", "arange")
DEPTH = 4  # of methods that `__init__` calls


class Assigning:
    """Follows `__init__` and the methods that it calls; `found` are the attributes that have a value after it.

    Where the object is given away unfinished, or asked for what it may not have yet, it stops: later attributes may
    have no value where they are read.
    """

    def __init__(self, made: Class, base: Class | None, functions: Mapping[str, ast.FunctionDef]) -> None:
        self.made, self.base, self.functions = made, base, functions
        self.found, self.over = set(made.constants), False

    def follow(self, function: ast.FunctionDef, depth: int = 0) -> None:
        """Follow the statements of a method."""
        own = function.args.args[0].arg
        for statement in function.body:
            if self.over or any(isinstance(part, ast.Return) for part in ast.walk(statement)):
                self.over = self.over or depth == 0 or statement is not function.body[-1]
                return
            called = self.called(statement, own)
            if called is not None and depth < DEPTH:
                self.made.followed.add(called)
                self.go_into(self.made.methods[called], depth)
            elif (called := self.base_init(statement, own)) is not None:
                self.go_into_base(called, depth)
            else:
                self.look(statement, own)

    def go_into(self, name: str, depth: int) -> None:
        """Follow a method of the class itself, or of one that it stands on."""
        if name in self.functions:
            self.follow(self.functions[name], depth + 1)
        else:
            self.over = True

    def go_into_base(self, name: str, depth: int) -> None:
        """Take what is known of the `__init__` that is inherited, if the methods that it calls are the same ones."""
        base = self.base
        same = base is not None and name == base.methods.get("__init__")
        if base is not None and same and all(base.methods[n] == self.made.methods.get(n) for n in base.followed):
            self.found |= base.assured
            self.made.followed |= base.followed
            self.over = self.over or base.stopped
        else:
            self.go_into(name, depth)

    def called(self, statement: ast.stmt, own: str) -> str | None:
        """Return the method that a statement calls on the object: `self.reset()`."""
        match statement:
            case ast.Expr(value=ast.Call(func=ast.Attribute(value=ast.Name(id=name), attr=method)) as call):
                given = [*call.args, *(keyword.value for keyword in call.keywords)]
                plain = name == own and method not in self.made.properties and not mentions(given, own)
                return method if plain and method in self.made.methods else None
        return None

    def base_init(self, statement: ast.stmt, own: str) -> str | None:
        """Return the function that a statement calls with the object: `super().__init__()`, as a function."""
        match statement:
            case ast.Expr(value=ast.Call(func=ast.Name(id=called), args=[ast.Name(id=name), *rest])):
                return called if name == own and called in self.functions and not mentions(rest, own) else None
        return None

    def look(self, statement: ast.stmt, own: str) -> None:
        """Look at another statement: what it reads of the object, and what it assigns."""
        attributes = [part for part in ast.walk(statement) if isinstance(part, ast.Attribute) and is_own(part, own)]
        names = sum(isinstance(part, ast.Name) and part.id == own for part in ast.walk(statement))
        read = {part.attr for part in attributes if isinstance(part.ctx, ast.Load)}
        if names != len(attributes) or not read <= self.found or read & self.made.methods.keys():
            self.over = True
        else:
            self.found |= set(stored(statement, own))


def stored(statement: ast.stmt, own: str) -> Iterator[str]:
    """Yield the attributes that a statement assigns, whatever way it goes."""
    match statement:
        case ast.Assign(targets=targets):
            parts = [p for target in targets for p in (target.elts if isinstance(target, ast.Tuple) else [target])]
            yield from (part.attr for part in parts if isinstance(part, ast.Attribute) and is_own(part, own))
        case ast.If(body=body, orelse=orelse):
            ways = [{name for part in way for name in stored(part, own)} for way in (body, orelse)]
            yield from ways[0] & ways[1]


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


class Optional(ast.NodeTransformer):
    """Writes what is read of attributes that may be None, or have no value, as what they hold: else it is an error.

    Those of `unset` have a value or none; `nones` may be None, which is passed on and asked for as in the program.
    """

    def __init__(self, unset: set[str], nones: set[str]) -> None:
        self.unset, self.nones = unset, nones

    def visit_Attribute(self, node: ast.Attribute) -> ast.expr:
        self.generic_visit(node)
        wrapped = isinstance(node.ctx, ast.Load) and node.attr in self.unset | self.nones
        return ast.Call(ast.Name(HELD, ast.Load()), [node], []) if wrapped else node

    def generic_visit(self, node: ast.AST) -> ast.AST:
        """Visit the parts of a node; those that pass a value on, or ask whether it is None, see it as it is."""
        for name, part in ast.iter_fields(node):
            visit = self.passed if passes_on(node, name) else self.visit
            if isinstance(part, list):
                part[:] = [visit(each) if isinstance(each, ast.AST) else each for each in part]
            elif isinstance(part, ast.AST):
                setattr(node, name, visit(part))
        match node:
            case ast.If() | ast.While() | ast.IfExp() | ast.Assert():
                node.test = self.truth(node.test)
            case ast.UnaryOp(op=ast.Not()):
                node.operand = self.truth(node.operand)
            case ast.comprehension():
                node.ifs = [self.truth(test) for test in node.ifs]
        return node

    def truth(self, node: ast.expr) -> ast.expr:
        """Return what tells whether a value is true: None is not."""
        match node:
            case ast.Attribute(attr=name) if name in self.nones:
                return ast.Call(ast.Name(TRUE, ast.Load()), [node], [])
            case ast.BoolOp(values=values):
                node.values = [self.truth(value) for value in values]
        return node

    def passed(self, node: ast.AST) -> ast.AST:
        """Visit what may be None."""
        if isinstance(node, ast.Attribute) and node.attr in self.nones:
            node.value = self.visit(node.value)
            return node
        visited: ast.AST = self.visit(node)
        return visited


def passes_on(node: ast.AST, name: str) -> bool:
    """Tell whether a part of a node may be None."""
    match node:
        case ast.Compare(left=left, ops=ops, comparators=others):
            none = any(isinstance(part, ast.Constant) and part.value is None for part in (left, *others))
            return none or all(isinstance(op, ast.Is | ast.IsNot) for op in ops)
        case ast.Assign() | ast.Return() | ast.keyword():
            return name == "value"
        case ast.Call():
            return name == "args"
        case ast.Tuple() | ast.List():
            return name == "elts"
        case ast.If() | ast.While() | ast.Assert():
            return name == "test"
        case ast.IfExp() | ast.comprehension():
            return name in ("test", "body", "orelse", "ifs")
        case ast.BoolOp() | ast.UnaryOp(op=ast.Not()):
            return name in ("values", "operand")
    return False
