"""Sums, extremes and orders of arrays of carried values along an axis, in compiled code.

Each makes its decisions in NumPy's order: along the rows or columns one by one, but for the methods `max` and `min`,
which follow the memory. Plain arrays are taken too, of what Numba lacks.
"""

# mypy: disable-error-code="no-untyped-def,no-untyped-call,untyped-decorator,misc"

from __future__ import annotations

from typing import Any

import numpy as np
from numba import types
from numba.extending import overload, register_jitable

from stochtrace.carried.numba_arrays import (
    argsorted,
    mean,
    ordered,
    place_of_largest,
    place_of_smallest,
    summed_up,
    total,
)
from stochtrace.carried.numba_families import stub
from stochtrace.carried.numba_shapes import by_rows, grid, in_memory, is_array, is_known, raveled, values_of
from stochtrace.carried.numba_smooth import lifted
from stochtrace.carried.numba_trace import greater, largest, lesser, smallest
from stochtrace.carried.numba_vectors import deviation, multiplied_up, product, variance
from stochtrace.runtime.numba_sums import along_axis

NUMBER, PLACE, VECTOR, PLACES = range(4)  # what a function makes of a row
EMPTY = {
    NUMBER: register_jitable(lambda shape, axis: grid((shape[1 - axis],))),
    PLACE: register_jitable(lambda shape, axis: np.empty(shape[1 - axis], np.int64)),
    VECTOR: register_jitable(lambda shape, axis: grid(shape)),
    PLACES: register_jitable(lambda shape, axis: np.empty(shape, np.int64)),
}


@register_jitable
def counted(axis, dimensions):
    """Return an axis counted from the first one."""
    if axis < -dimensions or axis >= dimensions:
        raise ValueError("axis is out of bounds for the array")
    return axis % dimensions


@register_jitable
def lane(x, axis, i):
    """Return the elements along an axis at place i of the other one."""
    if axis == 0:
        return raveled(x[:, i])
    return raveled(x[i])


@register_jitable
def put_number(out, axis, i, made):
    """Store what was made of a row."""
    out[i] = made


@register_jitable
def put_row(out, axis, i, made):
    """Store what was made of a row, which is as long."""
    for j in range(len(made)):
        if axis == 0:
            out[j, i] = made[j]
        else:
            out[i, j] = made[j]


def by_axis(
    one: Any,
    kind: int = NUMBER,
    whole: Any = in_memory,
    along: Any = None,
    real: bool = False,
    chosen_of: bool = False,
    plain: str = "",
) -> Any:
    """Return the function of an array, an axis and a number that applies `one` along an axis.

    Without an axis (None) it applies it to all elements, in the order of `whole`. `along` does it in an order of its
    own. What it makes of whole numbers are such, where they need not be `real`; what is `chosen_of` truth values, too.
    What is `plain` has that name in the sums of arrays of floats.
    """
    of_floats = along_axis(plain) if plain else None
    empty, put = EMPTY[kind], put_number if kind in (NUMBER, PLACE) else put_row

    def of_all(x, axis, more):
        return one(whole(x), more)

    def of_vector(x, axis, more):
        counted(axis, 1)
        return one(raveled(x), more)

    def of_matrix(x, axis, more):
        axis = counted(axis, 2)
        out = empty(x.shape, axis)
        for i in range(x.shape[1 - axis]):
            put(out, axis, i, one(lane(x, axis, i), more))
        return out

    def typed(kinds):
        x, axis, more = kinds
        if not (isinstance(x, types.Array) and is_known(x) and isinstance(more, types.Integer)):
            return None
        if isinstance(axis, types.NoneType):
            chosen = of_all
        elif isinstance(axis, types.Integer) and x.ndim <= 2:
            chosen = of_vector if x.ndim == 1 else along(x) if along else of_matrix
        else:
            return None
        if is_array(x):
            return chosen
        if of_floats and x.dtype == types.float64 and (x.ndim == 1 or chosen is of_matrix or x.layout in "CF"):
            return of_floats[chosen is of_matrix]
        carried = register_jitable(chosen)
        if real or isinstance(x.dtype, types.Float):
            return lambda x, axis, more: values_of(carried(x, axis, more))
        if chosen_of and isinstance(x.dtype, types.Boolean):
            return lambda x, axis, more: values_of(carried(x, axis, more)) != 0.0
        return lambda x, axis, more: whole_numbers(values_of(carried(x, axis, more)))

    return stub("along_axis", "x, axis, more", typed)


def whole_numbers(x: Any) -> Any:
    """Stand for the overload below."""


@overload(whole_numbers)
def whole_numbers_typed(x):
    """Return numbers as whole ones."""
    return (lambda x: x.astype(np.int64)) if isinstance(x, types.Array) else (lambda x: int(x))


