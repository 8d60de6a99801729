"""Tangents of expressions: the rules applied, once for the analysis and once for the emitted text.

`Tangents.of(node)` is the tangent of an expression, None where it is zero. Decisions on smooth values, and
functions without a rule that meet one, are refused here. Nothing else knows calculus.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import NoReturn

import libcst as cst

from stochtrace.transform.binding import bind
from stochtrace.transform.facts import Facts
from stochtrace.transform.names import Scope, target_names
from stochtrace.transform.templates import combine
from stochtrace.transform.rules import LINEAR, NAMESPACES, PARTIALS, Rule
from stochtrace.transform.terms import (
    Level, Term, add, call, div, either, mul, neg, number, power, sub, term, value_of,
)

IGNORED = {"len", "range", "isinstance", "print", "type", "id"}
SHAPES = {"shape", "size", "ndim", "dtype"}
FRESH_ARRAYS = {"zeros", "ones", "empty", "full", "zeros_like", "ones_like", "empty_like", "full_like"}


class Tangents:
    """The tangents of expressions of one function."""

    def __init__(
        self, facts: Facts, scope: Scope, text: Callable[[cst.BaseExpression], Term] = term,
        dot: Callable[[str], str] = "{}_dot".format,
    ) -> None:
        self.facts, self.scope, self.text, self.dot = facts, scope, text, dot
        self.hidden: list[dict[str, bool]] = []
        self.held: dict[cst.CSTNode, str | None] = {}

    # -- names -------------------------------------------------------------------------------------------------

    def smooth(self, name: str) -> bool:
        """Tell whether a name moves smoothly here."""
        for names in reversed(self.hidden):
            if name in names:
                return names[name]
        owner = self.scope.owner(name)
        function = self.facts.functions.get(owner) if owner else None
        return function is not None and name in function.smooth

    def is_list(self, node: cst.BaseExpression) -> bool:
        """Tell whether an expression is a list or tuple, for which + joins and * repeats."""
        match node:
            case cst.List() | cst.Tuple() | cst.ListComp():
                return True
            case cst.Name(value=name):
                owner = self.scope.owner(name)
                function = self.facts.functions.get(owner) if owner else None
                return function is not None and name in function.lists
            case cst.BinaryOperation(left=left, right=right):
                return self.is_list(left) or self.is_list(right)
            case cst.Call(func=func):
                return self.scope.dotted(func) in ("builtins.list", "builtins.tuple", "builtins.sorted")
            case cst.Subscript(value=value, slice=[cst.SubscriptElement(slice=cst.Slice())]):
                return self.is_list(value)
        return False

    @contextmanager
    def hiding(self, names: dict[str, bool]) -> Iterator[None]:
        """Let names mean something else inside: the variables of a comprehension or lambda."""
        self.hidden.append(names)
        yield
        self.hidden.pop()

    # -- expressions -------------------------------------------------------------------------------------------

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
                return self._binary(node, result)
            case cst.UnaryOperation(operator=operator, expression=inner):
                return self._unary(node, operator, inner)
            case cst.Call():
                return self._call(node, result)
            case cst.Subscript(value=value):
                return self._subscript(node, value)
            case cst.Attribute(value=value, attr=attr):
                tangent = self.of(value)
                if tangent is None or attr.value in SHAPES:
                    return None
                if attr.value in ("T", "real"):
                    return Term(f"{tangent.at(Level.ATOM)}.{attr.value}")
                self._no_rule(node, f"the attribute `.{attr.value}`")
            case cst.IfExp(test=test, body=body, orelse=orelse):
                self.decided(test)
                return either(str(self.text(test)), self.of(body), self.of(orelse), self._zero_text(body, orelse))
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
                self._plain(right, "is the value of `and` or `or`")
                return None
            case cst.ListComp() | cst.GeneratorExp() | cst.SetComp() | cst.DictComp():
                return self._comprehension(node)
            case cst.Lambda(body=body, params=params):
                with self.hiding({p.name.value: False for p in params.params}):
                    self._plain(body, "is used in a lambda")
                return None
        for child in node.children:
            self._children(child)
        return None

    def _children(self, node: cst.CSTNode) -> None:
        if isinstance(node, cst.BaseExpression):
            self._plain(node, "is used here")
            return
        for child in node.children:
            self._children(child)

    def _draw(self, node: cst.CSTNode) -> Term | None:
        draw = self.facts.draws.by_node[node]
        tangents = {name: self.of(argument) for name, argument in draw.arguments.items()}
        if draw.values is not None and self.of(draw.values) is not None:
            return Term("chosen_dot")
        moving = [name for name, tangent in tangents.items() if tangent is not None]
        if not moving:
            return None
        for name in moving:
            if name in ("n", "low", "high") and not draw.continuous:
                self._refuse(draw.arguments[name], f"`{name}` of this draw is an integer",
                             "A derivative with respect to an integer does not exist.", "Round or choose it outside.")
        (self.facts.pathwise if draw.continuous else self.facts.jumping).add(draw)
        return Term("drawn_dot") if draw.continuous else None

    def _binary(self, node: cst.BinaryOperation, result: Term | None) -> Term | None:
        a, b = self.of(node.left), self.of(node.right)
        if a is None and b is None:
            return None
        x, y = self.text(node.left), self.text(node.right)
        match node.operator:
            case cst.Add() if self.is_list(node.left) or self.is_list(node.right):
                return add(a or self.zero(node.left), b or self.zero(node.right))
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
                return self._power(node, x, y, a, b)
        self._decision(node, "an operator that jumps")

    def _power(self, node: cst.BinaryOperation, x: Term, n: Term, a: Term | None, b: Term | None) -> Term | None:
        exponent = value_of(n)
        if exponent is not None:
            return mul(mul(n, power(x, number(exponent - 1))), a)
        first = mul(mul(n, power(x, sub(n, Term("1")) or Term("0"))), a)
        value = self.text(node)
        return add(first, mul(mul(value, call("rt.log", x)), b))

    def _unary(self, node: cst.BaseExpression, operator: cst.BaseUnaryOp, inner: cst.BaseExpression) -> Term | None:
        if isinstance(operator, cst.Not):
            self.decided(inner)
            return None
        tangent = self.of(inner)
        if tangent is not None and isinstance(operator, cst.BitInvert):
            self._decision(node, "an operator for integers")
        return neg(tangent) if isinstance(operator, cst.Minus) else tangent

    def _subscript(self, node: cst.Subscript, value: cst.BaseExpression) -> Term | None:
        for element in node.slice:
            self._children(element)
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
            self._refuse(node, "a starred element beside values that move smoothly", "", "Write the elements out.")
        texts = [str(t or self.zero(v)) for t, v in zip(tangents, values, strict=True)]
        if isinstance(node, cst.List):
            return Term(f"[{', '.join(texts)}]")
        return Term(f"({', '.join(texts)}{',' if len(texts) == 1 else ''})")

    def _dict(self, node: cst.BaseExpression, elements: object) -> Term | None:
        pairs = []
        smooth = False
        for element in elements:  # type: ignore[attr-defined]
            if not isinstance(element, cst.DictElement):
                self._plain(element.value, "is unpacked into a dict")
                continue
            self._plain(element.key, "is a key")
            tangent = self.of(element.value)
            smooth |= tangent is not None
            pairs.append(f"{self.text(element.key)}: {tangent or self.zero(element.value)}")
        if smooth and len(pairs) < len(list(elements)):  # type: ignore[call-overload]
            self._refuse(node, "a dict is unpacked beside values that move smoothly", "", "Write the entries out.")
        return Term("{" + ", ".join(pairs) + "}") if smooth else None

    def _comprehension(self, node: cst.BaseComp) -> Term | None:
        names: dict[str, bool] = {}
        with self.hiding(names):
            clause: cst.CompFor | None = node.for_in
            while clause is not None:
                names.update(self.loop_targets(clause.target, clause.iter))
                for condition in clause.ifs:
                    self.decided(condition.test)
                clause = clause.inner_for_in
            if isinstance(node, cst.DictComp):
                self._plain(node.key, "is a key")
                self._plain(node.value, "is collected in a dict comprehension")
                return None
            if isinstance(node, cst.SetComp):
                self._plain(node.elt, "is collected in a set")
                return None
            return Term("items_dot") if self.of(node.elt) is not None else None  # type: ignore[attr-defined]

    def loop_targets(self, target: cst.BaseExpression, iterable: cst.BaseExpression) -> dict[str, bool]:
        """Return the names that a loop binds, and whether each moves smoothly."""
        pairs = self.loop_pairs(target, iterable)
        return {name.value: smooth for part, smooth in pairs for name in target_names(part)}

    def loop_pairs(self, target: cst.BaseExpression, iterable: cst.BaseExpression) -> list[tuple[cst.BaseExpression, bool]]:
        """Return the parts of a loop target and whether each gets smooth values; sees through zip and enumerate."""
        parts = self.zipped(iterable)
        if parts is not None and isinstance(target, cst.Tuple) and len(target.elements) == len(parts):
            pairs = zip([e.value for e in target.elements], parts, strict=True)
            return [p for t, i in pairs for p in ([(t, False)] if i is None else self.loop_pairs(t, i))]
        if parts is not None:
            for part in parts:
                if part is not None:
                    self._plain(part, "is looped over as a tuple")
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

    # -- calls -------------------------------------------------------------------------------------------------

    def _call(self, node: cst.Call, result: Term | None) -> Term | None:
        function = self.facts.called(self.scope, node)
        if function is not None:
            return self._own(node)
        tangents = [self.of(a.value) for a in node.args]
        if isinstance(node.func, cst.Attribute) and self.scope.dotted(node.func) is None:
            return self._method(node, node.func, tangents)
        self._children(node.func)
        if all(t is None for t in tangents):
            return None
        path = self.scope.dotted(node.func) or ""
        namespace, _, name = path.rpartition(".")
        if path in {f"builtins.{n}" for n in IGNORED}:
            return None
        if namespace in NAMESPACES and name in LINEAR and len(node.args) >= 1:
            return self._linear(node, self.text(node.func).text, tangents)
        if namespace in NAMESPACES and name in PARTIALS:
            return self._rule(node, PARTIALS[name], tangents, result)
        self._no_rule(node, f"`{cst.Module([]).code_for_node(node.func)}`")

    def _own(self, node: cst.Call) -> Term | None:
        callee = self.facts.called(self.scope, node)
        assert callee is not None
        bound = bind(self.facts.source, node, callee.scope.parameters, callee.name)
        generators = self.facts.generators.parameters(callee.scope)
        for name, argument in bound.items():
            if name not in generators and self.of(argument) is not None:
                callee.smooth.add(name)
                self.facts.origins.setdefault((callee.scope, name), self.facts.source.line(node))
                if self.is_list(argument):
                    callee.lists.add(name)
        return Term("returned_dot") if callee.returns_smooth else None

    def _method(self, node: cst.Call, func: cst.Attribute, tangents: list[Term | None]) -> Term | None:
        receiver, name = self.of(func.value), func.attr.value
        if name in MUTATORS:
            return None
        if receiver is None and all(t is None for t in tangents):
            return None
        if receiver is not None and all(t is None for t in tangents):
            if name in LINEAR or name in ("pop", "get"):
                arguments = ", ".join(self._argument(a) for a in node.args)
                return Term(f"{receiver.at(Level.ATOM)}.{name}({arguments})")
            if name in ("index", "count", "keys"):
                self._decision(node, f"`.{name}` compares")
        if name == "dot" and len(tangents) == 1:
            x, y = self.text(func.value), self.text(node.args[0].value)
            first = receiver and Term(f"{receiver.at(Level.ATOM)}.dot({y})")
            return add(first, tangents[0] and Term(f"{x.at(Level.ATOM)}.dot({tangents[0]})"))
        self._no_rule(node, f"the method `.{name}`")

    def _argument(self, argument: cst.Arg) -> str:
        keyword = f"{argument.keyword.value}=" if argument.keyword else ""
        return f"{keyword}{self.text(argument.value)}"

    def _linear(self, node: cst.Call, function: str, tangents: list[Term | None]) -> Term | None:
        first, rest = tangents[0], node.args[1:]
        if any(t is not None for t in tangents[1:]) or first is None:
            self._no_rule(node, f"`{function}` in this argument")
        for argument in rest:
            if argument.keyword and argument.keyword.value == "dtype" and "float" not in str(self.text(argument.value)):
                self._decision(argument, "a conversion that may round")
        if self.scope.dotted(node.func) == "builtins.float":
            return first
        return Term(f"{function}({', '.join([str(first), *map(self._argument, rest)])})")

    def _rule(self, node: cst.Call, rule: Rule, tangents: list[Term | None], result: Term | None) -> Term | None:
        names = rule.arguments.split()
        if len(names) != len(node.args) or any(a.keyword or a.star for a in node.args):
            self._no_rule(node, f"`{cst.Module([]).code_for_node(node.func)}` with these arguments")
        environment: dict[str, Term | None] = {n: self.text(a.value) for n, a in zip(names, node.args, strict=True)}
        environment["y"] = result or self.text(node)
        prefix = self.text(node.func).text.rpartition(".")[0]
        if not prefix:
            prefix = "rt.np" if (self.scope.dotted(node.func) or "").startswith("numpy") else "rt"
        return combine(rule.partials, tangents, environment, prefix)

    # -- zeros and refusals --------------------------------------------------------------------------------------

    def zero(self, node: cst.BaseExpression) -> Term:
        """Return a zero tangent of the shape of an expression."""
        if node in self.facts.draws.by_node and self.facts.draws.by_node[node].values is None:
            return Term("0.0")
        match node:
            case cst.Integer() | cst.Float() | cst.UnaryOperation() | cst.Comparison():
                return Term("0.0")
            case cst.BinaryOperation(left=left, right=right) if {self.zero(left).text, self.zero(right).text} == {"0.0"}:
                return Term("0.0")
            case cst.Name(value="True" | "False" | "None"):
                return Term("0.0")
            case cst.List(elements=elements):
                return Term(f"[{', '.join(str(self.zero(e.value)) for e in elements)}]")
            case cst.BinaryOperation(left=left, operator=cst.Multiply(), right=right) if self.is_list(left):
                return mul(self.zero(left), self.text(right)) or Term("0.0")
            case cst.ListComp() if node not in self.held:
                return Term(f"[0.0 for _ in {self.text(node)}]")
            case cst.Call(func=func) if (self.scope.dotted(func) or "").rpartition(".")[2] in FRESH_ARRAYS:
                return call("rt.zero_like", self.text(node))
        return call("rt.zero_like", self.text(node))

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
                    self._decision(test, "this test compares")
                return
        if self.of(test) is not None:
            self._decision(test, "this test looks at")

    def _atomic(self, node: cst.CSTNode) -> bool:
        if node in self.facts.draws.by_node:
            self._draw(node)
            return True
        return node in self.held

    def _plain(self, node: cst.BaseExpression, use: str) -> None:
        if self.of(node) is not None:
            self._refuse(node, f"this value moves smoothly and {use}", self.provenance(node),
                         "Use it in arithmetic, or make it depend on discrete draws only.")

    def provenance(self, node: cst.CSTNode) -> str:
        """Say where the smooth values of an expression come from."""
        found = []
        for name in dict.fromkeys(n.value for n in _names(node) if self.smooth(n.value)):
            owner = self.scope.owner(name)
            line = self.facts.origins.get((owner, name)) if owner else None
            found.append(f"`{name}` is smooth since line {line}." if line else f"`{name}` is differentiated.")
        return " ".join(found)

    def _decision(self, node: cst.CSTNode, what: str) -> NoReturn:
        self._refuse(
            node, f"{what} a value that moves smoothly with the parameters" if what.startswith("this") else
            f"{what}, applied to a value that moves smoothly with the parameters",
            f"{self.provenance(node)} Decisions on smooth values are not differentiated yet.",
            "Decide on discrete draws, compare a fresh uniform (`rng.random() < q`), or leave the parameter out with `--wrt`.",
        )

    def _no_rule(self, node: cst.CSTNode, what: str) -> NoReturn:
        self._refuse(node, f"{what} has no rule, and gets a value that moves smoothly", self.provenance(node),
                     "Write it with functions of math or NumPy that have one, or as a function in this file.")

    def _refuse(self, node: cst.CSTNode, what: str, why: str, instead: str) -> NoReturn:
        self.facts.source.refuse(node, what, why.strip(), instead)


MUTATORS = {"append", "insert", "extend", "remove", "clear", "sort", "reverse", "fill"}


def _matmul(a: Term, b: Term) -> Term:
    return Term(f"{a.at(Level.MODULO)} @ {b.at(Level.UNARY)}", Level.MODULO)


def _names(node: cst.CSTNode) -> list[cst.Name]:
    found: list[cst.Name] = []

    class Collect(cst.CSTVisitor):
        def visit_Name(self, inner: cst.Name) -> None:
            found.append(inner)

    node.visit(Collect())
    return found
