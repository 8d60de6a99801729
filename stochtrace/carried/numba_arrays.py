"""Arrays of carried values in compiled code: arithmetic and comparisons; sums and orders of those of one dimension.

NumPy's own indexing, slicing and iteration work on them as they are.
"""

# mypy: disable-error-code="no-untyped-def,no-untyped-call,untyped-decorator,misc"

from __future__ import annotations

import operator
from typing import Any, ClassVar

import numpy as np
from numba import types
from numba.core.typing import signature
from numba.core.typing.templates import AbstractTemplate, AttributeTemplate, infer_getattr
from numba.extending import lower_builtin, overload, register_jitable

from stochtrace.carried import numba_functions
from stochtrace.carried.numba_functions import CODES
from stochtrace.carried.numba_shapes import (
    by_element,
    by_index,
    element_at,
    grid,
    in_memory,
    is_array,
    is_known,
    raveled,
    rows_of,
    wide,
)
from stochtrace.carried.numba_smooth import PLAIN, SMOOTH, SmoothType, constant, lifted
from stochtrace.carried.numba_trace import largest, smallest
from stochtrace.rules import PARTIALS

SHORT = 16  # up to so many elements, NumPy sorts by insertion
VECTOR = types.Array(SMOOTH, 1, "C")


@register_jitable
def vector(count):
    """Return a new array of carried values, not filled."""
    return grid((count,))


def is_vector(kind: Any) -> bool:
    """Tell whether a type is that of an array of carried values."""
    return isinstance(kind, types.Array) and kind.dtype == SMOOTH and kind.ndim == 1


def is_mixed(*kinds: Any) -> bool:
    """Tell whether there is an array of carried values among numbers and arrays, or a carried value beside an array."""
    arrays = [k for k in kinds if isinstance(k, types.Array)]
    known = all(isinstance(k, (SmoothType, *PLAIN)) or (isinstance(k, types.Array) and k.ndim == 1) for k in kinds)
    return known and bool(arrays) and any(is_vector(k) or isinstance(k, SmoothType) for k in kinds)


def is_wide(*kinds: Any) -> bool:
    """Tell the same where an array has two or more dimensions."""
    arrays = [k for k in kinds if isinstance(k, types.Array)]
    moves = any(is_array(k) or isinstance(k, SmoothType) for k in kinds)
    return moves and all(map(is_known, kinds)) and any(k.ndim > 1 for k in arrays)


def element(x: Any, i: int) -> Any:
    """Stand for the overload below."""


@overload(element)
def element_typed(x, i):
    """Return an element of an array, a number as it is."""
    return (lambda x, i: x[i]) if isinstance(x, types.Array) else (lambda x, i: x)


def length(a: Any, b: Any) -> int:
    """Stand for the overload below."""
    raise NotImplementedError


@overload(length)
def length_typed(a, b):
    """Return the length to which two operands broadcast."""
    if not isinstance(b, types.Array):
        return lambda a, b: len(a)
    if not isinstance(a, types.Array):
        return lambda a, b: len(b)

    def both(a, b):
        if len(a) != len(b):
            raise ValueError("operands could not be broadcast together")
        return len(a)

    return both


def spread(one: Any, functions: list[Any], dtype: Any = None, wide: Any = by_element) -> None:
    """Let compiled code apply functions of two numbers to arrays; with a dtype, into an array of that.

    `wide` says in what order, where arrays have two or more dimensions.
    """

    def typed(a, b):
        if is_wide(a, b):
            whole = register_jitable(wide(one, dtype, a, b))
            return lambda a, b: whole(a, b)
        if not is_mixed(a, b):
            return None

        def carried(a, b):
            out = vector(length(a, b))
            for i in range(len(out)):
                out[i] = one(lifted(element(a, i)), lifted(element(b, i)))
            return out

        def plain(a, b):
            out = np.empty(length(a, b), dtype)
            for i in range(len(out)):
                out[i] = one(lifted(element(a, i)), lifted(element(b, i)))
            return out

        return carried if dtype is None else plain

    for function in functions:
        overload(function)(typed)


