"""More of NumPy on arrays of carried values in compiled code: spreads, searches, operations in place.

Each makes its comparisons and sums in NumPy's order, so that a sample is that of interpreted code.
"""

# mypy: disable-error-code="no-untyped-def,no-untyped-call,untyped-decorator,misc"

from __future__ import annotations

import math
import operator
from typing import ClassVar

import numpy as np
from numba import types
from numba.core.typing import signature
from numba.core.typing.templates import AbstractTemplate, infer_global
from numba.extending import lower_builtin, overload, register_jitable

from stochtrace.carried.numba_arrays import (
    METHODS,
    VECTOR,
    is_mixed,
    is_vector,
    listsorted,
    mean,
    method,
    reduce,
    total,
    vector,
)
from stochtrace.carried.numba_shapes import is_array, is_known, lifted_array, raveled
from stochtrace.carried.numba_smooth import PLAIN, SmoothType, constant, lifted
from stochtrace.runtime.numba_exact import TOLD, Beyond


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
def variance(x, ddof=0):
    """Return the sum of the squares of the distances from the mean, over their number less ddof."""
    away = x - mean(x)
    return total(away * away) / max(len(x) - ddof, 0)


@register_jitable
def deviation(x, ddof=0):
    """Return the standard deviation."""
    return math.sqrt(variance(x, ddof))


@register_jitable
def middle(x):
    """Return the middle value, found by the comparisons that Python makes of a list."""
    for i in range(len(x)):
        if math.isnan(x[i].v):
            raise Beyond(TOLD)
    order, half = listsorted([x[i] for i in range(len(x))]), len(x) // 2
    return x[order[half]] if len(x) % 2 else (x[order[half - 1]] + x[order[half]]) / 2


reduce(lambda x: product(x), np.prod)
reduce(lambda x: middle(x), np.median, elements=raveled)
reduce(lambda x: multiplied_up(x), np.cumprod, elements=raveled)
reduce(lambda x: variance(x), np.var)
reduce(lambda x: deviation(x), np.std)
METHODS.update({name: method(name, f) for name, f in {"prod": product, "var": variance, "std": deviation}.items()})
METHODS["cumprod"] = method("cumprod", multiplied_up, VECTOR, raveled)


def of_each(function):
    """Let compiled code apply a function to arrays of carried values that makes plain numbers of them."""

    def each(x):
        out = np.empty(x.shape, np.float64)
        for index in np.ndindex(x.shape):
            out[index] = function(x[index])
        return out

    overload(function)(lambda x: each if is_array(x) else None)


for _each in (np.floor, np.ceil, np.rint, np.sign):
    of_each(_each)


def round_typed(x, decimals=0):
    """Compiled `round` of NumPy, of a carried value or an array of them."""
    if not (is_array(x) or isinstance(x, SmoothType)):
        return None

    def rounded(x, decimals=0):
        return np.rint(x) if decimals == 0 else np.rint(x * 10.0**decimals) / 10.0**decimals

    return rounded


for _rounding in (np.round, np.around):
    overload(_rounding)(round_typed)


def in_place(function, fresh):
    """Let compiled code change an array of carried values in place, as `x += y`.

    Not an `overload`: Numba's own rule for arrays fails on them before it is asked. Templates for a target come first.
    """

    def changed(x, y):
        new = fresh(x, y)
        if new.shape != x.shape:
            raise ValueError("operands could not be broadcast together")
        for index in np.ndindex(x.shape):
            x[index] = new[index]
        return x

    identity = f"carried.array.{function.__name__}"

    class InPlace(AbstractTemplate):
        metadata: ClassVar[dict[str, str]] = {"target": "cpu"}

        def generic(self, args, kws):
            x, y = args
            return signature(x, x, y) if is_array(x) and is_known(y) else None

        def get_impl_key(self, sig):
            return identity

    @lower_builtin(identity, types.Array, types.Any)
    def lowered(context, builder, signature, arguments):
        return context.compile_internal(builder, changed, signature, arguments)

    infer_global(function)(InPlace)


for _name in ("add", "sub", "mul", "truediv", "pow"):
    _fresh = register_jitable(eval("lambda x, y: f(x, y)", {"f": getattr(operator, _name)}))
    in_place(getattr(operator, f"i{_name}"), _fresh)


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
