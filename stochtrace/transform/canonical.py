"""Bring a spelled draw to its canonical form: distribution, arguments, and the values that an index chooses from."""

from __future__ import annotations

import libcst as cst

from stochtrace.transform.binding import Bound
from stochtrace.transform.pairs import pairs
from stochtrace.transform.source import Source
from stochtrace.transform.spellings import Spelling
from stochtrace.transform.terms import Term, sub, term

RT_COUNT = cst.Attribute(cst.Name("rt"), cst.Name("count"))
Canonical = tuple[str, Bound, cst.BaseExpression | None, bool]


def canonical(source: Source, node: cst.Call, spelling: Spelling, bound: Bound) -> Canonical:
    """Return distribution, arguments, the values that an index chooses from, and whether it counts backwards."""
    draw = cst.ensure_type(cst.parse_expression(spelling.draw), cst.Call)
    distribution = cst.ensure_type(draw.func, cst.Name).value
    arguments = [substitute(a.value, bound) for a in draw.args]
    if distribution == "choice":
        return choice(arguments[0], arguments[1])
    if distribution == "integers":
        return "integers", integers(source, node, arguments), None, False
    if distribution == "binomial" and isinstance(arguments[0], cst.Integer) and arguments[0].evaluated_value == 1:
        return "bernoulli", {"p": arguments[1]}, None, False
    if distribution == "triangular" and isinstance(arguments[1], cst.Name) and arguments[1].value == "None":
        distribution, arguments = "symmetric_triangular", [arguments[0], arguments[2]]
    return distribution, dict(zip(parameters(distribution), arguments, strict=True)), None, False


def parameters(distribution: str) -> tuple[str, ...]:
    """Return the parameters of a distribution, in the order of its sampler."""
    if distribution == "read":
        return ()
    return tuple(p for p in pairs()[distribution].parameters if not p.endswith("_dot"))


def choice(a: cst.BaseExpression, p: cst.BaseExpression) -> Canonical:
    """Return a choice as the draw of an index, and what is indexed (None where the choice is from range(n))."""
    values = None if isinstance(a, cst.Integer) else a
    if not (isinstance(p, cst.Name) and p.value == "None"):
        chance = complementary(p)
        if chance is not None:
            return "bernoulli", {"p": chance[0]}, values, chance[1]
        return "categorical", {"p": p}, values, False
    return "integers", {"low": cst.Integer("0"), "high": number_of(a)}, values, False


def number_of(a: cst.BaseExpression) -> cst.BaseExpression:
    """Return the number of values that a choice without probabilities is made from."""
    if isinstance(a, cst.Integer):
        return a
    if isinstance(a, cst.List | cst.Tuple) and all(isinstance(e, cst.Element) for e in a.elements):
        return cst.Integer(str(len(a.elements)))
    return cst.Call(RT_COUNT, [cst.Arg(a)])


def complementary(p: cst.BaseExpression) -> tuple[cst.BaseExpression, bool] | None:
    """Return q of the probabilities [1 - q, q], or of [q, 1 - q] (then told by True): a Bernoulli draw."""
    if not isinstance(p, cst.List | cst.Tuple) or len(p.elements) != 2:
        return None
    first, second = (e.value for e in p.elements)
    if term(first) == sub(Term("1"), term(second)):
        return second, False
    return (first, True) if term(second) == sub(Term("1"), term(first)) else None


def integers(source: Source, node: cst.Call, arguments: list[cst.BaseExpression]) -> Bound:
    """Return low and exclusive high of a draw of integers."""
    low, high, endpoint = arguments
    if not (isinstance(endpoint, cst.Name) and endpoint.value in ("True", "False")):
        source.refuse(node, "`endpoint` must be written as True or False")
    if isinstance(high, cst.Name) and high.value == "None":
        low, high = cst.Integer("0"), low
    if cst.ensure_type(endpoint, cst.Name).value == "True":
        high = cst.BinaryOperation(high, cst.Add(), cst.Integer("1"))
    return {"low": low, "high": high}


def substitute(node: cst.BaseExpression, bound: Bound) -> cst.BaseExpression:
    """Return a canonical argument with the parameters of the call replaced by its arguments, identity kept."""
    if isinstance(node, cst.Name):
        return bound.get(node.value, node)
    if isinstance(node, cst.BinaryOperation):
        return node.with_changes(left=substitute(node.left, bound), right=parenthesised(substitute(node.right, bound)))
    return node


def parenthesised(node: cst.BaseExpression) -> cst.BaseExpression:
    """Return an expression that can stand as an operand."""
    if node.lpar or isinstance(node, cst.Name | cst.Integer | cst.Float | cst.Call | cst.Subscript | cst.Attribute):
        return node
    return node.with_changes(lpar=[cst.LeftParen()], rpar=[cst.RightParen()])