def spread_one(one: Any, function: Any, wide: Any = by_index) -> None:
    """Let compiled code apply a function of one number to arrays."""
    first = register_jitable(lambda x, y: one(x))

    @overload(function)
    def typed(x):
        if is_wide(x):
            whole = register_jitable(wide(first, None, x, x))
            return lambda x: whole(x, x)
        if not is_vector(x):
            return None

        def mapped(x):
            out = vector(len(x))
            for i in range(len(x)):
                out[i] = one(x[i])
            return out

        return mapped


for _name in ("add", "sub", "mul", "truediv", "pow"):
    _function = getattr(operator, _name)
    spread(register_jitable(eval("lambda a, b: f(a, b)", {"f": _function})), [_function])
for _name in ("lt", "le", "gt", "ge"):
    _function = getattr(operator, _name)
    spread(register_jitable(eval("lambda a, b: f(a, b)", {"f": _function})), [_function], np.bool_)
for _name in ("maximum", "minimum"):
    _function = getattr(np, _name)
    spread(register_jitable(eval("lambda a, b: f(a, b)", {"f": _function})), [_function], wide=by_index)
spread_one(register_jitable(lambda x: -x), operator.neg, by_element)
spread_one(register_jitable(lambda x: abs(x)), np.abs)
for _name, _rule in PARTIALS.items():
    if _name in CODES and len(_rule.partials) == 1 and hasattr(np, _name):
        spread_one(numba_functions.FUNCTIONS[_rule.names.split()[0]], getattr(np, _name))


@overload(np.asarray)
def asarray_typed(x):
    """Compiled `asarray`: an array as it is, or one of the values of a list."""
    if is_array(x):
        return lambda x: x
    if not (isinstance(x, types.List) and isinstance(x.dtype, SmoothType)):
        return None

    def made(x):
        out = vector(len(x))
        for i in range(len(x)):
            out[i] = x[i]
        return out

    return made


@register_jitable
def total(x):
    """Return the sum."""
    sum_ = constant(0.0)
    for i in range(len(x)):
        sum_ = sum_ + x[i]
    return sum_


@register_jitable
def mean(x):
    """Return the mean."""
    return total(x) / len(x)


@register_jitable
def dot(a, b):
    """Return the inner product."""
    return total(a * b)


@register_jitable
def place_of_largest(values):
    """Return where the largest value stands: a whole number, so its decisions are no kinks."""
    place = 0
    for i in range(1, len(values)):
        if values[i] > values[place]:
            place = i
    return place


@register_jitable
def place_of_smallest(values):
    """Return where the smallest value stands."""
    place = 0
    for i in range(1, len(values)):
        if values[i] < values[place]:
            place = i
    return place


@register_jitable
def argsorted(x):
    """Return the order of values, by the comparisons that NumPy makes for a short array: insertion."""
    if len(x) > SHORT:
        return listsorted(x)
    order = np.arange(len(x))
    for i in range(1, len(x)):
        at = i
        while at > 0 and x[i] < x[order[at - 1]]:
            order[at] = order[at - 1]
            at -= 1
        order[at] = i
    return order


@register_jitable
def listsorted(x):
    """Return the order of values, by the comparisons that Python's sort makes of a short list: binary insertion."""
    n = len(x)
    order = np.arange(n)
    start = 1
    if n > 1:
        down = x[1] < x[0]
        start = 2
        while start < n and (x[start] < x[start - 1]) == down:
            start += 1
        if down:
            order[:start] = order[:start][::-1].copy()
    for i in range(start, n):
        low, high = 0, i
        while low < high:
            middle = (low + high) // 2
            if x[i] < x[order[middle]]:
                high = middle
            else:
                low = middle + 1
        order[low + 1 : i + 1] = order[low:i].copy()
        order[low] = i
    return order


@register_jitable
def ordered(x):
    """Return the values in increasing order."""
    order = argsorted(x)
    out = vector(len(x))
    for i in range(len(x)):
        out[i] = x[order[i]]
    return out


