"""Arrays of tangents in compiled code: arrays of structs, on which NumPy's own indexing and assignment work.

Here is what computes with them: sums, products with numbers, inner products.
"""

# mypy: disable-error-code="no-untyped-def,no-untyped-call,untyped-decorator,misc"

from __future__ import annotations

import operator
from typing import Any

import numpy as np
from numba import types
from numba.extending import overload, overload_attribute, overload_method, register_jitable
from numba.np import arraymath

from stochtrace.runtime.numba_leaves import (
    LeavesType,
    array_of,
    blank,
    holds_tangents,
    is_taped,
    leaves,
    run,
    wrapped,
)
from stochtrace.runtime.numba_tape import (
    PLAIN,
    TapedType,
    added,
    lifted,
    made,
    multiplied,
    newest_partials,
    pushed,
    scales_of,
)


def is_array(kind: Any) -> bool:
    """Tell whether a type is that of an array, of numbers or of tangents."""
    return isinstance(kind, types.Array | LeavesType)


def is_numbers(kind: Any) -> bool:
    """Tell whether a type is that of a plain number, or of an array of them."""
    return isinstance(kind, PLAIN) or (isinstance(kind, types.Array) and isinstance(kind.dtype, PLAIN))


def shape_of(a: Any, b: Any) -> Any:
    """Stand for the overload below."""


@overload(shape_of)
def shape_of_typed(a, b):
    """Return the shape to which two operands broadcast."""
    if isinstance(a, types.Array) and isinstance(b, types.Array):
        return lambda a, b: np.broadcast_shapes(a.shape, b.shape)
    return (lambda a, b: a.shape) if isinstance(a, types.Array) else (lambda a, b: b.shape)


def spread(x: Any, shape: Any) -> Any:
    """Stand for the overload below."""


@overload(spread)
def spread_typed(x, shape):
    """Return an operand as an array of a shape, a single one as it is."""
    return (lambda x, shape: np.broadcast_to(x, shape)) if isinstance(x, types.Array) else (lambda x, shape: x)


def element(x: Any, at: Any) -> Any:
    """Stand for the overload below."""


@overload(element)
def element_typed(x, at):
    """Return an element of an array, a single operand as it is."""
    return (lambda x, at: x[at]) if isinstance(x, types.Array) else (lambda x, at: x)


def apart(x: Any) -> Any:
    """Stand for the overload below."""


@overload(apart)
def apart_typed(x):
    """Return an operand that shares nothing with an array that is changed."""
    return (lambda x: x.copy()) if isinstance(x, types.Array) else (lambda x: x)


def elementwise(one: Any, fits: Any, *functions: Any) -> None:
    """Let compiled code apply a function of two operands to arrays, where their types fit."""

    def typed(a, b):
        if not fits(a, b) or not (is_array(a) or is_array(b)):
            return None

        def applied(a, b):
            x, y = array_of(a), array_of(b)
            shape = shape_of(x, y)
            out, left, right = blank(shape), spread(x, shape), spread(y, shape)
            for at in np.ndindex(shape):
                out[at] = one(element(left, at), element(right, at))
            return out

        return applied

    for function in functions:
        overload(function)(typed)


def inplace(one: Any, fits: Any, function: Any) -> None:
    """Let compiled code apply a function in place, to an array of tangents.

    For the target of the processor it is tried before Numba's own, which fails on what it does not know.
    """

    def typed(a, b):
        if not (is_taped(a) and fits(a, b)):
            return None

        def applied(a, b):
            right = apart(spread(array_of(b), a.shape))
            for at in np.ndindex(a.shape):
                a[at] = one(a[at], element(right, at))
            return a

        return applied

    overload(function, target="cpu")(typed)


def sums_fit(a: Any, b: Any) -> bool:
    """Tell whether operands may be added: tangents, or tangents and zeros."""
    return (holds_tangents(a) or holds_tangents(b)) and all(holds_tangents(k) or is_numbers(k) for k in (a, b))


def products_fit(a: Any, b: Any) -> bool:
    """Tell whether operands may be multiplied: tangents by numbers."""
    return (holds_tangents(a) and is_numbers(b)) or (holds_tangents(b) and is_numbers(a))


