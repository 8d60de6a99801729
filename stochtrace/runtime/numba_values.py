"""The functions of `values` and `cuts` in Numba's nopython mode, by the types of what they are given."""

# Numba takes the signatures of overloads literally, so none of them is annotated.
# mypy: disable-error-code="no-untyped-def,no-untyped-call,untyped-decorator"

from __future__ import annotations

import numpy as np
from numba import types
from numba.extending import overload, register_jitable

from stochtrace.runtime import cuts, numba_leaves, values

PRIMITIVES = (
    values.zero_like,
    values.copied,
    values.passing,
    values.pick,
    values.take,
    values.take_flat,
    values.take_list,
    values.reorder,
    values.count,
    values.size,
)


@overload(values.zero_like)
def zero_like_typed(value):
    """Compiled `zero_like`."""
    if isinstance(value, types.Array):
        return lambda value: np.zeros(value.shape)
    if isinstance(value, types.List | types.RangeType):
        return lambda value: [values.zero_like(v) for v in value]
    if isinstance(value, types.UniTuple | types.Tuple):
        if len(value) == 0:
            return lambda value: ()
        if len(value) == 1:
            return lambda value: (values.zero_like(value[0]),)
        return lambda value: (values.zero_like(value[0]), *values.zero_like(value[1:]))
    return lambda value: 0.0


@overload(cuts.new_weight)
def new_weight_typed(w):
    """Compiled `new_weight`."""
    if isinstance(w, types.Array):
        return lambda w: np.ones(w.shape)
    return (lambda w: 1.0) if isinstance(w, types.Number | types.Boolean) else None


@overload(cuts.stop_gradient)
def stop_gradient_typed(x):
    """Compiled `stop_gradient`; the tangent of a value without one is nothing to cut."""
    return (lambda x: x) if isinstance(x, types.Array | types.Number | types.Boolean | types.BaseTuple) else None


@overload(values.passing)
def passing_typed(x):
    """Compiled `passing`; carried values have their own."""
    return (lambda x: x) if isinstance(x, types.Array | types.Number | types.Boolean) else None


@overload(values.copied)
def copied_typed(value):
    """Compiled `copied`."""
    if isinstance(value, numba_leaves.LeavesType):
        return lambda value: numba_leaves.expanded(value)
    return (lambda value: value.copy()) if isinstance(value, types.Array | types.List) else (lambda value: value)


@register_jitable
def of_range(values, index):
    """Return an element of a range, which Numba does not index."""
    if index >= len(values):
        raise IndexError("range object index out of range")
    return values.start + values.step * index


@overload(float)
def float_typed(x):
    """Compiled `float` of a truth value."""
    return (lambda x: 1.0 if x else 0.0) if isinstance(x, types.Boolean) else None


@overload(values.pick)
def pick_typed(values, index):
    """Compiled `pick`."""
    if isinstance(values, types.RangeType):
        return of_range
    return (lambda values, index: index) if isinstance(values, types.Integer) else (lambda values, index: values[index])


@overload(values.take)
def take_typed(values, index, axis=0):
    """Compiled `take`; along another axis than the first, of a table."""
    if isinstance(values, types.Integer):
        return lambda values, index, axis=0: index
    table = isinstance(index, types.Array) and index.ndim > 1
    if not isinstance(axis, int | types.Omitted):
        return columns_typed(values, table)
    if isinstance(values, types.Array):
        if table and values.ndim == 1:
            return lambda values, index, axis=0: values[index.ravel()].reshape(index.shape)
        return lambda values, index, axis=0: values[index]
    if table:
        return lambda values, index, axis=0: np.array([values[i] for i in index.ravel()]).reshape(index.shape)
    return lambda values, index, axis=0: np.array([values[i] for i in index])


def columns_typed(values, table):
    """Compiled `take` along the first or the last axis of a table; None for what compiled code does not know."""
    if table or not (isinstance(values, types.Array) and values.ndim == 2):
        return None

    def taken(values, index, axis=0):
        if axis == 0 or axis == -2:
            return values[index].copy()
        return values[:, index].copy()

    return taken


@overload(values.take_flat)
def take_flat_typed(values, index):
    """Compiled `take_flat`."""
    if isinstance(values, types.Array):
        return lambda values, index: values.ravel()[index].reshape(values.shape)

    def taken(values, index):
        array = np.array(values)
        return array.ravel()[index].reshape(array.shape)

    return taken


@overload(values.take_list)
def take_list_typed(values, index):
    """Compiled `take_list`."""
    if isinstance(values, types.RangeType):
        return lambda values, index: [of_range(values, i) for i in index]
    return lambda values, index: [values[i] for i in index]


@overload(values.reorder)
def reorder_typed(values, order, axis=0):
    """Compiled `reorder`; along another axis than the first, of a table."""
    if not isinstance(axis, int | types.Omitted):
        if not (isinstance(values, types.Array) and values.ndim == 2):
            return None

        def reordered(values, order, axis=0):
            if axis == 0 or axis == -2:
                values[:] = values[order]
            else:
                values[:] = values[:, order]

    elif isinstance(values, types.Array):

        def reordered(values, order, axis=0):
            values[:] = values[order]

    else:

        def reordered(values, order, axis=0):
            old = values.copy()
            for i in range(len(values)):
                values[i] = old[order[i]]

    return reordered


@overload(values.count)
def count_typed(values, axis=0):
    """Compiled `count`."""
    if isinstance(values, types.Integer):
        return lambda values, axis=0: values
    if isinstance(axis, int | types.Omitted):
        return lambda values, axis=0: len(values)
    return lambda values, axis=0: values.shape[axis]


@overload(values.size)
def size_typed(values):
    """Compiled `size`."""
    return (lambda values: values.size) if isinstance(values, types.Array) else (lambda values: np.array(values).size)
