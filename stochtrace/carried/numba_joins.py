"""Copies of arrays of carried values in compiled code, what is joined to arrays, and the largest values so far."""

# mypy: disable-error-code="no-untyped-def,no-untyped-call,untyped-decorator,misc"

from __future__ import annotations

import numpy as np
from numba import types
from numba.extending import register_jitable
from numba.np import numpy_support

from stochtrace.carried.numba_arrays import vector
from stochtrace.carried.numba_families import stub
from stochtrace.carried.numba_shapes import grid, is_array, is_known, values_of
from stochtrace.carried.numba_smooth import PLAIN, SmoothType, lifted
from stochtrace.carried.numba_trace import greater, lesser


def copied(kinds):
    """Return what stands for `np.array(x)`: an array of its own."""
    (kind,) = kinds
    if not isinstance(kind, types.Array):
        return array_of(kinds)
    return (lambda x: x.copy()) if kind.ndim == 1 or kind.layout == "C" else None


def array_of(kinds):
    """Return what stands for `np.asarray(x)`: the array of a list, of a list of rows; an array as it is."""
    (kind,) = kinds
    if isinstance(kind, types.Array):
        return lambda x: x
    row = kind.dtype if isinstance(kind, types.List) else None
    if not isinstance(row, types.List | types.Array) or (isinstance(row, types.Array) and row.ndim > 1):
        return lambda x: np.asarray(x)
    if not isinstance(row.dtype, (SmoothType, *PLAIN)):
        return None
    dtype = as_dtype(row.dtype)
    empty = grid if dtype is None else register_jitable(lambda shape: np.empty(shape, dtype))

    def of_rows(x):
        out = empty((len(x), len(x[0]) if len(x) > 0 else 0))
        for i in range(len(x)):
            if len(x[i]) != out.shape[1]:
                raise ValueError("the rows of an array differ in length")
            for j in range(len(x[i])):
                out[i, j] = x[i][j]
        return out

    return of_rows


def numbers(kinds):
    """Return what makes an array of a list of numbers, of which NumPy's functions are compiled."""
    (kind,) = kinds
    listed = isinstance(kind, types.List) and isinstance(kind.dtype, types.Float | types.Integer | SmoothType)
    return (lambda x: np.asarray(x)) if listed else (lambda x: x)


def counts(kinds):
    """Return the same, of truth values as 0 and 1."""
    (kind,) = kinds
    if isinstance(kind, types.List) and isinstance(kind.dtype, types.Boolean):
        return lambda x: np.asarray([1 if truth else 0 for truth in x])
    return numbers(kinds)


def as_dtype(kind):
    """Return the type of elements as NumPy has it, None for carried values."""
    return None if isinstance(kind, SmoothType) else numpy_support.as_dtype(kind)


def part(kinds):
    """Return what makes an array of what is joined with others: an array, a list, or a number."""
    (kind,) = kinds
    if isinstance(kind, SmoothType):
        return single
    if isinstance(kind, PLAIN):
        return lambda x: np.full(1, x)
    return array_of(kinds)


def single(x):
    """Return an array of one carried value."""
    out = vector(1)
    out[0] = x
    return out


def so_far(better):
    """Return what makes of an array of one dimension the best of the first elements, as NumPy's `accumulate`."""

    def moving(x):
        out = vector(len(x))
        for i in range(len(x)):
            out[i] = better(out[i - 1], lifted(x[i])) if i > 0 else lifted(x[i])
        return out

    def typed(kinds):
        (kind,) = kinds
        if not (isinstance(kind, types.Array) and is_known(kind) and kind.ndim == 1):
            return None
        carried = register_jitable(moving)
        return moving if is_array(kind) else (lambda x: values_of(carried(x)))

    return stub("so_far", "x", typed)


JOINS = {
    "copied": stub("copied", "x", copied),
    "array_of": stub("array_of", "x", array_of),
    "numbers": stub("numbers", "x", numbers),
    "counts": stub("counts", "x", counts),
    "part": stub("part", "x", part),
    "accumulate_maximum": so_far(greater),
    "accumulate_minimum": so_far(lesser),
}