def part_fits(a: Any, b: Any) -> bool:
    """Tell whether the first operand may be divided by the second."""
    return holds_tangents(a) and is_numbers(b)


ADD = register_jitable(lambda a, b: added(lifted(a), lifted(b)))
SUBTRACT = register_jitable(lambda a, b: added(lifted(a), multiplied(lifted(b), -1.0)))


@overload(operator.neg)
def negative_typed(a):
    """Compiled `-`, of an array."""
    return (lambda a: a * -1.0) if is_array(a) and holds_tangents(a) else None


@overload(operator.eq)
def equal_typed(a, b):
    """Compiled comparison of tangents with 0."""
    if not (is_array(a) and holds_tangents(a) and isinstance(b, PLAIN)):
        return None

    def equal(a, b):
        x = array_of(a)
        out = np.empty(x.shape, np.bool_)
        for at in np.ndindex(x.shape):
            out[at] = x[at].factor == b
        return out

    return equal


# -- sums --------------------------------------------------------------------------------------------------------------


@register_jitable
def row_sum(terms, weights):
    """Return the sum of tangents, each times a weight: one new node, or a multiple of one that all terms share."""
    count, run, same = 0, True, True
    first = made(0.0, 0, 0)
    total = 0.0
    for i in range(len(terms)):
        if terms[i].at == 0:
            continue
        if count == 0:
            first = terms[i]
        same = same and terms[i].node == first.node
        run = run and terms[i].node == first.node + i
        total += terms[i].factor * weights[i]
        count += 1
    if count == 0 or same:
        return made(total, first.node, first.at)
    return row_node(terms, weights, first, count, run and count == len(terms))


@register_jitable
def row_node(terms, weights, first, count, run):
    """Return a new node for a sum of several."""
    number = pushed(first.at, count, first.node if run else -1, 0)
    if number < 0:
        return made(0.0, 0, first.at)
    values, parents = newest_partials(first.at, count)
    scales, at, squares = scales_of(first.at), 0, 0.0
    for i in range(len(terms)):
        if terms[i].at == 0:
            continue
        values[at], parents[at] = terms[i].factor * weights[i], terms[i].node
        size = values[at] * scales[terms[i].node]
        squares += size * size
        at += 1
    scales[number] = np.sqrt(squares)
    return made(1.0, number, first.at)


def sum_typed(a, axis=None, dtype=None):
    """Compiled sums of all elements, or along an axis."""
    if not (is_array(a) and holds_tangents(a)):
        return None
    whole = isinstance(axis, types.NoneType | types.Omitted) or axis is None
    if whole or (isinstance(axis, types.Integer) and a.ndim == 1):
        return lambda a, axis=None, dtype=None: row_sum(array_of(a).ravel(), np.ones(a.size))
    if not isinstance(axis, types.Integer) or a.ndim != 2:
        return None

    def sum_along(a, axis=None, dtype=None):
        rows = array_of(a).T if wrapped(axis, 2) == 0 else array_of(a)
        out = blank((rows.shape[0],))
        for i in range(len(out)):
            out[i] = row_sum(rows[i], np.ones(rows.shape[1]))
        return out

    return sum_along


# Numba finds methods of arrays by the functions that stand for them.
overload(np.sum)(sum_typed)
overload(arraymath.array_sum)(sum_typed)
overload_method(LeavesType, "sum")(sum_typed)


def mean_typed(a):
    """Compiled mean of all elements."""
    return (lambda a: np.sum(a) / a.size) if is_array(a) and holds_tangents(a) else None


overload(np.mean)(mean_typed)
overload(arraymath.array_mean)(mean_typed)
overload_method(LeavesType, "mean")(mean_typed)


@overload(np.cumsum)
def cumsum_typed(a):
    """Compiled `np.cumsum` of a vector."""
    if not is_taped(a) or a.ndim != 1:
        return None

    def running(a):
        out = blank(a.shape)
        total = made(0.0, 0, 0)
        for i in range(len(a)):
            total = added(total, a[i])
            out[i] = total
        return out

    return running


# -- arrays that are made of others ------------------------------------------------------------------------------------


def array(object: Any, dtype: Any = None) -> Any:
    """Stand for the overload below: Numba makes arrays of listed numbers before it knows their type."""


