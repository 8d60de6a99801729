"""`min`, `max` and `sorted` by a key in compiled code, which has the keys of all values beside them."""

# mypy: disable-error-code="no-untyped-def"

from __future__ import annotations

from numba.extending import register_jitable

from stochtrace.carried.numba_arrays import listsorted, place_of_largest, place_of_smallest


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
def sorted_by(values, keys):
    """Return the values in the order of their keys, as Python's sort of a short list."""
    return [values[i] for i in listsorted(keys)]


BY_KEY = {"min_by": least_by, "max_by": largest_by, "sorted_by": sorted_by}
