"""Build expressions from expressions: the rows of the rules, and the bodies of the runtime's `_d` functions.

A template is parsed Python; its names are replaced by terms, zero tangents (None) fall out of it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cache

import libcst as cst

from stochtrace.transform.nodes import code
from stochtrace.transform.terms import Level, Term, add, call, div, either, mul, neg, power, sub, term, value_of

Environment = Mapping[str, Term | None]
SPECIAL = {"polygamma", "expit", "erfcx", "softmax"}


@cache
def parse(template: str) -> cst.BaseExpression:
    """Return a parsed template."""
    return cst.parse_expression(template)


def combine(
    partials: Sequence[str],
    tangents: Sequence[Term | None],
    environment: Environment,
    prefix: str,
    edged: bool = False,
) -> Term | None:
    """Return the sum of partial * tangent; a choice that all partials share stays one choice.

    Partials of an `edged` rule are quotients that may be infinite, where a tangent that is 0 stays 0.
    """
    nodes = [parse(p) for p in partials]
    if all(isinstance(n, cst.IfExp) for n in nodes):
        choices = [cst.ensure_type(n, cst.IfExp) for n in nodes]
        test = str(build(choices[0].test, environment, prefix))
        return either(
            test,
            _sum([c.body for c in choices], tangents, environment, prefix),
            _sum([c.orelse for c in choices], tangents, environment, prefix),
        )
    return _sum(nodes, tangents, environment, prefix, edged)


def _sum(
    nodes: Sequence[cst.BaseExpression],
    tangents: Sequence[Term | None],
    environment: Environment,
    prefix: str,
    edged: bool = False,
) -> Term | None:
    total: Term | None = None
    for node, tangent in zip(nodes, tangents, strict=True):
        if tangent is not None and edged:
            quotient = cst.ensure_type(node, cst.BinaryOperation)
            below = present(build(quotient.right, environment, prefix))
            share = call(f"{environment['rt']}.ratio", tangent, below)
            total = add(total, mul(build(quotient.left, environment, prefix), share))
        elif tangent is not None:
            total = add(total, mul(build(node, environment, prefix), tangent))
    return total


def build(node: cst.BaseExpression, environment: Environment, prefix: str) -> Term | None:
    """Return a template with its names replaced; functions are looked up under `prefix`, special ones in `rt`."""
    match node:
        case cst.Name(value=name):
            return environment[name] if name in environment else Term(f"{prefix}.{name}")
        case cst.BinaryOperation(left=left, operator=operator, right=right):
            return _binary(operator, build(left, environment, prefix), build(right, environment, prefix))
        case cst.UnaryOperation(operator=cst.Minus(), expression=inner):
            return neg(build(inner, environment, prefix))
        case cst.BooleanOperation(left=left, operator=operator, right=right):
            word = "and" if isinstance(operator, cst.And) else "or"
            sides = [present(build(side, environment, prefix)).at(Level.COMPARISON) for side in (left, right)]
            return Term(f" {word} ".join(sides), Level.LOGIC)
        case cst.UnaryOperation(operator=cst.Not(), expression=inner):
            return Term(f"not {present(build(inner, environment, prefix)).at(Level.COMPARISON)}", Level.LOGIC)
        case cst.IfExp(test=test, body=body, orelse=orelse):
            condition = present(build(test, environment, prefix)).at(Level.LOGIC)
            return either(condition, build(body, environment, prefix), build(orelse, environment, prefix))
        case cst.Comparison(left=left, comparisons=comparisons):
            text = present(build(left, environment, prefix)).at(Level.BITS)
            for target in comparisons:
                operator_text = code(target.operator)
                text += operator_text + present(build(target.comparator, environment, prefix)).at(Level.BITS)
            return Term(text, Level.COMPARISON)
        case cst.Call(func=cst.Name(value=name), args=args):
            return call(
                _function(name, environment, prefix), *(present(build(a.value, environment, prefix)) for a in args)
            )
    return term(node)


def _function(name: str, environment: Environment, prefix: str) -> str:
    if name in ("abs", "float", "int"):
        return name
    rt = environment["rt"]
    if name in SPECIAL:
        return f"{rt}.special.{name}"
    if name == "digamma":
        return f"{rt}.special.{name}" if prefix == f"{rt}.np" else f"{rt}.{name}"
    return f"{rt}.{name}" if name == "ratio" else f"{prefix}.{name}"


def _binary(operator: cst.BaseBinaryOp, a: Term | None, b: Term | None) -> Term | None:
    match operator:
        case cst.Add():
            return add(a, b)
        case cst.Subtract():
            return sub(a, b)
        case cst.Multiply():
            return mul(a, b)
        case cst.Divide():
            return div(a, present(b))
        case cst.Power():
            return power(present(a), present(b))
    raise ValueError(f"a template uses {type(operator).__name__}")


def present(value: Term | None) -> Term:
    """Return a term, 0.0 for one that has fallen away."""
    return value if value is not None else Term("0.0")


def known(test: Term) -> bool:
    """Tell whether a test between two literals can be seen to be true, so that it need not be written."""
    left, _, right = test.text.partition(" >= ")
    values = (value_of(Term(left)), value_of(Term(right)))
    return None not in values and values[0] >= values[1]  # type: ignore[operator]
