"""Iterators of `itertools` in compiled code, as lists: those that hold what they are given from the start."""

# mypy: disable-error-code="no-untyped-def"

from __future__ import annotations

from typing import Any

from numba import types
from numba.extending import register_jitable

from stochtrace.carried.numba_families import stub

MOST = 2**62


@register_jitable
def pairs(values):
    """Return what `combinations(values, 2)` gives."""
    pool = [value for value in values]
    return [(pool[i], pool[j]) for i in range(len(pool)) for j in range(i + 1, len(pool))]


@register_jitable
def ordered_pairs(values):
    """Return what `permutations(values, 2)` gives."""
    pool = [value for value in values]
    return [(pool[i], pool[j]) for i in range(len(pool)) for j in range(len(pool)) if i != j]


@register_jitable
def product(first, second):
    """Return what `product(first, second)` gives."""
    columns = [value for value in second]
    return [(row, column) for row in first for column in columns]


def counter_typed(kinds: list[Any]) -> Any:
    """Return what makes the state of `count(start, step)`: the next number, and the step."""
    return (lambda start, step: [start, step]) if all(isinstance(k, types.Integer) for k in kinds) else None


def counting_typed(kinds: list[Any]) -> Any:
    """Return what a loop goes through in the place of `count(start, step)`."""
    whole = all(isinstance(types.unliteral(kind), types.Integer) for kind in kinds)
    return (lambda start, step: range(start, MOST, step)) if whole else None


def next_typed(kinds: list[Any]) -> Any:
    """Return `next` of such a state, or of another iterator."""
    return next_number if isinstance(kinds[0], types.List) else lambda counter: next(counter)


def next_number(counter):
    """Return the next number."""
    number = counter[0]
    counter[0] = number + counter[1]
    return number


def reversed_typed(kinds: list[Any]) -> Any:
    """Return the elements of a sequence from the last to the first."""
    if isinstance(kinds[0], types.List | types.Array | types.BaseTuple):
        return lambda values: values[::-1]
    return (lambda values: [value for value in values][::-1]) if isinstance(kinds[0], types.RangeType) else None


def sequence_typed(kinds: list[Any]) -> Any:
    """Return the length of what a pattern of a sequence may be; -1 of what is none."""
    if isinstance(kinds[0], types.List | types.BaseTuple | types.RangeType):
        return lambda x: len(x)
    none = isinstance(kinds[0], types.Number | types.Boolean | types.Array | types.UnicodeType | types.NoneType)
    return (lambda x: -1) if none or str(kinds[0]) == "Word" else None


ITERATORS = {
    "combinations": pairs,
    "permutations": ordered_pairs,
    "product": product,
    "sequence": stub("sequence", "x", sequence_typed),
    "counter": stub("counter", "start, step", counter_typed),
    "counting": stub("counting", "start, step", counting_typed),
    "reversed": stub("reversed_of", "values", reversed_typed),
    "next": stub("next_of", "counter", next_typed),
}
