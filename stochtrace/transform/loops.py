"""Loops over smooth values: `for x in xs` becomes `for x, x_dot in zip(xs, xs_dot)`, through zip and enumerate."""

from __future__ import annotations

import libcst as cst

from stochtrace.transform.nodes import code, expression
from stochtrace.transform.rewriting import DerivativeRewriter
from stochtrace.transform.tangents import Tangents
from stochtrace.transform.terms import term


class Loops:
    """Writes the heads of the loops of one function."""

    def __init__(self, rewriter: DerivativeRewriter, analysis: Tangents) -> None:
        self.rewriter, self.analysis, self.tangents = rewriter, analysis, rewriter.tangents

    def head(
        self, target: cst.BaseExpression, iterable: cst.BaseExpression
    ) -> tuple[cst.BaseExpression, cst.BaseExpression]:
        """Return a loop's target and iterable, smooth values beside their tangents."""
        parts = self.analysis.zipped(iterable)
        if parts is not None and any(s for _, s in self.analysis.loop_pairs(target, iterable)):
            elements = [e.value for e in cst.ensure_type(target, cst.Tuple).elements]
            if parts[0] is None:
                assert parts[1] is not None
                t, i = self.head(elements[1], parts[1])
                call = cst.ensure_type(iterable, cst.Call)
                return (
                    cst.parse_expression(f"{term(elements[0])}, ({bare(t)})"),
                    call.with_changes(args=[cst.Arg(i), *call.args[1:]]),
                )
            pieces = [self._beside(t, p) for t, p in zip(elements, parts, strict=True) if p is not None]
            return (
                cst.parse_expression(", ".join(x for t, _ in pieces for x in t)),
                cst.parse_expression(f"zip({', '.join(x for _, i in pieces for x in i)})"),
            )
        targets, iterables = self._beside(target, iterable)
        if len(targets) == 1:
            return target, rewritten(self.rewriter, iterable)
        return cst.parse_expression(", ".join(targets)), cst.parse_expression(f"zip({', '.join(iterables)})")

    def _beside(self, target: cst.BaseExpression, iterable: cst.BaseExpression) -> tuple[list[str], list[str]]:
        tangent = self.tangents.of(iterable)
        names, values = [term(target).text], [str(self.tangents.text(iterable))]
        if tangent is None:
            return names, values
        return [*names, self.dotted(target)], [*values, str(tangent)]

    def dotted(self, target: cst.BaseExpression) -> str:
        if isinstance(target, cst.Tuple | cst.List):
            inner = ", ".join(self.dotted(e.value) for e in target.elements)
            return f"({inner}{',' if len(target.elements) == 1 else ''})"
        return self.tangents.dot(cst.ensure_type(target, cst.Name).value)


def rewritten(rewriter: DerivativeRewriter, node: cst.BaseExpression) -> cst.BaseExpression:
    """Return an expression with everything in it replaced."""
    return expression(node.visit(rewriter))


def bare(node: cst.BaseExpression) -> str:
    """Return the text of an expression without its outer parentheses."""
    return code(node.with_changes(lpar=(), rpar=()))
