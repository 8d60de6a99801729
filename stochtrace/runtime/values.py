"""Small functions on values of any shape, which generated code needs where a type is not known before it runs."""

from __future__ import annotations

import math
from collections import deque
from typing import Any

import numpy as np

Vector = Any  # an array, or a list of numbers
IntVector = Any  # the same of counts


def remade(container: Any, parts: list[Any]) -> Any:
    """Return a tuple or list of the same type, a named tuple too."""
    return type(container)(*parts) if hasattr(container, "_fields") else type(container)(parts)


def zero_like(value: Any) -> Any:
    """Return a zero tangent of the shape of a value: 0.0 for a number, zeros in the same containers for the rest."""
    return _zero(value, {})


def _zero(value: Any, made: dict[int, Any]) -> Any:
    """Return a zero tangent, in which a list that stands in several places is one list too."""
    if isinstance(value, np.ndarray):
        return np.zeros(value.shape)
    if isinstance(value, list | range | deque):
        if id(value) not in made:
            zeros = [_zero(v, made) for v in value]
            made[id(value)] = deque(zeros, value.maxlen) if isinstance(value, deque) else zeros
        return made[id(value)]
    if isinstance(value, tuple):
        return remade(value, [_zero(v, made) for v in value])
    if isinstance(value, dict):
        return {k: _zero(v, made) for k, v in value.items()}
    return 0.0


def passing(x: Any) -> Any:
    """Return a value that a test compares which does nothing but raise: no decision, where no draw is in it."""
    return x


def array_of(value: Any) -> Any:
    """Return an array: of what is a list of numbers to the program, and an array to NumPy."""
    return np.array(value) if isinstance(value, list | tuple) else value


def copied(value: Any) -> Any:
    """Return a tangent that shares nothing with the one that it is equal to."""
    return value.copy() if isinstance(value, np.ndarray | list | dict | deque) else value


def pick(values: Any, index: int) -> Any:
    """Return what a choice among `values` returns for an index: of range(n) where `values` is a number n."""
    return index if isinstance(values, int | np.integer) else values[index]


def take(values: Any, index: Any, axis: int = 0) -> Any:
    """Return what a choice of several among `values` returns for an array of indices: an array."""
    return index if isinstance(values, int | np.integer) else np.take(np.asarray(values), index, axis)


def take_flat(values: Any, index: Any) -> Any:
    """Return an array of the same shape, with its elements in the order of their flat indices."""
    array = np.asarray(values)
    return array.ravel()[index].reshape(array.shape)


def take_list(values: Any, index: Any) -> list[Any]:
    """Return what a choice of several among `values` returns for an array of indices, as a list."""
    return [values[i] for i in index]


def reorder(values: Any, order: Any, axis: int = 0) -> None:
    """Bring a list or an array into another order, in place."""
    values[:] = np.take(values, order, axis) if isinstance(values, np.ndarray) else [values[i] for i in order]


def count(values: Any, axis: int = 0) -> int:
    """Return among how many a choice is made, of those that lie along an axis."""
    if isinstance(values, int | np.integer):
        return int(values)
    return len(values) if axis == 0 else np.shape(values)[axis]


def size(values: Any) -> int:
    """Return the number of elements of an array of any shape."""
    return int(np.size(values))


def between(values: Any, part: float) -> Any:
    """Return the value below which a part of values in increasing order lies, on a line between its neighbours."""
    place = (len(values) - 1) * part
    below = math.floor(place) if place < len(values) - 1 else -1
    low, high, along = values[below], values[below + 1 if below >= 0 else -1], place - below
    apart = high - low
    return high - apart * (1 - along) if along >= 0.5 else low + apart * along


def bin_of(edges: Any, x: Any) -> int:
    """Return which bin a value is in, between increasing edges, the last of which is in its bin; -1 for none."""
    low, high, last = 0, len(edges) - 1, len(edges) - 1
    while low < high:
        middle = (low + high) // 2
        if edges[middle] <= x:
            low = middle + 1
        else:
            high = middle
    return low - 1 if low < last or x <= edges[last] else -1


def counts_between(edges: Any, values: Any) -> Any:
    """Return how many values are in each bin between increasing edges."""
    counts = np.zeros(len(edges) - 1, np.int64)
    for x in values:
        place = bin_of(edges, x)
        if place >= 0:
            counts[place] += 1
    return counts


def power_slope(x: Any, n: Any) -> Any:
    """Return n x**(n - 1), the partial of x**n by x, without 0 * x**-1 where n is 0."""
    return n * x ** (n - (n != 0))


def power_growth(x: Any, n: Any) -> Any:
    """Return x**n log(x), the partial of x**n by n; at x = 0 its limit 0 for n > 0, and -inf for n = 0."""
    return x**n * np.log(x + (x == 0) * (n > 0))


def ratio(x: Any, a: Any) -> Any:
    """Return x / a; 0 where x is 0, whatever a is."""
    return x / (a + (x == 0))
