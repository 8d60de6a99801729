"""Functions that are made, kept or passed on, for Numba: as functions of the module that are called by their names.

    def f(p, omega):                          def f(p, omega):
        def step(x):                              return stochtrace_simulate_0(p, omega, 6)
            return x + rt.normal(omega, 1, p, 1.0)
        return simulate(step, 6)          →   def stochtrace_simulate_0(stochtrace_step_0, stochtrace_step_1, n):
                                                  ... stochtrace_f_step(stochtrace_step_0, stochtrace_step_1, x) ...
    def simulate(step, n):
        ... step(x) ...                       def stochtrace_f_step(p, omega, x):
                                                  return x + rt.normal(omega, 1, p, 1.0)

What a function reads of the one around it comes before its arguments; a variable that it changes (`nonlocal`) is a list
of one element. What a function makes and returns is the tuple of what it reads: `step = make(p)`.
"""

from __future__ import annotations

import ast
import copy
from collections.abc import Iterable, Mapping
from typing import Any

from stochtrace.lowering.cells import CELL, split_pairs, with_cells
from stochtrace.lowering.function_tables import choosing, tables_of
from stochtrace.lowering.function_values import (
    Made,
    Unsupported,
    Value,
    as_definition,
    defined,
    drawn_by,
    element,
    names_of,
    ours,
    plain,
    returned_by,
    with_parts,
)
from stochtrace.lowering.trees import PREFIX, following, functions_of
from stochtrace.scopes import SCOPES, bound_in, free_names, own_names


class Closures:
    """Writes functions as values in another way; `made` counts the functions in which they are used."""

    def __init__(self, tree: ast.Module, moving: bool) -> None:
        self.tree, self.made, self.moving = tree, 0, moving
        bound = [name for name, _ in bound_in(tree)]
        functions = [node for node in tree.body if isinstance(node, ast.FunctionDef)]
        self.functions = {node.name: copy.deepcopy(node) for node in functions if bound.count(node.name) == 1}
        self.tables = {name: table for name, table in tables_of(tree) if bound.count(name) == 1}
        self.partial, self.rt = {*functions_of(tree, "functools", ["partial"])}, ours(tree)
        self.new: list[ast.FunctionDef] = []
        self.makers: dict[str, Made | None] = {}
        self.given: dict[object, str] = {}
        self.dispatched: dict[str, str] = {}

    def visit(self, tree: ast.Module) -> ast.Module:
        """Write a module in another way, in place."""
        bodies = [tree.body, *(node.body for node in tree.body if isinstance(node, ast.ClassDef))]
        for body in bodies:
            for i, node in enumerate(body):
                if isinstance(node, ast.FunctionDef):
                    body[i] = self.tried(node)
        tree.body += self.new
        return tree

    def tried(self, node: ast.FunctionDef) -> ast.FunctionDef:
        """Return a function without functions as values, or as it is where they are used in other ways."""
        count, known, given = len(self.new), dict(self.makers), dict(self.given)
        owner = Owner(self, copy.deepcopy(node), {})
        try:
            written = owner.written()
        except Unsupported:
            del self.new[count:]
            self.makers, self.given = known, given
            return node
        self.made += owner.changed
        return written if owner.changed else node

    def name(self, *parts: str) -> str:
        """Return a name for a function."""
        name = PREFIX + "_".join(parts)
        return f"{name}_{len(self.new)}" if any(node.name == name for node in self.new) else name

    def maker(self, name: str) -> Made | None:
        """Return what a function makes, if that is functions."""
        if name not in self.makers:
            self.makers[name] = None
            node = self.functions.get(name)
            if node is not None and any(True for _ in returned_by(node)):
                self.makers[name] = Owner(self, copy.deepcopy(node), {}).as_maker()
        return self.makers[name]

    def specialised(self, name: str, values: Mapping[str, Value]) -> str:
        """Return the name of a function like another one, in which some parameters are these functions."""
        parts = ((n, v.function, len(v.before), tuple(word for word, _ in v.named)) for n, v in values.items())
        key = name, tuple(parts)
        if key in self.given:
            return self.given[key]
        node = copy.deepcopy(self.functions[name])
        node.name = self.given[key] = f"{PREFIX}{name}_{len(self.given)}"
        node.args, own = with_parts(node.args, values)
        for value in values:
            if [bound for bound, _ in bound_in(node)].count(value):
                raise Unsupported
        self.new.append(Owner(self, node, own).written())
        return node.name

    def dispatch(self, table: str) -> str:
        """Return the name of a function that calls a function of a table of the module."""
        if table not in self.dispatched:
            self.dispatched[table] = f"{PREFIX}call_{table}"
            keys, functions = self.tables[table]
            parameters: set[int] = set()
            names: list[str] = []
            for function in functions:
                if isinstance(function, ast.Lambda):
                    node = defined(self.name("of", table), function)
                    self.new.append(Owner(self, node, {}).written())
                else:
                    node = self.functions[function.id]
                parameters.add(len(node.args.args))
                names.append(node.name)
            if len(parameters) != 1:
                raise Unsupported
            given = [f"{PREFIX}given_{i}" for i in range(parameters.pop())]
            self.new.append(choosing(self.dispatched[table], keys, names, given))
        return self.dispatched[table]


