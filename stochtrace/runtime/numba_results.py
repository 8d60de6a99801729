"""Results of compiled samples, of any shape, as rows of numbers."""

# mypy: disable-error-code="no-untyped-def,untyped-decorator"

from __future__ import annotations

from typing import Any

from llvmlite import ir
from numba import types
from numba.core import cgutils
from numba.extending import intrinsic, overload, register_jitable


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


@intrinsic
def store(typing: Any, value: Any, out: Any, row: Any, at: Any) -> Any:
    """Store a number at out[row, at], or nowhere where there is no such column.

    Without a branch, so that Numba sees that the references to `out` which it takes and returns here are not needed:
    counting them costs more than what is stored.
    """

    def generate(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        number = context.cast(builder, arguments[0], value, types.float64)
        array = context.make_array(out)(context, builder, arguments[1])
        place = cgutils.get_item_pointer(context, builder, out, array, arguments[2:])
        nowhere = cgutils.alloca_once(builder, ir.DoubleType())
        columns = builder.extract_value(array.shape, 1)
        inside = builder.icmp_signed("<", arguments[3], columns)
        builder.store(number, builder.select(inside, place, nowhere))
        return context.get_dummy_value()

    return types.void(value, out, types.intp, types.intp), generate


@register_jitable
def put(value, out, row, at):
    """Write a number; columns beyond the last one are counted, not written."""
    store(value, out, row, at)
    return at + 1


def put_number(value, out, row, at):
    """Write a number of a result."""
    return put(value, out, row, at)


def put_zero(value, out, row, at):
    """Write 0 in the place of a number, whose tangent that is."""
    return put(0.0, out, row, at)
