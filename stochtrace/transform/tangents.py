"""Tangents of calls: the rules applied, once for the analysis and once for the emitted text.

`Tangents.of(node)` is the tangent of an expression, None where it is zero. A function without a rule that meets a
smooth value is refused: the world is closed.
"""

from __future__ import annotations

import libcst as cst

from stochtrace.rules import BILINEAR, EDGED, LINEAR, NAMESPACES, OWN, PARTIALS, REDUCTIONS, Rule
from stochtrace.transform.binding import bind
from stochtrace.transform.canonical import COUNTING
from stochtrace.transform.densities import Density
from stochtrace.transform.expressions import Expressions
from stochtrace.transform.nodes import code
from stochtrace.transform.poles import jumps
from stochtrace.transform.sharing import MUTATORS
from stochtrace.transform.templates import build, combine, parse
from stochtrace.transform.terms import Level, Term, add, call, mul, value_of

SHAPING = {"axis", "dtype", "keepdims", "order", "copy", "start"}
SPECIAL = "scipy.special"
ARRAY = "Make it an array: `np.array(...)`."
INTEGERS = "Make it depend on discrete draws only, or leave the parameter out with `--wrt`."
IGNORED = {"len", "isinstance", "print", "type"}


class Tangents(Expressions):
    """The tangents of all expressions of one function."""

    def call(self, node: cst.Call, result: Term | None) -> Term | None:
        if node in self.facts.draws.densities:
            return self._density(node, self.facts.draws.densities[node])
        function = self.facts.called(self.scope, node)
        if function is not None:
            return self._own(node)
        if node.func in COUNTING:
            return None
        tangents = [self.of(a.value) for a in node.args]
        if isinstance(node.func, cst.Attribute) and self.scope.dotted(node.func) is None:
            return self._method(node, node.func, tangents)
        self.parts(node.func)
        if all(t is None for t in tangents):
            return None
        path = self.scope.dotted(node.func) or ""
        namespace, _, name = path.rpartition(".")
        if path in {f"builtins.{n}" for n in IGNORED}:
            return None
        if namespace == "stochtrace" and name in OWN:
            return self._rule(node, OWN[name], tangents, result) if OWN[name].partials else None
        if path == "builtins.range":
            self.refuse(
                node,
                "a value that moves smoothly is a trip count",
                self.provenance(node),
                "Annotate the parameter (`n: int`), or leave it out with `--wrt`.",
            )
        if namespace in NAMESPACES and name in LINEAR and len(node.args) >= 1:
            return self._linear(node, self.text(node.func).text, tangents)
        if namespace == "numpy" and name in BILINEAR:
            return self._bilinear(node, self.text(node.func).text, tangents)
        if namespace == SPECIAL and name in REDUCTIONS:
            return self._reduction(node, REDUCTIONS[name], tangents, result)
        if namespace in NAMESPACES and name in PARTIALS:
            return self._rule(node, PARTIALS[name], tangents, result)
        self.no_rule(node, f"`{code(node.func)}`")

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
        return self.placed(node, "returned_dot") if callee.returns_smooth else None

    def _density(self, node: cst.Call, density: Density) -> Term | None:
        """Return the tangent of a density or a distribution function: its partials times the tangents."""
        total: Term | None = None
        arguments = [self.text(a) for a in density.given]
        for name, argument in density.arguments.items():
            tangent = self.of(argument)
            if tangent is None:
                continue
            if name in density.integers:
                self.refuse(node, f"`{name}` of this function moves smoothly", density.integers[name], INTEGERS)
            if self.is_list(argument):
                self.refuse(node, f"`{name}` of this function is a list that moves smoothly", "", ARRAY)
            total = add(total, mul(call(f"{self.rt}.stats.{density.function}_{name}", *arguments), tangent))
        return total

    def _method(self, node: cst.Call, func: cst.Attribute, tangents: list[Term | None]) -> Term | None:
        receiver, name = self.of(func.value), func.attr.value
        if name in MUTATORS:
            return None
        if receiver is None and all(t is None for t in tangents):
            return None
        if receiver is not None and all(t is None for t in tangents):
            if name in ("get", "pop") and len(node.args) == 2:
                rest = f"{self._argument(node.args[0])}, {self.zero(node.args[1].value)}"
                return Term(f"{receiver.at(Level.ATOM)}.{name}({rest})")
            if name in LINEAR or name in ("get", "pop", "popleft", "values"):
                arguments = ", ".join(self._argument(a) for a in node.args)
                return Term(f"{receiver.at(Level.ATOM)}.{name}({arguments})")
            if name in ("index", "count", "keys"):
                self.decision(node, f"`.{name}` compares")
        if name == "dot" and len(tangents) == 1:
            x, y = self.text(func.value), self.text(node.args[0].value)
            first = receiver and Term(f"{receiver.at(Level.ATOM)}.dot({y})")
            return add(first, tangents[0] and Term(f"{x.at(Level.ATOM)}.dot({tangents[0]})"))
        self.no_rule(node, f"the method `.{name}`")

    def _argument(self, argument: cst.Arg) -> str:
        keyword = f"{argument.keyword.value}=" if argument.keyword else ""
        return f"{keyword}{self.text(argument.value)}"

    def _linear(self, node: cst.Call, function: str, tangents: list[Term | None]) -> Term | None:
        first, rest = tangents[0], node.args[1:]
        if any(t is not None for t in tangents[1:]) or first is None:
            self.no_rule(node, f"`{function}` in this argument")
        if any(a.keyword and a.keyword.value not in SHAPING for a in node.args):
            self.no_rule(node, f"`{function}` with these arguments")
        for argument in rest:
            if argument.keyword and argument.keyword.value == "dtype" and "float" not in str(self.text(argument.value)):
                self.decision(argument, "a conversion that may round")
        path = self.scope.dotted(node.func)
        if path == "builtins.float":
            return first
        if path == "builtins.sum":
            rest = ()
        return Term(f"{function}({', '.join([str(first), *map(self._argument, rest)])})")

    def _bilinear(self, node: cst.Call, function: str, tangents: list[Term | None]) -> Term | None:
        """Return the tangent of a product of two arguments, of any shape."""
        if len(node.args) != 2 or any(a.keyword or a.star for a in node.args):
            self.no_rule(node, f"`{function}` with these arguments")
        if any(self.is_list(a.value) for a in node.args):
            self.refuse(node, "a function of all elements of a list that moves smoothly", "", ARRAY)
        x, y = (self.text(a.value) for a in node.args)
        x_dot, y_dot = tangents
        return add(x_dot and call(function, x_dot, y), y_dot and call(function, x, y_dot))

    def _rule(self, node: cst.Call, rule: Rule, tangents: list[Term | None], result: Term | None) -> Term | None:
        names = rule.arguments.split()
        if len(names) != len(node.args) or any(a.keyword or a.star for a in node.args):
            self.no_rule(node, f"`{code(node.func)}` with these arguments")
        if any(self.is_list(a.value) for a in node.args):
            if (self.scope.dotted(node.func) or "").startswith(f"{SPECIAL}."):
                self.refuse(node, "a function of all elements of a list that moves smoothly", "", ARRAY)
            self.decision(node, "a comparison of containers")
        drawn = bool(self.facts.draws.by_node)
        if drawn and jumps(self.scope, rule.names, node, lambda part: self.of(part) is not None):
            self.decision(node, f"`{code(node.func)}`, which may jump")
        environment: dict[str, Term | None] = {n: self.text(a.value) for n, a in zip(names, node.args, strict=True)}
        if rule is PARTIALS["pow"] and value_of(self.text(node.args[1].value)) is not None:
            return self._power(self.text(node.args[0].value), self.text(node.args[1].value), *tangents)
        environment["rt"] = Term(self.rt)
        environment["y"] = result or self.text(node)
        edged = not EDGED.isdisjoint(rule.names.split())
        return combine(rule.partials, tangents, environment, self._prefix(node.func), edged)

    def _prefix(self, func: cst.BaseExpression) -> str:
        """Return where the functions of a partial are found: where the program has this one."""
        path, prefix = self.scope.dotted(func) or "", self.text(func).text.rpartition(".")[0]
        if path.startswith(f"{SPECIAL}.") or (not prefix and path.startswith("numpy")):
            return f"{self.rt}.np"
        return prefix or self.rt

    def _reduction(self, node: cst.Call, tangent: str, tangents: list[Term | None], result: Term | None) -> Term | None:
        """Return the tangent of a function of all elements of a list or an array."""
        if len(node.args) != 1 or node.args[0].keyword or node.args[0].star:
            self.no_rule(node, f"`{code(node.func)}` with these arguments")
        environment: dict[str, Term | None] = {"a": self.text(node.args[0].value), "a_dot": tangents[0]}
        environment |= {"y": result or self.text(node), "rt": Term(self.rt)}
        return build(parse(tangent), environment, f"{self.rt}.np")