class Owner:
    """A function, and what is known of the functions in it."""

    def __init__(self, home: Closures, node: ast.FunctionDef, values: Mapping[str, Value]) -> None:
        self.home, self.node, self.values = home, node, dict(values)
        self.changed = bool(values)
        self.lifted: dict[str, str] = {}

    def written(self) -> ast.FunctionDef:
        """Return the function, with its functions moved into the module."""
        self.changed |= with_cells(self.node, self.home.moving)
        self.lift()
        self.node.body = self.statements(self.node)
        return self.node

    def as_maker(self) -> Made | None:
        """Move the functions that the function returns into the module; it returns what they read."""
        self.changed |= with_cells(self.node, self.home.moving)
        found = [*returned_by(self.node)]
        several = isinstance(found[0], ast.Tuple)
        parts = found[0].elts if isinstance(found[0], ast.Tuple) else found
        inner = {part.name: part for part in self.node.body if isinstance(part, ast.FunctionDef)}
        names = [part.id for part in parts if isinstance(part, ast.Name) and part.id in inner]
        if len(names) != len(parts):
            return None
        given = {name: copy.deepcopy(inner[name].args) for name in names}
        self.lift({*names})
        reads = sorted({n.id for name in names for n in self.values[name].before if isinstance(n, ast.Name)})
        made: list[str] = []
        for name in names:
            held = f"{PREFIX}held"
            parameters = given[name]
            if any(not isinstance(default, ast.Constant) for default in parameters.defaults):
                raise Unsupported
            passed: list[ast.expr] = [ast.Name(argument.arg, ast.Load()) for argument in parameters.args]
            before: list[ast.expr] = [
                element(held, reads.index(part.id)) for part in self.values[name].before if isinstance(part, ast.Name)
            ]
            parameters.args.insert(0, ast.arg(held))
            call = ast.Call(ast.Name(self.values[name].function, ast.Load()), [*before, *passed], [])
            node = ast.FunctionDef(self.home.name(self.node.name, name, "of"), parameters, [ast.Return(call)], [])
            self.home.new.append(ast.copy_location(node, inner[name]))
            made.append(node.name)
        last = self.node.body.pop()
        self.node.body = self.statements(self.node)
        kept: list[ast.expr] = [ast.Name(name, ast.Load()) for name in reads] or [ast.Constant(0)]
        self.node.body.append(ast.copy_location(ast.Return(ast.Tuple(kept, ast.Load())), last))
        self.node.name = f"{PREFIX}make_{self.node.name}"
        self.home.new.append(self.node)
        return Made(self.node.name, tuple(made), several)

    def lift(self, returned: Iterable[str] = ()) -> None:
        """Move the functions inside that Numba does not take there into the module."""
        bound = [name for name, _ in bound_in(self.node)]
        self.node.body = [as_definition(part, bound) for part in self.node.body]
        split_pairs(self.node.body, self.makes)
        inner = {part.name: part for part in self.node.body if isinstance(part, ast.FunctionDef)}
        inner = {name: part for name, part in inner.items() if bound.count(name) == 1 and plain(part)}
        free = {name: free_names(part) for name, part in inner.items()}
        wanted = {name for name in inner if name in following(free, name)} | {*returned} | self.passed(inner)
        wanted |= {name for name in inner if any(other.startswith(CELL) for other in free[name])}
        if not {*returned} <= inner.keys():
            raise Unsupported
        wanted |= {other for name in wanted for other in following(free, name)}
        own = own_names(self.node) - inner.keys()
        reads = {name: free[name] & own for name in wanted}
        while any([self.learn(reads, name, free[name]) for name in wanted]):
            pass
        for name in wanted:
            self.lifted[name] = self.home.name(self.node.name.removeprefix(PREFIX), name)
            before = tuple(ast.Name(read, ast.Load()) for read in sorted(reads[name]))
            self.values[name] = Value(self.lifted[name], before)
            hidden = {r for other in free[name] & wanted for r in reads[other]} & own_names(inner[name])
            if hidden or any(read in self.values for read in reads[name]):
                raise Unsupported
        for name in sorted(wanted):
            node = inner[name]
            node.args.args[:0] = [ast.arg(part.id) for part in self.values[name].before if isinstance(part, ast.Name)]
            node.name = self.lifted[name]
            self.home.new.append(node)
            node.body = self.statements(node)
            self.changed = True
        self.node.body = [part for part in self.node.body if part not in self.home.new] or [ast.Pass()]

    def passed(self, inner: Mapping[str, ast.FunctionDef]) -> set[str]:
        """Return those of the functions inside that get another name, or go to a function of the module."""
        found = set[str]()
        for node in ast.walk(self.node):
            match node:
                case ast.Assign(value=ast.Name(id=name)):
                    found.add(name)
                case ast.Call(func, args=given, keywords=named):
                    if ast.unparse(func) in self.home.functions.keys() | self.home.partial:
                        values = [*given, *(keyword.value for keyword in named)]
                        found |= {value.id for value in values if isinstance(value, ast.Name)}
        return found & inner.keys()

    def makes(self, value: ast.expr) -> bool:
        """Tell whether an expression may make a function."""
        called = ast.unparse(value.func) if isinstance(value, ast.Call) else ""
        return isinstance(value, ast.Lambda) or called in self.home.partial or called in self.home.functions

    def learn(self, reads: dict[str, set[str]], name: str, free: set[str]) -> bool:
        """Add what the functions read that a function calls; tell whether that is news."""
        more = {read for other in free & reads.keys() for read in reads[other]}
        more |= {n.id for v in free & self.values.keys() for n in self.values[v].before if isinstance(n, ast.Name)}
        more, given = more - reads[name], {v for v in reads[name] if v in self.values}
        reads[name] = (reads[name] | more) - given
        return bool(more)

    def statements(self, node: ast.FunctionDef, known: Mapping[str, Value] | None = None) -> list[ast.stmt]:
        """Return the statements of a function with calls of functions of the module; `known` are those it reads."""
        own = own_names(node)
        uses = Uses(self, node, known or {name: v for name, v in self.values.items() if name not in own})
        made: list[ast.stmt] = []
        for part in node.body:
            new = uses.visit(part)
            made += new if isinstance(new, list) else [new]
        self.changed |= uses.made > 0
        return made


