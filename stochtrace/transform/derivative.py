"""Emit the derivative program: the user's function with a tangent line beside each line that has one.

Accepts the classified module. Guarantees that a statement's value and tangent are computed from the same draws and
the same old values, that loops, branches and comments stay as they are, and that each introduced line names its source.
"""

from __future__ import annotations

from collections.abc import Sequence

import libcst as cst

from stochtrace.transform.facts import Facts, Function
from stochtrace.transform.lines import Statements
from stochtrace.transform.loops import rewritten
from stochtrace.transform.names import Fresh
from stochtrace.transform.nodes import expression, statement
from stochtrace.transform.primal import Rewriter, signature, spaced
from stochtrace.transform.spelled import Spelled


class Derivative:
    """Emits the derivative program of one function."""

    def __init__(self, facts: Facts, function: Function, spelled: Spelled, fresh: Fresh | None = None) -> None:
        self.facts, self.function, self.spelled, self.scope = facts, function, spelled, function.scope
        self.fresh = fresh or spelled.inside(function)
        self.statements = Statements(facts, function, spelled, self.fresh)

    # -- the function ------------------------------------------------------------------------------------------

    def emit(self) -> cst.FunctionDef:
        """Return the definition of the derivative program."""
        node = cst.ensure_type(self.scope.node, cst.FunctionDef)
        names: list[str] = []
        generators = self.facts.generators.parameters(self.scope)
        for parameter in self.function.parameters:
            if parameter.name in generators:
                continue
            names.append(parameter.name)
            if parameter.name in self.function.smooth:
                names.append(self.spelled.dot(parameter.name))
        top = self.scope.top is self.scope
        if top and self.facts.reads_omega(self.function):
            names += [self.spelled.omega, self.spelled.jumps]
        block = cst.ensure_type(self.suite(node.body, self._docstring(node) if top else []), cst.IndentedBlock)
        self.statements.hoister.nothing_unbound()
        return node.with_changes(
            name=cst.Name(self.spelled.derivative(self.function)),
            params=signature(names),
            returns=None,
            body=block,
            leading_lines=spaced(node) if top else node.leading_lines,
        )

    def _docstring(self, node: cst.FunctionDef) -> list[cst.BaseStatement]:
        what = "Value and derivative" if self.function.returns_smooth else "Value"
        jumps = "; discrete draws offer their jumps" if self.function.offers else ""
        return [cst.parse_statement(f'"""{what} of `{self.function.name}`{jumps}."""')]

    # -- blocks --------------------------------------------------------------------------------------------------

    def suite(self, suite: cst.BaseSuite, first: Sequence[cst.BaseStatement] = ()) -> cst.BaseSuite:
        """Return a block with every statement followed by its tangent."""
        out: list[cst.BaseStatement] = list(first)
        if isinstance(suite, cst.SimpleStatementSuite):
            lines: list[cst.BaseStatement] = [
                cst.SimpleStatementLine([s], trailing_whitespace=suite.trailing_whitespace) for s in suite.body
            ]
            return cst.IndentedBlock([*out, *(s for line in lines for s in self.statement(line))])
        for index, line in enumerate(suite.body):
            if first and index == 0 and _is_docstring(line):
                continue
            out += self.statement(statement(line))
        return suite.with_changes(body=out)

    def statement(self, node: cst.BaseStatement) -> list[cst.BaseStatement]:
        """Return what becomes of one statement."""
        if node in self.facts.draws.dropped:
            return []
        match node:
            case cst.SimpleStatementLine():
                return self._line(node)
            case cst.If():
                return self._if(node)
            case cst.While():
                self.statements.hoister.in_sequence(node.test)
                return [
                    node.with_changes(
                        test=rewritten(self.statements.rewriter, node.test),
                        body=self.suite(node.body),
                        orelse=self._else(node.orelse),
                    )
                ]
            case cst.For():
                return self._for(node)
            case cst.FunctionDef():
                return self._function(node)
            case cst.With():
                for item in node.items:
                    self.statements.hoister.in_sequence(item)
                items = [cst.ensure_type(i.visit(self.statements.rewriter), cst.WithItem) for i in node.items]
                return [node.with_changes(items=items, body=self.suite(node.body))]
            case cst.Try() | cst.TryStar():
                return [self._try(node)]
            case cst.Match():
                for head in (node.subject, *(c.guard for c in node.cases if c.guard is not None)):
                    self.statements.hoister.in_sequence(head)
                cases = [
                    c.with_changes(
                        guard=None if c.guard is None else rewritten(self.statements.rewriter, c.guard),
                        body=self.suite(c.body),
                    )
                    for c in node.cases
                ]
                return [node.with_changes(subject=rewritten(self.statements.rewriter, node.subject), cases=cases)]
        self.facts.source.refuse(node, "a statement that stochtrace does not know")

    def _else(self, node: cst.Else | None) -> cst.Else | None:
        return None if node is None else node.with_changes(body=self.suite(node.body))

    def _try(self, node: cst.Try | cst.TryStar) -> cst.Try | cst.TryStar:
        return node.with_changes(
            body=self.suite(node.body),
            orelse=self._else(node.orelse),
            handlers=[h.with_changes(body=self.suite(h.body)) for h in node.handlers],
            finalbody=None
            if node.finalbody is None
            else node.finalbody.with_changes(body=self.suite(node.finalbody.body)),
        )

    def _rewritten(self, node: cst.BaseExpression) -> cst.BaseExpression:
        return expression(node.visit(self.statements.rewriter))

    def _if(self, node: cst.If, hoisted: bool = True) -> list[cst.BaseStatement]:
        lines = self.statements.hoister.hoist(node.test) if hoisted else []
        self.statements.hoister.in_sequence(node.test)
        orelse = node.orelse
        if isinstance(orelse, cst.If):
            orelse = cst.ensure_type(self._if(orelse, hoisted=False)[0], cst.If)
        else:
            orelse = self._else(orelse)
        new = node.with_changes(
            test=rewritten(self.statements.rewriter, node.test), body=self.suite(node.body), orelse=orelse
        )
        return self._after(lines, new, self.facts.source.line(node))

    def _for(self, node: cst.For) -> list[cst.BaseStatement]:
        line = self.facts.source.line(node)
        bound = self.statements.analysis.loop_targets(node.target, node.iter)
        lines = self.statements.hoister.hoist(node.iter, None if any(bound.values()) else "")
        self.statements.hoister.in_sequence(node.iter, node.iter)
        target, iterable = self.statements.hoister.loops.head(node.target, node.iter)
        zeros = [
            f"{self.spelled.dot(n)} = {self.spelled.rt}.zero_like({n})"
            for n, smooth in bound.items()
            if self.statements.tangents.smooth(n) and not smooth
        ]
        body = self.suite(node.body, self._parsed(zeros, line))
        new = node.with_changes(target=target, iter=iterable, body=body, orelse=self._else(node.orelse))
        return self._after(lines, new, line)

    def _function(self, node: cst.FunctionDef) -> list[cst.BaseStatement]:
        function = self.facts.functions[self.facts.names.scopes[node]]
        if self.facts.has_derivative(function):
            return [Derivative(self.facts, function, self.spelled, self.fresh).emit()]
        plain = Rewriter(self.facts, self.scope, self.spelled)
        return [statement(node.visit(plain))]

    # -- lines ------

    def _line(self, node: cst.SimpleStatementLine) -> list[cst.BaseStatement]:
        out: list[cst.BaseStatement] = []
        leading = node.leading_lines
        for small in node.body:
            if small in self.facts.draws.dropped:
                continue
            before, kept, after = self.statements.small(small)
            line = self.facts.source.line(small)
            if kept is None:
                introduced = self._parsed(before + after, line)
                if introduced and small is node.body[-1] and node.trailing_whitespace.comment:
                    leading = (*leading, cst.EmptyLine(comment=node.trailing_whitespace.comment))
            else:
                kept = kept.with_changes(semicolon=cst.MaybeSentinel.DEFAULT)
                trailing = node.trailing_whitespace if small is node.body[-1] else cst.TrailingWhitespace()
                own = cst.SimpleStatementLine([kept], trailing_whitespace=trailing)
                introduced = [*self._parsed(before, line), own, *self._parsed(after, line)]
            out += introduced
        if out:
            out[0] = out[0].with_changes(leading_lines=[*leading, *_leading(out[0])])
        return out

    # -- introduced lines ------------------------------------------------------------------------------------------

    def _parsed(self, lines: Sequence[str], line: int) -> list[cst.BaseStatement]:
        """Return introduced lines as statements, each with the place that it comes from."""
        if not lines:
            return []
        note = f"  # {self.facts.source.name}:{line}"
        text = "\n".join(x if x.endswith(":") else x + note for x in lines)
        return [statement(s) for s in cst.parse_module(text + "\n").body]

    def _after(self, lines: Sequence[str], node: cst.BaseStatement, line: int) -> list[cst.BaseStatement]:
        """Return introduced lines and the statement that they stand before; comments above it go above them."""
        introduced = self._parsed(lines, line)
        if introduced:
            leading = _leading(node)
            introduced[0] = introduced[0].with_changes(leading_lines=leading)
            node = node.with_changes(leading_lines=[])
        return [*introduced, node]


def _leading(node: cst.BaseStatement) -> Sequence[cst.EmptyLine]:
    return getattr(node, "leading_lines", ())


def _is_docstring(node: cst.CSTNode) -> bool:
    match node:
        case cst.SimpleStatementLine(body=[cst.Expr(value=cst.SimpleString() | cst.ConcatenatedString())]):
            return True
    return False
