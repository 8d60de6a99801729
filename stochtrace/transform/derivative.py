"""Emit the derivative program: the user's function with a tangent line beside each line that has one.

Accepts the classified module. Guarantees that a statement's value and tangent are computed from the same draws and
the same old values, that loops, branches and comments stay as they are, and that each introduced line names its source.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

import libcst as cst

from stochtrace.transform.draws import Draw
from stochtrace.transform.facts import Facts, Function
from stochtrace.transform.hoist import mention, to_hoist
from stochtrace.transform.names import target_names
from stochtrace.transform.pairs import pairs, write_out
from stochtrace.transform.primal import Left, Rewriter, kept_parentheses, signature, spaced
from stochtrace.transform.spelled import Spelled
from stochtrace.transform.tangents import MUTATORS, Tangents
from stochtrace.transform.templates import present
from stochtrace.transform.terms import Level, Term, term, value_of

TEMPORARIES = {"p": "prob", "lam": "rate", "n": "trials"}
RESULTS = {"flip": "hit", "bernoulli": "k", "binomial": "k", "poisson": "k", "geometric": "k", "categorical": "j"}


class DerivativeRewriter(Rewriter):
    """Rewrites what stays in place: draws that cannot be written out become calls of their runtime pair."""

    def __init__(self, facts: Facts, function: Function, spelled: Spelled) -> None:
        super().__init__(facts, function.scope, spelled)
        self.tangents = Tangents(facts, function.scope, self.text, spelled.dot)

    def sampled(self, draw: Draw) -> Term:
        if draw in self.facts.pathwise:
            self.facts.source.refuse(
                draw.call, "this draw moves smoothly, and stands where its tangent cannot be written",
                "It is drawn only if Python gets there: in a condition, after `and`, or in a lambda.",
                "Draw it on a line of its own before, or in an `if` statement.")
        return self.outcome(draw, self.pair_call(draw)) if draw in self.facts.jumping else super().sampled(draw)

    def pair_call(self, draw: Draw) -> Term:
        """Return the call of the `_d` function of a discrete draw."""
        parts: list[str] = [self.spelled.omega, self.spelled.jumps, str(draw.site)]
        for name, node in draw.arguments.items():
            parts.append(str(self.parameter(draw, node)))
            if f"{name}_dot" in pairs()[draw.distribution].parameters:
                tangent = self.tangents.of(node)
                if draw.distribution == "categorical":
                    tangent = self.tuple_of(node, tangent)
                parts.append(str(present(tangent)))
        return Term(f"{self.spelled.rt}.{draw.distribution}_d({', '.join(parts)})")

    def tuple_of(self, node: cst.BaseExpression, tangent: Term | None) -> Term | None:
        """Return the tangent of probabilities written as a list as a tuple, like the probabilities themselves."""
        if isinstance(node, cst.List) and len(node.elements) > 1 and tangent is not None:
            return Term(f"({tangent.text[1:-1]})")
        return tangent

    def called(self, original: cst.Call, updated: cst.Call) -> cst.BaseExpression:
        function = self.facts.called(self.scope, original)
        if function is None or not self.facts.has_derivative(function):
            return super().called(original, updated)
        call = self.derivative_call(original, function)
        return cst.Subscript(call, [cst.SubscriptElement(cst.Index(cst.Integer("0")))]) if function.returns_smooth else call

    def derivative_call(self, original: cst.Call, function: Function) -> cst.Call:
        """Return the call of a function's derivative program: each smooth parameter beside its tangent."""
        arguments: list[str] = []
        for name, node in self.arguments(original, function).items():
            arguments.append(str(self.text(node)))
            if name in function.smooth:
                arguments.append(str(self.tangents.of(node) or self.tangents.zero(node)))
        ours = [self.spelled.omega, self.spelled.jumps] if function.draws else []
        return self.new_call(function, self.spelled.derivative(function), arguments, ours)

    def defined(self, original: cst.FunctionDef, updated: cst.FunctionDef) -> cst.BaseStatement:
        raise AssertionError("functions inside functions are emitted by Derivative")


