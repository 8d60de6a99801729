"""Products of matrices of carried values in compiled code, traces, diagonals and arrays of differences."""

# mypy: disable-error-code="no-untyped-def,no-untyped-call,untyped-decorator,misc"

from __future__ import annotations

import operator

import numpy as np
from numba import types
from numba.extending import overload, register_jitable

from stochtrace.carried.numba_arrays import is_vector, total, vector
from stochtrace.carried.numba_shapes import grid, is_array, is_known
from stochtrace.carried.numba_smooth import constant, lifted


@register_jitable
def row_by_column(a, b):
    """Return the inner product of two vectors, added from the left as NumPy does."""
    if len(a) != len(b):
        raise ValueError("operands do not fit each other in a matrix product")
    if len(a) == 0:
        return constant(0.0)
    sum_ = lifted(a[0]) * lifted(b[0])
    for i in range(1, len(a)):
        sum_ = sum_ + lifted(a[i]) * lifted(b[i])
    return sum_


def matrix_by_vector(a, b):
    """Return the product of a matrix and a vector."""
    out = vector(a.shape[0])
    for i in range(a.shape[0]):
        out[i] = row_by_column(a[i], b)
    return out


def vector_by_matrix(a, b):
    """Return the product of a vector and a matrix."""
    out = vector(b.shape[1])
    for j in range(b.shape[1]):
        out[j] = row_by_column(a, b[:, j])
    return out


def matrix_by_matrix(a, b):
    """Return the product of two matrices."""
    out = grid((a.shape[0], b.shape[1]))
    for i in range(a.shape[0]):
        for j in range(b.shape[1]):
            out[i, j] = row_by_column(a[i], b[:, j])
    return out


PRODUCTS = {(2, 1): matrix_by_vector, (1, 2): vector_by_matrix, (2, 2): matrix_by_matrix}


def product(a, b):
    """Compiled product of matrices and vectors, one of which holds carried values."""
    if not (isinstance(a, types.Array) and isinstance(b, types.Array) and is_known(a) and is_known(b)):
        return None
    return PRODUCTS.get((a.ndim, b.ndim)) if is_array(a) or is_array(b) else None


def outer_typed(a, b):
    """Compiled `outer` of two vectors."""
    vectors = isinstance(a, types.Array) and isinstance(b, types.Array) and a.ndim == b.ndim == 1
    if not (vectors and is_known(a) and is_known(b) and (is_array(a) or is_array(b))):
        return None
    return lambda a, b: a.reshape((-1, 1)) * b.reshape((1, -1))


@register_jitable
def diagonal(x):
    """Return the diagonal of a matrix."""
    out = vector(min(x.shape[0], x.shape[1]))
    for i in range(len(out)):
        out[i] = x[i, i]
    return out


@register_jitable
def with_diagonal(x):
    """Return the matrix of a diagonal, with zeros beside it."""
    out = grid((len(x), len(x)))
    for i in range(len(x)):
        for j in range(len(x)):
            out[i, j] = x[i] if i == j else constant(0.0)
    return out


def diag_typed(v):
    """Compiled `diag`."""
    if is_vector(v):
        return lambda v: with_diagonal(v)
    return (lambda v: diagonal(v)) if is_array(v) and v.ndim == 2 else None


def trace_typed(a):
    """Compiled `trace`."""
    return (lambda a: total(diagonal(a))) if is_array(a) and a.ndim == 2 else None


def diff_typed(a):
    """Compiled `diff` of a vector or of the rows of a matrix."""
    if is_vector(a):
        return lambda a: a[1:] - a[:-1]
    return (lambda a: a[:, 1:] - a[:, :-1]) if is_array(a) and a.ndim == 2 else None


def register() -> None:
    """Let compiled code call these functions of NumPy."""
    for function in (operator.matmul, np.dot):
        overload(function)(product)
    for name, typed in {"outer": outer_typed, "diag": diag_typed, "trace": trace_typed, "diff": diff_typed}.items():
        overload(getattr(np, name))(typed)
