"""Sums of arrays, and what is made of them, with the digits of NumPy's: Numba's own add one number after the other.

NumPy adds eight partial sums of up to 128 numbers, and halves what is longer. Values that lie on a lattice meet a
threshold, or not, by such digits: the mean of three tenths is 0.1 or a little more.
"""

# mypy: disable-error-code="no-untyped-def,untyped-decorator,misc"

from __future__ import annotations

import math
from typing import Any

import numba
import numpy as np
from numba import types
from numba.core import ir
from numba.extending import register_jitable

BLOCK, LANES = 128, 8


@register_jitable
def block(x, first, count):
    """Return the sum of at most BLOCK numbers."""
    if count < LANES:
        total = 0.0
        for i in range(first, first + count):
            total += x[i]
        return total
    a, b, c, d = x[first], x[first + 1], x[first + 2], x[first + 3]
    e, f, g, h = x[first + 4], x[first + 5], x[first + 6], x[first + 7]
    end = first + count - count % LANES
    for i in range(first + LANES, end, LANES):
        a, b, c, d = a + x[i], b + x[i + 1], c + x[i + 2], d + x[i + 3]
        e, f, g, h = e + x[i + 4], f + x[i + 5], g + x[i + 6], h + x[i + 7]
    total = ((a + b) + (c + d)) + ((e + f) + (g + h))
    for i in range(end, first + count):
        total += x[i]
    return total


@numba.njit
def halved(x, first, count):
    """Return the sum of so many numbers."""
    if count <= BLOCK:
        return block(x, first, count)
    half = count // 2
    half -= half % LANES
    return halved(x, first, half) + halved(x, first + half, count - half)


@register_jitable
def total(x):
    """Return the sum of all elements, one after the other as they are in memory."""
    row = (x.T if x.flags.f_contiguous else x).ravel()
    return halved(row, 0, x.size) if x.size > BLOCK else block(row, 0, x.size)


@register_jitable
def mean(x):
    """Return the mean of all elements."""
    return total(x) / x.size


@register_jitable
def variance(x, ddof=0):
    """Return the sum of the squares of the distances from the mean, over their number less ddof."""
    apart = x - mean(x)
    return total(apart * apart) / max(x.size - ddof, 0)


@register_jitable
def deviation(x, ddof=0):
    """Return the standard deviation of all elements."""
    return math.sqrt(variance(x, ddof))


@register_jitable
def in_turn(x):
    """Return the sum of a lane that is not the innermost one in memory: NumPy adds row to row."""
    found = 0.0
    for value in x:
        found += value
    return found


@register_jitable
def variance_in_turn(x, ddof):
    """Return the variance of such a lane."""
    apart = x - in_turn(x) / len(x)
    return in_turn(apart * apart) / max(len(x) - ddof, 0)


# Of a lane: where it is the innermost one in memory, and where it is not.
LANES_OF: dict[str, tuple[Any, Any]] = {
    "sum": (lambda x, ddof: total(x), lambda x, ddof: in_turn(x)),
    "mean": (lambda x, ddof: mean(x), lambda x, ddof: in_turn(x) / len(x)),
    "var": (variance, variance_in_turn),
    "std": (deviation, lambda x, ddof: math.sqrt(variance_in_turn(x, ddof))),
}


def along_axis(name: str) -> tuple[Any, Any]:
    """Return two functions of an array of floats, an axis and ddof: of all its elements, and of lanes of a matrix."""
    inner, outer = map(register_jitable, LANES_OF[name])

    def of_row(x, axis, more):
        return inner(x, more)

    def of_matrix(x, axis, more):
        axis = axis % 2
        found = np.empty(x.shape[1 - axis])
        innermost = x.shape[1 - axis] == 1 or x.strides[axis] <= x.strides[1 - axis]
        for i in range(len(found)):
            lane = x[:, i] if axis == 0 else x[i]
            found[i] = inner(lane, more) if innermost else outer(lane, more)
        return found

    return of_row, of_matrix


@register_jitable
def spaced(start, stop, step):
    """Return the numbers from `start` to below `stop`, as `np.arange` makes them of floats."""
    found = np.arange(start, stop, step)
    between = (start + step) - start
    for i in range(1, len(found)):
        found[i] = start + i * between
    return found


@register_jitable
def quotient(x, y):
    """Return whole quotients, as `np.floor_divide` makes them of floats."""
    return x // y


FUNCTIONS: dict[Any, Any] = {np.sum: total, np.mean: mean, np.average: mean, np.var: variance, np.std: deviation}
METHODS: dict[Any, Any] = {
    (types.Array, f.__name__): made for f, made in FUNCTIONS.items() if hasattr(np.ndarray, f.__name__)
}


def is_row(kind: Any) -> bool:
    """Tell whether a type is that of an array of floats that NumPy adds as one row."""
    return isinstance(kind, types.Array) and kind.dtype == types.float64 and (kind.ndim == 1 or kind.layout in "CF")


def summing(state: Any, expression: Any, kinds: Any) -> tuple[Any, list[Any], list[Any]] | None:
    """Return what is called in the place of a call of NumPy, with which variables, and their types; None for most."""
    called, given = state.typemap[expression.func.name], list(expression.args)
    key = getattr(called, "typing_key", None)
    if expression.kws:
        return None
    if key in METHODS and not given:
        method = state.func_ir.get_definition(expression.func)
        given = [method.value] if isinstance(method, ir.Expr) else []
    function = METHODS.get(key) or FUNCTIONS.get(key)
    if function is not None:
        rows = [state.typemap[variable.name] for variable in given]
        return (function, given, rows) if len(rows) == 1 and is_row(rows[0]) else None
    floats = any(isinstance(kind, types.Float) for kind in kinds)
    if key is np.arange and len(given) == 3 and floats:
        return spaced, given, [types.float64] * 3
    if key is np.floor_divide and len(given) == 2:
        return quotient, given, [*kinds]
    return None
