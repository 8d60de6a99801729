"""Linear algebra on matrices that hold carried values: elimination in ordinary arithmetic, pivots chosen by value."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from stochtrace.carried.checks import holds, of_plain_values, on_numbers
from stochtrace.carried.running import Refused, hashed
from stochtrace.carried.smooth import Smooth, applied, divided, value


def root(x: Any) -> Any:
    """Return the square root of a carried or plain number."""
    return applied(math.sqrt, "sqrt", (x,)) if type(x) is Smooth else math.sqrt(x)


def is_carried(a: Any) -> bool:
    """Tell whether an array holds carried values."""
    return holds(np.asarray(a))


def cholesky(a: Any) -> Any:
    """Return the lower triangular L with L L^T = a (Cholesky & Banachiewicz)."""
    if not is_carried(a):
        return on_numbers(np.linalg.cholesky)(np.asarray(a))
    n = len(a)
    lower = np.zeros((n, n), dtype=object)
    lower[:] = 0.0
    for i in range(n):
        for j in range(i + 1):
            rest = a[i][j] - sum((lower[i, m] * lower[j, m] for m in range(j)), 0.0)
            if i == j and not value(rest) > 0:
                raise np.linalg.LinAlgError("Matrix is not positive definite")
            lower[i, j] = root(rest) if i == j else rest / lower[j, j]
    return lower


def _eliminated(a: Any, b: Any) -> tuple[Any, Any, float]:
    a, b = np.array(a, dtype=object), np.array(b, dtype=object)
    hashed()  # which pivots are the largest is no decision, as the result is the same for all
    sign = 1.0
    for i in range(len(a)):
        pivot = max(range(i, len(a)), key=lambda r: abs(value(a[r, i])))
        if value(a[pivot, i]) == 0:
            raise np.linalg.LinAlgError("Singular matrix")
        if pivot != i:
            a[[i, pivot]], b[[i, pivot]], sign = a[[pivot, i]], b[[pivot, i]], -sign
        for r in range(i + 1, len(a)):
            factor = _by_pivot(a[r, i], a[i, i])
            a[r] = a[r] - factor * a[i]
            b[r] = b[r] - factor * b[i]
    return a, b, sign


def _by_pivot(x: Any, pivot: Any) -> Any:
    """Return x / pivot: it is the largest of its column, and where it alone is zero, another takes its place."""
    return divided(x, pivot) if type(x) is Smooth or type(pivot) is Smooth else x / pivot


def solve(a: Any, b: Any) -> Any:
    """Return x with a x = b."""
    if not is_carried(a) and not is_carried(b):
        return on_numbers(np.linalg.solve)(a, b)
    upper, x, _ = _eliminated(a, b)
    for i in reversed(range(len(upper))):
        for j in range(i + 1, len(upper)):
            x[i] = x[i] - upper[i, j] * x[j]
        x[i] = x[i] / upper[i, i]
    return x


def inv(a: Any) -> Any:
    """Return the inverse."""
    return solve(a, np.eye(len(a))) if is_carried(a) else on_numbers(np.linalg.inv)(a)


def det(a: Any) -> Any:
    """Return the determinant."""
    if not is_carried(a):
        return on_numbers(np.linalg.det)(a)
    try:
        upper, _, sign = _eliminated(a, np.zeros(len(a)))
    except np.linalg.LinAlgError:
        return 0.0
    product: Any = sign
    for i in range(len(upper)):
        product = product * upper[i, i]
    return product


def norm(x: Any, *args: Any, **kwargs: Any) -> Any:
    """Return the Euclidean norm, of all or along an axis; of a vector the other norms too."""
    if not is_carried(x):
        return on_numbers(np.linalg.norm)(x, *args, **kwargs)
    options = dict(zip(("ord", "axis", "keepdims"), args, strict=False)) | kwargs
    order, axis = options.get("ord"), options.get("axis")
    if isinstance(axis, int | np.integer) and order in (None, 2):
        squares = np.sum(np.asarray(x) * np.asarray(x), axis=axis, keepdims=options.get("keepdims", False))
        roots = np.array([root(v) for v in np.ravel(squares)], dtype=object)
        return roots.reshape(squares.shape) if isinstance(squares, np.ndarray) else roots[0]
    if axis is not None or options.get("keepdims"):
        raise Refused("this norm has no rule for values that move smoothly", "Write it with arithmetic.")
    match order:
        case None:
            return root(sum((v * v for v in np.ravel(x)), 0.0))
        case 2 if np.ndim(x) == 1:
            return root(sum((v * v for v in np.ravel(x)), 0.0))
        case 1 if np.ndim(x) == 1:
            return sum(map(abs, np.ravel(x)))
        case math.inf if np.ndim(x) == 1:
            return max(map(abs, np.ravel(x)))
    raise Refused("this norm has no rule for values that move smoothly", "Write it with arithmetic.")


def slogdet(a: Any) -> Any:
    """Return the sign and the logarithm of the absolute value of the determinant."""
    if not is_carried(a):
        return on_numbers(np.linalg.slogdet)(a)
    d = det(a)
    up = d > 0
    return (1.0 if up else -1.0), applied(math.log, "log", (d if up else -d,))


def __getattr__(name: str) -> Any:
    plain = getattr(np.linalg, name)
    arithmetic = name in ("matrix_power", "multi_dot", "trace", "outer", "matmul")
    function = type(plain) is type(np.linalg.eigh) and not arithmetic
    return of_plain_values(f"numpy.linalg.{name}", plain) if function else plain
