"""Arrays of tangents in compiled code: arrays of structs, on which NumPy's own indexing and assignment work.

Here is what computes with them: sums, products with numbers, inner products.
"""

# mypy: disable-error-code="no-untyped-def,no-untyped-call,untyped-decorator,misc"

from __future__ import annotations

import operator
from typing import Any

import numpy as np
from numba import types
from numba.extending import overload, register_jitable

from stochtrace.runtime.numba_leaves import LeavesType, array_of, blank, is_taped, run
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


def holds_tangents(kind: Any) -> bool:
    """Tell whether a type is that of a tangent, or of an array of them."""
    return isinstance(kind, TapedType | LeavesType) or is_taped(kind)


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


@overload(np.sum)
def sum_typed(a):
    """Compiled `np.sum` of all elements."""
    if isinstance(a, LeavesType):
        return lambda a: row_sum(array_of(a).ravel(), np.ones(a.size))
    return (lambda a: row_sum(a.ravel(), np.ones(a.size))) if is_taped(a) else None


@overload(np.mean)
def mean_typed(a):
    """Compiled `np.mean` of all elements."""
    return (lambda a: np.sum(a) / a.size) if isinstance(a, LeavesType) or is_taped(a) else None


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
    elementwise(ADD, sums_fit, operator.add, operator.iadd, np.add)
    elementwise(SUBTRACT, sums_fit, operator.sub, operator.isub, np.subtract)
    elementwise(register_jitable(lambda a, b: a * b), products_fit, operator.mul, operator.imul, np.multiply)
    elementwise(register_jitable(lambda a, b: a / b), part_fits, operator.truediv, operator.itruediv, np.divide)
    overload(np.dot)(dot_typed)
    overload(operator.matmul)(dot_typed)
