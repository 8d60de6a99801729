"""Write the lines that stand before a statement: draws written out, calls with tangents, comprehensions as loops."""

from __future__ import annotations

import re
from dataclasses import replace

import libcst as cst

from stochtrace.transform.draws import Draw
from stochtrace.transform.facts import Facts, Function
from stochtrace.transform.hoistable import is_over_smooth, mention, mention_all, moves, runs_once, to_hoist
from stochtrace.transform.loops import Loops, bare
from stochtrace.transform.names import Fresh
from stochtrace.transform.nodes import code, everything, expression, inside, own
from stochtrace.transform.pairs import pairs, write_out
from stochtrace.transform.primal import Rewriter
from stochtrace.transform.products import LONG, name_of, products
from stochtrace.transform.rewriting import DerivativeRewriter
from stochtrace.transform.sequence import Sequence, takes
from stochtrace.transform.sharing import MUTATORS
from stochtrace.transform.spelled import Spelled
from stochtrace.transform.tangents import Tangents
from stochtrace.transform.terms import Level, Term, term, value_of

TEMPORARIES = {"p": "prob", "lam": "rate", "lambda_": "rate", "n": "trials", "negative_binomial n": "successes"}
RESULTS = {"flip": "hit", "categorical": "j"}


class Hoister:
    """Hoists out of the expressions of one function, and remembers what stands in their place."""

    def __init__(self, facts: Facts, function: Function, spelled: Spelled, fresh: Fresh) -> None:
        self.facts, self.scope, self.spelled, self.fresh = facts, function.scope, spelled, fresh
        self.rewriter = DerivativeRewriter(facts, function, spelled)
        self.tangents = self.rewriter.tangents
        self.analysis = Tangents(facts, function.scope)
        self.loops = Loops(self.rewriter, self.analysis)
        self.sequence = Sequence(facts, function.scope)
        self.temporaries: dict[str, str] = {}

    def hoist(self, node: cst.BaseExpression, mentioned: str | None = "", named: bool = False) -> list[str]:
        """Return the lines that must stand before a statement with this expression, and remember what they replace.

        `named` says that the statement gives the expression a name, which its tangent may use.
        """
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
            elif isinstance(part, cst.IfExp):
                lines += self._hoisted_choice(part)
            else:
                lines += self._hoisted_item(part)
        lines += self.shared(node, named)
        self._nothing_twice(node, mentioned)
        return lines

    def shared(self, node: cst.BaseExpression, named: bool = False) -> list[str]:
        """Return the lines of the products that a statement and its tangent share, but for what is hoisted already."""
        lines: list[str] = []
        for part in [*products(self.facts, self.scope, self.analysis, node, named)]:
            if not any(part in everything(other) for other in self.rewriter.replaced):
                lines += self._product(part)
        return lines

    def _product(self, node: cst.BaseExpression) -> list[str]:
        name = self.fresh(name_of(self.scope, node))
        lines = [f"{name} = {self.tangents.text(node)}"]
        tangent = self.tangents.of(node, Term(name))
        if tangent is not None:
            lines.append(f"{self.spelled.dot(name)} = {tangent}")
        self._hold(node, Term(name), self.spelled.dot(name) if tangent is not None else None)
        return lines

    def in_sequence(self, node: cst.CSTNode, value: cst.BaseExpression | None = None) -> None:
        """Refuse a statement, or a head, whose lines would see another state than Python's; `value` has its tangent."""
        if not self.sequence.changes(node):
            return
        tangent = self.tangents.of(value) if value is not None and value not in self.facts.draws.by_node else None
        after = str(tangent) if tangent is not None else ""
        inner = {*everything(node)}
        hoisted = [part for part in self.rewriter.replaced if part in inner]
        self.sequence.check(node, hoisted, after)
        within = {inner for part in hoisted for inner in everything(part)}
        for call in inside(node, cst.Call):
            if self._lost(node, call) or (call not in within and self._left(call, after)):
                self.sequence.refuse(call)

    def _left(self, call: cst.Call, after: str) -> bool:
        """Tell whether a call takes something out of a container, and nothing out of its tangents."""
        taken = self.analysis.of(call) if takes(self.scope, call) else None
        return taken is not None and str(taken) not in after

    def _lost(self, node: cst.CSTNode, call: cst.Call) -> bool:
        """Tell whether a call changes a container inside an expression, where its tangents do not change with it."""
        if not isinstance(call.func, cst.Attribute) or call.func.attr.value not in MUTATORS:
            return False
        alone = isinstance(node, cst.Expr) and node.value is call
        return not alone and self.analysis.of(call.func.value) is not None

    def nothing_unbound(self) -> None:
        """Refuse assignments of smooth values inside expressions that no line of their tangents can stand before."""
        for named in own(self.scope.node, cst.NamedExpr):
            if named not in self.rewriter.replaced and moves(self.analysis, named):
                self.facts.source.refuse(
                    named,
                    "this assigns a smooth value inside an expression, and no line of its tangent can stand before",
                    "Python may not get there, or comes by more than once.",
                    "Assign it on a line of its own.",
                )

    def _nothing_twice(self, node: cst.CSTNode, mentioned: str | None) -> None:
        """Refuse what statement and tangent would both run, where Python may not get there and it cannot be hoisted."""
        if node in self.rewriter.replaced:
            return
        part = runs_once(self.facts, self.scope, node)
        if part is node and (mentioned is None or term(expression(node)).text in mentioned):
            self.facts.source.refuse(
                node,
                "this stands in a part of a smooth expression that may not be reached, and may run only once",
                "The tangent beside the statement would run it again.",
                "Put it on a line of its own before, or write an `if` statement.",
            )
        for child in node.children if part is not None and part is not node else ():
            self._nothing_twice(child, mentioned)

    def _hold(self, node: cst.BaseExpression, value: Term, tangent: str | None) -> None:
        self.rewriter.replaced[node] = cst.parse_expression(str(value))
        self.tangents.held[node] = tangent

    def writable(self, draw: Draw) -> bool:
        moving = draw in self.facts.jumping or draw in self.facts.pathwise
        return moving and bool(pairs()[draw.distribution].body) and not self.facts.depths.vector(draw)

    def _hoisted_draw(self, draw: Draw) -> list[str]:
        moving = draw in self.facts.jumping or draw in self.facts.pathwise
        name = self.fresh(result_of(draw) if moving or draw.distribution in RESULTS else "drawn")
        shared = self.shared(draw.node) if moving else []
        if not moving:
            lines = [f"{name} = {Rewriter.sampled(self.rewriter, without_outcome(draw))}"]
        elif self.writable(draw):
            lines = self.arguments(draw) + self.written(draw, name)
        else:
            targets = f"{name}, {self.spelled.dot(name)}" if draw.continuous else name
            lines = self.long_arguments(draw)
            lines.append(f"{targets} = {self.rewriter.pair_call(draw)}")
        lines = shared + lines
        tangent = self.spelled.dot(name) if draw in self.facts.pathwise else None
        if draw.values is not None and (values := self.tangents.of(draw.values)) is not None:
            tangent = str(self.rewriter.chosen(draw, values, Term(name)))
        if draw.shift is not None or draw.stretch is not None:
            return lines + self._framed(draw, name, tangent)
        self._hold(draw.node, self.rewriter.outcome(draw, Term(name)), tangent)
        return lines

    def _framed(self, draw: Draw, name: str, tangent: str | None) -> list[str]:
        """Return the lines of a drawn value that is moved and stretched."""
        moved = self.fresh("x" if draw.continuous else "k")
        lines = [f"{moved} = {self.rewriter.outcome(draw, Term(name))}"]
        change = self.tangents.framed(draw, Term(name), Term(tangent) if tangent else None)
        if change is not None:
            lines.append(f"{self.spelled.dot(moved)} = {change}")
        self._hold(draw.node, Term(moved), self.spelled.dot(moved) if change is not None else None)
        return lines

    def given(self, draw: Draw) -> list[str]:
        """Return the lines of what may run only once in what a draw is given, as its derivative mentions it again."""
        if draw not in self.facts.jumping and draw not in self.facts.pathwise:
            return []
        parts = [*draw.arguments.values(), *draw.parts]
        return [line for part in parts for line in self.hoist(part, None)]

    def arguments(self, draw: Draw) -> list[str]:
        """Return lines that name those arguments of a draw that its formula uses more than once."""
        lines: list[str] = []
        for name, node in draw.arguments.items():
            value, tangent = self.tangents.text(node), self.tangents.of(node)
            named = node in self.rewriter.replaced or not isinstance(node, cst.Call | cst.Subscript)
            if value.level == Level.ATOM and not value.negative and named:
                continue
            if tangent is None and (draw.continuous or value_of(value) is not None):
                continue
            held = self.fresh(TEMPORARIES.get(f"{draw.distribution} {name}") or TEMPORARIES.get(name, name))
            lines.append(f"{held} = {value}")
            if tangent is not None:
                result = Term(held) if isinstance(node, cst.Call) else None
                lines.append(f"{self.spelled.dot(held)} = {self.tangents.of(node, result)}")
            self._hold(node, Term(held), self.spelled.dot(held) if tangent is not None else None)
        return lines

    def long_arguments(self, draw: Draw) -> list[str]:
        """Return lines that name the arguments of a draw whose runtime pair would be a long call."""
        return self.arguments(draw) if len(str(self.rewriter.pair_call(draw))) > LONG else []

    def written(self, draw: Draw, target: str) -> list[str]:
        """Return the lines of a draw's runtime pair, written out with the result in `target`."""
        pair = pairs()[draw.distribution]
        environment: dict[str, Term | None] = {
            "rt": Term(self.spelled.rt),
            "omega": Term(self.spelled.omega),
            "jumps": Term(self.spelled.jumps),
            "site": Term(str(draw.site)),
        }
        for name, node in draw.arguments.items():
            environment[name] = self.tangents.text(node)
            environment[f"{name}_dot"] = self.tangents.of(node)
        environment[result_of(draw)] = Term(target)
        if draw.continuous:
            environment["x_dot"] = Term(self.spelled.dot(target))
        return write_out(pair, environment, self.temporary)

    def temporary(self, name: str) -> str:
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
            lines.insert(
                0 if word(name.value, lines[0].partition("=")[2]) else 1,
                f"{tangent} = {self.tangents.of(node.value) or self.tangents.zero(node.value)}",
            )
        self._hold(node, Term(name.value), tangent)
        return lines

    def _hoisted_call(self, node: cst.Call, function: Function) -> list[str]:
        name = self.fresh(f"{function.name}_value" if function.returns_smooth else "result")
        if not function.returns_smooth:
            lines = [f"{name} = {self.tangents.text(node)}"]
            self._hold(node, Term(name), None)
            return lines
        dot = self.spelled.dot(name)
        call = code(self.rewriter.derivative_call(node, function))
        self._hold(node, Term(name), dot)
        return [f"{name}, {dot} = {call}"]

    def _hoisted_item(self, node: cst.BaseExpression) -> list[str]:
        """Return the lines of what runs once; what it takes out of a container is taken out of its tangents first."""
        name = self.fresh("item")
        tangent = self.tangents.of(node)
        lines = [f"{self.spelled.dot(name)} = {tangent}"] if tangent is not None else []
        lines.append(f"{name} = {self.tangents.text(node)}")
        self._hold(node, Term(name), self.spelled.dot(name) if tangent is not None else None)
        return lines

    def _hoisted_choice(self, node: cst.IfExp) -> list[str]:
        """Return a conditional expression as an `if` statement, so that each branch has room for its draws."""
        name = self.fresh("chosen")
        dot = self.spelled.dot(name) if self.analysis.of(node) is not None else None
        lines: list[str] = []
        for head, branch in ((f"if {self.tangents.text(node.test)}:", node.body), ("else:", node.orelse)):
            inner = self.hoist(branch, mention_all(self.analysis, branch) if dot else "")
            inner.append(f"{name} = {self.tangents.text(branch)}")
            if dot is not None:
                inner.append(f"{dot} = {self.tangents.of(branch) or self.tangents.zero(branch)}")
            lines += [head, *(f"    {line}" for line in inner)]
        self._hold(node, Term(name), dot)
        return lines

    def _hoisted_comprehension(self, node: cst.ListComp | cst.GeneratorExp) -> list[str]:
        """Return a comprehension as a loop that fills a list, and a list of tangents where there are some."""
        smooth = self.analysis.of(node) is not None
        name = self.fresh("items")
        if not smooth and is_over_smooth(self.facts, self.scope, self.analysis, node):
            lines = [f"{name} = []", *self._clause(node.for_in, node.elt, name, None, "")]
            self._hold(node, Term(name), None)
            return lines
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

    def _clause(
        self, clause: cst.CompFor, element: cst.BaseExpression, name: str, dot: str | None, indent: str
    ) -> list[str]:
        names = self.analysis.loop_targets(clause.target, clause.iter)
        shadowed = {n for n in names if n in self.scope.bound}
        if shadowed:
            self.facts.source.refuse(
                clause,
                f"this comprehension's variable `{min(shadowed)}` is also a name of the function",
                "Written as a loop, one would overwrite the other.",
                "Give it another name.",
            )
        lines = [indent + x for x in self.hoist(clause.iter, None)]
        with self.analysis.hiding(names), self.tangents.hiding(names):
            target, iterable = self.loops.head(clause.target, clause.iter)
            lines.append(f"{indent}for {bare(target)} in {term(iterable)}:")
            indent += "    "
            for condition in clause.ifs:
                lines += [indent + x for x in self.hoist(condition.test)]
                lines.append(f"{indent}if {self.tangents.text(condition.test)}:")
                indent += "    "
            if clause.inner_for_in is not None:
                return lines + self._clause(clause.inner_for_in, element, name, dot, indent)
            lines += [indent + x for x in self.hoist(element, mention(self.analysis, element))]
            lines.append(f"{indent}{name}.append({self.tangents.text(element)})")
            if dot is not None:
                lines.append(f"{indent}{dot}.append({self.tangents.of(element) or self.tangents.zero(element)})")
        return lines


def result_of(draw: Draw) -> str:
    """Return the name of the outcome in the runtime pair of a draw."""
    return RESULTS.get(draw.distribution, "x" if draw.continuous else "k")


def without_outcome(draw: Draw) -> Draw:
    """Return a draw whose outcome is seen as it is drawn."""
    return replace(draw, values=None, negated=False, shift=None, stretch=None, table=None)


def word(name: str, text: str) -> bool:
    """Tell whether a text mentions a name."""
    return re.search(rf"(?<![\w.]){re.escape(name)}(?!\w)", text) is not None


def uses(draw: Draw, name: str) -> bool:
    """Tell whether an argument of a draw mentions a name."""
    return any(word(name, term(part).text) for part in (*draw.arguments.values(), *draw.parts))