def reduce(implementation, *functions, elements=in_memory):
    """Let compiled code apply functions to a whole array, to its elements in an order; builtins to vectors alone."""
    whole = register_jitable(implementation)

    def of_array(x):
        return (lambda x: whole(elements(x))) if is_array(x) else None

    def of_vector(x):
        return implementation if is_vector(x) else None

    for function in functions:
        overload(function)(of_vector if function in (sum, max, min) else of_array)


@lower_builtin(np.argsort, VECTOR)
def argsort_lowered(context, builder, signature, arguments):
    """Compiled `argsort`, which has a type for all arrays already."""
    return context.compile_internal(builder, lambda x: argsorted(x), signature, arguments)


reduce(lambda x: total(x), sum, np.sum)
reduce(lambda x: mean(x), np.mean)
reduce(lambda x: largest(x), max, np.max, elements=raveled)
reduce(lambda x: smallest(x), min, np.min, elements=raveled)
overload(np.sort)(lambda x: (lambda x: ordered(x)) if is_vector(x) else None)
reduce(lambda x: place_of_largest(x), np.argmax, elements=raveled)
reduce(lambda x: place_of_smallest(x), np.argmin, elements=raveled)


@overload(np.where)
def where_typed(condition, x, y):
    """Compiled `where` of three: the elements of one operand or of the other."""
    if not (isinstance(condition, types.Array) and isinstance(condition.dtype, types.Boolean)):
        return None
    if is_mixed(condition, x, y):

        def chosen(condition, x, y):
            out = vector(len(condition))
            for i in range(length(condition, x) + length(condition, y) - len(condition)):
                out[i] = lifted(element(x, i)) if condition[i] else lifted(element(y, i))
            return out

        return chosen

    def wide_chosen(condition, x, y):
        shape = condition.shape
        rows_of(condition)
        a, b = rows_of(wide(x, shape)), rows_of(wide(y, shape))
        out = grid(shape)
        for index in np.ndindex(shape):
            out[index] = element_at(a, index) if condition[index] else element_at(b, index)
        return out

    return wide_chosen if is_wide(condition, x, y) else None


@register_jitable
def summed_up(x):
    """Return the sums of the first elements."""
    out = vector(len(x))
    for i in range(len(x)):
        out[i] = out[i - 1] + x[i] if i > 0 else x[i]
    return out


class VectorMethods(AttributeTemplate):
    """Types of the methods of an array of carried values.

    Not an `overload_method`: that would lower the methods of all arrays. Templates for a target come before NumPy's.
    """

    key = types.Array
    metadata: ClassVar[dict[str, str]] = {"target": "cpu"}

    def generic_resolve(self, array, attribute):
        """Return the type of a method of carried values; None leaves the attribute to NumPy's."""
        return types.BoundFunction(METHODS[attribute], array) if attribute in METHODS and is_array(array) else None


def method(name, function, result=SMOOTH, elements=in_memory):
    """Let compiled code call a method of an array of carried values, which takes its elements in an order."""
    identity = f"carried.array.{name}"

    class Method(AbstractTemplate):
        key = identity

        def generic(self, args, kws):
            return None if args or kws else signature(result, recvr=self.this)

    @lower_builtin(identity, types.Array)
    def lowered(context, builder, signature, arguments):
        return context.compile_internal(builder, lambda x: function(elements(x)), signature, arguments)

    return Method


METHODS = {name: method(name, f) for name, f in {"sum": total, "mean": mean, "max": largest, "min": smallest}.items()}
METHODS["cumsum"] = method("cumsum", summed_up, VECTOR, raveled)
infer_getattr(VectorMethods)


@overload(sorted)
def sorted_typed(x):
    """Compiled `sorted` of a list."""
    if not (isinstance(x, types.List) and isinstance(x.dtype, SmoothType)):
        return None

    def implementation(x):
        return [x[i] for i in listsorted(x)]

    return implementation


def inner(a, b):
    """Compiled inner product."""
    both = isinstance(a, types.Array) and isinstance(b, types.Array)
    return (lambda a, b: dot(a, b)) if both and is_mixed(a, b) else None


for _function in (operator.matmul, np.dot):
    overload(_function)(inner)
