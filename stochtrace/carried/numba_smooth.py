"""Carried values in compiled code: the type, its conversions, and its arithmetic.

A value has the fields of `smooth.Smooth`, the row of its expression node, and the address of its trace. A number that
does not move (k = -1, d = 0) is a carried value too: a variable may be a number first and a carried value later.
"""

# mypy: disable-error-code="no-untyped-def,no-untyped-call,untyped-decorator"

from __future__ import annotations

import operator
from typing import Any

from llvmlite import ir
from numba import types
from numba.core import cgutils
from numba.extending import (
    intrinsic,
    lower_cast,
    make_attribute_wrapper,
    models,
    overload,
    register_jitable,
    register_model,
)

from stochtrace.carried.numba_memory import EXTERNAL, node_row, trace_at
from stochtrace.carried.smooth import AFFINE, CANCELLED, CURVED, STEADY

FIELDS = (
    *((name, types.float64) for name in ("v", "d", "s", "sd")),
    *((name, types.int64) for name in ("k", "node", "at", "affine")),
)
ADD, SUB, MUL, DIV, NEG, DRAW, SHAPED, OPAQUE = range(8)
PLAIN = (types.Integer, types.Float, types.Boolean)


class SmoothType(types.Type):  # type: ignore[misc]
    """The type of a carried value."""

    def __init__(self) -> None:
        super().__init__(name="Smooth")

    def unify(self, typing: Any, other: Any) -> Any:
        """A number that meets a carried value becomes one."""
        return self if isinstance(other, PLAIN) else None

    def can_convert_from(self, typing: Any, other: Any) -> Any:
        """Numbers are converted."""
        from numba.core.typeconv import Conversion

        return Conversion.safe if isinstance(other, PLAIN) else None


SMOOTH = SmoothType()


@register_model(SmoothType)
class SmoothModel(models.StructModel):  # type: ignore[misc]
    """A carried value is a struct."""

    def __init__(self, manager: Any, kind: Any) -> None:
        super().__init__(manager, kind, list(FIELDS))


for _name, _ in FIELDS:
    make_attribute_wrapper(SmoothType, _name, _name)


