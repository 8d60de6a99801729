"""Tangents of expressions that are not calls: operators, containers, comprehensions; and tests, never smooth."""

from __future__ import annotations

import re

import libcst as cst

from stochtrace.transform.draws import Draw
from stochtrace.transform.names import target_names
from stochtrace.transform.nodes import everything, inside
from stochtrace.transform.pairs import pairs
from stochtrace.transform.smooth import Smooth
from stochtrace.transform.terms import Level, Term, add, call, div, either, mul, neg, number, power, sub, value_of

SHAPES = {"shape", "size", "ndim", "dtype"}


class Expressions(Smooth):
    """Tangents of the expressions of one function; calls are the subclass's."""

    def call(self, node: cst.Call, result: Term | None) -> Term | None:
        """Return the tangent of a call."""
        raise NotImplementedError

    def placed(self, node: cst.CSTNode, name: str) -> Term:
        """Return the tangent of what lines before the statement will compute: a name, until they are written."""
        return Term(name)

    def of(self, node: cst.BaseExpression, result: Term | None = None) -> Term | None:
        """Return the tangent of an expression; `result` is a name that already holds its value."""
        if node in self.held:
            name = self.held[node]
            return None if name is None else Term(name)
        if node in self.facts.draws.by_node:
            return self._draw(node)
        match node:
            case cst.Name(value=name):
                return Term(self.dot(name)) if self.smooth(name) else None
            case cst.BinaryOperation():
                return self._own_tangent(self._binary(node))
            case cst.UnaryOperation(operator=operator, expression=inner):
                return self._own_tangent(self._unary(node, operator, inner))
            case cst.Call():
                return self.call(node, result)
            case cst.Subscript(value=value):
                return self._subscript(node, value)
            case cst.Attribute(value=value, attr=attr):
                tangent = self.of(value)
                if tangent is None or attr.value in SHAPES:
                    return None
                if attr.value == "T":
                    return Term(f"{tangent.at(Level.ATOM)}.{attr.value}")
                self.no_rule(node, f"the attribute `.{attr.value}`")
            case cst.IfExp(test=test, body=body, orelse=orelse):
                self.decided(test)
                zero = self._zero_text(body, orelse)
                return either(self.text(test).at(Level.LOGIC), self.of(body), self.of(orelse), zero)
            case cst.List(elements=elements) | cst.Tuple(elements=elements):
                return self._display(node, elements)
            case cst.Dict(elements=elements):
                return self._dict(node, elements)
            case cst.NamedExpr(value=value):
                return self.of(value, result)
            case cst.Comparison():
                self.decided(node)
                return None
            case cst.BooleanOperation(left=left, right=right):
                self.decided(left)
                self.plain(right, "is the value of `and` or `or`")
                return None
            case cst.ListComp() | cst.GeneratorExp() | cst.SetComp() | cst.DictComp():
                return self._comprehension(node)
            case cst.Lambda(body=body, params=params):
                own = (*params.posonly_params, *params.params, *params.kwonly_params)
                for default in (p.default for p in own if p.default is not None):
                    self.plain(default, "is a default of a lambda")
                with self.hiding({p.name.value: False for p in own}):
                    self.plain(body, "is used in a lambda")
                return None
        for child in node.children:
            self.parts(child)
        return None

    def parts(self, node: cst.CSTNode) -> None:
        if isinstance(node, cst.BaseExpression):
            self.plain(node, "is used here")
            return
        for child in node.children:
            self.parts(child)

    def _draw(self, node: cst.CSTNode) -> Term | None:
        draw = self.facts.draws.by_node[node]
        self.facts.seen.add(draw)
        if draw.size is not None:
            self.plain(draw.size, "is the size of a draw")
        for part in (draw.shift, draw.stretch):
            if part is not None and draw.size is None and self.facts.depths.of(self.scope, part).low > 0:
                self.refuse(part, "an array moves one number that is drawn", "", "Give the draw a `size`.")
        tangents = {name: self.of(argument) for name, argument in draw.arguments.items()}
        if draw.called == "rvs" and not draw.continuous and draw.shift is not None and self.of(draw.shift) is not None:
            why = "SciPy cuts off what is not whole of the counts that it moves."
            self._integer(draw.shift, "loc", why, "Add what moves to the draw: `p + d.rvs(…)`.")
        moved = any([self.of(part) is not None for part in (draw.values, draw.shift, draw.stretch) if part is not None])
        moving = [name for name, tangent in tangents.items() if tangent is not None]
        if not moving:
            return self.placed(node, "chosen_dot") if moved else None
        for name in moving:
            if not pairs()[draw.distribution].has_tangent(name):
                why = "A derivative with respect to an integer does not exist."
                self._integer(draw.arguments[name], name, why, "Round or choose it outside.")
        (self.facts.pathwise if draw.continuous else self.facts.jumping).add(draw)
        if not draw.continuous:
            return self.placed(node, "chosen_dot") if moved else None
        return self.placed(node, "drawn_dot")

    def _integer(self, argument: cst.BaseExpression, name: str, why: str, instead: str) -> None:
        """Refuse an argument that moves and stands for an integer."""
        place = next(n for n in everything(argument) if n in self.facts.source.places)
        self.refuse(place, f"`{name}` of this draw is an integer", why, instead)

    def framed(self, draw: Draw, drawn: Term, tangent: Term | None) -> Term | None:
        """Return the tangent of `shift + stretch * drawn`."""
        shift = None if draw.shift is None else self.of(draw.shift)
        stretch = None if draw.stretch is None else self.of(draw.stretch)
        inner = tangent if draw.stretch is None else mul(self.text(draw.stretch), tangent)
        change = add(mul(stretch, drawn), inner)
        if change is None and shift is not None and self.facts.depths.many(draw):
            change = call(f"{self.rt}.zero_like", drawn)
        return add(shift, change)

    def _own_tangent(self, tangent: Term | None) -> Term | None:
        """Copy the tangent of a new array where it is another one's as it is, and arrays are changed in place."""
        if tangent is None or not self.facts.changes_in_place or tangent.negative:
            return tangent
        return call(f"{self.rt}.copied", tangent) if re.fullmatch(r"\w+(\[.*\])*", tangent.text) else tangent

    def _binary(self, node: cst.BinaryOperation) -> Term | None:
        a, b = self.of(node.left), self.of(node.right)
        if a is None and b is None:
            return None
        if isinstance(node.operator, cst.Add | cst.Subtract):
            a, b = self._spread(node.left, a), self._spread(node.right, b)
        if isinstance(node.left, cst.Imaginary) or isinstance(node.right, cst.Imaginary):
            self.no_rule(node, "complex arithmetic")
        x, y = self.text(node.left), self.text(node.right)
        match node.operator:
            case cst.Add():
                return add(a, b)
            case cst.Subtract():
                return sub(a, b)
            case cst.Multiply():
                if b is None and self.is_list(node):
                    return mul(a, y)
                return add(mul(a, y), mul(x, b))
            case cst.Divide():
                return sub(div(a, y), None if b is None else mul(div(x, power(y, Term("2"))), b))
            case cst.MatrixMultiply():
                return add(a and _matmul(a, y), b and _matmul(x, b))
            case cst.Power():
                return self._power(x, y, a, b)
        self.decision(node, "an operator that jumps")

    def _spread(self, operand: cst.BaseExpression, tangent: Term | None) -> Term | None:
        """Keep the zeros of an operand that may make the sum larger than the other operand's tangent is."""
        return tangent if tangent is not None or self.is_number(operand) else self.zero(operand)

    def _power(self, x: Term, n: Term, a: Term | None, b: Term | None) -> Term | None:
        exponent = value_of(n)
        if exponent is not None and 0 < exponent < 1 and a is not None:
            return mul(n, call(f"{self.rt}.ratio", a, power(x, number(1 - exponent))))
        if exponent is not None:
            return mul(mul(n, power(x, number(exponent - 1))), a) if exponent != 0 else None
        slope, growth = call(f"{self.rt}.power_slope", x, n), call(f"{self.rt}.power_growth", x, n)
        return add(mul(slope, a), mul(growth, b))

    def _unary(self, node: cst.BaseExpression, operator: cst.BaseUnaryOp, inner: cst.BaseExpression) -> Term | None:
        if isinstance(operator, cst.Not):
            self.decided(inner)
            return None
        tangent = self.of(inner)
        if tangent is not None and isinstance(operator, cst.BitInvert):
            self.decision(node, "an operator for integers")
        return neg(tangent) if isinstance(operator, cst.Minus) else tangent

    def _subscript(self, node: cst.Subscript, value: cst.BaseExpression) -> Term | None:
        for element in node.slice:
            self.parts(element)
        tangent = self.of(value)
        if tangent is None:
            return None
        inside = cst.Subscript(cst.Name("x"), node.slice)
        brackets = self.text(inside).text.removeprefix("x")
        return Term(f"{tangent.at(Level.ATOM)}{brackets}")

    def _display(self, node: cst.BaseExpression, elements: object) -> Term | None:
        items = list(elements)  # type: ignore[call-overload]
        values = [e.value for e in items]
        tangents = [self.of(v) for v in values]
        if all(t is None for t in tangents):
            return None
        if any(isinstance(e, cst.StarredElement) for e in items):
            self.refuse(node, "a starred element beside values that move smoothly", "", "Write the elements out.")
        texts = [str(t or self.zero(v)) for t, v in zip(tangents, values, strict=True)]
        if isinstance(node, cst.List):
            return Term(f"[{', '.join(texts)}]")
        return Term(f"({', '.join(texts)}{',' if len(texts) == 1 else ''})")

    def _dict(self, node: cst.BaseExpression, elements: object) -> Term | None:
        pairs = []
        smooth = False
        for element in elements:  # type: ignore[attr-defined]
            if not isinstance(element, cst.DictElement):
                self.plain(element.value, "is unpacked into a dict")
                continue
            self.plain(element.key, "is a key")
            tangent = self.of(element.value)
            smooth |= tangent is not None
            pairs.append(f"{self.text(element.key)}: {tangent or self.zero(element.value)}")
        if smooth and len(pairs) < len(list(elements)):  # type: ignore[call-overload]
            self.refuse(node, "a dict is unpacked beside values that move smoothly", "", "Write the entries out.")
        return Term("{" + ", ".join(pairs) + "}") if smooth else None

    def _comprehension(self, node: cst.BaseComp) -> Term | None:
        for named in inside(node, cst.NamedExpr):
            self.refuse(named, "an assignment inside a comprehension is not followed", "", "Write a loop.")
        names: dict[str, bool] = {}
        with self.hiding(names):
            clause: cst.CompFor | None = node.for_in
            while clause is not None:
                names.update(self.loop_targets(clause.target, clause.iter))
                for condition in clause.ifs:
                    self.decided(condition.test)
                clause = clause.inner_for_in
            if isinstance(node, cst.DictComp):
                self.plain(node.key, "is a key")
                self.plain(node.value, "is collected in a dict comprehension")
                return None
            if isinstance(node, cst.SetComp):
                self.plain(node.elt, "is collected in a set")
                return None
            moving = self.of(node.elt) is not None  # type: ignore[attr-defined]
            return self.placed(node, "items_dot") if moving else None

    def loop_targets(self, target: cst.BaseExpression, iterable: cst.BaseExpression) -> dict[str, bool]:
        """Return the names that a loop binds, and whether each moves smoothly."""
        pairs = self.loop_pairs(target, iterable)
        return {name.value: smooth for part, smooth in pairs for name in target_names(part)}

    def loop_pairs(
        self, target: cst.BaseExpression, iterable: cst.BaseExpression
    ) -> list[tuple[cst.BaseExpression, bool]]:
        """Return the parts of a loop target and whether each gets smooth values; sees through zip and enumerate."""
        parts = self.zipped(iterable)
        if parts is not None and isinstance(target, cst.Tuple) and len(target.elements) == len(parts):
            pairs = zip([e.value for e in target.elements], parts, strict=True)
            return [p for t, i in pairs for p in ([(t, False)] if i is None else self.loop_pairs(t, i))]
        if parts is not None:
            for part in parts:
                if part is not None:
                    self.plain(part, "is looped over as a tuple")
            return [(target, False)]
        return [(target, self.of(iterable) is not None)]

    def zipped(self, iterable: cst.BaseExpression) -> list[cst.BaseExpression | None] | None:
        """Return what a loop over zip(...) or enumerate(...) runs over in parallel; None for a counter."""
        if not isinstance(iterable, cst.Call) or any(a.star or a.keyword for a in iterable.args):
            return None
        match self.scope.dotted(iterable.func):
            case "builtins.zip":
                return [a.value for a in iterable.args]
            case "builtins.enumerate" if iterable.args:
                return [None, iterable.args[0].value]
        return None

    # -- zeros and tests ---------------------------------------------------------------------------------------

    def zero(self, node: cst.BaseExpression) -> Term:
        """Return a zero tangent of the shape of an expression."""
        if self.is_number(node):
            return Term("0.0")
        match node:
            case cst.List(elements=elements):
                return Term(f"[{', '.join(str(self.zero(e.value)) for e in elements)}]")
            case cst.Dict(elements=[]):
                return Term("{}")
            case cst.BinaryOperation(left=left, operator=cst.Multiply(), right=right) if self.is_list(left):
                return mul(self.zero(left), self.text(right)) or Term("0.0")
            case cst.BinaryOperation(left=left, operator=cst.Multiply(), right=right) if self.is_list(right):
                return mul(self.text(left), self.zero(right)) or Term("0.0")
            case cst.BinaryOperation(left=left, operator=cst.Add(), right=right) if self.is_list(left):
                return add(self.zero(left), self.zero(right)) or Term("0.0")
            case cst.ListComp(elt=element) if node not in self.held and self.is_number(element):
                return Term(f"[0.0 for _ in {self.text(node)}]")
        return call(f"{self.rt}.zero_like", self.text(node))

    def _zero_text(self, body: cst.BaseExpression, orelse: cst.BaseExpression) -> str:
        branch = orelse if self.of(body) is not None else body
        return str(self.zero(branch))

    def decided(self, test: cst.BaseExpression) -> None:
        """Refuse a test that depends on a smooth value."""
        match test:
            case cst.Comparison(left=left, comparisons=[cst.ComparisonTarget(operator=cst.Is() | cst.IsNot())]):
                self.of(left)
                return
            case cst.BooleanOperation(left=left, right=right) if test not in self.held:
                self.decided(left)
                self.decided(right)
                return
            case cst.Comparison(left=left, comparisons=comparisons) if not self._atomic(test):
                parts = [left, *(c.comparator for c in comparisons)]
                if any([self.of(p) is not None for p in parts]):
                    self.decision(test, "this test compares")
                return
        if self.of(test) is not None and not self.is_list(test):
            self.decision(test, "this test looks at")

    def _atomic(self, node: cst.CSTNode) -> bool:
        if node in self.facts.draws.by_node:
            self._draw(node)
            return True
        return node in self.held

    def plain(self, node: cst.BaseExpression, use: str) -> None:
        if self.of(node) is not None:
            self.refuse(
                node,
                f"this value moves smoothly and {use}",
                self.provenance(node),
                "Use it in arithmetic, or make it depend on discrete draws only.",
            )


def _matmul(a: Term, b: Term) -> Term:
    return Term(f"{a.at(Level.MODULO)} @ {b.at(Level.UNARY)}", Level.MODULO)
