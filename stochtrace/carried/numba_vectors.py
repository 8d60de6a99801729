"""More of NumPy on arrays of carried values in compiled code: products, spreads, searches, operations in place.

Each makes its comparisons and sums in NumPy's order, so that a sample is that of interpreted code.
"""

# mypy: disable-error-code="no-untyped-def,no-untyped-call,untyped-decorator,misc"

from __future__ import annotations

import math
import operator
from typing import Any

import numpy as np
from numba import types
from numba.extending import overload, register_jitable

from stochtrace.carried.numba_arrays import (
    METHODS,
    VECTOR,
    is_mixed,
    is_vector,
    mean,
    method,
    reduce,
    total,
    vector,
)
from stochtrace.carried.numba_families import stub
from stochtrace.carried.numba_smooth import PLAIN, SmoothType, constant, lifted
from stochtrace.runtime import numba_meaning


@register_jitable
def product(x):
    """Return the product."""
    product_ = x[0] if len(x) > 0 else constant(1.0)
    for i in range(1, len(x)):
        product_ = product_ * x[i]
    return product_


@register_jitable
def multiplied_up(x):
    """Return the products of the first elements."""
    out = vector(len(x))
    for i in range(len(x)):
        out[i] = out[i - 1] * x[i] if i > 0 else x[i]
    return out


@register_jitable
def variance(x):
    """Return the mean square of the distances from the mean."""
    away = x - mean(x)
    return mean(away * away)


@register_jitable
def deviation(x):
    """Return the standard deviation."""
    return math.sqrt(variance(x))


reduce(lambda x: product(x), np.prod)
reduce(lambda x: multiplied_up(x), np.cumprod)
reduce(lambda x: variance(x), np.var)
reduce(lambda x: deviation(x), np.std)
METHODS.update({name: method(name, f) for name, f in {"prod": product, "var": variance, "std": deviation}.items()})
METHODS["cumprod"] = method("cumprod", multiplied_up, VECTOR)


def is_matrix(kind):
    """Tell whether a type is that of a matrix of numbers."""
    return isinstance(kind, types.Array) and kind.ndim == 2 and isinstance(kind.dtype, PLAIN)


def by_matrix(a, b):
    """Compiled product of a matrix of numbers and an array of carried values, either way round."""
    if is_matrix(a) and is_vector(b):

        def rows(a, b):
            if a.shape[1] != len(b):
                raise ValueError("operands do not fit each other in a matrix product")
            out = vector(a.shape[0])
            for i in range(a.shape[0]):
                out[i] = total(b * a[i])
            return out

        return rows
    if is_vector(a) and is_matrix(b):
        return lambda a, b: operator.matmul(b.T, a)
    return None


for _function in (operator.matmul, np.dot):
    overload(_function)(by_matrix)


def in_place(name, sign):
    """Return the function that stands for `x += y` and the like: it changes an array, and returns x."""
    space: dict[str, Any] = {}
    exec(f"def fresh(x, y):\n    return x {sign} y\ndef other(x, y):\n    x {sign}= y\n    return x", space)
    fresh = register_jitable(space["fresh"])
    other = register_jitable(pipeline_class=numba_meaning.Unfused)(space["other"])

    def changed(x, y):
        new = fresh(x, y)
        if len(new) != len(x):
            raise ValueError("operands could not be broadcast together")
        for i in range(len(x)):
            x[i] = new[i]
        return x

    def typed(kinds):
        return changed if is_vector(kinds[0]) else (lambda x, y: other(x, y))

    return stub(f"in_place_{name}", "x, y", typed)


SIGNS = {"add": "+", "sub": "-", "mul": "*", "truediv": "/", "pow": "**"}
IN_PLACE = {f"in_place_{name}": in_place(name, sign) for name, sign in SIGNS.items()}


@register_jitable
def place_of(values, key, right, low, high):
    """Return where a key belongs among increasing values, by bisection."""
    while low < high:
        middle = low + ((high - low) >> 1)
        if (values[middle] <= key) if right else (values[middle] < key):
            low = middle + 1
        else:
            high = middle
    return low


@register_jitable
def places_of(values, keys, right):
    """Return where keys belong: NumPy goes on from the last one where the next is larger."""
    places = np.zeros(len(keys), np.int64)
    low, high, last = 0, len(values), keys[0] if len(keys) > 0 else lifted(0.0)
    for i in range(len(keys)):
        key = keys[i]
        if (last <= key) if right else (last < key):
            high = len(values)
        else:
            low, high = 0, min(high + 1, len(values))
        low = high = place_of(values, key, right, low, high)
        places[i], last = low, key
    return places


@overload(np.searchsorted)
def searchsorted_typed(a, v, side="left"):
    """Compiled `searchsorted`, where the values or the keys are carried."""
    if not (isinstance(a, types.Array) and a.ndim == 1 and is_mixed(a, v)):
        return None
    if isinstance(v, (SmoothType, *PLAIN)):
        return lambda a, v, side="left": place_of(a, lifted(v), side == "right", 0, len(a))
    if is_vector(v):
        return lambda a, v, side="left": places_of(a, v, side == "right")
    return lambda a, v, side="left": places_of(a, lifted_array(v), side == "right")


@register_jitable
def lifted_array(x):
    """Return an array of numbers as one of carried values."""
    out = vector(len(x))
    for i in range(len(x)):
        out[i] = lifted(x[i])
    return out
