"""Sums of arrays, and what is made of them, with the digits of NumPy's: Numba's own add one number after the other.

NumPy adds eight partial sums of up to 128 numbers, and halves what is longer. Values that lie on a lattice meet a
threshold, or not, by such digits: a mean of ten of them is 0.28, or 0.27999999999999997.
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
    return halved((x.T if x.flags.f_contiguous else x).ravel(), 0, x.size)


@register_jitable
def in_turn(x):
    """Return the sum of a lane that is not the innermost one in memory: NumPy adds row to row."""
    found = 0.0
    for value in x:
        found += value
    return found


def made_of(add: Any) -> dict[str, Any]:
    """Return what NumPy makes of such sums, by its names; each takes the elements and ddof."""

    @register_jitable
    def whole(x, ddof=0):
        return add(x)

    @register_jitable
    def mean(x, ddof=0):
        return add(x) / x.size

    @register_jitable
    def variance(x, ddof=0):
        apart = x - mean(x)
        return add(apart * apart) / max(x.size - ddof, 0)

    @register_jitable
    def deviation(x, ddof=0):
        return math.sqrt(variance(x, ddof))

    return {"sum": whole, "mean": mean, "var": variance, "std": deviation}


INNER, OUTER = made_of(total), made_of(in_turn)  # of lanes that are the innermost ones in memory, and of others


def along_axis(name: str) -> tuple[Any, Any]:
    """Return two functions of an array of floats, an axis and ddof: of all its elements, and of lanes of a matrix."""
    inner, outer = INNER[name], OUTER[name]

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


FUNCTIONS: dict[Any, Any] = {getattr(np, name): made for name, made in INNER.items()} | {np.average: INNER["mean"]}
METHODS: dict[Any, Any] = {(types.Array, name): made for name, made in INNER.items()}


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
