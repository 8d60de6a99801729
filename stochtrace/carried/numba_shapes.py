"""Shapes of arrays of carried values in compiled code: arrays of any shape, broadcasting, and the order of elements.

NumPy works through an array of two or more dimensions as it lies in memory. Decisions are made in that order, so a
function here takes arrays whose rows follow each other; where they do not, a sample is interpreted.
"""

# mypy: disable-error-code="no-untyped-def,no-untyped-call,untyped-decorator,misc"

from __future__ import annotations

from typing import Any

import numpy as np
from numba import types
from numba.core import cgutils
from numba.extending import intrinsic, overload, register_jitable
from numba.np.arrayobj import _empty_nd_impl

from stochtrace.carried.numba_smooth import PLAIN, SMOOTH, SmoothType, lifted

NUMBERS = (SmoothType, *PLAIN)


@intrinsic
def grid(typing, shape):
    """Return a new array of carried values of a shape, not filled."""
    kind = types.Array(SMOOTH, len(shape), "C")

    def generate(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        lengths = cgutils.unpack_tuple(builder, arguments[0])
        return _empty_nd_impl(context, builder, kind, lengths)._getvalue()

    return kind(shape), generate


def is_array(kind: Any) -> bool:
    """Tell whether a type is that of an array of carried values, of any number of dimensions."""
    return isinstance(kind, types.Array) and kind.dtype == SMOOTH and kind.ndim > 0


def is_known(kind: Any) -> bool:
    """Tell whether a type is that of a number, of a carried value, or of an array of them."""
    return isinstance(kind, NUMBERS) or (
        isinstance(kind, types.Array) and kind.ndim > 0 and isinstance(kind.dtype, NUMBERS)
    )


def of_columns(*kinds: Any) -> bool:
    """Tell whether the columns of the arrays follow each other, not their rows, so that NumPy goes through them so."""
    layouts = {k.layout for k in kinds if isinstance(k, types.Array) and k.ndim > 1}
    return layouts == {"F"}


@register_jitable
def goes_by_rows(x, i, j):
    """Tell how an array lies in memory: 1 where axis i changes before axis j, -1 the other way round, 0 neither."""
    a = 0 if x.shape[i] == 1 else abs(x.strides[i])
    b = 0 if x.shape[j] == 1 else abs(x.strides[j])
    return 0 if a == 0 or b == 0 else (1 if a >= b else -1)


def by_rows(x: Any, y: Any) -> None:
    """Stand for the overload below."""


@overload(by_rows)
def by_rows_typed(x, y):
    """Give a sample up where NumPy does not go through two arrays of the same shape row by row."""
    arrays = [isinstance(k, types.Array) for k in (x, y)]
    ndim = max(k.ndim for k in (x, y) if isinstance(k, types.Array))

    def both(x, y):
        for j in range(1, ndim):
            for i in range(j):
                one, other = goes_by_rows(x, i, j), goes_by_rows(y, i, j)
                if max(one, other) < 1 and min(one, other) < 0:
                    raise NotImplementedError("an array whose rows do not follow each other")

    if all(arrays):
        return both
    return (lambda x, y: by_rows(x, x)) if arrays[0] else (lambda x, y: by_rows(y, y))


def rows_of(x: Any) -> Any:
    """Stand for the overload below."""


@overload(rows_of)
def rows_of_typed(x):
    """Return an array whose rows follow each other, or a number; give a sample up that has another array."""

    def checked(x):
        by_rows(x, x)
        return x

    return checked if isinstance(x, types.Array) else (lambda x: x)


def shape_of(x: Any, y: Any) -> Any:
    """Stand for the overload below."""


@overload(shape_of)
def shape_of_typed(x, y):
    """Return the shape to which two operands broadcast."""
    if not isinstance(y, types.Array):
        return lambda x, y: x.shape
    if not isinstance(x, types.Array):
        return lambda x, y: y.shape
    return lambda x, y: np.broadcast_shapes(x.shape, y.shape)


def wide(x: Any, shape: Any) -> Any:
    """Stand for the overload below."""


@overload(wide)
def wide_typed(x, shape):
    """Return an array broadcast to a shape, a number as it is."""
    return (lambda x, shape: np.broadcast_to(x, shape)) if isinstance(x, types.Array) else (lambda x, shape: x)


def turned(x: Any) -> Any:
    """Stand for the overload below."""


@overload(turned)
def turned_typed(x):
    """Return an array with its axes the other way round, a number as it is."""
    return (lambda x: x.T) if isinstance(x, types.Array) else (lambda x: x)


def element_at(x: Any, index: Any) -> Any:
    """Stand for the overload below."""


@overload(element_at)
def element_at_typed(x, index):
    """Return an element of an array as a carried value; of a number, that."""
    return (lambda x, index: lifted(x[index])) if isinstance(x, types.Array) else (lambda x, index: lifted(x))


def by_index(one: Any, dtype: Any, x: Any, y: Any) -> Any:
    """Return the function that applies one of two carried values to all elements, row by row."""
    empty = grid if dtype is None else register_jitable(lambda shape: np.empty(shape, dtype))

    def function(x, y):
        shape = shape_of(x, y)
        a, b = wide(x, shape), wide(y, shape)
        out = empty(shape)
        for index in np.ndindex(shape):
            out[index] = one(element_at(a, index), element_at(b, index))
        return out

    return function


def by_element(one: Any, dtype: Any, x: Any, y: Any) -> Any:
    """Return the same in the order in which NumPy's operators go through arrays."""
    rows = register_jitable(by_index(one, dtype, x, y))

    def by_row(x, y):
        shape = shape_of(x, y)
        by_rows(wide(x, shape), wide(y, shape))
        return rows(x, y)

    def by_column(x, y):
        shape = shape_of(x, y)
        return rows(turned(wide(x, shape)), turned(wide(y, shape))).T

    return by_column if of_columns(x, y) else by_row


@register_jitable
def raveled(x):
    """Return the elements row by row, as carried values."""
    out = grid((x.size,))
    for i, index in enumerate(np.ndindex(x.shape)):
        out[i] = lifted(x[index])
    return out


def in_memory(x: Any) -> Any:
    """Stand for the overload below."""


@overload(in_memory)
def in_memory_typed(x):
    """Return the elements of an array in the order of the memory, in which NumPy reduces it; a vector as it is."""
    if x.ndim == 1:
        return (lambda x: x) if is_array(x) else (lambda x: raveled(x))
    if x.layout == "F":
        return lambda x: raveled(x.T)

    def rows(x):
        by_rows(x, x)
        return raveled(x)

    return rows


def values_of(x: Any) -> Any:
    """Stand for the overload below."""


@overload(values_of)
def values_of_typed(x):
    """Return the numbers of what is carried, of which nothing moves; plain numbers as they are."""

    def many(x):
        out = np.empty(x.shape)
        for index in np.ndindex(x.shape):
            out[index] = x[index].v
        return out

    if isinstance(x, SmoothType):
        return lambda x: x.v
    return many if is_array(x) else (lambda x: x)


@register_jitable
def lifted_array(x):
    """Return an array of numbers as one of carried values."""
    out = grid(x.shape)
    for index in np.ndindex(x.shape):
        out[index] = lifted(x[index])
    return out
