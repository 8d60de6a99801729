"""Linear algebra on matrices of carried values in compiled code: as `linear`, elimination with pivots by value."""

# mypy: disable-error-code="no-untyped-def,no-untyped-call,untyped-decorator,misc"

from __future__ import annotations

import math

import numpy as np
from numba import types
from numba.extending import overload, register_jitable

from stochtrace.carried.numba_functions import seen
from stochtrace.carried.numba_shapes import is_array, is_known, lifted_array, raveled
from stochtrace.carried.numba_smooth import constant, divided, ratio


@register_jitable
def swapped(x, i, j):
    """Exchange two rows of a matrix."""
    for column in range(x.shape[1]):
        x[i, column], x[j, column] = x[j, column], x[i, column]


@register_jitable
def eliminated(a, b):
    """Bring a matrix, and with it the rows of another, to upper triangular form in place; return its sign, 0 for none.

    Which pivots are the largest is no decision, as the result is the same for all.
    """
    if a.shape[0] != a.shape[1] or a.shape[0] != b.shape[0]:
        raise ValueError("the matrix is not square, or does not fit the other side")
    sign = 1.0
    for i in range(len(a)):
        pivot = i
        for r in range(i, len(a)):
            if abs(seen(a[r, i])) > abs(a[pivot, i].v):
                pivot = r
        if a[pivot, i].v == 0.0:
            return 0.0
        if pivot != i:
            swapped(a, i, pivot)
            swapped(b, i, pivot)
            sign = -sign
        for r in range(i + 1, len(a)):
            factor = ratio(a[r, i], a[i, i])
            for x in (a, b):
                for column in range(x.shape[1]):
                    x[r, column] = x[r, column] - factor * x[i, column]
    return sign


@register_jitable
def solution(a, b):
    """Return x with a x = b, for two matrices that are changed."""
    if eliminated(a, b) == 0.0:
        raise ValueError("Singular matrix")
    for i in range(len(a) - 1, -1, -1):
        for j in range(i + 1, len(a)):
            for column in range(b.shape[1]):
                b[i, column] = b[i, column] - a[i, j] * b[j, column]
        for column in range(b.shape[1]):
            b[i, column] = divided(b[i, column], a[i, i])
    return b


@register_jitable
def root_of_squares(x):
    """Return the Euclidean norm."""
    total = constant(0.0)
    for i in range(len(x)):
        total = total + x[i] * x[i]
    return math.sqrt(total)


def is_square(kind):
    """Tell whether a type is that of a matrix of numbers or of carried values."""
    return isinstance(kind, types.Array) and is_known(kind) and kind.ndim == 2


def solve_typed(a, b):
    """Compiled `solve`."""
    if not (is_square(a) and isinstance(b, types.Array) and is_known(b) and (is_array(a) or is_array(b))):
        return None
    if b.ndim == 1:
        return lambda a, b: raveled(solution(lifted_array(a), lifted_array(b.copy().reshape((-1, 1)))))
    return (lambda a, b: solution(lifted_array(a), lifted_array(b))) if b.ndim == 2 else None


def inv_typed(a):
    """Compiled `inv`."""
    moving = is_square(a) and is_array(a)
    return (lambda a: solution(lifted_array(a), lifted_array(np.eye(len(a))))) if moving else None


def det_typed(a):
    """Compiled `det`."""
    if not (is_square(a) and is_array(a)):
        return None

    def determinant(a):
        upper = lifted_array(a)
        product = constant(eliminated(upper, lifted_array(np.zeros((len(a), 0)))))
        if product.v == 0.0:
            return product
        for i in range(len(upper)):
            product = product * upper[i, i]
        return product

    return determinant


def norm_typed(x):
    """Compiled `norm` of all elements."""
    return (lambda x: root_of_squares(raveled(x))) if is_array(x) else None


def cholesky_typed(a):
    """Compiled `cholesky`."""
    if not (is_square(a) and is_array(a)):
        return None

    def triangle(a):
        lower = lifted_array(np.zeros(a.shape))
        for i in range(len(a)):
            for j in range(i + 1):
                sum_ = constant(0.0)
                for m in range(j):
                    sum_ = sum_ + lower[i, m] * lower[j, m]
                rest = a[i, j] - sum_
                if i == j and not rest.v > 0.0:
                    raise ValueError("Matrix is not positive definite")
                lower[i, j] = math.sqrt(rest) if i == j else divided(rest, lower[j, j])
        return lower

    return triangle


def register() -> None:
    """Let compiled code call these functions of `numpy.linalg`."""
    rows = {"solve": solve_typed, "inv": inv_typed, "det": det_typed, "norm": norm_typed, "cholesky": cholesky_typed}
    for name, typed in rows.items():
        overload(getattr(np.linalg, name))(typed)