class Derivative:
    """Emits the derivative program of one function."""

    def __init__(self, facts: Facts, function: Function, spelled: Spelled) -> None:
        self.facts, self.function, self.spelled = facts, function, spelled
        self.scope = function.scope
        self.rewriter = DerivativeRewriter(facts, function, spelled)
        self.tangents = self.rewriter.tangents
        self.analysis = Tangents(facts, function.scope)
        self.temporaries: dict[str, str] = {}
        self.fresh = spelled.fresh.copy() if function.scope.top is function.scope else spelled.fresh

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
        if top and (self.function.draws or self.scope in self.facts.entries):
            names += [self.spelled.omega, self.spelled.jumps]
        block = cst.ensure_type(self.suite(node.body, self._docstring(node) if top else []), cst.IndentedBlock)
        return node.with_changes(
            name=cst.Name(self.spelled.derivative(self.function)), params=signature(names), returns=None, body=block,
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
            lines: list[cst.BaseStatement] = [cst.SimpleStatementLine([s], trailing_whitespace=suite.trailing_whitespace)
                                              for s in suite.body]
            return cst.IndentedBlock([*out, *(s for line in lines for s in self.statement(line))])
        for index, statement in enumerate(suite.body):
            if first and index == 0 and _is_docstring(statement):
                continue
            out += self.statement(cst.ensure_type(statement, cst.BaseStatement))
        return suite.with_changes(body=out)

    def statement(self, node: cst.BaseStatement) -> list[cst.BaseStatement]:
        """Return what becomes of one statement."""
        match node:
            case cst.SimpleStatementLine():
                return self._line(node)
            case cst.If():
                return self._if(node)
            case cst.While():
                return [node.with_changes(test=self._rewritten(node.test), body=self.suite(node.body), orelse=self._else(node.orelse))]
            case cst.For():
                return self._for(node)
            case cst.FunctionDef():
                return self._function(node)
            case cst.With():
                items = [cst.ensure_type(i.visit(self.rewriter), cst.WithItem) for i in node.items]
                return [node.with_changes(items=items, body=self.suite(node.body))]
            case cst.Try():
                return [self._try(node)]
            case cst.Match():
                cases = [c.with_changes(body=self.suite(c.body)) for c in node.cases]
                return [node.with_changes(subject=self._rewritten(node.subject), cases=cases)]
        self.facts.source.refuse(node, "a statement that stochtrace does not know")

    def _else(self, node: cst.Else | None) -> cst.Else | None:
        return None if node is None else node.with_changes(body=self.suite(node.body))

    def _try(self, node: cst.Try) -> cst.Try:
        return node.with_changes(
            body=self.suite(node.body), orelse=self._else(node.orelse),
            handlers=[h.with_changes(body=self.suite(h.body)) for h in node.handlers],
            finalbody=None if node.finalbody is None else node.finalbody.with_changes(body=self.suite(node.finalbody.body)),
        )

    def _rewritten(self, node: cst.BaseExpression) -> cst.BaseExpression:
        return cst.ensure_type(node.visit(self.rewriter), cst.BaseExpression)

    def _if(self, node: cst.If, hoisted: bool = True) -> list[cst.BaseStatement]:
        lines = self.hoist(node.test) if hoisted else []
        orelse = node.orelse
        if isinstance(orelse, cst.If):
            orelse = cst.ensure_type(self._if(orelse, hoisted=False)[0], cst.If)
        else:
            orelse = self._else(orelse)
        new = node.with_changes(test=self._rewritten(node.test), body=self.suite(node.body), orelse=orelse)
        return self._after(lines, new, self.facts.source.line(node))

    def _for(self, node: cst.For) -> list[cst.BaseStatement]:
        line = self.facts.source.line(node)
        lines = self.hoist(node.iter, mention(self.analysis, node.iter))
        target, iterable = self._loop(node.target, node.iter)
        bound = self.analysis.loop_targets(node.target, node.iter)
        zeros = [f"{self.spelled.dot(n)} = {self.spelled.rt}.zero_like({n})" for n, smooth in bound.items()
                 if self.tangents.smooth(n) and not smooth]
        body = self.suite(node.body, self._parsed(zeros, line))
        new = node.with_changes(target=target, iter=iterable, body=body, orelse=self._else(node.orelse))
        return self._after(lines, new, line)

    def _loop(self, target: cst.BaseExpression, iterable: cst.BaseExpression) -> tuple[cst.BaseExpression, cst.BaseExpression]:
        """Return a loop's target and iterable, smooth values beside their tangents."""
        parts = self.analysis.zipped(iterable)
        if parts is not None and any(s for _, s in self.analysis.loop_pairs(target, iterable)):
            elements = [e.value for e in cst.ensure_type(target, cst.Tuple).elements]
            if parts[0] is None:
                assert parts[1] is not None
                t, i = self._loop(elements[1], parts[1])
                call = cst.ensure_type(iterable, cst.Call)
                return (cst.parse_expression(f"{term(elements[0])}, ({_bare(t)})"),
                        call.with_changes(args=[cst.Arg(i), *call.args[1:]]))
            pieces = [self._beside(t, p) for t, p in zip(elements, parts, strict=True) if p is not None]
            return (cst.parse_expression(", ".join(x for t, _ in pieces for x in t)),
                    cst.parse_expression(f"zip({', '.join(x for _, i in pieces for x in i)})"))
        targets, iterables = self._beside(target, iterable)
        if len(targets) == 1:
            return target, self._rewritten(iterable)
        return cst.parse_expression(", ".join(targets)), cst.parse_expression(f"zip({', '.join(iterables)})")

    def _beside(self, target: cst.BaseExpression, iterable: cst.BaseExpression) -> tuple[list[str], list[str]]:
        tangent = self.tangents.of(iterable)
        names, values = [term(target).text], [str(self.tangents.text(iterable))]
        if tangent is None:
            return names, values
        return [*names, self._dotted(target)], [*values, str(tangent)]

    def _dotted(self, target: cst.BaseExpression) -> str:
        if isinstance(target, cst.Tuple | cst.List):
            inner = ", ".join(self._dotted(e.value) for e in target.elements)
            return f"({inner}{',' if len(target.elements) == 1 else ''})"
        return self.spelled.dot(cst.ensure_type(target, cst.Name).value)

    def _function(self, node: cst.FunctionDef) -> list[cst.BaseStatement]:
        function = self.facts.functions[self.facts.names.scopes[node]]
        if self.facts.has_derivative(function):
            inner = Derivative(self.facts, function, self.spelled)
            inner.fresh = self.fresh
            return [inner.emit()]
        plain = Rewriter(self.facts, self.scope, self.spelled)
        return [cst.ensure_type(node.visit(plain), cst.BaseStatement)]

    # -- lines ---------------------------------------------------------------------------------------------------

    def _line(self, node: cst.SimpleStatementLine) -> list[cst.BaseStatement]:
        out: list[cst.BaseStatement] = []
        leading = node.leading_lines
        for small in node.body:
            if small in self.facts.draws.dropped:
                continue
            before, kept, after = self._small(small)
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

    def _small(self, node: cst.BaseSmallStatement) -> tuple[list[str], cst.BaseSmallStatement | None, list[str]]:
        """Return the lines before a statement, the statement (None where it is written out), and the lines after."""
        match node:
            case cst.Assign(targets=targets, value=value):
                return self._assign(node, [t.target for t in targets], value)
            case cst.AnnAssign(target=target, value=value) if value is not None:
                return self._assign(node, [target], value)
            case cst.AugAssign():
                return self._augmented(node)
            case cst.Return(value=value) if value is not None and self.function.returns_smooth:
                return self._return(value)
            case cst.Return(value=None) if self.function.returns_smooth:
                return [], None, ["return None, 0.0"]
            case cst.Expr(value=value):
                before = self.hoist(value)
                return before, self._kept(node), self._mutation(value)
            case cst.Del(target=target):
                return [], self._kept(node), self._deleted(target)
            case cst.Nonlocal(names=names):
                dots = [self.spelled.dot(n.name.value) for n in names if self.tangents.smooth(n.name.value)]
                return [], self._kept(node), [f"nonlocal {', '.join(dots)}"] if dots else []
            case cst.Return(value=value) if value is not None:
                return self.hoist(value), self._kept(node), []
        return [], self._kept(node), []

    def _kept(self, node: cst.BaseSmallStatement) -> cst.BaseSmallStatement:
        return cst.ensure_type(node.visit(self.rewriter), cst.BaseSmallStatement)

    def _return(self, value: cst.BaseExpression) -> tuple[list[str], cst.BaseSmallStatement, list[str]]:
        before = self.hoist(value, mention(self.analysis, value))
        tangent = self.tangents.of(value) or self.tangents.zero(value)
        text = f"return {self.tangents.text(value).at(Level.TERNARY)}, {tangent}"
        line = cst.ensure_type(cst.parse_statement(text), cst.SimpleStatementLine)
        return before, cst.ensure_type(line.body[0], cst.BaseSmallStatement), []

    def _assign(
        self, node: cst.BaseSmallStatement, targets: list[cst.BaseExpression], value: cst.BaseExpression
    ) -> tuple[list[str], cst.BaseSmallStatement | None, list[str]]:
        again = mention(self.analysis, value)
        only = targets[0].value if len(targets) == 1 and isinstance(targets[0], cst.Name) else None
        draw = self.facts.draws.by_node.get(value)
        before = [line for t in targets for line in self.hoist(t, None if self._place(t) else "")]
        if only and draw and self._writable(draw) and draw.values is None and not draw.negated and not _uses(draw, only):
            lines = before + self._arguments(draw) + self._written(draw, only)
            zero = self.tangents.smooth(only) and not draw.continuous
            return lines, None, [f"{self.spelled.dot(only)} = 0.0"] if zero else []
        before += self.hoist(value, again)
        kept = self._kept(node)
        result = Term(only) if only and not _word(only, self.tangents.text(value).text) else None
        lines = self._tangent_lines(targets, value, result)
        if any(_word(name, line) for line in lines for name in _stored(targets) if "zero_like" not in line):
            if result is None or only is None or not _word(only, " ".join(lines)):
                return [*before, *lines], kept, []
        return before, kept, lines

    def _tangent_lines(self, targets: list[cst.BaseExpression], value: cst.BaseExpression, result: Term | None) -> list[str]:
        lines: list[str] = []
        names: list[str] = []
        for target in targets:
            if isinstance(target, cst.Tuple | cst.List):
                lines += self._unpacked(target, value)
            elif (place := self._place(target)) is not None:
                names.append(place)
        if names:
            tangent = self.tangents.of(value, result)
            if tangent is not None:
                tangent = self._unshared(tangent, value, targets)
            right = tangent if tangent is not None else self._zero(targets, value)
            lines.append(f"{' = '.join(names)} = {right}")
        return lines

    def _zero(self, targets: list[cst.BaseExpression], value: cst.BaseExpression) -> Term:
        zero = self.tangents.zero(value)
        if "zero_like" in zero.text and isinstance(targets[-1], cst.Name):
            return Term(f"{self.spelled.rt}.zero_like({targets[-1].value})")
        return zero

    def _unshared(self, tangent: Term, value: cst.BaseExpression, targets: list[cst.BaseExpression]) -> Term:
        """Copy a tangent that is another one's as it is, where the value is a new array that may be changed in place."""
        if tangent.level != Level.ATOM or tangent.negative or not re.fullmatch(r"\w+(\[.*\])?", tangent.text):
            return tangent
        if isinstance(value, cst.Name | cst.Subscript | cst.NamedExpr | cst.IfExp) or value in self.tangents.held:
            return tangent
        changed = _changed_in_place(cst.ensure_type(self.scope.node, cst.FunctionDef))
        involved = {n.value for t in targets for n in target_names(t)} | set(re.findall(r"\w+", self.tangents.text(value).text))
        return Term(f"{self.spelled.rt}.copied({tangent})") if involved & changed else tangent

    def _place(self, target: cst.BaseExpression) -> str | None:
        """Return where the tangent of a target goes, None where the target is not smooth."""
        if isinstance(target, cst.Name):
            return self.spelled.dot(target.value) if self.tangents.smooth(target.value) else None
        tangent = self.tangents.of(target) if isinstance(target, cst.Subscript) else None
        return str(tangent) if tangent is not None else None

    def _unpacked(self, target: cst.Tuple | cst.List, value: cst.BaseExpression) -> list[str]:
        elements = [e.value for e in target.elements]
        if isinstance(value, cst.Tuple | cst.List) and len(value.elements) == len(elements):
            pairs_ = [(self._place(t), v.value) for t, v in zip(elements, value.elements, strict=True)]
            places = [(p, str(self.tangents.of(v) or self.tangents.zero(v))) for p, v in pairs_ if p is not None]
            return [f"{', '.join(p for p, _ in places)} = {', '.join(t for _, t in places)}"] if places else []
        tangent = self.tangents.of(value)
        if tangent is not None:
            return [f"{_bare(cst.parse_expression(self._dotted(target)))} = {tangent}"]
        return [f"{place} = {self.spelled.rt}.zero_like({term(e)})" for e in elements if (place := self._place(e)) is not None]

    def _augmented(self, node: cst.AugAssign) -> tuple[list[str], cst.BaseSmallStatement, list[str]]:
        place = self._place(node.target)
        linear = isinstance(node.operator, cst.AddAssign | cst.SubtractAssign) and not self.tangents.is_list(node.target)
        again = mention(self.analysis, node.value) if linear or place is None else None
        before = self.hoist(node.target, None if place is not None else "") + self.hoist(node.value, again)
        place = self._place(node.target)
        kept = self._kept(node)
        if place is None:
            return before, kept, []
        x, v, v_dot = self.tangents.text(node.target), self.tangents.text(node.value), self.tangents.of(node.value)
        match node.operator:
            case cst.AddAssign() if v_dot is None and self.tangents.is_list(node.target):
                return before, kept, [f"{place} += {self.tangents.zero(node.value)}"]
            case cst.AddAssign() | cst.SubtractAssign():
                sign = "+" if isinstance(node.operator, cst.AddAssign) else "-"
                return before, kept, [] if v_dot is None else [f"{place} {sign}= {v_dot}"]
            case cst.MultiplyAssign():
                before.append(f"{place} *= {v}")
                before += [] if v_dot is None else [f"{place} += {x} * {v_dot.at(Level.PRODUCT)}"]
            case cst.DivideAssign():
                before.append(f"{place} /= {v}")
                before += [] if v_dot is None else [f"{place} -= {x} * {v_dot.at(Level.PRODUCT)} / {v.at(Level.ATOM)} ** 2"]
            case _:
                power = cst.BinaryOperation(cst.ensure_type(node.target, cst.BaseExpression), cst.Power(), _operand(node.value))
                before.append(f"{place} = {self.tangents.of(power)}")
        return before, kept, []

    def _mutation(self, value: cst.BaseExpression) -> list[str]:
        """Return the same change of a container for its tangents."""
        if not isinstance(value, cst.Call) or not isinstance(value.func, cst.Attribute):
            return []
        name, receiver = value.func.attr.value, self.tangents.of(value.func.value)
        if receiver is None or name not in MUTATORS | {"pop", "popleft"}:
            return []
        arguments = [str(self.tangents.text(a.value)) for a in value.args]
        if name in ("append", "insert", "extend", "fill"):
            last = value.args[-1].value
            arguments[-1] = str(self.tangents.of(last) or self.tangents.zero(last))
        return [f"{receiver.at(Level.ATOM)}.{name}({', '.join(arguments)})"]

    def _deleted(self, target: cst.BaseExpression) -> list[str]:
        place = self._place(target)
        return [f"del {place}"] if place is not None else []

    # -- what stands before ----------------------------------------------------------------------------------------

    def hoist(self, node: cst.BaseExpression, mentioned: str | None = "") -> list[str]:
        """Return the lines that must stand before a statement with this expression, and remember what they replace."""
        lines: list[str] = []
        for part in to_hoist(self.facts, self.scope, self.analysis, node, mentioned):
            draw = self.facts.draws.by_node.get(part)
            if draw is not None:
                lines += self._hoisted_draw(draw)
            elif isinstance(part, cst.NamedExpr):
                lines += self._hoisted_walrus(part)
            elif isinstance(part, cst.ListComp | cst.GeneratorExp):
                lines += self._hoisted_comprehension(part)
            elif isinstance(part, cst.Call) and (function := self.facts.called(self.scope, part)) is not None:
                lines += self._hoisted_call(part, function)
            else:
                name = self.fresh("item")
                lines.append(f"{name} = {self.tangents.text(part)}")
                self._hold(part, Term(name), None)
        return lines

    def _hold(self, node: cst.BaseExpression, value: Term, tangent: str | None) -> None:
        self.rewriter.replaced[node] = cst.parse_expression(str(value))
        self.tangents.held[node] = tangent

    def _writable(self, draw: Draw) -> bool:
        return (draw in self.facts.jumping or draw in self.facts.pathwise) and pairs()[draw.distribution].writable

    def _hoisted_draw(self, draw: Draw) -> list[str]:
        moving = draw in self.facts.jumping or draw in self.facts.pathwise
        name = self.fresh(RESULTS.get(draw.distribution, "x") if moving or draw.distribution in RESULTS else "drawn")
        if not moving:
            lines = [f"{name} = {Rewriter.sampled(self.rewriter, _bare_draw(draw))}"]
        elif self._writable(draw):
            lines = self._arguments(draw) + self._written(draw, name)
        else:
            lines = [f"{name} = {self.rewriter.pair_call(draw)}"]
        tangent = self.spelled.dot(name) if draw in self.facts.pathwise else None
        if draw.values is not None and (values := self.tangents.of(draw.values)) is not None:
            tangent = str(self.rewriter.chosen(draw, values, Term(name)))
        self._hold(draw.node, self.rewriter.outcome(draw, Term(name)), tangent)
        return lines

    def _arguments(self, draw: Draw) -> list[str]:
        """Return lines that name those arguments of a draw that its formula uses more than once."""
        lines: list[str] = []
        for name, node in draw.arguments.items():
            value, tangent = self.tangents.text(node), self.tangents.of(node)
            if value.level == Level.ATOM and not value.negative and not isinstance(node, cst.Call | cst.Subscript):
                continue
            if tangent is None and (draw.continuous or value_of(value) is not None):
                continue
            held = self.fresh(TEMPORARIES.get(name, name))
            lines.append(f"{held} = {value}")
            if tangent is not None:
                result = Term(held) if isinstance(node, cst.Call) else None
                lines.append(f"{self.spelled.dot(held)} = {self.tangents.of(node, result)}")
            self._hold(node, Term(held), self.spelled.dot(held) if tangent is not None else None)
        return lines

    def _written(self, draw: Draw, target: str) -> list[str]:
        """Return the lines of a draw's runtime pair, written out with the result in `target`."""
        pair = pairs()[draw.distribution]
        environment: dict[str, Term | None] = {
            "omega": Term(self.spelled.omega), "jumps": Term(self.spelled.jumps), "site": Term(str(draw.site)),
        }
        for name, node in draw.arguments.items():
            environment[name] = self.tangents.text(node)
            environment[f"{name}_dot"] = self.tangents.of(node)
        result = RESULTS.get(draw.distribution, "x")
        environment[result] = Term(target)
        if draw.continuous:
            environment["x_dot"] = Term(self.spelled.dot(target))
        return write_out(pair, environment, self._temporary)

    def _temporary(self, name: str) -> str:
        """Return the function's own name for a variable of a runtime pair, which is used up at once."""
        if name not in self.temporaries:
            self.temporaries[name] = self.fresh(name)
        return self.temporaries[name]

    def _hoisted_walrus(self, node: cst.NamedExpr) -> list[str]:
        name = cst.ensure_type(node.target, cst.Name)
        lines = [f"{name.value} = {self.tangents.text(node.value)}"]
        tangent = None
        if self.tangents.smooth(name.value):
            tangent = self.spelled.dot(name.value)
            lines.insert(0 if _word(name.value, lines[0].partition("=")[2]) else 1,
                         f"{tangent} = {self.tangents.of(node.value) or self.tangents.zero(node.value)}")
        self._hold(node, Term(name.value), tangent)
        return lines

    def _hoisted_call(self, node: cst.Call, function: Function) -> list[str]:
        name = self.fresh(f"{function.name}_value" if function.returns_smooth else "result")
        if not function.returns_smooth:
            lines = [f"{name} = {self.tangents.text(node)}"]
            self._hold(node, Term(name), None)
            return lines
        dot = self.spelled.dot(name)
        call = cst.Module([]).code_for_node(self.rewriter.derivative_call(node, function))
        self._hold(node, Term(name), dot)
        return [f"{name}, {dot} = {call}"]

    def _hoisted_comprehension(self, node: cst.ListComp | cst.GeneratorExp) -> list[str]:
        """Return a comprehension as a loop that fills a list, and a list of tangents where there are some."""
        smooth = self.analysis.of(node) is not None
        name = self.fresh("items")
        if not smooth:
            inner = self.tangents.text(node).text
            lines = [f"{name} = [{inner[1:-1]}]"]
            self._hold(node, Term(name), None)
            return lines
        dot = self.spelled.dot(name)
        lines = [f"{name} = []", f"{dot} = []"]
        lines += self._clause(node.for_in, node.elt, name, dot, "")
        self._hold(node, Term(name), dot)
        return lines

    def _clause(self, clause: cst.CompFor, element: cst.BaseExpression, name: str, dot: str, indent: str) -> list[str]:
        names = self.analysis.loop_targets(clause.target, clause.iter)
        shadowed = {n for n in names if n in self.scope.bound}
        if shadowed:
            self.facts.source.refuse(clause, f"this comprehension's variable `{min(shadowed)}` is also a name of the function",
                                     "Written as a loop, one would overwrite the other.", "Give it another name.")
        lines = [indent + x for x in self.hoist(clause.iter, None)]
        with self.analysis.hiding(names), self.tangents.hiding(names):
            target, iterable = self._loop(clause.target, clause.iter)
            lines.append(f"{indent}for {_bare(target)} in {term(iterable)}:")
            indent += "    "
            for condition in clause.ifs:
                lines += [indent + x for x in self.hoist(condition.test)]
                lines.append(f"{indent}if {self.tangents.text(condition.test)}:")
                indent += "    "
            if clause.inner_for_in is not None:
                return lines + self._clause(clause.inner_for_in, element, name, dot, indent)
            lines += [indent + x for x in self.hoist(element, mention(self.analysis, element))]
            lines.append(f"{indent}{name}.append({self.tangents.text(element)})")
            lines.append(f"{indent}{dot}.append({self.tangents.of(element) or self.tangents.zero(element)})")
        return lines

    # -- introduced lines ------------------------------------------------------------------------------------------

    def _parsed(self, lines: Sequence[str], line: int) -> list[cst.BaseStatement]:
        """Return introduced lines as statements, each with the place that it comes from."""
        if not lines:
            return []
        note = f"  # {self.facts.source.name}:{line}"
        text = "\n".join(x if x.endswith(":") else x + note for x in lines)
        return [cst.ensure_type(s, cst.BaseStatement) for s in cst.parse_module(text + "\n").body]

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


def _bare(node: cst.BaseExpression) -> str:
    return cst.Module([]).code_for_node(node.with_changes(lpar=(), rpar=()))


def _bare_draw(draw: Draw) -> Draw:
    return Draw(draw.site, draw.node, draw.call, draw.scope, draw.distribution, draw.arguments, draw.line, None, False)


def _operand(node: cst.BaseExpression) -> cst.BaseExpression:
    return node


def _word(name: str, text: str) -> bool:
    return re.search(rf"(?<![\w.]){re.escape(name)}(?!\w)", text) is not None


def _uses(draw: Draw, name: str) -> bool:
    return any(_word(name, term(a).text) for a in draw.arguments.values())


def _stored(targets: Sequence[cst.BaseExpression]) -> list[str]:
    names = []
    for target in targets:
        base = target
        while isinstance(base, cst.Subscript):
            base = base.value
        names += [n.value for n in target_names(base)]
    return names


def _changed_in_place(node: cst.FunctionDef) -> set[str]:
    found: set[str] = set()

    class Finder(cst.CSTVisitor):
        def visit_AssignTarget(self, inner: cst.AssignTarget) -> None:
            if isinstance(inner.target, cst.Subscript):
                found.update(_stored([inner.target]))

        def visit_AugAssign(self, inner: cst.AugAssign) -> None:
            found.update(_stored([inner.target]))

        def visit_Call(self, inner: cst.Call) -> None:
            if isinstance(inner.func, cst.Attribute) and inner.func.attr.value in MUTATORS:
                found.update(_stored([inner.func.value]))

    node.visit(Finder())
    return found
