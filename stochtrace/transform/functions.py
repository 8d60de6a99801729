"""Choose what is transformed: the entry functions, what they differentiate by, and every function that they reach.

Accepts names and generators. Guarantees that the entries exist and have plain signatures, and that each function
that is reached can be seen into: no decorators, no `yield`, no calls that could hide randomness or effects.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from typing import NoReturn

import libcst as cst

from stochtrace.diagnostics import Refusal
from stochtrace.refusals import way_out
from stochtrace.rules import COMPUTING, OWN_PATHS
from stochtrace.spellings import MAKERS, MODULES, SEEDING
from stochtrace.transform.generators import Generators
from stochtrace.transform.names import Names, Parameter, Scope, all_parameters, has_methods, target_names
from stochtrace.transform.nodes import Variables, code, inside, walk
from stochtrace.transform.source import Source

PURE = frozenset(
    [
        "math",
        "cmath",
        "numpy",
        "itertools",
        "functools",
        "collections",
        "operator",
        "bisect",
        "heapq",
        "copy",
        "string",
        "fractions",
        "decimal",
        "statistics",
        "dataclasses",
        "typing",
        "enum",
    ]
)
SEEN_INTO = frozenset(MODULES) | COMPUTING
FORBIDDEN = frozenset(
    [
        "eval",
        "exec",
        "compile",
        "open",
        "input",
        "globals",
        "locals",
        "vars",
        "setattr",
        "delattr",
        "__import__",
        "breakpoint",
        "id",
    ]
)
FILES = frozenset(
    f"numpy.{name}"
    for name in (
        "load", "save", "savez", "savez_compressed", "savetxt", "loadtxt", "genfromtxt", "fromfile", "fromregex",
        "memmap", "DataSource",
    )
)  # fmt: skip
FLOATS = {"float", "float64", "ndarray", "NDArray", "ArrayLike"}


def asked_for(source: Source, names: Names, wanted: Sequence[str]) -> tuple[Scope, ...]:
    """Return the functions of these names; refuse names that are not at the top level."""
    top = names.module.functions
    for name in wanted:
        if name not in top:
            raise Refusal(
                f"there is no function `{name}` at the top level of this file",
                line=1,
                column=0,
                instead=f"It has: {', '.join(top) or 'none'}.",
            ).with_source(source.filename, [""])
    return tuple(top[name] for name in top if name in wanted)


def entries(source: Source, names: Names, generators: Generators, wanted: Sequence[str]) -> tuple[Scope, ...]:
    """Return the functions to differentiate: the wanted ones, or all that draw and are not called by another one."""
    top = names.module.functions
    if wanted:
        return asked_for(source, names, wanted)
    within = {f: mentioned([f]) for f in top.values()}
    drawing = [f for f in top.values() if any(_draws(source, names, generators, r) for r in within[f])]
    called = {r for f in drawing for r in within[f] if r is not f}
    chosen = [f for f in drawing if f not in called] or drawing
    if not chosen:
        raise Refusal(
            "no function at the top level of this file draws",
            line=1,
            column=0,
            why="Draws are calls of numpy.random, random, or a generator of theirs.",
            instead="A script must be wrapped in a function that takes the parameters and returns the result.",
        ).with_source(source.filename, [source.text.split("\n")[0]])
    return tuple(chosen)


def _draws(source: Source, names: Names, generators: Generators, scope: Scope) -> bool:
    for call in inside(scope.node, cst.Call):
        func = call.func
        path = scope.dotted(func) or ""
        if path.rpartition(".")[0] in MODULES and path not in MAKERS and path not in SEEDING:
            return True
        if isinstance(func, cst.Attribute) and (func.attr.value == "rvs" or generators.of(scope, func.value)):
            return True
    return False


def reach(names: Names, start: Iterable[Scope]) -> list[Scope]:
    """Return these functions and all that they mention, nested ones too, in source order."""
    seen = mentioned(start)
    return [s for s in names.module.walk() if s in seen]


def mentioned(start: Iterable[Scope]) -> set[Scope]:
    """Return these functions and all that they mention, nested ones too."""
    seen: set[Scope] = set()
    todo = list(start)
    while todo:
        scope = todo.pop()
        if scope not in seen:
            seen.add(scope)
            named = (scope.function(name) for name in inside(scope.node, cst.Name))
            todo += [f for f in named if f is not None] + list(scope.functions.values())
    return seen


def differentiated(source: Source, generators: Generators, entry: Scope, wrt: Sequence[str] | None) -> tuple[str, ...]:
    """Return the parameters to differentiate by: the wanted ones, or all that can hold floats."""
    plain = [p for p in entry.parameters if p.name not in generators.parameters(entry)]
    if wrt is not None:
        for name in wrt:
            if name not in {p.name for p in plain}:
                source.refuse(
                    entry.node,
                    f"`{entry.name}` has no parameter `{name}` to differentiate by",
                    "",
                    f"It has: {', '.join(p.name for p in plain) or 'none'}.",
                )
        chosen = tuple(p.name for p in plain if p.name in wrt)
        if not chosen:
            source.refuse(
                entry.node, f"nothing is asked for to differentiate `{entry.name}` by", "", "Name a parameter."
            )
        return chosen
    chosen = tuple(p.name for p in plain if holds_floats(p, constant(source, p.default)))
    if not chosen:
        source.refuse(
            entry.node,
            f"`{entry.name}` has no parameter to differentiate by",
            "Parameters annotated or defaulted as something other than a float or a float array do not count.",
            "Add one, or name it with `--wrt`.",
        )
    return chosen


def constant(source: Source, default: cst.BaseExpression | None) -> cst.BaseExpression | None:
    """Return what the module assigns to the name that a default is, or the default itself."""
    for assign in inside(source.module, cst.Assign) if isinstance(default, cst.Name) else ():
        target = assign.targets[0].target
        if isinstance(default, cst.Name) and isinstance(target, cst.Name) and target.value == default.value:
            return assign.value
    return default


def holds_floats(parameter: Parameter, default: cst.BaseExpression | None) -> bool:
    """Tell whether a parameter can be a float or an array of floats."""
    if parameter.annotation is not None:
        words = set(re.findall(r"\w+", parameter.annotation))
        return bool(words & FLOATS) and not words & {"Callable", "dict", "Dict", "Mapping"}
    if isinstance(default, cst.UnaryOperation):
        default = default.expression
    return default is None or (
        isinstance(default, cst.Float | cst.Name | cst.Attribute | cst.Call | cst.BinaryOperation)
        and not (isinstance(default, cst.Name) and default.value in ("None", "True", "False"))
    )


def check(source: Source, names: Names, generators: Generators, reached: Sequence[Scope]) -> None:
    """Refuse what cannot be seen into."""
    for scope in reached:
        assert isinstance(scope.node, cst.FunctionDef)
        _plain_signature(source, scope)
        walk(scope.node.body, _Depth(source))
        walk(scope.node.body, _World(source, names, generators, scope))


def _plain_signature(source: Source, scope: Scope) -> None:
    node = cst.ensure_type(scope.node, cst.FunctionDef)
    for name in inside(node, cst.Name):
        if not name.value.isascii() and unicodedata.normalize("NFKC", name.value) != name.value:
            source.refuse(name, "Python reads this name as another one", "", "Write it in its normal form (NFKC).")
    if node.decorators:
        source.refuse(node.decorators[0], "a decorator changes what this function does", "", "Remove it.")
    if node.asynchronous is not None:
        source.refuse(node, "an asynchronous function cannot be run once per sample", "", "Make it a plain function.")
    for default in (p.default for p in all_parameters(node) if p.default is not None):
        if isinstance(default, cst.Call) and scope.dotted(default.func) in MAKERS:
            continue
        paths = [scope.dotted(name) or "" for name in (*inside(default, cst.Name), *inside(default, cst.Attribute))]
        if any(path in MODULES or path.rpartition(".")[0] in MODULES for path in paths):
            source.refuse(default, "a default is drawn", "It is drawn once, at its definition.", "Draw inside.")
    assert scope.parent
    for parameter in scope.parameters if scope.parent.parent is not None else ():
        if parameter.default is not None and not isinstance(
            parameter.default, cst.Integer | cst.Float | cst.SimpleString
        ):
            source.refuse(
                parameter.default,
                "a default of a function inside a function",
                "It keeps the value of its definition.",
                "Pass the value, or read the variable itself.",
            )
    at_top = scope.parent.parent is None
    if scope.parent.times_bound[scope.name] > 1 or (at_top and node not in source.module.body):
        source.refuse(
            node,
            f"`{scope.name}` is defined more than once, or in a branch",
            "It cannot be told which is called.",
            "Give it one definition.",
        )
    if len(all_parameters(node)) != len(scope.parameters):
        source.refuse(node, "`*args` and `**kwargs` of a model are not followed yet", "", "Name the parameters.")


class _Depth(cst.CSTVisitor):
    """Refuses expressions whose tangents would take too long to read and to write: nested, or chained, too deeply."""

    NESTED, CHAINED = 60, 200

    def __init__(self, source: Source) -> None:
        self.source = source
        self.depths: list[tuple[int, int]] = [(0, 0)]
        self.lefts: set[cst.CSTNode] = set()

    def on_visit(self, node: cst.CSTNode) -> bool:
        if isinstance(node, cst.BinaryOperation):
            self.lefts.add(node.left)
        if isinstance(node, cst.BaseExpression):
            nested, chained = self.depths[-1]
            self.depths.append((nested + (node not in self.lefts) + len(node.lpar), chained + 1))
            if self.depths[-1] > (self.NESTED, 0) or chained > self.CHAINED:
                self.source.refuse(
                    node,
                    "this expression is nested too deeply",
                    f"It is more than {self.NESTED} levels deep, or a chain of more than {self.CHAINED} operators.",
                    "Split it over several assignments.",
                )
        return True

    def on_leave(self, original_node: cst.CSTNode) -> None:
        if isinstance(original_node, cst.BaseExpression):
            self.depths.pop()


def cannot_see(source: Source, node: cst.Call) -> NoReturn:
    """Refuse a call of what could be anything."""
    source.refuse(
        node,
        f"stochtrace cannot see what `{code(node.func)}` calls here",
        "It could draw.",
        "Call a function of this file by its name.",
    )


def inner_names(node: cst.CSTNode) -> Iterator[str]:
    """Yield the names that comprehensions and lambdas bind for themselves."""
    for clause in inside(node, cst.CompFor):
        yield from (name.value for name in target_names(clause.target))
    for inner in inside(node, cst.Lambda):
        yield from (parameter.name.value for parameter in inner.params.params)


class _World(Variables):
    """Refuses calls that could hide randomness, effects, or state."""

    def __init__(self, source: Source, names: Names, generators: Generators, scope: Scope) -> None:
        self.source, self.names, self.generators, self.scope = source, names, generators, scope
        self.lambdas: set[str] = set()
        self.inner = set(inner_names(scope.node))
        self.callees: set[cst.CSTNode] = set()

    def visit_FunctionDef(self, node: cst.FunctionDef) -> bool:
        return False

    def visit_ClassDef(self, node: cst.ClassDef) -> None:
        self.source.refuse(
            node, "a class inside a model is not followed yet", "", "Use numbers, lists, dicts or arrays."
        )

    def visit_Yield(self, node: cst.Yield) -> None:
        self.source.refuse(node, "a generator function (`yield`) is not followed yet", "", "Return a list.")

    def visit_Global(self, node: cst.Global) -> None:
        self.source.refuse(
            node, "`global` lets a sample change the state of the next one", "", "Pass the value in and return it."
        )

    def visit_Assign(self, node: cst.Assign) -> None:
        target = node.targets[0].target
        if isinstance(node.value, cst.Lambda) and isinstance(target, cst.Name):
            self.lambdas.add(target.value)

    def visit_Name(self, node: cst.Name) -> None:
        function = self.scope.function(node)
        if node not in self.callees and has_methods(self.scope, node):
            what, why = f"stochtrace cannot see what `{node.value}` calls here", "A method could draw, by an operator."
            self.source.refuse(node, what, why, "Use numbers, lists, dicts or arrays.")
        if function is None or node in self.callees:
            return
        if function.parent is not self.names.module or _draws(self.source, self.names, self.generators, function):
            self.source.refuse(
                node,
                f"the function `{node.value}` is used as a value",
                "Its calls cannot be followed.",
                "Call it by name.",
            )

    def visit_Call(self, node: cst.Call) -> None:
        self.callees.add(node.func)
        path = self.scope.dotted(node.func)
        if path is not None:
            self._imported(node, path)
        elif isinstance(node.func, cst.Name):
            self._named(node, node.func)
        elif isinstance(node.func, cst.Attribute):
            base = node.func.value
            while isinstance(base, cst.Attribute | cst.Subscript | cst.Call):
                base = base.func if isinstance(base, cst.Call) else base.value
            known = isinstance(base, cst.Name) and (
                base.value in self.inner or self.scope.owner(base.value) is not None
            )
            if isinstance(base, cst.Name) and not known and self.scope.dotted(base) is None:
                self._unknown(node, base)

    def _imported(self, node: cst.Call, path: str) -> None:
        root, _, rest = path.partition(".")
        if (root == "builtins" and rest in FORBIDDEN) or path in FILES:
            self.source.refuse(
                node,
                f"`{code(node.func)}` in a model",
                "What it does cannot be read from the source, or happens once per sample and replay.",
                "Do it outside the model and pass the result in.",
            )
        special = path.startswith(("scipy.special.", "scipy.stats."))
        if (
            root != "builtins"
            and root not in PURE
            and not special
            and path.rpartition(".")[0] not in SEEN_INTO
            and path not in MAKERS
            and path not in OWN_PATHS
        ):
            self.source.refuse(
                node,
                f"stochtrace cannot see into `{path}`",
                "It could draw, or keep state between samples.",
                way_out(path),
            )

    def _named(self, node: cst.Call, func: cst.Name) -> None:
        owner = self.scope.owner(func.value)
        if owner is None:
            self._unknown(node, func)
            return
        if func.value in owner.functions or func.value in self.lambdas:
            return
        if func.value in owner.classes:
            self.source.refuse(
                node,
                f"objects of the class `{func.value}` are not followed yet",
                "",
                "Use numbers, lists, dicts or arrays.",
            )
        cannot_see(self.source, node)

    def _unknown(self, node: cst.Call, name: cst.Name) -> None:
        self.source.refuse(
            name,
            f"`{name.value}` is not defined in this file",
            "Names that come from `import *` cannot be told." if "*" in self.names.module.imports else "",
            "Import it by name, or define it here.",
        )
