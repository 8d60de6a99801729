"""`min`, `max` and `sorted` by a key in compiled code, which has the keys of all values beside them."""

# mypy: disable-error-code="no-untyped-def"

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from numba import types
from numba.extending import register_jitable

from stochtrace.carried.numba_arrays import listsorted, place_of_largest, place_of_smallest
from stochtrace.carried.numba_families import stub
from stochtrace.carried.numba_smooth import SmoothType
from stochtrace.runtime.numba_ties import alike


@register_jitable
def least_by(values, keys):
    """Return the value of the smallest key, the first of several."""
    if len(values) == 0:
        raise ValueError("arg is an empty sequence")
    return values[place_of_smallest(keys)]


@register_jitable
def largest_by(values, keys):
    """Return the value of the largest key, the first of several."""
    if len(values) == 0:
        raise ValueError("arg is an empty sequence")
    return values[place_of_largest(keys)]


@register_jitable
def sorted_by(values, keys, down):
    """Return the values in the order of their keys: by the comparisons that Python makes of a short list."""
    if down:
        last = len(values) - 1
        return [values[last - i] for i in listsorted(keys[::-1])[::-1]]
    return [values[i] for i in listsorted(keys)]


def sorting(kinds):
    """Return what sorts values: a list of those that move by the comparisons that Python makes."""
    if isinstance(kinds[0], types.List) and moves(kinds[0].dtype):
        return lambda values, down: sorted_by(values, values, down)
    return (lambda values, down: sorted(values, reverse=down)) if alike(kinds[0]) else None


def moves(kind: Any) -> bool:
    """Tell whether values of a type are carried values, or tuples with some."""
    return any(map(moves, kind)) if isinstance(kind, types.BaseTuple) else isinstance(kind, SmoothType)


sorted_of = stub("sorted_of", "values, down", sorting)


@register_jitable
def sort_list(values, down):
    """Sort a list in its place."""
    values[:] = sorted_of(values, down)


def sorting_in_place(kinds):
    """Return what sorts a list or an array in its place."""
    if isinstance(kinds[0], types.List):
        return lambda values, down: sort_list(values, down)
    return lambda values, down: values.sort()


@register_jitable
def largest_or(values, default):
    """Return the largest value, `default` where there is none."""
    return max(values) if len(values) > 0 else default


@register_jitable
def least_or(values, default):
    """Return the smallest value, `default` where there is none."""
    return min(values) if len(values) > 0 else default


@register_jitable
def any_of(values):
    """Tell whether one of the values is true."""
    found = False
    for value in values:
        found = found or bool(value)
    return found


@register_jitable
def all_of(values):
    """Tell whether all of the values are true."""
    found = True
    for value in values:
        found = found and bool(value)
    return found


def place(is_beyond: Callable[[Any, Any], Any]) -> tuple[Any, Any]:
    """Return the functions that find the place of a value among increasing ones, and that insert it there."""
    is_beyond = register_jitable(is_beyond)

    @register_jitable
    def found(values, x):
        low, high = 0, len(values)
        while low < high:
            middle = (low + high) // 2
            if is_beyond(values[middle], x):
                high = middle
            else:
                low = middle + 1
        return low

    @register_jitable
    def insert(values, x):
        values.insert(found(values, x), x)

    return found, insert


after, insert_after = place(lambda y, x: x < y)  # as `bisect.bisect_right` and `insort_right`
before, insert_before = place(lambda y, x: not y < x)


BY_KEY: dict[str, Any] = {"min_by": least_by, "max_by": largest_by, "sorted_by": sorted_by}
BY_KEY |= {"sorted": sorted_of, "sort_in_place": stub("sort_in_place", "values, down", sorting_in_place)}
BY_KEY["key"] = stub("key", "x", lambda kinds: None if isinstance(kinds[0], SmoothType) else lambda x: x)
BY_KEY |= {"max_or": largest_or, "min_or": least_or, "any_of": any_of, "all_of": all_of}
BY_KEY |= {"bisect": after, "bisect_right": after, "bisect_left": before}
BY_KEY |= {"insort": insert_after, "insort_right": insert_after, "insort_left": insert_before}
