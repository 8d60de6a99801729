"""Rewrite what stays in place in a derivative program: draws and calls inside expressions."""

from __future__ import annotations

import libcst as cst

from stochtrace.transform.draws import Draw
from stochtrace.transform.facts import Facts, Function
from stochtrace.transform.hoistable import is_over_smooth, repeatable
from stochtrace.transform.nodes import code
from stochtrace.transform.pairs import pairs
from stochtrace.transform.primal import Rewriter
from stochtrace.transform.spelled import Spelled
from stochtrace.transform.tangents import Tangents
from stochtrace.transform.templates import present
from stochtrace.transform.terms import Term


class DerivativeRewriter(Rewriter):
    """Rewrites what stays in place: draws that cannot be written out become calls of their runtime pair."""

    def __init__(self, facts: Facts, function: Function, spelled: Spelled) -> None:
        super().__init__(facts, function.scope, spelled)
        self.tangents = Standing(self)

    def on_visit(self, node: cst.CSTNode) -> bool:
        if isinstance(node, cst.BaseComp):
            self._in_place(node)
        return super().on_visit(node)

    def _in_place(self, node: cst.BaseComp) -> None:
        """Refuse a comprehension that stays in place, though its variables move what jumps in it."""
        if node not in self.replaced and is_over_smooth(self.facts, self.scope, self.tangents, node):
            self.facts.source.refuse(
                node,
                "this draw moves smoothly, and stands where its tangent cannot be written",
                "The variables of this comprehension have no tangents where it stands.",
                "Write a loop.",
            )

    def sampled(self, draw: Draw) -> Term:
        if draw in self.facts.pathwise:
            self.facts.source.refuse(
                draw.call,
                "this draw moves smoothly, and stands where its tangent cannot be written",
                "It is drawn only if Python gets there: in a condition, after `and`, or in a lambda.",
                "Draw it on a line of its own before, or in an `if` statement.",
            )
        return self.outcome(draw, self.pair_call(draw)) if draw in self.facts.jumping else super().sampled(draw)

    def pair_call(self, draw: Draw) -> Term:
        """Return the call of the `_d` function of a draw; a continuous one returns its tangent too."""
        parts: list[str] = []
        for name, node in draw.arguments.items():
            parts.append(str(self.parameter(draw, node)))
            if pairs()[draw.distribution].has_tangent(name):
                tangent = self.tangents.of(node)
                if draw.distribution == "categorical":
                    tangent = self.tuple_of(node, tangent)
                whole = pairs()[draw.distribution].rows and tangent is None
                parts.append(str(self.tangents.zero(node) if whole else present(tangent)))
        each, ours = ("each_d", []) if draw.continuous else ("each_jumps", [self.spelled.jumps])
        return self.draw_call(draw, f"{draw.distribution}_d", each, [self.spelled.omega, *ours], parts)

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
        return (
            cst.Subscript(call, [cst.SubscriptElement(cst.Index(cst.Integer("0")))])
            if function.returns_smooth
            else call
        )

    def derivative_call(self, original: cst.Call, function: Function) -> cst.Call:
        """Return the call of a function's derivative program: each smooth parameter beside its tangent."""
        arguments: list[str] = []
        for name, node in self.arguments(original, function).items():
            arguments.append(str(self.text(node)))
            if name in function.smooth:
                arguments.append(str(self.tangents.of(node) or self.tangents.zero(node)))
        ours = [self.spelled.omega, self.spelled.jumps] if self.facts.reads_omega(function) else []
        return self.new_call(function, self.spelled.derivative(function), arguments, ours)

    def defined(self, original: cst.FunctionDef, updated: cst.FunctionDef) -> cst.BaseStatement:
        raise AssertionError("functions inside functions are emitted by Derivative")


class Standing(Tangents):
    """The tangents of what is written: a call that stays in place is made again for its tangent, where it may be."""

    def __init__(self, rewriter: DerivativeRewriter) -> None:
        super().__init__(rewriter.facts, rewriter.scope, rewriter.text, rewriter.spelled.dot, rewriter.spelled.rt)
        self.rewriter = rewriter

    def placed(self, node: cst.CSTNode, name: str) -> Term:
        if isinstance(node, cst.Call) and repeatable(self.facts, self.scope, node):
            function = self.facts.called(self.scope, node)
            assert function is not None
            return Term(f"{code(self.rewriter.derivative_call(node, function))}[1]")
        self.refuse(
            node,
            "this moves smoothly, and stands where its tangent cannot be written",
            "It is computed only if Python gets there: in a condition, after `and`, or in a comprehension.",
            "Compute it on a line of its own before, or write a loop or an `if` statement.",
        )
