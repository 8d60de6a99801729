"""Arguments and results of compiled carried programs: tangents in, values and tangents out."""

# mypy: disable-error-code="no-untyped-def,no-untyped-call,untyped-decorator"

from __future__ import annotations

from typing import Any

import numpy as np
from numba import types
from numba.extending import overload, register_jitable

from stochtrace.carried.numba_shapes import grid, lifted_array
from stochtrace.carried.numba_smooth import PLAIN, SmoothType, lifted, made
from stochtrace.carried.smooth import STEADY
from stochtrace.runtime.numba_results import put, put_number, put_zero, writer


def carried_arguments(values: Any, tangents: Any, at: int) -> Any:
    """Stand for the overload below."""


@overload(carried_arguments)
def carried_arguments_typed(values, tangents, at):
    """Return arguments with their tangents; those without a tangent (None) as they are."""
    if len(values) == 0:
        return lambda values, tangents, at: ()
    if len(values) == 1:
        return lambda values, tangents, at: (carried(values[0], tangents[0], at),)
    return lambda values, tangents, at: (
        carried(values[0], tangents[0], at),
        *carried_arguments(values[1:], tangents[1:], at),
    )


def carried(value: Any, tangent: Any, at: int) -> Any:
    """Stand for the overload below."""


@overload(carried)
def carried_typed(value, tangent, at):
    """Return one argument with its tangent."""
    if isinstance(tangent, types.NoneType):
        return lambda value, tangent, at: fresh(value)
    if isinstance(value, types.Array):
        return moved_array
    return lambda value, tangent, at: moved(value, tangent, at)


def plain_arguments(values: Any) -> Any:
    """Stand for the overload below."""


@overload(plain_arguments)
def plain_arguments_typed(values):
    """Return the arguments of a replay."""
    return (lambda values: fresh(values)) if any(map(can_change, values)) else (lambda values: values)


def fresh(value: Any) -> Any:
    """Stand for the overload below."""


@overload(fresh)
def fresh_typed(value):
    """Return an argument that a sample may change, as `functions.fresh`: what it changes must not survive it."""
    if not can_change(value):
        return lambda value: value
    if isinstance(value, types.BaseTuple):
        return fresh_tuple if len(value) > 1 else lambda value: (fresh(value[0]),)
    return fresh_list if isinstance(value, types.List) else lambda value: value.copy()


def fresh_tuple(value):
    """Return a tuple with its items copied."""
    return fresh(value[0]), *fresh(value[1:])


def fresh_list(value):
    """Return a list with its items copied."""
    return [fresh(item) for item in value]


def can_change(kind: types.Type) -> bool:
    """Tell whether a sample can change a value of this type; an array that is an argument itself is read only."""
    if isinstance(kind, types.BaseTuple):
        return any(map(can_change, kind))
    return isinstance(kind, types.List | types.Set) or (isinstance(kind, types.Array) and kind.mutable)


def moved_array(value, tangent, at):
    """Return an array that moves."""
    out = grid(value.shape)
    for index in np.ndindex(value.shape):
        out[index] = moved(value[index], tangent[index], at)
    return out


@register_jitable
def moved(value, tangent, at):
    """Return a number that moves."""
    return made(at, value, tangent, -1, 0.0, 0.0, STEADY, -1)


def movable(x: Any) -> Any:
    """Stand for the overload below."""


@overload(movable)
def movable_typed(x):
    """Return a number as a carried value, and an array as one of carried values."""
    if isinstance(x, types.Array):
        floats = x.ndim > 0 and x.layout == "C" and isinstance(x.dtype, types.Float)
        return lifted_array if floats else lambda x: x
    return (lambda x: lifted(x)) if isinstance(x, PLAIN) else (lambda x: x)


def movable_number(x: Any) -> Any:
    """Stand for the overload below."""


@overload(movable_number)
def movable_number_typed(x):
    """Return a number as a carried value; an array as it is, which has other names."""
    return (lambda x: lifted(x)) if isinstance(x, PLAIN) else (lambda x: x)


def write_value(value: Any, out: Any, row: int, at: int) -> int:
    """Write the numbers of a result into a row of `out` from column `at` on, and return the next column."""
    raise NotImplementedError("this function is compiled only")


def write_tangent(value: Any, out: Any, row: int, at: int) -> int:
    """Write the tangents of a result."""
    raise NotImplementedError("this function is compiled only")


def put_value(value, out, row, at):
    """Write the value of a carried value."""
    return put(value.v, out, row, at)


def put_tangent(value, out, row, at):
    """Write the tangent of a carried value."""
    return put(value.d, out, row, at)


writer(write_value, put_number, SmoothType, put_value)
writer(write_tangent, put_zero, SmoothType, put_tangent)
