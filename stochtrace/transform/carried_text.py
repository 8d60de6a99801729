"""Write a carried program: the user's text, its draws at their sites, its modules those for carried values."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import libcst as cst

from stochtrace.rules import COMPUTING
from stochtrace.transform.guards import compared_as, seen
from stochtrace.transform.nodes import code, expression, inside
from stochtrace.transform.overrides import Marks
from stochtrace.transform.paths import Paths
from stochtrace.transform.primal import kept_parentheses
from stochtrace.transform.printing import LEVELS, done, says, without
from stochtrace.transform.sites import Drawing, threshold
from stochtrace.transform.source import Source

HOME = "stochtrace.carried"
MODULES = {
    "math": "math",
    "numpy": "numpy",
    "numpy.random": "numpy.random",
    "numpy.linalg": "linear",
    "random": "random",
    "scipy": "scipy",
    "scipy.stats": "scipy.stats",
    "scipy.special": "scipy.special",
    "statistics": "statistics",
    "stochtrace": "stochtrace",
}
BUILTINS = {"float": "as_float", "max": "largest", "min": "smallest", "type": "kind_of", "hash": "hash_of"}
FLOATS = {"numpy.float64", "numpy.double", "numpy.float_"}
RAISING = {"ValueError", "ArithmeticError", "OverflowError", "FloatingPointError", "Exception", "BaseException"}


class Text(cst.CSTTransformer):
    """Rewrites the definitions of a carried program; `rt` is the name of the package, `renamed` the new names."""

    def __init__(
        self,
        source: Source,
        paths: Paths,
        drawn: Mapping[cst.CSTNode, Drawing],
        rt: str,
        renamed: dict[str, str],
        marks: Marks,
    ) -> None:
        super().__init__()
        self.marks = marks
        self.source, self.paths, self.drawn, self.rt, self.renamed = source, paths, drawn, rt, renamed
        self.printed, self.loggers = 0, _loggers(paths, source.module)
        self.said: set[cst.Expr] = set()
        self.became: dict[cst.CSTNode, cst.BaseExpression] = {}
        self.swallows = _swallows(source.module)
        self.sets = _makes_sets(paths, source.module)

    # -- draws -------------------------------------------------------------------------------------------------------

    def leave_Call(self, original_node: cst.Call, updated_node: cst.Call) -> cst.BaseExpression:
        drawing = self.drawn.get(original_node)
        if drawing is not None:
            return self._at(updated_node, drawing)
        if original_node in self.marks.held:
            updated_node = updated_node.with_changes(
                args=[arg.with_changes(value=self._held(arg.value)) for arg in updated_node.args]
            )
        builtin = self.paths.builtin(original_node.func)
        if self.paths.imported(original_node.func) in FLOATS:
            builtin = "float"
        if builtin in BUILTINS and len(updated_node.args) >= (builtin == "type"):
            return updated_node.with_changes(func=cst.parse_expression(f"{self.rt}.{BUILTINS[builtin]}"))
        func = updated_node.func
        path = self.paths.imported(original_node.func) or ""
        if path.rpartition(".")[0] in COMPUTING:
            plain = cst.Call(cst.parse_expression(f"{self.rt}.computing"), [cst.Arg(func)])
            return updated_node.with_changes(func=plain)
        if isinstance(func, cst.Attribute) and func.attr.value == "astype":
            array = cst.Arg(func.value, comma=cst.Comma(whitespace_after=cst.SimpleWhitespace(" ")))
            return cst.Call(cst.parse_expression(f"{self.rt}.as_type"), [array, *updated_node.args])
        return updated_node

    def _at(self, call: cst.Call, drawing: Drawing) -> cst.Call:
        return call.with_changes(func=self._placed(call.func, drawing))

    def _placed(self, func: cst.BaseExpression, drawing: Drawing) -> cst.BaseExpression:
        held = func.value if isinstance(func, cst.Attribute) else func
        at = cst.Call(cst.parse_expression(f"{self.rt}.at"), [cst.Arg(held), cst.Arg(cst.Integer(str(drawing.site)))])
        return func.with_changes(value=at) if isinstance(func, cst.Attribute) else at

    def leave_Attribute(self, original_node: cst.Attribute, updated_node: cst.Attribute) -> cst.BaseExpression:
        drawing = self.drawn.get(original_node)
        return updated_node if drawing is None else self._placed(updated_node, drawing)

    def leave_Comparison(self, original_node: cst.Comparison, updated_node: cst.Comparison) -> cst.BaseExpression:
        word = "constant" if original_node in self.marks.held else "passing"
        if word == "constant" or original_node in self.marks.guarding:
            return compared_as(updated_node, f"{self.rt}.{word}")
        if len(original_node.comparisons) != 1:
            return updated_node
        operator, right = original_node.comparisons[0].operator, original_node.comparisons[0].comparator
        below = isinstance(operator, cst.LessThan | cst.LessThanEqual)
        if not below and not isinstance(operator, cst.GreaterThan | cst.GreaterThanEqual):
            return updated_node
        strict = isinstance(operator, cst.LessThan | cst.GreaterThan)
        new_right = updated_node.comparisons[0].comparator
        for side, other, negated in (
            (original_node.left, new_right, not below),
            (right, updated_node.left, below),
        ):
            if isinstance(side, cst.Call) and threshold(side, self.drawn):
                hit = self._flip("miss" if negated else "flip", side, other, closed=strict is negated)
                return kept_parentheses(original_node, hit)
        return updated_node

    def _flip(self, name: str, call: cst.Call, q: cst.BaseExpression, closed: bool) -> cst.Call:
        """Return the decision of a fresh uniform: below q, or equal to it where that counts (`closed`); or not."""
        held = call.func.value if isinstance(call.func, cst.Attribute) else call.func
        held = expression(held.visit(self))
        q = expression(q.with_changes(lpar=(), rpar=()))
        arguments = [held, cst.Integer(str(self.drawn[call].site)), q, *([cst.Name("True")] if closed else [])]
        return cst.Call(cst.parse_expression(f"{self.rt}.{name}"), [cst.Arg(a) for a in arguments])

    # -- comments ----------------------------------------------------------------------------------------------------

    def leave_BinaryOperation(
        self, original_node: cst.BinaryOperation, updated_node: cst.BinaryOperation
    ) -> cst.BaseExpression:
        if original_node not in self.marks.held:
            return updated_node
        return updated_node.with_changes(left=self._held(updated_node.left), right=self._held(updated_node.right))

    def leave_Assign(self, original_node: cst.Assign, updated_node: cst.Assign) -> cst.Assign:
        site = self.marks.absorbing.get(original_node)
        if site is None:
            return updated_node
        arguments = [cst.Arg(cst.Integer(str(site))), cst.Arg(updated_node.value)]
        return updated_node.with_changes(value=cst.Call(cst.parse_expression(f"{self.rt}.scored"), arguments))

    def _held(self, node: cst.BaseExpression) -> cst.BaseExpression:
        return seen(node, f"{self.rt}.constant")

    # -- names -------------------------------------------------------------------------------------------------------

    def leave_Name(self, original_node: cst.Name, updated_node: cst.Name) -> cst.BaseExpression:
        drawing = self.drawn.get(original_node)
        if drawing is not None:
            return self._placed(updated_node, drawing)
        new = self.renamed.get(original_node.value)
        if new is not None and self.paths.own(original_node) == original_node.value:
            return updated_node.with_changes(value=new)
        return updated_node

    def leave_ClassDef(self, original_node: cst.ClassDef, updated_node: cst.ClassDef) -> cst.ClassDef:
        if not self.sets:
            return updated_node
        numbered = cst.Decorator(cst.Attribute(cst.Name(self.rt), cst.Name("numbered")))
        return updated_node.with_changes(decorators=[numbered, *updated_node.decorators])

    def leave_FunctionDef(self, original_node: cst.FunctionDef, updated_node: cst.FunctionDef) -> cst.FunctionDef:
        new = self.renamed.get(original_node.name.value)
        top = original_node in self.source.module.body
        return updated_node.with_changes(name=cst.Name(new)) if new is not None and top else updated_node

    # -- statements --------------------------------------------------------------------------------------------------

    def leave_Import(
        self, original_node: cst.Import, updated_node: cst.Import
    ) -> cst.FlattenSentinel[cst.BaseSmallStatement]:
        return cst.FlattenSentinel(brought(updated_node))

    def leave_ImportFrom(
        self, original_node: cst.ImportFrom, updated_node: cst.ImportFrom
    ) -> cst.FlattenSentinel[cst.BaseSmallStatement]:
        return cst.FlattenSentinel(brought(updated_node))

    def leave_Expr(self, original_node: cst.Expr, updated_node: cst.Expr) -> cst.Expr | cst.RemovalSentinel:
        value = original_node.value
        if original_node not in self.said or not isinstance(value, cst.Call):
            return updated_node
        self.printed += 1
        return without(updated_node, [self.became[part] for part in done(value, self._path)])

    def on_leave(self, original_node: cst.CSTNode, updated_node: cst.CSTNode) -> Any:
        """Note what the expressions become that stand in what is printed."""
        new = super().on_leave(original_node, updated_node)
        if self.said and isinstance(original_node, cst.BaseExpression):
            self.became[original_node] = expression(new)
        return new

    def visit_Expr(self, node: cst.Expr) -> None:
        if isinstance(node.value, cst.Call) and self._says(node.value.func):
            self.said.add(node)

    def _says(self, func: cst.BaseExpression) -> bool:
        """Tell whether a function prints or logs: `print`, `logging.info`, `log.info` of a logger, `plt.plot`."""
        if says(self._path(func)):
            return True
        if not isinstance(func, cst.Attribute) or func.attr.value not in LEVELS:
            return False
        held = func.value.attr if isinstance(func.value, cst.Attribute) else func.value
        return isinstance(held, cst.Name) and held.value in self.loggers

    def _path(self, func: cst.BaseExpression) -> str | None:
        builtin = self.paths.builtin(func)
        return f"builtins.{builtin}" if builtin else self.paths.imported(func)

    def leave_ExceptHandler(
        self, original_node: cst.ExceptHandler, updated_node: cst.ExceptHandler
    ) -> cst.ExceptHandler:
        """Catch what a program can raise, not what stops its run."""
        caught = updated_node.type
        if caught is None or self.paths.builtin(original_node.type or cst.Name("")) == "BaseException":
            return updated_node.with_changes(
                type=cst.Name("Exception"), whitespace_after_except=cst.SimpleWhitespace(" ")
            )
        return updated_node

    def leave_Try(self, original_node: cst.Try, updated_node: cst.Try) -> cst.Try:
        caught = [code(h.type) if h.type else "Exception" for h in original_node.handlers]
        if not any(name in text for text in caught for name in RAISING):
            return updated_node
        return updated_node.with_changes(body=self._guarded(updated_node.body))

    def leave_With(self, original_node: cst.With, updated_node: cst.With) -> cst.With:
        entered = (item.item for item in original_node.items)
        swallows = self.swallows or any(
            isinstance(call, cst.Call) and self.paths.imported(call.func) == "contextlib.suppress" for call in entered
        )
        return updated_node.with_changes(body=self._guarded(updated_node.body)) if swallows else updated_node

    def _guarded(self, body: cst.BaseSuite) -> cst.IndentedBlock:
        guard = cst.parse_statement(f"with {self.rt}.guarded():\n    pass\n")
        return cst.IndentedBlock([cst.ensure_type(guard, cst.With).with_changes(body=body)])


def _loggers(paths: Paths, module: cst.Module) -> set[str]:
    """Return the names, of variables and attributes, of loggers that a program makes."""
    found = set()
    for assign in inside(module, cst.Assign):
        if isinstance(assign.value, cst.Call) and paths.imported(assign.value.func) == "logging.getLogger":
            found |= {code(place.target).rpartition(".")[2] for place in assign.targets}
    return found


def _swallows(module: cst.Module) -> bool:
    """Tell whether a `with` of a program may swallow an error: an `__exit__` returns something."""
    ends = [node for node in inside(module, cst.FunctionDef) if node.name.value == "__exit__"]
    returned = [code(node.value) for end in ends for node in inside(end, cst.Return) if node.value is not None]
    return any(value not in ("None", "False") for value in returned)


def _makes_sets(paths: Paths, module: cst.Module) -> bool:
    """Tell whether a program makes sets, which may give its own objects in the order of their hashes."""
    made = (paths.builtin(call.func) in ("set", "frozenset") for call in inside(module, cst.Call))
    return any(made) or any(True for _ in inside(module, cst.Set, cst.SetComp))


def imports(statement: cst.SimpleStatementLine) -> list[cst.SimpleStatementLine]:
    """Return a line of imports, with the modules for carried values in the place of those that draw and calculate."""
    return [statement.with_changes(body=[part]) for node in statement.body for part in brought(node)]


def brought(node: cst.BaseSmallStatement) -> list[cst.BaseSmallStatement]:
    """Return the same of one statement; what is no import stays."""
    node = node.with_changes(semicolon=cst.MaybeSentinel.DEFAULT)
    match node:
        case cst.Import(names=names):
            return [_imported(alias) for alias in names]
        case cst.ImportFrom(module=cst.CSTNode() as module, relative=[]) if not isinstance(node.names, cst.ImportStar):
            home = MODULES.get(code(module))
            return [node.with_changes(module=_dotted(f"{HOME}.{home}")) if home is not None else node]
    return [node]


def _imported(alias: cst.ImportAlias) -> cst.BaseSmallStatement:
    path = code(alias.name)
    alias = alias.with_changes(comma=cst.MaybeSentinel.DEFAULT)
    if path not in MODULES:
        return cst.Import([alias])
    if alias.asname is None:
        return cst.ImportFrom(_dotted(HOME), [cst.ImportAlias(cst.Name(path.split(".")[0]))])
    module, _, name = f"{HOME}.{MODULES[path]}".rpartition(".")
    return cst.ImportFrom(_dotted(module), [alias.with_changes(name=cst.Name(name))])


def _dotted(path: str) -> cst.Attribute | cst.Name:
    node = cst.parse_expression(path)
    assert isinstance(node, cst.Attribute | cst.Name)
    return node