@intrinsic
def made(typing, at, v, d, k, s, sd, affine, node):
    """Return a carried value of its fields."""

    def generate(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        value = cgutils.create_struct_proxy(SMOOTH)(context, builder)
        value.at, value.v, value.d, value.k, value.s, value.sd, value.affine, value.node = arguments
        return value._getvalue()

    f, i = types.float64, types.int64
    return SMOOTH(i, f, f, i, f, f, i, i), generate


@lower_cast(types.Integer, SmoothType)
@lower_cast(types.Float, SmoothType)
@lower_cast(types.Boolean, SmoothType)
def cast_number(context: Any, builder: Any, fromty: Any, toty: Any, value: Any) -> Any:
    """Convert a number, which does not move."""
    v = context.cast(builder, value, fromty, types.float64)
    carried = cgutils.create_struct_proxy(SMOOTH)(context, builder)
    carried.v = v
    carried.d = carried.s = carried.sd = ir.Constant(ir.DoubleType(), 0.0)
    carried.k = carried.node = ir.Constant(ir.IntType(64), -1)
    carried.at = ir.Constant(ir.IntType(64), 0)
    carried.affine = ir.Constant(ir.IntType(64), STEADY)
    return carried._getvalue()


@intrinsic
def lifted(typing, x):
    """Return a number or a carried value as a carried value."""

    def generate(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        return context.cast(builder, arguments[0], x, SMOOTH)

    return SMOOTH(x), generate


@register_jitable
def still(x):
    """Tell whether a value does not move."""
    return x.k < 0 and x.d == 0.0


@register_jitable
def constant(v):
    """Return a value that does not move."""
    return made(0, v, 0.0, -1, 0.0, 0.0, STEADY, -1)


@register_jitable
def pushed(at, k, op, a, b, affine):
    """Return the row of a new expression node, -1 where no draw is a part of it."""
    if k < 0:
        return -1
    trace = trace_at(at)
    row = trace.node_count
    if row == trace.room:
        trace.full = 1
        return row - 1
    node = node_row(trace.nodes, row)
    node.op = op
    node.k = k
    node.affine = affine
    node.a, node.x, node.x_dot = a.node, a.v, a.d
    node.b, node.y, node.y_dot = b.node, b.v, b.d
    trace.node_count = row + 1
    return row


OLDER, POLE = EXTERNAL["older"], EXTERNAL["pole"]


@register_jitable
def older(x):
    """Return x, in which the newest draw has cancelled, as a function of the newest one that is left."""
    k = OLDER(x.at, x.k, x.node)
    if k < 0:
        return made(x.at, x.v, x.d, -1, 0.0, 0.0, STEADY, -1)
    return made(x.at, x.v, x.d, k, trace_at(x.at).slope, 0.0, CURVED, x.node)


def added(a, b, sign, op):
    """Return a + sign * b."""
    at, k = a.at | b.at, max(a.k, b.k)
    s = (a.s if a.k == k else 0.0) + (sign * b.s if b.k == k else 0.0)
    sd = (a.sd if a.k == k else 0.0) + (sign * b.sd if b.k == k else 0.0)
    affine = min(a.affine if a.k == k else STEADY, b.affine if b.k == k else STEADY)
    total = made(at, a.v + sign * b.v, a.d + sign * b.d, k, s, sd, affine, pushed(at, k, op, a, b, affine))
    if sign < 0.0 and k >= 0 and a.node == b.node:
        return constant(0.0)
    if a.k == b.k and k >= 0 and abs(s) <= CANCELLED * (abs(a.s) + abs(b.s)):
        return older(total)
    return total


@register_jitable
def scaled(x, scale):
    """Return in what way a value is affine that is multiplied or divided by one of older draws, or of none."""
    return x.affine if scale.k < 0 else min(x.affine, AFFINE)


def multiplied(a, b):
    """Return a * b."""
    at, k = a.at | b.at, max(a.k, b.k)
    v = a.v * b.v
    if v == 0.0 and ((still(a) and a.v == 0.0) or (still(b) and b.v == 0.0)):
        return constant(v)
    s, sd, affine = a.s * b.v + a.v * b.s, 0.0, STEADY if k < 0 else CURVED
    if a.k > b.k:
        s, sd, affine = a.s * b.v, a.sd * b.v + a.s * b.d, scaled(a, b)
    elif a.k < b.k:
        s, sd, affine = b.s * a.v, b.sd * a.v + b.s * a.d, scaled(b, a)
    return made(at, v, a.d * b.v + a.v * b.d, k, s, sd, affine, pushed(at, k, MUL, a, b, affine))


def divided(a, b):
    """Return a / b, whose sign and size change where b is zero."""
    if b.k >= 0:
        POLE(b.at, b.node)
    return ratio(a, b)


def ratio(a, b):
    """Return a / b, where b is not zero."""
    at, k = a.at | b.at, max(a.k, b.k)
    v = a.v / b.v
    if still(a) and a.v == 0.0:
        return constant(v)
    s, sd, affine = ((a.s if a.k == b.k else 0.0) - v * b.s) / b.v, 0.0, STEADY if k < 0 else CURVED
    if a.k > b.k:
        s, sd, affine = a.s / b.v, (a.sd - a.s / b.v * b.d) / b.v, scaled(a, b)
    return made(at, v, (a.d - v * b.d) / b.v, k, s, sd, affine, pushed(at, k, DIV, a, b, affine))


def negative(a):
    """Return -a."""
    row = pushed(a.at, a.k, NEG, a, constant(0.0), a.affine)
    return made(a.at, -a.v, -a.d, a.k, -a.s, -a.sd, a.affine, row)


for _function in (added, multiplied, ratio, divided, negative):
    register_jitable(_function)


def carried(*kinds: Any) -> bool:
    """Tell whether there are carried values among numbers."""
    return any(isinstance(k, SmoothType) for k in kinds) and all(isinstance(k, (SmoothType, *PLAIN)) for k in kinds)


def binary(implementation: Any, *functions: Any) -> None:
    """Let compiled code apply functions to two carried values, or to one and a number."""

    def typed(a, b):
        return implementation if carried(a, b) else None

    for function in functions:
        overload(function)(typed)


binary(lambda a, b: added(lifted(a), lifted(b), 1.0, ADD), operator.add, operator.iadd)
binary(lambda a, b: added(lifted(a), lifted(b), -1.0, SUB), operator.sub, operator.isub)
binary(lambda a, b: multiplied(lifted(a), lifted(b)), operator.mul, operator.imul)
binary(lambda a, b: divided(lifted(a), lifted(b)), operator.truediv, operator.itruediv)
binary(lambda a, b: lifted(a).v == lifted(b).v, operator.eq)
binary(lambda a, b: lifted(a).v != lifted(b).v, operator.ne)


@overload(operator.neg)
def neg_typed(a):
    return (lambda a: negative(a)) if isinstance(a, SmoothType) else None


@overload(operator.pos)
def pos_typed(a):
    return (lambda a: a) if isinstance(a, SmoothType) else None


@overload(bool)
def bool_typed(a):
    return (lambda a: a.v != 0.0) if isinstance(a, SmoothType) else None
