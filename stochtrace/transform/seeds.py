"""Check seeds: what a model seeds is seeded once in a sample, with a number that is no draw.

The seed of the program object takes the place of all seeds in a model. That is right where a seed only chooses which
uniforms are read. A seed that is used twice reads the same uniforms twice, and those of a sample are read once. Seeds
are compared by value, whatever they are called; where one is an argument, it may be any other.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import NoReturn

import libcst as cst

from stochtrace.spellings import BIT_GENERATORS, MAKERS, SEEDING
from stochtrace.transform.closed import module_bindings
from stochtrace.transform.functions import reach
from stochtrace.transform.generators import Generators
from stochtrace.transform.names import Names, Scope
from stochtrace.transform.nodes import code, inside, walk
from stochtrace.transform.source import Source

TURNS = (cst.For, cst.While, cst.BaseComp, cst.Lambda)


def check_seeds(source: Source, names: Names, generators: Generators, reached: Sequence[Scope]) -> None:
    """Refuse seeds that are computed, and seeds that are used more than once in a sample."""
    finder = _Finder(source, names, generators, {callee for scope in reached for callee in callees(names, scope)})
    for call in module_level(names, generators, reached):
        finder.once(names.module, call)
    for scope in reached:
        if scope.top is scope:
            finder.scope = scope
            walk(cst.ensure_type(scope.node, cst.FunctionDef).body, finder)


def callees(names: Names, scope: Scope) -> list[Scope]:
    """Return the functions that a function calls, directly or not: itself only where it is recursive."""
    body = cst.ensure_type(scope.node, cst.FunctionDef).body
    direct = [scope.function(name) for name in inside(body, cst.Name)]
    return reach(names, [function for function in direct if function is not None])


def module_level(names: Names, generators: Generators, reached: Iterable[Scope]) -> Iterator[cst.Call]:
    """Yield the calls that make the module's generators, as far as these functions read them."""
    read = {name.value for scope in reached for name in inside(scope.node, cst.Name)}
    for line in cst.ensure_type(names.module.node, cst.Module).body:
        for statement in line.body if isinstance(line, cst.SimpleStatementLine) else ():
            match statement:
                case (
                    cst.Assign(targets=[cst.AssignTarget(cst.Name(name))], value=cst.Call() as call)
                    | cst.AnnAssign(target=cst.Name(name), value=cst.Call() as call)
                ) if name in read and generators.of(names.module, call):
                    yield call
                case cst.Expr(value=cst.Call(func=func) as call) if names.module.dotted(func) in SEEDING:
                    yield call


class _Finder(cst.CSTVisitor):
    def __init__(self, source: Source, names: Names, generators: Generators, called: set[Scope]) -> None:
        self.source, self.names, self.generators = source, names, generators
        self.called, self.scope = called, names.module
        self.turns = 0
        self.seen: dict[str, list[tuple[int | None, int]]] = {}

    def visit_FunctionDef(self, node: cst.FunctionDef) -> None:
        self.scope = self.names.scopes[node]

    def leave_FunctionDef(self, original_node: cst.FunctionDef) -> None:
        assert self.scope.parent
        self.scope = self.scope.parent

    def on_visit(self, node: cst.CSTNode) -> bool:
        self.turns += isinstance(node, TURNS)
        return super().on_visit(node)

    def on_leave(self, original_node: cst.CSTNode) -> None:
        self.turns -= isinstance(original_node, TURNS)
        super().on_leave(original_node)

    def visit_Call(self, node: cst.Call) -> None:
        path = self.scope.dotted(node.func)
        if path not in MAKERS and path not in SEEDING:
            return
        seed = seed_of(self.scope, node)
        if seed is None or self.generators.of(self.scope, seed):
            return
        self._computed(seed)
        if self.turns or self.scope in self.called or self.scope.top is not self.scope:
            self._repeated(node, "it is made again with the same seed each time that this place is reached")
        self.once(self.scope, node)

    def once(self, scope: Scope, call: cst.Call) -> None:
        """Refuse a call that seeds a second generator of one make with one seed, or with one that may be the same."""
        path, seed = scope.dotted(call.func) or "", seed_of(scope, call)
        if seed is None:
            return
        value, earlier = self._value(scope, seed), self.seen.setdefault(MAKERS.get(path) or SEEDING[path], [])
        for other, line in earlier:
            if other == value:
                self._repeated(call, f"line {line} seeds in the same way")
            if None in (other, value):
                self._repeated(call, f"line {line} may seed in the same way")
        earlier.append((value, self.source.line(call)))

    def _value(self, scope: Scope, seed: cst.BaseExpression) -> int | None:
        """Return the number that a seed is, None where it is not written in the file."""
        if isinstance(seed, cst.Integer):
            return seed.evaluated_value
        if not isinstance(seed, cst.Name) or scope.owner(seed.value) is not self.names.module:
            return None
        values = [v for t, v in module_bindings(self.names) if isinstance(t, cst.Name) and t.value == seed.value]
        known = len(values) == 1 and self.names.module.times_bound[seed.value] == 1
        return values[0].evaluated_value if known and isinstance(values[0], cst.Integer) else None

    def _repeated(self, node: cst.Call, why: str) -> None:
        self.source.refuse(
            node,
            f"`{code(node)}` repeats draws that were made before",
            f"A sample reads every uniform once, and here {why}.",
            "Make one generator, once, and pass it to what draws.",
        )

    def _computed(self, node: cst.BaseExpression) -> None:
        """Accept a seed that is the same for every sample."""
        match node:
            case cst.Integer():
                return
            case cst.Name(value=name):
                owner = self.scope.owner(name)
                if owner is self.names.module or (owner and name in {p.name for p in owner.parameters}):
                    return
        refuse_computed(self.source, node)


def refuse_computed(source: Source, seed: cst.CSTNode, hidden: str = "a draw, or a repeated seed,") -> NoReturn:
    """Refuse a seed in which something hides."""
    source.refuse(
        seed,
        "this seed is computed in the model",
        f"What it seeds would not be a function of fresh uniforms: {hidden} hides in it.",
        "Draw from the model's generator itself.",
    )


def seed_of(scope: Scope, call: cst.Call) -> cst.BaseExpression | None:
    """Return the seed that a call gives to a generator, through a bit generator too; None where it gives none."""
    if not call.args:
        return None
    value = call.args[0].value
    if isinstance(value, cst.Call) and scope.dotted(value.func) in BIT_GENERATORS:
        return seed_of(scope, value)
    return None if isinstance(value, cst.Name) and value.value == "None" else value
