"""Operations of compiled code that stop where Python's numbers leave those of a machine, and those that keep its order.

A power of two integers with a negative exponent is a fraction, a product of integers has any length, the logarithm of a
negative number is an error, a decimal is rounded by all of its digits. Where these are not those of compiled code, the
sample is left to interpreted code.
"""

# Numba takes the signatures of overloads literally, so none of them is annotated.
# mypy: disable-error-code="no-untyped-def,no-untyped-call,untyped-decorator,misc"

from __future__ import annotations

import math
import operator
import sys
from typing import Any

import numpy as np
from numba import types
from numba.extending import intrinsic, register_jitable

from stochtrace.runtime.numba_narrow import RANGES

MOST = 2.0**63
MOST_DIGITS, NEAR = 2.0**50, 1e-14
LARGEST = sys.float_info.max
TOLD = "a number that compiled code does not have"


class Beyond(Exception):
    """A sample has a number that compiled code does not have."""


def exact(instruction: str) -> Any:
    """Return an operation on two integers of 64 bits, and whether its result has as many."""

    @intrinsic
    def operation(typing, a, b):
        def generate(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
            pair = getattr(builder, instruction)(*arguments)
            parts = [builder.extract_value(pair, 0), builder.extract_value(pair, 1)]
            return context.make_tuple(builder, signature.return_type, parts)

        return types.Tuple((types.int64, types.boolean))(types.int64, types.int64), generate

    return operation


def within(operation: Any) -> Any:
    """Return such an operation that stops where its result has more than 64 bits."""

    @register_jitable
    def found(a, b):
        result, lost = operation(a, b)
        if lost:
            raise Beyond(TOLD)
        return result

    return found


add, subtract, multiply = (within(exact(f"s{name}_with_overflow")) for name in ("add", "sub", "mul"))


@register_jitable
def total(values):
    """Return the sum of a list of integers."""
    found = 0
    for value in values:
        found = add(found, value)
    return found


@register_jitable
def power(a, b):
    """Return a ** b."""
    if b < 0:
        raise Beyond(TOLD)
    found, square, left = 1, a, b
    while left > 0:
        if left & 1:
            found = multiply(found, square)
        left >>= 1
        if left > 0:
            square = multiply(square, square)
    return found


@register_jitable
def shift(a, b):
    """Return a << b."""
    if b < 0 or b > 62:
        raise Beyond(TOLD)
    return multiply(a, 1 << b)


@register_jitable
def float_power(a, b):
    """Return a ** b of floats: in Python a complex number where it is NaN here, an error where it is infinite."""
    found = a**b
    if not abs(found) <= LARGEST and math.isfinite(a) and math.isfinite(b):
        raise Beyond(TOLD)
    return found


@register_jitable
def require_fits(array, mask):
    """Stop where a mask has not the shape of its array."""
    for axis in range(mask.ndim):
        if array.shape[axis] != mask.shape[axis]:
            raise Beyond(TOLD)
    return 0


def fitting(operation: Any, low: int, high: int) -> Any:
    """Return an operation on integers that stops where its result is not between two numbers."""

    @register_jitable
    def found(a, b):
        result = operation(a, b)
        if not low <= result <= high:
            raise Beyond(TOLD)
        return result

    return found


def in_place(operation: Any) -> Any:
    """Return an operation in place of an array that reads another one, which may share its memory, before it writes."""

    @register_jitable
    def found(a, b):
        return operation(a, b.copy())

    return found


@register_jitable
def round_to(x, digits):
    """Return the decimal number of so many digits that is nearest to x; stop where two may be."""
    shifted = x * 10.0**digits
    if not abs(shifted) < MOST_DIGITS or abs(abs(shifted - math.floor(shifted)) - 0.5) < NEAR * (1.0 + abs(shifted)):
        raise Beyond(TOLD)
    return round(x, digits)


@register_jitable
def order(x):
    """Return what sorts an array; stop where two of its values are equal."""
    found = np.argsort(x)
    for i in range(1, len(found)):
        if not x[found[i - 1]] < x[found[i]]:
            raise Beyond(TOLD)
    return found


def whole(function: Any) -> Any:
    """Return a function from a float to an integer, where that has 64 bits."""

    @register_jitable
    def rounded(x):
        if not -MOST <= x < MOST:
            raise Beyond(TOLD)
        return function(x)

    return rounded


def real(function: Any) -> Any:
    """Return a function of a float that stops where its value is no number and Python raises an error."""

    @register_jitable
    def found(x):
        y = function(x)
        if not abs(y) <= LARGEST and math.isfinite(x):
            raise Beyond(TOLD)
        return y

    return found


INTEGERS = {
    operator.add: add,
    operator.iadd: add,
    operator.sub: subtract,
    operator.isub: subtract,
    operator.mul: multiply,
    operator.imul: multiply,
    operator.pow: power,
    operator.ipow: power,
    operator.lshift: shift,
    operator.ilshift: shift,
}
FITTING = {(f, low, high): fitting(f, low, high) for f in {*INTEGERS.values()} for low, high in RANGES}
FLOATS = {operator.pow: float_power, operator.ipow: float_power}
WHOLE = {function: whole(function) for function in (int, round, math.floor, math.ceil, math.trunc)}
REAL = {
    function: real(function)
    for function in (
        *(math.exp, math.expm1, math.log, math.log2, math.log10, math.log1p, math.sqrt, math.sinh, math.cosh),
        *(math.acos, math.asin, math.acosh, math.atanh, math.gamma, math.lgamma),
    )
}
CHANGING = (
    *(operator.iadd, operator.isub, operator.imul, operator.itruediv, operator.ifloordiv, operator.imod),
    *(operator.ipow, operator.iand, operator.ior, operator.ixor),
)
IN_PLACE = {operation: in_place(operation) for operation in CHANGING}