class Uses(ast.NodeTransformer):
    """Writes calls of functions that are known, in one function."""

    def __init__(self, owner: Owner, node: ast.FunctionDef, values: Mapping[str, Value]) -> None:
        self.owner, self.home, self.node, self.made = owner, owner.home, node, 0
        self.own, self.values = own_names(node), dict(values)
        self.times = [name for name, _ in bound_in(node)]

    def value(self, node: ast.expr) -> Value | None:
        """Return the function that an expression is, None where that is not known."""
        match node:
            case ast.Name(id=name):
                return self.values.get(name)
            case ast.Lambda() if plain(node):
                free = free_names(node)
                known = {name: self.values[name] for name in free & self.values.keys()}
                held = {part.id for value in known.values() for each in value.parts for part in names_of(each)}
                if held & own_names(node):
                    raise Unsupported
                reads = sorted((free & self.own) - known.keys() | held)
                function = defined(self.home.name(self.node.name.removeprefix(PREFIX), "lambda"), node)
                function.args.args[:0] = [ast.arg(read) for read in reads]
                self.home.new.append(function)
                function.body = self.owner.statements(function, known)
                return Value(function.name, tuple(ast.Name(read, ast.Load()) for read in reads))
            case ast.Call(func, args=[called, *given], keywords=named) if ast.unparse(func) in self.home.partial:
                base = self.value(called)
                if base is None and isinstance(called, ast.Name) and called.id in self.home.functions:
                    base = Value(called.id, ())
                starred = any(isinstance(part, ast.Starred) for part in given) or any(k.arg is None for k in named)
                if base is None or starred:
                    return None
                more = tuple((k.arg, self.visit(k.value)) for k in named if k.arg is not None)
                return base._replace(before=(*base.before, *map(self.visit, given)), named=(*base.named, *more))
            case ast.Call(func=ast.Name(id=name)) if name not in self.own and (made := self.home.maker(name)):
                if made.several:
                    return None
                return Value(made.functions[0], (self.made_by(made, node),))
            case ast.Subscript(value=ast.Name(id=name), slice=key) if name in self.home.tables and name not in self.own:
                return Value(self.home.dispatch(name), (self.visit(key),))
        return drawn_by(node, self.home.rt, self.own)

    def made_by(self, made: Made, node: ast.Call) -> ast.Call:
        """Return the call that makes what functions read."""
        call = ast.Call(ast.Name(made.name, ast.Load()), node.args, node.keywords)
        visited = self.generic_visit(call)
        assert isinstance(visited, ast.Call)
        return visited

    def visit_Assign(self, node: ast.Assign) -> ast.stmt | list[ast.stmt]:
        match node.targets, node.value:
            case [ast.Name(id=name)], value if self.times.count(name) == 1 and name in self.own:
                if (found := self.value(value)) is not None:
                    return self.kept(name, found, node)
            case [ast.Tuple(elts=targets)], ast.Call(func=ast.Name(id=called)) as call if called not in self.own:
                names = [target.id for target in targets if isinstance(target, ast.Name)]
                made = self.home.maker(called)
                if made is not None and made.several:
                    if len(names) != len(made.functions) or any(self.times.count(name) != 1 for name in names):
                        raise Unsupported
                    for name, function in zip(names, made.functions, strict=True):
                        self.values[name] = Value(function, (ast.Name(names[0], ast.Load()),))
                    self.made += 1
                    held = ast.Name(names[0], ast.Store())
                    return ast.copy_location(ast.Assign([held], self.made_by(made, call)), node)
        self.generic_visit(node)
        return node

    def kept(self, name: str, value: Value, node: ast.Assign) -> ast.stmt:
        """Return the assignment of what comes before the arguments of a function that has a name."""
        self.made += 1
        if isinstance(node.value, ast.Lambda | ast.Name) and all(isinstance(part, ast.Name) for part in value.parts):
            self.values[name] = value
            return ast.copy_location(ast.Pass(), node)
        self.values[name] = value.holding([element(name, i) for i in range(len(value.parts))])
        held = ast.Tuple(value.parts or [ast.Constant(0)], ast.Load())
        return ast.copy_location(ast.Assign(node.targets, held), node)

    def visit_Call(self, node: ast.Call) -> ast.expr:
        called = node.func
        value = self.values.get(called.id) if isinstance(called, ast.Name) else None
        if value is None and isinstance(called, ast.Subscript):
            value = self.value(called)
        if value is not None:
            node.func = ast.Constant(None)
            value.called_in(self.parts(node))
            self.made += 1
            return node
        return self.parts(node)

    def parts(self, node: ast.Call) -> ast.Call:
        """Return a call whose arguments may be functions: that of a function for them."""
        name = node.func.id if isinstance(node.func, ast.Name) else ""
        function = self.home.functions.get(name) if name not in self.own else None
        if function is None or not plain(function) or any(isinstance(part, ast.Starred) for part in node.args):
            self.generic_visit(node)
            return node
        names = [argument.arg for argument in function.args.args]
        found: dict[str, Value] = {}
        args: list[ast.expr] = []
        for parameter, part in zip([*names, *[""] * len(node.args)], node.args, strict=False):
            if (value := self.value(part)) is not None:
                found[parameter] = value
                args += value.parts
            else:
                args.append(self.visit(part))
        keywords: list[ast.keyword] = []
        for keyword in node.keywords:
            value = self.value(keyword.value) if keyword.arg else None
            if keyword.arg and value is not None:
                found[keyword.arg] = value
                keywords += [ast.keyword(f"{PREFIX}{keyword.arg}_{i}", part) for i, part in enumerate(value.parts)]
            else:
                keyword.value = self.visit(keyword.value)
                keywords.append(keyword)
        node.args, node.keywords = args, keywords
        if found:
            if not found.keys() <= {*names}:
                raise Unsupported
            node.func = ast.Name(self.home.specialised(name, found), ast.Load())
            self.made += 1
        return node

    def visit_Name(self, node: ast.Name) -> ast.expr:
        if node.id in self.values:
            raise Unsupported
        return node

    def visit(self, node: ast.AST) -> Any:
        """Names that a part of a function binds for itself would hide what is written there."""
        if isinstance(node, SCOPES):
            names = {n.id for value in self.values.values() for part in value.before for n in names_of(part)}
            if own_names(node) & (names | self.values.keys()):
                raise Unsupported
        return super().visit(node)