@overload(array)
def array_typed(object, dtype=None):
    """Compiled `np.array`, of tangents and zeros or of numbers."""
    if not (isinstance(object, types.List) and isinstance(object.dtype, TapedType)):
        without = isinstance(dtype, types.NoneType | types.Omitted) or dtype is None
        made = (lambda object, dtype=None: np.array(object)) if without else None
        return made or (lambda object, dtype=None: np.array(object, dtype))

    def listed(object, dtype=None):
        out = blank((len(object),))
        for i in range(len(object)):
            out[i] = object[i]
        return out

    return listed


@overload(np.concatenate)
def concatenate_typed(arrays):
    """Compiled `np.concatenate` of vectors, of which some are leaves."""
    vectors = isinstance(arrays, types.BaseTuple) and all(is_array(kind) and kind.ndim == 1 for kind in arrays)
    if not vectors or not any(holds_tangents(kind) for kind in arrays):
        return None
    if len(arrays) == 1:
        return lambda arrays: array_of(arrays[0]).copy()
    if len(arrays) == 2:
        return lambda arrays: joined(arrays[0], arrays[1])
    return lambda arrays: joined(arrays[0], np.concatenate(arrays[1:]))


@register_jitable
def joined(a, b):
    """Return two vectors, of tangents or of zeros, one after the other."""
    out = blank((len(a) + len(b),))
    for i in range(len(a)):
        out[i] = lifted(a[i])
    for i in range(len(b)):
        out[len(a) + i] = lifted(b[i])
    return out


@overload_method(LeavesType, "ravel")
@overload_method(LeavesType, "flatten")
def ravel_typed(a):
    """Compiled elements of leaves in a row."""
    return lambda a: leaves(a.first, a.at, (a.size,))


@overload_method(LeavesType, "copy")
def copy_typed(a):
    """Compiled copy of leaves."""
    return lambda a: array_of(a)


@overload_attribute(LeavesType, "T")
def transposed_typed(a):
    """Compiled transpose of leaves."""
    return lambda a: array_of(a).T


# -- products ----------------------------------------------------------------------------------------------------------


def inner(x: Any, y: Any) -> Any:
    """Stand for the overload below."""


@overload(inner)
def inner_typed(x, y):
    """Return the inner product of two vectors, of which one holds tangents."""
    if isinstance(x, LeavesType):
        return lambda x, y: run(x, y)
    if isinstance(y, LeavesType):
        return lambda x, y: run(y, x)
    return (lambda x, y: row_sum(x, y)) if is_taped(x) else (lambda x, y: row_sum(y, x))


def dot_typed(a, b):
    """Compiled products of vectors and matrices, of which one holds tangents."""
    if not (products_fit(a, b) and is_array(a) and is_array(b)):
        return None
    if a.ndim == b.ndim == 1:
        return lambda a, b: inner(a, b)

    def matrix_vector(a, b):
        out = blank((a.shape[0],))
        for i in range(len(out)):
            out[i] = inner(a[i], b)
        return out

    def vector_matrix(a, b):
        x, y = array_of(a), array_of(b)
        out = blank((y.shape[1],))
        for i in range(len(out)):
            out[i] = inner(x, y[:, i])
        return out

    def matrices(a, b):
        y = array_of(b)
        out = blank((a.shape[0], y.shape[1]))
        for i, j in np.ndindex(out.shape):
            out[i, j] = inner(a[i], y[:, j])
        return out

    return {(2, 1): matrix_vector, (1, 2): vector_matrix, (2, 2): matrices}.get((a.ndim, b.ndim))


def register() -> None:
    """Let compiled code compute with arrays of tangents."""
    multiply, divide = register_jitable(lambda a, b: a * b), register_jitable(lambda a, b: a / b)
    for one, fits, plain, own, function in (
        (ADD, sums_fit, operator.add, operator.iadd, np.add),
        (SUBTRACT, sums_fit, operator.sub, operator.isub, np.subtract),
        (multiply, products_fit, operator.mul, operator.imul, np.multiply),
        (divide, part_fits, operator.truediv, operator.itruediv, np.divide),
    ):
        elementwise(one, fits, plain, function)
        inplace(one, fits, own)
    overload(np.dot)(dot_typed)
    overload(operator.matmul)(dot_typed)
