"""NumPy's linear functions of tangents of reverse mode, by their names."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from stochtrace.runtime.taped import (
    Taped,
    TapedArray,
    added,
    factors_of,
    is_number,
    parts,
    product,
    scaled,
    summed,
    tape_of,
)
from stochtrace.runtime.values import array_of


def dot(a: Any, b: Any) -> Any:
    """Return np.dot, of vectors, matrices, or a number and an array."""
    return scaled(a, b) if is_scalar(a) or is_scalar(b) else product(a, b)


def is_scalar(value: Any) -> bool:
    """Tell whether a value is one number or one tangent."""
    return isinstance(value, Taped) or is_number(value) or np.ndim(factors_of(value)) == 0


def outer(a: Any, b: Any) -> Any:
    """Return the products of all pairs."""
    return scaled(array_of(a).ravel()[:, None], array_of(b).ravel()[None, :])


def cumsum(a: Any, axis: Any = None) -> Any:
    """Return running sums along an axis."""
    along = np.moveaxis(a, axis, 0) if axis is not None else a.ravel()
    rows = [along[:1]]
    for i in range(1, len(along)):
        rows.append(rows[-1] + along[i : i + 1])
    total = np.concatenate(rows) if len(along) else along
    return total if axis is None else np.moveaxis(total, 0, axis)


def where(test: Any, a: Any, b: Any) -> Any:
    """Return a where a test holds, else b."""
    (fa, na), (fb, nb) = parts(a), parts(b)
    return TapedArray(tape_of(a, b), np.where(test, fa, fb), np.where(test, na, nb))


def diff(a: Any, n: int = 1, axis: int = -1) -> Any:
    """Return differences of neighbours along an axis."""
    along = np.moveaxis(a, axis, 0)
    for _ in range(n):
        along = along[1:] - along[:-1]
    return np.moveaxis(along, 0, axis)


def solve(a: Any, b: Any) -> Any:
    """Return x with a x = b, for a matrix of numbers."""
    return product(np.linalg.inv(a), b)


TABLE: dict[str, Callable[..., Any]] = {
    "add": added,
    "subtract": lambda a, b: added(a, -array_of(b)),
    "negative": lambda a: -a,
    "positive": lambda a: a,
    "multiply": scaled,
    "divide": lambda a, b: scaled(a, 1.0 / np.asarray(b)),
    "matmul": product,
    "dot": dot,
    "inner": lambda a, b: product(a, np.transpose(b)),
    "outer": outer,
    "sum": summed,
    "mean": TapedArray.mean,
    "cumsum": cumsum,
    "trace": lambda a: summed(np.diagonal(a)),
    "where": where,
    "diff": diff,
    "solve": solve,
    "shape": lambda a: a.shape,
    "ndim": lambda a: a.ndim,
    "size": lambda a: a.size,
}
