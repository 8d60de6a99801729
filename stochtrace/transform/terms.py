"""Expressions under construction: text that knows how tightly it binds, with zeros, ones and signs folded away.

A tangent that is zero is `None`. All arithmetic of the transformer goes through the functions here, so that
what is emitted reads as one would write it: `q_dot * n - a`, not `(q_dot) * (n) + (-1) * (a)`.
"""

from __future__ import annotations

import ast
import re
from dataclasses import dataclass
from enum import IntEnum

import libcst as cst

from stochtrace.transform.nodes import code


class Level(IntEnum):
    """How tightly an expression binds; a looser one inside a tighter one takes parentheses."""

    TERNARY = 0
    LOGIC = 1
    COMPARISON = 2
    BITS = 3
    SUM = 4
    MODULO = 5
    PRODUCT = 6
    UNARY = 7
    POWER = 8
    ATOM = 9


@dataclass(frozen=True)
class Term:
    """An expression's text without its sign, and its level; `negative` puts a minus before all of it."""

    text: str
    level: Level = Level.ATOM
    negative: bool = False

    def at(self, level: Level) -> str:
        """Return the text for a place that wants at least `level`, in parentheses where needed."""
        if self.negative:
            inner = f"-{self.at_unsigned(Level.PRODUCT)}"
            return f"({inner})" if level > Level.UNARY else inner
        return self.at_unsigned(level)

    def at_unsigned(self, level: Level) -> str:
        """Like `at`, for the text without its sign."""
        return self.text if self.level >= level else f"({self.text})"

    def __str__(self) -> str:
        return self.at(Level.TERNARY)


def number(value: float) -> Term:
    """Return a literal."""
    return Term(repr(abs(value)), negative=value < 0)


def value_of(term: Term) -> float | None:
    """Return the number that a literal stands for, None for everything else."""
    if term.level != Level.ATOM or not re.match(r"\.?\d", term.text):
        return None
    try:
        value = ast.literal_eval(term.text)
    except (ValueError, SyntaxError, MemoryError, RecursionError):
        return None
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    return -value if term.negative else value


def neg(a: Term | None) -> Term | None:
    """Return -a."""
    return None if a is None else Term(a.text, a.level, not a.negative)


def add(a: Term | None, b: Term | None) -> Term | None:
    """Return a + b."""
    if a is None or value_of(a) == 0:
        return b
    if b is None or value_of(b) == 0:
        return a
    if a.negative and not b.negative:
        a, b = b, a
    sign = "-" if b.negative else "+"
    right = b.at_unsigned(Level.MODULO) if b.negative else b.at(Level.SUM)
    return Term(f"{a.at(Level.SUM)} {sign} {right}", Level.SUM)


def sub(a: Term | None, b: Term | None) -> Term | None:
    """Return a - b."""
    return add(a, neg(b))


def mul(a: Term | None, b: Term | None) -> Term | None:
    """Return a * b; where a is 1 / c it reads b / c."""
    if a is None or b is None:
        return None
    sign = a.negative != b.negative
    a, b = Term(a.text, a.level), Term(b.text, b.level)
    if value_of(a) == 0 or value_of(b) == 0:
        return None
    if value_of(a) == 1:
        return Term(b.text, b.level, sign)
    if value_of(b) == 1:
        return Term(a.text, a.level, sign)
    if a.text.startswith("1 / ") and a.level == Level.PRODUCT:
        return Term(f"{b.at(Level.PRODUCT)} / {a.text.removeprefix('1 / ')}", Level.PRODUCT, sign)
    return Term(f"{a.at(Level.PRODUCT)} * {b.at(Level.PRODUCT)}", Level.PRODUCT, sign)


def div(a: Term | None, b: Term) -> Term | None:
    """Return a / b."""
    if a is None:
        return None
    sign = a.negative != b.negative
    if value_of(b) in (1, -1):
        return Term(a.text, a.level, sign)
    return Term(f"{a.at_unsigned(Level.PRODUCT)} / {b.at_unsigned(Level.UNARY)}", Level.PRODUCT, sign)


