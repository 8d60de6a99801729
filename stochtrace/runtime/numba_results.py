"""Results of compiled samples, of any shape, as rows of numbers."""

# mypy: disable-error-code="no-untyped-def,untyped-decorator"

from __future__ import annotations

from typing import Any

from numba import types
from numba.extending import overload, register_jitable


def writer(write: Any, number: Any, own: Any = None, special: Any = None) -> None:
    """Compile `write(value, out, row, at)` for all types of results: it returns the column after what it wrote.

    `number` writes a plain number, `special` a value of the type `own`.
    """

    @overload(write)
    def typed(value, out, row, at):
        if own is not None and isinstance(value, own):
            return special
        if isinstance(value, types.Array):
            return of_array
        if isinstance(value, types.List):
            return of_items
        if isinstance(value, types.BaseTuple):
            return of_tuple if len(value) > 1 else of_single if len(value) == 1 else of_nothing
        return number if isinstance(value, types.Number | types.Boolean) else None

    def of_array(value, out, row, at):
        for item in value.flat:
            at = write(item, out, row, at)
        return at

    def of_items(value, out, row, at):
        for item in value:
            at = write(item, out, row, at)
        return at

    def of_tuple(value, out, row, at):
        return write(value[1:], out, row, write(value[0], out, row, at))

    def of_single(value, out, row, at):
        return write(value[0], out, row, at)

    def of_nothing(value, out, row, at):
        return at


@register_jitable
def put(value, out, row, at):
    """Write a number; columns beyond the last one are counted, not written."""
    if at < out.shape[1]:
        out[row, at] = value
    return at + 1


def put_number(value, out, row, at):
    """Write a number of a result."""
    return put(value, out, row, at)


def put_zero(value, out, row, at):
    """Write 0 in the place of a number, whose tangent that is."""
    return put(0.0, out, row, at)
