"""Counts of values, copies, and parts of lists in compiled code."""

# mypy: disable-error-code="no-untyped-def,untyped-decorator"

from __future__ import annotations

from typing import Any

from numba import types
from numba.core.types.containers import DictKeysIterableType, DictValuesIterableType
from numba.extending import overload
from numba.typed import Dict

from stochtrace.carried.numba_families import stub
from stochtrace.carried.numba_smooth import SMOOTH, SmoothType, lifted
from stochtrace.runtime.numba_exact import TOLD, Beyond


def got_typed(kinds: list[Any]) -> Any:
    """Return what stands under a key, `zero` where nothing does."""
    held, key, _ = kinds
    if not isinstance(held, types.DictType) or isinstance(key, SmoothType):
        return None
    if held.value_type == SMOOTH:
        return lambda held, key, zero: held.get(key, lifted(zero))
    return lambda held, key, zero: held.get(key, zero)


def counted_typed(kinds: list[Any]) -> Any:
    """Return how often each value of a list is there."""
    values = kinds[0]
    key = values.dtype if isinstance(values, types.List) else None
    if key is None or not (isinstance(key, types.Integer | types.UnicodeType) or str(key) == "Word"):
        return None
    key = types.unliteral(key)

    def counted(values):
        found = Dict.empty(key, types.int64)
        for value in values:
            found[value] = found[value] + 1 if value in found else 1
        return found

    return counted


def most_common_typed(kinds: list[Any]) -> Any:
    """Return the keys with the largest counts, and these; of equal ones the first."""
    held = kinds[0]
    if not isinstance(held, types.DictType) or not isinstance(held.value_type, types.Integer):
        return None

    def most_common(held, count):
        pairs = [(key, number) for key, number in held.items()]
        for i in range(1, len(pairs)):
            pair, at = pairs[i], i
            while at > 0 and pairs[at - 1][1] < pair[1]:
                pairs[at] = pairs[at - 1]
                at -= 1
            pairs[at] = pair
        return pairs if count < 0 else pairs[:count]

    return most_common


def is_value(kind: Any) -> bool:
    """Tell whether values of a type cannot be changed."""
    if isinstance(kind, types.BaseTuple):
        return all(map(is_value, kind))
    plain = isinstance(kind, types.Number | types.Boolean | types.UnicodeType | types.EnumMember | SmoothType)
    return plain or str(kind) == "Word"


def copied(x: Any) -> Any:
    """Stand for the overload below."""


def copied_deeply(x: Any) -> Any:
    """Stand for the overload below."""


@overload(copied)
def copied_typed(x):
    """Return a copy, which holds the same things."""
    if is_value(x):
        return lambda x: x
    if isinstance(x, types.List):
        return lambda x: [part for part in x]
    return (lambda x: x.copy()) if isinstance(x, types.Array | types.DictType) else None


@overload(copied_deeply)
def copied_deeply_typed(x):
    """Return a copy of a value and of all that it holds; a list that stands in it twice is left to Python."""
    if isinstance(x, types.List):
        return rows_copied if isinstance(x.dtype, types.List) else copied_typed(x) if is_value(x.dtype) else None
    if isinstance(x, types.DictType) and not (is_value(x.key_type) and is_value(x.value_type)):
        return None
    return copied_typed(x)


def rows_copied(x):
    """Return a copy of a list of lists."""
    for i in range(len(x)):
        for j in range(i):
            if x[i] is x[j]:
                raise Beyond(TOLD)
    return [copied_deeply(part) for part in x]


def accumulated_typed(kinds: list[Any]) -> Any:
    """Return the sums of the first values of a list, one after the other."""
    if not isinstance(kinds[0], types.List) or not isinstance(kinds[0].dtype, types.Number | SmoothType):
        return None

    def accumulated(values):
        sums = [value for value in values]
        for i in range(1, len(sums)):
            sums[i] = sums[i - 1] + values[i]
        return sums

    return accumulated


def rotated_typed(kinds: list[Any]) -> Any:
    """Return what moves the elements of a list to the right by so many places, those at the end to its beginning."""
    if not isinstance(kinds[0], types.List) or not isinstance(types.unliteral(kinds[1]), types.Integer):
        return None

    def rotated(values, steps):
        if len(values) > 0:
            first = len(values) - steps % len(values)
            values[:] = values[first:] + values[:first]

    return rotated


def columns_typed(kinds: list[Any]) -> Any:
    """Check that rows are tuples with as many elements as there are columns, and that there are some."""
    rows = kinds[0].dtype if isinstance(kinds[0], types.List) else None
    if not isinstance(rows, types.BaseTuple) or len(rows) != len(kinds[1]):
        return None

    def columns(rows, several):
        if len(rows) == 0:
            raise ValueError("not enough values to unpack")

    return columns


def listed_typed(kinds: list[Any]) -> Any:
    """Return the keys or values of a dictionary as a list; a method of these names of something else gives its own."""
    if isinstance(kinds[0], DictKeysIterableType | DictValuesIterableType):
        return lambda values: [value for value in values]
    return lambda values: values


def of_list(implementation: Any) -> Any:
    """Return what takes lists, and nothing else."""
    return lambda kinds: implementation if isinstance(kinds[0], types.List) else None


CONTAINERS = {
    "got": stub("got", "held, key, zero", got_typed),
    "counted": stub("counted", "values", counted_typed),
    "most_common": stub("most_common", "held, count", most_common_typed),
    "columns": stub("columns", "rows, several", columns_typed),
    "listed": stub("listed", "values", listed_typed),
    "rotated": stub("rotated", "values, steps", rotated_typed),
    "accumulate": stub("accumulated", "values", accumulated_typed),
    "pairwise": stub(
        "pairwise", "values", of_list(lambda values: [(values[i], values[i + 1]) for i in range(len(values) - 1)])
    ),
    "islice": stub("islice", "values, start, stop", of_list(lambda values, start, stop: values[start:stop])),
    "of_dict": stub(
        "of_dict", "held", lambda kinds: (lambda held: held.copy()) if isinstance(kinds[0], types.DictType) else None
    ),
    "of_copy": copied,
    "of_deepcopy": copied_deeply,
}