def power(a: Term, b: Term) -> Term:
    """Return a ** b, a itself where b is 1."""
    if value_of(b) == 1:
        return a
    base, exponent = a.at(Level.ATOM), b.at(Level.UNARY)
    close = re.fullmatch(r"[\w.]+", base) and re.fullmatch(r"-?[\w.]+", exponent)
    return Term(f"{base}**{exponent}" if close else f"{base} ** {exponent}", Level.POWER)


def call(function: str, *arguments: Term) -> Term:
    """Return a call."""
    return Term(f"{function}({', '.join(str(a) for a in arguments)})")


def either(test: str, a: Term | None, b: Term | None, zero: str = "0.0") -> Term | None:
    """Return `a if test else b`."""
    if a is None and b is None:
        return None
    first, second = (zero if x is None else x.at(Level.LOGIC) for x in (a, b))
    return Term(f"{first} if {test} else {second}", Level.TERNARY)


LEVELS: dict[type[cst.CSTNode], Level] = {
    cst.IfExp: Level.TERNARY,
    cst.Lambda: Level.TERNARY,
    cst.NamedExpr: Level.TERNARY,
    cst.BooleanOperation: Level.LOGIC,
    cst.Comparison: Level.COMPARISON,
    cst.Add: Level.SUM,
    cst.Subtract: Level.SUM,
    cst.Multiply: Level.PRODUCT,
    cst.Divide: Level.PRODUCT,
    cst.Modulo: Level.MODULO,
    cst.FloorDivide: Level.MODULO,
    cst.MatrixMultiply: Level.MODULO,
    cst.Power: Level.POWER,
    cst.Name: Level.ATOM,
    cst.Integer: Level.ATOM,
    cst.Float: Level.ATOM,
    cst.Call: Level.ATOM,
    cst.Subscript: Level.ATOM,
    cst.Attribute: Level.ATOM,
    cst.List: Level.ATOM,
    cst.ListComp: Level.ATOM,
    cst.Dict: Level.ATOM,
    cst.Tuple: Level.ATOM,
    cst.GeneratorExp: Level.ATOM,
    cst.SimpleString: Level.ATOM,
    cst.FormattedString: Level.ATOM,
}
BRACKETED = (cst.GeneratorExp, cst.Tuple)


def term(node: cst.BaseExpression) -> Term:
    """Return the term of a parsed expression: its text on one line, outer parentheses dropped."""
    if isinstance(node, cst.UnaryOperation) and isinstance(node.operator, cst.Minus):
        inner = term(node.expression)
        return Term(inner.at(Level.UNARY), Level.UNARY if inner.level < Level.UNARY else inner.level, True)
    kind: type[cst.CSTNode] = type(node.operator) if isinstance(node, cst.BinaryOperation) else type(node)
    if isinstance(node, cst.UnaryOperation) and isinstance(node.operator, cst.Not):
        kind = cst.BooleanOperation
    level = LEVELS.get(kind, Level.UNARY if isinstance(node, cst.UnaryOperation) else Level.BITS)
    if level == Level.PRODUCT and not node.left.lpar:  # type: ignore[attr-defined]
        # a % b * c is a product that has to stay together, as a % b has
        level = min(level, max(term(node.left).level, Level.MODULO))  # type: ignore[attr-defined]
    if not isinstance(node, BRACKETED):
        node = node.with_changes(lpar=(), rpar=())
    elif not node.lpar:
        node = node.with_changes(lpar=[cst.LeftParen()], rpar=[cst.RightParen()])
    return Term(one_line(code(node)), level)


def one_line(text: str) -> str:
    """Fold an expression that spans lines into one line."""
    if "\n" not in text:
        return text.strip()
    return ast.unparse(ast.parse(f"({text}\n)", mode="eval"))
