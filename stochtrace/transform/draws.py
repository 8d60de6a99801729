"""Find draws: every call that makes randomness, in canonical form and numbered; one site each.

Guarantees that no randomness is left over: a method without a row, a generator that goes where it cannot be
followed, or a source of randomness in disguise is refused.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

import libcst as cst

from stochtrace.transform.binding import Bound, bind, signature
from stochtrace.transform.canonical import canonical
from stochtrace.transform.generators import Generators
from stochtrace.transform.names import Names, Parameter, Scope
from stochtrace.transform.nodes import code, inside
from stochtrace.transform.pairs import pairs
from stochtrace.transform.source import Source
from stochtrace.transform.spellings import (
    MAKERS,
    MODULES,
    SEEDING,
    SPELLINGS,
    Spelling,
    find,
)

RANDOM_ELSEWHERE = ("scipy.stats.", "secrets.", "uuid.", "random.SystemRandom")


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
    values: cst.BaseExpression | None = None
    negated: bool = False

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
    """All draws of some functions, by node, and the statements that only serve generators."""

    by_node: dict[cst.CSTNode, Draw] = field(default_factory=dict)
    dropped: dict[cst.CSTNode, str] = field(default_factory=dict)

    def inside(self, node: cst.CSTNode) -> list[Draw]:
        """Return the draws inside a node, in source order."""
        found: list[Draw] = []

        class Finder(cst.CSTVisitor):
            def on_visit(finder, inner: cst.CSTNode) -> bool:
                if inner in self.by_node:
                    found.append(self.by_node[inner])
                return True

        node.visit(Finder())
        return found


def find_draws(source: Source, names: Names, generators: Generators, functions: Iterable[Scope]) -> Draws:
    """Return the draws of these top-level functions, numbered from 1 in source order."""
    draws = Draws()
    for function in functions:
        finder = _Finder(source, names, generators, draws, function)
        assert isinstance(function.node, cst.FunctionDef)
        function.node.body.visit(finder)
    return draws


class _Finder(cst.CSTVisitor):
    def __init__(self, source: Source, names: Names, generators: Generators, draws: Draws, scope: Scope) -> None:
        self.source, self.names, self.generators, self.draws = source, names, generators, draws
        self.scope = scope
        self.followed: set[cst.CSTNode] = set()

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
                self._bind(side, spelling)
                self._add(node, side, "flip", {"p": other}, negated=negated)
                return

    def visit_SimpleStatementLine(self, node: cst.SimpleStatementLine) -> None:
        for statement in node.body:
            match statement:
                case cst.Assign(value=value) | cst.AnnAssign(value=value) if value is not None:
                    self._maker(statement, value)
                case cst.Expr(value=cst.Call(func=func) as call) if self.scope.dotted(func) in SEEDING:
                    self.followed.add(func)
                    self.draws.dropped[statement] = "seeding: the seed is given to the program object"
                    for argument in call.args:
                        self._seed(argument.value)
                case _:
                    pass

    def _maker(self, statement: cst.Assign | cst.AnnAssign, value: cst.BaseExpression) -> None:
        targets = [t.target for t in statement.targets] if isinstance(statement, cst.Assign) else [statement.target]
        if not self.generators.of(self.scope, value) or not all(isinstance(t, cst.Name) for t in targets):
            return
        self.draws.dropped[statement] = "generator: replaced by the uniforms omega"
        self.followed.add(value)
        if isinstance(statement, cst.AnnAssign):
            self.followed.add(statement.target)
        if isinstance(value, cst.Call):
            self.followed.add(value.func)
            for argument in value.args:
                self._seed(argument.value)

    def _seed(self, node: cst.BaseExpression) -> None:
        """Accept a seed that is the same for every sample; the program object's seed takes its place."""
        match node:
            case cst.Integer() | cst.Name(value="None"):
                return
            case cst.Name(value=name):
                owner = self.scope.owner(name)
                if owner is self.names.module or (owner and name in {p.name for p in owner.parameters}):
                    return
        self.source.refuse(
            node,
            "this seed is computed in the model",
            "What it seeds would not be a function of fresh uniforms: a draw, or a repeated seed, hides in it.",
            "Draw from the model's generator itself.",
        )

    def visit_Call(self, node: cst.Call) -> None:
        spelling = self._spelling(node)
        if spelling is not None:
            self._draw(node, spelling)
            return
        path = self.scope.dotted(node.func) or ""
        if path.startswith(RANDOM_ELSEWHERE):
            self.source.refuse(
                node, f"draws of `{path}` have no spelling here yet", "", "Write the draw with numpy.random or random."
            )
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
            return None if path in MAKERS or path in SEEDING else self._row(node, method, frozenset({MODULES[module]}))
        if not isinstance(node.func, cst.Attribute):
            return None
        makes = self.generators.of(self.scope, node.func.value)
        return self._row(node, node.func.attr.value, makes) if makes else None

    def _row(self, node: cst.Call, method: str, makes: frozenset[str]) -> Spelling:
        rows = [row for make in ("generator", "numpy", "random") if make in makes and (row := find(method, make))]
        if not rows:
            known = sorted({s.method for s in SPELLINGS if makes & set(s.makers.split())})
            self.source.refuse(
                node, f"stochtrace does not know the draw `{method}` yet", "", f"It knows {', '.join(known)}."
            )
        if method == "randint" and len({row.draw for row in rows}) > 1:
            self.source.refuse(
                node,
                "`randint` of which generator? random includes its upper end, numpy does not",
                "",
                "Annotate the parameter: `rng: random.Random` or `rng: np.random.RandomState`.",
            )
        return rows[0]

    def _bind(self, node: cst.Call, spelling: Spelling) -> Bound:
        parameters = signature(spelling.call)
        own = {p.name for p in parameters}  # `shape` can be a parameter of the distribution
        sizes = tuple(Parameter(n, None, cst.Name("None")) for n in ("size", "shape") if n not in own)
        bound = bind(self.source, node, (*parameters, *sizes), spelling.method)
        for size in sizes:
            if code(bound.pop(size.name)) not in ("None", "()"):
                self.source.refuse(
                    node,
                    "this draws an array (`size=`), and draws are one number each so far",
                    "",
                    "Draw the elements in a loop or a comprehension.",
                )
        return bound

    def _draw(self, node: cst.Call, spelling: Spelling) -> None:
        if node in self.followed:
            return
        self._follow(node)
        bound = self._bind(node, spelling)
        if spelling.draw.startswith("choice"):
            self._values(next(iter(bound.values())))
        self._add(node, node, *canonical(self.source, node, spelling, bound))

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

    def _add(
        self,
        node: cst.BaseExpression,
        call: cst.Call,
        distribution: str,
        arguments: Bound,
        values: cst.BaseExpression | None = None,
        negated: bool = False,
    ) -> None:
        site = len(self.draws.by_node) + 1
        line = self.source.line(call)
        self.draws.by_node[node] = Draw(site, node, call, self.scope, distribution, arguments, line, values, negated)

    def visit_Attribute(self, node: cst.Attribute) -> bool:
        path = self.scope.dotted(node) or ""
        module = path in MODULES or path.rpartition(".")[0] in MODULES
        if node not in self.followed and (path in MAKERS or module):
            self._escape(node)
        if not path:
            node.value.visit(self)
        return False

    def visit_Name(self, node: cst.Name) -> None:
        path = self.scope.dotted(node) or ""
        module = path.rpartition(".")[0] in MODULES or path in MODULES
        if node not in self.followed and (module or self.generators.of(self.scope, node)):
            self._escape(node)

    def _escape(self, node: cst.BaseExpression) -> None:
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
            node.default.visit(self)
        if len(self.draws.by_node) > before:
            self.source.refuse(
                node,
                "a default is drawn",
                "It is drawn once, when the function is defined.",
                "Draw inside the function.",
            )
        return False

    def visit_Arg(self, node: cst.Arg) -> bool:
        node.value.visit(self)
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
