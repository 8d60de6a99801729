"""Find draws: every call that makes randomness, in canonical form and numbered; one site each.

Guarantees that no randomness is left over: a method without a row, a generator that goes where it cannot be
followed, or a source of randomness in disguise is refused.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import NoReturn

import libcst as cst

from stochtrace.spellings import (
    AMBIGUOUS,
    BIT_GENERATORS,
    MAKERS,
    MODULES,
    NO_DRAWS,
    SEEDING,
    SPELLINGS,
    Spelling,
    find,
)
from stochtrace.transform.binding import Bound, bind, in_order, signature
from stochtrace.transform.canonical import Canonical, canonical, size_of, squeezed
from stochtrace.transform.densities import METHODS, Density, density
from stochtrace.transform.frozen import STATS, Stats, of_size, only_assignment, stats_draw, stats_function
from stochtrace.transform.generators import Generators
from stochtrace.transform.names import Names, Parameter, Scope
from stochtrace.transform.nodes import Variables, code, everything, inside, walk
from stochtrace.transform.options import take_options
from stochtrace.transform.pairs import pairs
from stochtrace.transform.source import Source

ALL_MAKERS = ("generator", "numpy", "random", "scipy")
CHOOSING = ("choice", "permut", "shuffle", "sample")
RANDOM_ELSEWHERE = ("secrets.", "uuid.", "random.SystemRandom")


@dataclass(frozen=True, eq=False)
class Draw:
    """One place that draws: what, with which arguments; `node` is the expression that it replaces."""

    site: int
    node: cst.BaseExpression
    call: cst.Call
    scope: Scope
    distribution: str
    arguments: Bound
    line: int
    size: cst.BaseExpression | None = None
    values: cst.BaseExpression | None = None
    negated: bool = False
    listed: bool = False
    in_place: bool = False
    shift: cst.BaseExpression | None = None
    stretch: cst.BaseExpression | None = None
    flat: bool = False
    table: cst.BaseExpression | None = None
    axis: cst.BaseExpression | None = None

    @property
    def parts(self) -> list[cst.BaseExpression]:
        """The expressions that a draw is made of, beside its parameters."""
        return [part for part in (self.size, self.values, self.shift, self.stretch, self.table) if part is not None]

    @property
    def called(self) -> str:
        """The name under which the program calls this draw."""
        func = self.call.func
        return func.attr.value if isinstance(func, cst.Attribute) else cst.ensure_type(func, cst.Name).value

    @property
    def continuous(self) -> bool:
        """Whether the outcome moves smoothly with the parameters."""
        return self.distribution == "read" or (self.distribution in pairs() and pairs()[self.distribution].continuous)


@dataclass
class Draws:
    """All draws of some functions, by node; densities of distributions; statements that only serve generators."""

    by_node: dict[cst.CSTNode, Draw] = field(default_factory=dict)
    densities: dict[cst.CSTNode, Density] = field(default_factory=dict)
    dropped: dict[cst.CSTNode, str] = field(default_factory=dict)

    def inside(self, node: cst.CSTNode) -> list[Draw]:
        """Return the draws inside a node, in source order."""
        return [self.by_node[inner] for inner in everything(node) if inner in self.by_node]


def dimensions(node: cst.Call) -> cst.BaseExpression | None:
    """Return the size of a draw whose arguments are the dimensions of an array."""
    if len(node.args) < 2:
        return node.args[0].value if node.args else None
    return cst.Tuple([cst.Element(a.value) for a in node.args], lpar=[cst.LeftParen()], rpar=[cst.RightParen()])


def find_draws(source: Source, names: Names, generators: Generators, functions: Iterable[Scope]) -> Draws:
    """Return the draws of these top-level functions, numbered from 1 in source order."""
    draws = Draws()
    for function in functions:
        finder = _Finder(source, names, generators, draws, function)
        assert isinstance(function.node, cst.FunctionDef)
        walk(function.node.body, finder)
        finder.no_other_stats()
    return draws


class _Finder(Variables):
    def __init__(self, source: Source, names: Names, generators: Generators, draws: Draws, scope: Scope) -> None:
        self.source, self.names, self.generators, self.draws = source, names, generators, draws
        self.scope = scope
        self.followed: set[cst.CSTNode] = set()
        self.statements: set[cst.CSTNode] = set()
        self.calls_of_stats: list[tuple[cst.Call, str]] = []
        self.mentioned: list[tuple[Scope, cst.Name]] = []
        self.frozen: dict[tuple[Scope | None, str], str] = {}

    def visit_FunctionDef(self, node: cst.FunctionDef) -> None:
        self.scope = self.names.scopes[node]

    def leave_FunctionDef(self, original_node: cst.FunctionDef) -> None:
        assert self.scope.parent
        self.scope = self.scope.parent

    def visit_Comparison(self, node: cst.Comparison) -> None:
        if len(node.comparisons) != 1:
            return
        operator, right = node.comparisons[0].operator, node.comparisons[0].comparator
        below = isinstance(operator, cst.LessThan | cst.LessThanEqual)
        if not below and not isinstance(operator, cst.GreaterThan | cst.GreaterThanEqual):
            return
        for side, other, negated in ((node.left, right, not below), (right, node.left, below)):
            spelling = self._spelling(side)
            if spelling and spelling.draw == "read()" and isinstance(side, cst.Call):
                self._follow(side)
                _, size = self._bind(side, spelling)
                self._add(node, side, Canonical("flip", {"p": other}, size, negated=negated))
                return

    def visit_SimpleStatementLine(self, node: cst.SimpleStatementLine) -> None:
        for statement in node.body:
            if isinstance(statement, cst.Expr):
                self.statements.add(statement.value)
            match statement:
                case cst.Assign(value=value) | cst.AnnAssign(value=value) if value is not None:
                    self._maker(statement, value)
                case cst.Expr(value=cst.Call(func=func)) if self.scope.dotted(func) in SEEDING:
                    self.followed.add(func)
                    self.draws.dropped[statement] = "seeding: the seed is given to the program object"
                case _:
                    pass

    def visit_If(self, node: cst.If) -> bool:
        if not self.generators.filled_in(self.scope, node):
            return True
        self.draws.dropped[node] = "generator: replaced by the uniforms omega"
        return False

    def _maker(self, statement: cst.Assign | cst.AnnAssign, value: cst.BaseExpression) -> None:
        targets = [t.target for t in statement.targets] if isinstance(statement, cst.Assign) else [statement.target]
        if not self.generators.of(self.scope, value) or not all(isinstance(t, cst.Name) for t in targets):
            return
        self.draws.dropped[statement] = "generator: replaced by the uniforms omega"
        self.followed.add(value)
        if isinstance(statement, cst.AnnAssign):
            self.followed.add(statement.target)
        self.followed.update(call.func for call in inside(value, cst.Call))
        self.followed.update(name for name in inside(value, cst.Name) if self.generators.of(self.scope, name))

    def visit_Call(self, node: cst.Call) -> None:
        spelling = self._spelling(node)
        if spelling is not None:
            self._draw(node, spelling)
            return
        stats = stats_draw(self.source, self.names, self.scope, node)
        if stats is not None:
            self._stats(node, stats)
            return
        function = stats_function(self.source, self.names, self.scope, node, METHODS)
        if function is not None:
            self._frozen(node, function)
            self.draws.densities[node] = density(self.source, node, function)
            return
        path = self.scope.dotted(node.func) or ""
        if path.startswith(RANDOM_ELSEWHERE):
            self._elsewhere(node, path)
        if path.startswith(STATS):
            self.calls_of_stats.append((node, path))
        callee = self.scope.function(node.func)
        if callee is not None:
            passed = {p.name for p in callee.parameters if (callee, p.name) in self.generators.makes}
            for index, argument in enumerate(node.args):
                name = argument.keyword.value if argument.keyword else None
                if name is None and index < len(callee.parameters):
                    name = callee.parameters[index].name
                if name in passed:
                    self.followed.add(argument.value)

    def _spelling(self, node: cst.BaseExpression) -> Spelling | None:
        if not isinstance(node, cst.Call):
            return None
        path = self.scope.dotted(node.func) or ""
        module, _, method = path.rpartition(".")
        if module in MODULES:
            made = path in MAKERS or path in SEEDING or path in BIT_GENERATORS
            return None if made else self._row(node, method, frozenset({MODULES[module]}))
        if not isinstance(node.func, cst.Attribute):
            return None
        makes = self.generators.of(self.scope, node.func.value)
        return self._row(node, node.func.attr.value, makes) if makes else None

    def _row(self, node: cst.Call, method: str, makes: frozenset[str]) -> Spelling:
        rows = [row for make in ALL_MAKERS if make in makes and (row := find(method, make))]
        if not rows and method in NO_DRAWS:
            self._no_draw(node, method)
        if not rows:
            known = sorted({s.method for s in SPELLINGS if makes & set(s.makers.split())})
            self.source.refuse(
                node, f"stochtrace does not know the draw `{method}` yet", "", f"It knows {', '.join(known)}."
            )
        if method in AMBIGUOUS and len({row.draw for row in rows}) > 1:
            self.source.refuse(
                node,
                f"`{method}` of which generator? It means one thing in random, another in numpy",
                "",
                "Annotate the parameter: `rng: random.Random` or `rng: np.random.RandomState`.",
            )
        return rows[0]

    def _bind(self, node: cst.Call, spelling: Spelling) -> tuple[Bound, cst.BaseExpression | None]:
        """Return the arguments of a draw, and the size of the array that is drawn, None for one number."""
        parameters = signature(spelling.call)
        if spelling.dimensions:
            return bind(self.source, node.with_changes(args=[]), parameters, spelling.method), dimensions(node)
        size = Parameter("size", None, cst.Name("None"))
        bound = bind(self.source, node, (*parameters, size) if spelling.sized else parameters, spelling.method)
        take_options(self.source, self.scope, [p for p in parameters if not spelling.mentions(p.name)], bound)
        return bound, size_of(bound.pop("size", cst.Name("None")))

    def _elsewhere(self, node: cst.Call, path: str) -> NoReturn:
        self.source.refuse(
            node, f"`{path}` is not known here", "It could draw.", "Write the draw with numpy.random or random."
        )

    def no_other_stats(self) -> None:
        """Refuse what is called of scipy.stats and belongs to no draw."""
        for node, path in self.calls_of_stats:
            if node not in self.followed:
                self._elsewhere(node, path)
        for scope, name in self.mentioned:
            frozen = self.frozen.get((scope.owner(name.value), name.value))
            if frozen and name not in self.followed:
                self.source.refuse(
                    name,
                    f"`{name.value}`, a frozen `{frozen}`, is used in another way than by a method that is known here",
                    "",
                    f"Known are rvs, {', '.join(METHODS)}.",
                )

    def _stats(self, node: cst.Call, stats: Stats) -> None:
        if node in self.followed:
            return
        self._frozen(node, stats)
        spelling = self._row(node, stats.name, frozenset({"scipy"}))
        parameters = (*signature(spelling.call), Parameter("random_state", None, cst.Name("None")))
        bound = bind(self.source, stats.call, of_size(spelling, stats, parameters), spelling.method)
        size, state = bound.pop("size"), bound.pop("random_state")
        in_order(self.source, self.scope, stats.call, bound)
        if self.generators.of(self.scope, state):
            self.followed.add(state)
        elif code(state) != "None":
            self.source.refuse(state, "this `random_state` is no generator of the model", "", "Pass the generator.")
        given = size_of(size)
        if spelling.squeezed and given is not None:
            given = size_of(squeezed(given, len(self.draws.by_node) + 1))
        self._add(node, node, canonical(self.source, node, spelling, bound, given))

    def _frozen(self, node: cst.Call, stats: Stats) -> None:
        """Follow a distribution to where it was frozen."""
        self.followed.update({node, node.func, stats.frozen})
        if stats.statement is not None and isinstance(node.func, cst.Attribute):
            name = cst.ensure_type(node.func.value, cst.Name)
            self.followed.add(name)
            self.frozen[self.scope.owner(name.value), name.value] = stats.name
            self.draws.dropped[stats.statement] = "distribution: written out where it is used"

    def _draw(self, node: cst.Call, spelling: Spelling) -> None:
        if node in self.followed:
            return
        self._follow(node)
        bound, size = self._bind(node, spelling)
        in_order(self.source, self.scope, node, bound)
        if spelling.draw.startswith(CHOOSING):
            self._values(next(iter(bound.values())))
        self._add(node, node, self._in_shape(canonical(self.source, node, spelling, bound, size)))

    def _in_shape(self, draw: Canonical) -> Canonical:
        """Return a choice of `k` values, of which the program says that k is a tuple, as one in a table."""
        k = draw.arguments.get("k")
        assigned = only_assignment(self.names, self.scope, k) if isinstance(k, cst.Name) else None
        if k is None or assigned is None or not isinstance(assigned.value, cst.Tuple):
            return draw
        lengths = [f"{code(k)}[{i}]" for i in range(len(assigned.value.elements))]
        count = cst.parse_expression(" * ".join(lengths) or "1")
        return draw._replace(arguments=draw.arguments | {"k": count}, table=k)

    def _values(self, values: cst.BaseExpression) -> None:
        """Refuse to choose among values that are made on the spot by more than arithmetic: they are written twice."""
        for call in inside(values, cst.Call):
            path = self.scope.dotted(call.func) or ""
            if not path.startswith(("numpy.", "math.", "builtins.")) or path.startswith("numpy.random."):
                self.source.refuse(
                    call, "a choice among values that this call makes", "", "Give the values a name on a line before."
                )

    def _follow(self, call: cst.Call) -> None:
        self.followed.update({call, call.func})
        if isinstance(call.func, cst.Attribute):
            self.followed.add(call.func.value)

    def _add(self, node: cst.BaseExpression, call: cst.Call, draw: Canonical) -> None:
        if draw.in_place and node not in self.statements:
            self.source.refuse(node, "the value of a shuffle is used", "It is None.", "Shuffle on a line of its own.")
        site, line = len(self.draws.by_node) + 1, self.source.line(call)
        self.draws.by_node[node] = Draw(
            site, node, call, self.scope, draw.distribution, draw.arguments, line, *draw[2:]
        )

    def visit_Attribute(self, node: cst.Attribute) -> bool:
        path = self.scope.dotted(node) or ""
        module = path in MODULES or path.rpartition(".")[0] in MODULES
        if node not in self.followed and (path in MAKERS or module):
            self._escape(node)
        if node not in self.followed and node.attr.value in NO_DRAWS and self.generators.of(self.scope, node.value):
            self._no_draw(node, node.attr.value)
        if not path:
            walk(node.value, self)
        return False

    def visit_Name(self, node: cst.Name) -> None:
        self.mentioned.append((self.scope, node))
        path = self.scope.dotted(node) or ""
        module = path.rpartition(".")[0] in MODULES or path in MODULES
        if node not in self.followed and (module or self.generators.of(self.scope, node)):
            self._escape(node)

    def _no_draw(self, node: cst.BaseExpression, name: str) -> NoReturn:
        self.source.refuse(node, f"`{name}` is no draw of numbers", *NO_DRAWS[name])

    def _escape(self, node: cst.BaseExpression) -> None:
        name = code(node).rpartition(".")[2]
        if name in NO_DRAWS:
            self._no_draw(node, name)
        self.source.refuse(
            node,
            f"the generator `{code(node)}` goes where its draws cannot be followed",
            "Draws are found where a method of the generator is called, or a function of this file gets it.",
            "Call its methods here, or move the function that uses it into this file.",
        )

    def visit_AssignTarget(self, node: cst.AssignTarget) -> bool:
        return not isinstance(node.target, cst.Name)

    def visit_Param(self, node: cst.Param) -> bool:
        before = len(self.draws.by_node)
        if node.default is not None:
            walk(node.default, self)
        if len(self.draws.by_node) > before:
            self.source.refuse(
                node,
                "a default is drawn",
                "It is drawn once, when the function is defined.",
                "Draw inside the function.",
            )
        return False

    def visit_Import(self, node: cst.Import) -> bool:
        self._import(node, list(node.names))
        return False

    def visit_ImportFrom(self, node: cst.ImportFrom) -> bool:
        self._import(node, [] if isinstance(node.names, cst.ImportStar) else list(node.names))
        return False

    def _import(self, node: cst.Import | cst.ImportFrom, names: list[cst.ImportAlias]) -> None:
        """Drop an import inside a function that brings nothing but randomness."""
        bound = [alias.asname.name if alias.asname else alias.name for alias in names]
        paths = [self.scope.dotted(name) or "" for name in bound if isinstance(name, cst.Name)]
        random = [path in MODULES or path in MAKERS or path.rpartition(".")[0] in MODULES for path in paths]
        if names and len(random) == len(names) and all(random):
            self.draws.dropped[node] = "import: replaced by the uniforms omega"

    def visit_Annotation(self, node: cst.Annotation) -> bool:
        return False
