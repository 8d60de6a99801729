"""Refuse seeds that draws go into on their way: through a parameter, an attribute, a variable, or `random_state=`.

What a draw seeds is a function of a hash, of which no form of a program knows the derivative. `seeds` and
`carried_world` ask what stands in the place of a seed; this asks where it comes from. Guarantees that no draw is
handed to a maker of generators, to `seed`, or to `random_state`; a seed that cannot be followed is left to the run.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache

import libcst as cst

from stochtrace.spellings import MAKERS, MODULES, SEEDING, makers_of
from stochtrace.transform.generators import Generators
from stochtrace.transform.names import Names, Scope, methods, target_names
from stochtrace.transform.nodes import code, everything, own
from stochtrace.transform.paths import closure, definitions
from stochtrace.transform.seeds import refuse_computed, seed_of
from stochtrace.transform.source import Source


def check_drawn_seeds(
    source: Source, names: Names, generators: Generators, functions: tuple[str, ...], wrt: tuple[str, ...] | None
) -> None:
    """Refuse drawn seeds, and parameters as seeds, in these functions (none: in all), and in what they mention."""
    defined = definitions(source)
    asked = closure(source, {*functions} or {*defined})
    nodes = {inner for name in asked if name in defined for inner in everything(defined[name])}
    entries = [function for name, function in names.module.functions.items() if name in (functions or defined)]
    origins = Origins(names, generators, {(f, name) for f in entries for name in _moving(f, generators, wrt)})
    for scope in (scope for scope in origins.scopes if scope.node in nodes):
        for call in own(scope.node, cst.Call):
            seed = origins.seed(scope, call)
            if seed is not None and origins.drawn(scope, seed):
                refuse_computed(source, seed, "a draw, or a parameter,")


def _moving(entry: Scope, generators: Generators, wrt: tuple[str, ...] | None) -> Iterator[str]:
    """Yield the parameters that certainly move: what is asked for, or the only one that there is."""
    plain = [p.name for p in entry.parameters if (entry, p.name) not in generators.makes]
    yield from plain if wrt is None and len(plain) == 1 else [name for name in plain if name in (wrt or ())]


class Origins:
    """Where values of a module come from. What is being asked already counts as no draw."""

    def __init__(self, names: Names, generators: Generators, moving: set[tuple[Scope, str]]) -> None:
        self.generators, self.moving = generators, moving
        own_methods = [*methods(names)]
        self.scopes = (*names.scopes.values(), *own_methods)
        self.calls = [(scope, call) for scope in self.scopes for call in own(scope.node, cst.Call)]
        self.drawn = cache(self._drawn)
        self.methods = {s for s in own_methods if s.parent and isinstance(s.parent.node, cst.Module)}
        self._asked: set[object] = set()

    def seed(self, scope: Scope, call: cst.Call) -> cst.BaseExpression | None:
        """Return the seed that a call gives to a generator, None where it gives none."""
        path, func = scope.dotted(call.func), call.func
        if isinstance(func, cst.Name) and path is None:
            path = next((p for v in self._values(scope, func.value) if (p := scope.dotted(v)) in MAKERS), None)
        if path in MAKERS or path in SEEDING or self._is_source(scope, func, "seed"):
            seed = seed_of(scope, call)
        elif isinstance(func, cst.Attribute) and func.attr.value == "rvs":
            seed = next((a.value for a in call.args if a.keyword and a.keyword.value == "random_state"), None)
        else:
            return None
        return None if seed is None or self.generators.of(scope, seed) else seed

    def _is_source(self, scope: Scope, func: cst.BaseExpression, method: str) -> bool:
        """Tell whether an expression is a method of a generator, by name or held by an object."""
        if not isinstance(func, cst.Attribute) or func.attr.value != method:
            return False
        if any(scope.name == method for scope in self.methods):
            return False
        return isinstance(func.value, cst.Attribute) or self.generators.of(scope, func.value) is not None

    def _drawn(self, scope: Scope, node: cst.BaseExpression) -> bool:
        key = (scope, node.value if isinstance(node, cst.Name) else node)
        if key in self._asked:
            return False
        self._asked.add(key)
        try:
            return self._asks(scope, node)
        finally:
            self._asked.discard(key)

    def _asks(self, scope: Scope, node: cst.BaseExpression) -> bool:
        match node:
            case cst.Name(value=name):
                moves = (scope.owner(name), name) in self.moving
                return moves or any(self.drawn(*each) for each in self._sources(scope, name))
            case cst.Attribute(value=value, attr=attr):
                return any(self.drawn(*each) for each in self._stored(attr.value)) or self.drawn(scope, value)
            case cst.Call(func=func, args=args):
                given = [a.value for a in args] + ([func.value] if isinstance(func, cst.Attribute) else [])
                returned = [(c, r.value) for c in self._called(scope, func) for r in own(c.node, cst.Return) if r.value]
                return self._draws(scope, func) or any(
                    self.drawn(*each) for each in (*((scope, value) for value in given), *returned)
                )
            case cst.Lambda():
                return False
        return any(self.drawn(scope, child) for child in _parts(node))

    def _called(self, scope: Scope, func: cst.BaseExpression) -> list[Scope]:
        """Return the functions and methods of the module that a call may mean."""
        if isinstance(func, cst.Attribute):
            return [method for method in self.methods if method.name == func.attr.value]
        called = scope.function(func)
        return [called] if called is not None else []

    def _draws(self, scope: Scope, func: cst.BaseExpression) -> bool:
        """Tell whether a function that is called is a draw."""
        path = scope.dotted(func)
        if path is not None:
            return path.rpartition(".")[0] in MODULES and path not in MAKERS and path not in SEEDING
        if not isinstance(func, cst.Attribute):
            return False
        known = self.generators.of(scope, func.value) is not None or isinstance(func.value, cst.Attribute)
        return func.attr.value == "rvs" or (known and bool(makers_of(func.attr.value)))

    def _sources(self, scope: Scope, name: str) -> Iterator[tuple[Scope, cst.BaseExpression]]:
        """Yield what a name may be: what is assigned to it, and what calls give for a parameter."""
        owner = scope.owner(name)
        if owner is None or owner.parent is None:
            return
        yield from ((owner, value) for value in self._values(scope, name))
        positions = [i for i, p in enumerate(owner.parameters) if p.name == name]
        for caller, call in self.calls if positions else ():
            if (skipped := self._skipped(caller, call, owner)) is None:
                continue
            for i, argument in enumerate(call.args):
                given = argument.keyword.value == name if argument.keyword else i + skipped == positions[0]
                if given or argument.star:
                    yield caller, argument.value

    def _skipped(self, caller: Scope, call: cst.Call, callee: Scope) -> int | None:
        """Return how many parameters a call leaves to Python, None where it calls something else."""
        kept = [code(d.decorator) for d in cst.ensure_type(callee.node, cst.FunctionDef).decorators]
        match call.func:
            case cst.Name(value=name) if callee.name == "__init__" and callee in self.methods:
                return 1 if callee.parent is not None and name == callee.parent.name else None
            case cst.Name():
                return 0 if caller.function(call.func) is callee else None
            case cst.Attribute(attr=attr) if callee in self.methods and attr.value == callee.name:
                return 0 if "staticmethod" in kept else 1
        return None

    def _values(self, scope: Scope, name: str) -> Iterator[cst.BaseExpression]:
        """Yield what is assigned to a name where it is bound, or looped over."""
        owner = scope.owner(name)
        if owner is None:
            return
        for node in own(owner.node, cst.Assign, cst.AnnAssign, cst.AugAssign, cst.NamedExpr, cst.For, cst.CompFor):
            bound: list[cst.BaseExpression]
            match node:
                case cst.Assign(targets=targets, value=value):
                    bound = [t.target for t in targets]
                case cst.For(target=target, iter=value) | cst.CompFor(target=target, iter=value):
                    bound = [target]
                case cst.AnnAssign(target=target, value=value) | cst.AugAssign(target=target, value=value):
                    bound = [target]
                case cst.NamedExpr(target=target, value=value):
                    bound = [target]
            if value is not None and any(n.value == name for t in bound for n in target_names(t)):
                yield value

    def _stored(self, attribute: str) -> Iterator[tuple[Scope, cst.BaseExpression]]:
        """Yield what is stored in attributes of a name, and given to a class by that keyword."""
        for scope in self.scopes:
            for assign in own(scope.node, cst.Assign):
                for target in assign.targets:
                    if isinstance(target.target, cst.Attribute) and target.target.attr.value == attribute:
                        yield scope, assign.value
        for scope, call in self.calls:
            owner = scope.owner(call.func.value) if isinstance(call.func, cst.Name) else None
            if owner is not None and isinstance(call.func, cst.Name) and call.func.value in owner.classes:
                yield from ((scope, a.value) for a in call.args if a.keyword and a.keyword.value == attribute)


def _parts(node: cst.CSTNode) -> Iterator[cst.BaseExpression]:
    """Yield the outermost expressions inside an expression."""
    for child in node.children:
        if isinstance(child, cst.BaseExpression):
            yield child
        else:
            yield from _parts(child)