def by_memory(better: Any) -> Any:
    """Return how NumPy's methods take the largest or smallest along an axis of a matrix."""

    @register_jitable
    def rows(x, axis):
        out = lane(x, 1 - axis, 0)
        if axis == 0:
            for i in range(1, x.shape[0]):
                for j in range(x.shape[1]):
                    out[j] = better(out[j], lifted(x[i, j]))
        else:
            for i in range(x.shape[0]):
                for j in range(1, x.shape[1]):
                    out[i] = better(out[i], lifted(x[i, j]))
        return out

    def by_row(x, axis, more):
        by_rows(x, x)
        return rows(x, counted(axis, 2))

    def by_column(x, axis, more):
        return rows(x.T, 1 - counted(axis, 2))

    return lambda x: by_column if x.layout == "F" else by_row


def of_truths(one: Any, dtype: Any) -> Any:
    """Return the function of an array, an axis and a number that applies `one` to truth values and plain numbers."""

    def of_all(x, axis, more):
        return one(x.ravel())

    def of_matrix(x, axis, more):
        axis = counted(axis, 2)
        out = np.zeros(x.shape[1 - axis], dtype)
        for i in range(len(out)):
            out[i] = one(x[:, i] if axis == 0 else x[i])
        return out

    def typed(kinds):
        x, axis, _ = kinds
        if not (isinstance(x, types.Array) and isinstance(x.dtype, types.Boolean | types.Number)):
            return None
        if isinstance(axis, types.NoneType):
            return of_all
        return of_matrix if isinstance(axis, types.Integer) and x.ndim == 2 else None

    return stub("truths_along", "x, axis, more", typed)


def tolist_typed(kinds: list[Any]) -> Any:
    """Return the elements of an array of one dimension as a list."""
    (x,) = kinds
    return (lambda x: [value for value in x]) if isinstance(x, types.Array) and x.ndim == 1 else None


def diff_typed(kinds: list[Any]) -> Any:
    """Return the differences of the neighbours in a matrix along an axis."""
    x, axis, _ = kinds
    if not (isinstance(x, types.Array) and x.ndim == 2 and isinstance(axis, types.Integer)):
        return None
    return lambda x, axis, more: x[1:] - x[:-1] if counted(axis, 2) == 0 else x[:, 1:] - x[:, :-1]


def unique_counts_typed(kinds: list[Any]) -> Any:
    """Return the values of an array of whole numbers, each once and in order, and how often each is there."""
    x = kinds[0]
    if not (isinstance(x, types.Array) and isinstance(x.dtype, types.Integer)):
        return None

    def found(x):
        values = np.unique(x)
        counts = np.zeros(len(values), np.int64)
        for place in np.searchsorted(values, x.ravel()):
            counts[place] += 1
        return values, counts

    return found


def of_type(dtype: Any) -> Any:
    """Return the function that makes an array of another type; carried values are floats, and stay as they are."""

    def typed(kinds):
        (x,) = kinds
        if isinstance(x, types.Array) and isinstance(x.dtype, types.Boolean | types.Number):
            return lambda x: x.astype(dtype)
        return (lambda x: x.copy()) if isinstance(x, types.Array) and dtype == np.float64 else None

    return stub("of_type", "x", typed)


ALONG = {
    "as_int": of_type(np.int64),
    "as_float": of_type(np.float64),
    "as_bool": of_type(np.bool_),
    "any": of_truths(register_jitable(lambda x: np.any(x)), np.bool_),
    "all": of_truths(register_jitable(lambda x: np.all(x)), np.bool_),
    "count_nonzero": of_truths(register_jitable(lambda x: np.count_nonzero(x)), np.int64),
    "tolist": stub("tolist", "x", tolist_typed),
    "diff": stub("diff_along", "x, axis, more", diff_typed),
    "unique_counts": stub("unique_counts", "x", unique_counts_typed),
    "sum": by_axis(register_jitable(lambda x, more: total(x)), plain="sum"),
    "mean": by_axis(register_jitable(lambda x, more: mean(x)), real=True, plain="mean"),
    "prod": by_axis(register_jitable(lambda x, more: product(x))),
    "var": by_axis(variance, real=True, plain="var"),
    "std": by_axis(deviation, real=True, plain="std"),
    "method_max": by_axis(register_jitable(lambda x, more: largest(x)), along=by_memory(greater), chosen_of=True),
    "method_min": by_axis(register_jitable(lambda x, more: smallest(x)), along=by_memory(lesser), chosen_of=True),
    "max": by_axis(register_jitable(lambda x, more: largest(x)), whole=raveled, chosen_of=True),
    "min": by_axis(register_jitable(lambda x, more: smallest(x)), whole=raveled, chosen_of=True),
    "argmax": by_axis(register_jitable(lambda x, more: place_of_largest(x)), PLACE, raveled),
    "argmin": by_axis(register_jitable(lambda x, more: place_of_smallest(x)), PLACE, raveled),
    "cumsum": by_axis(register_jitable(lambda x, more: summed_up(x)), VECTOR, raveled),
    "cumprod": by_axis(register_jitable(lambda x, more: multiplied_up(x)), VECTOR, raveled),
    "sort": by_axis(register_jitable(lambda x, more: ordered(x)), VECTOR, raveled, chosen_of=True),
    "argsort": by_axis(register_jitable(lambda x, more: argsorted(x)), PLACES, raveled),
}
