"""The compiled runtime of a run in reverse mode: as `recording`, in Numba's nopython mode."""

# mypy: disable-error-code="no-untyped-def,no-untyped-call,untyped-decorator,misc"

from __future__ import annotations

from types import ModuleType
from typing import Any

import numpy as np
from numba import types
from numba.extending import overload

from stochtrace import runtime
from stochtrace.runtime import numba_taped
from stochtrace.runtime.numba_leaves import LeavesType, array_of, blank, leaves
from stochtrace.runtime.numba_results import put, put_zero, writer
from stochtrace.runtime.numba_tape import PLAIN, TapedType, made


def zero_like(value: Any) -> Any:
    """Stand for the overload below."""


@overload(zero_like)
def zero_like_typed(value):
    """As `values.zero_like`; arrays can hold tangents."""
    if isinstance(value, types.Array):
        return lambda value: blank(value.shape)
    if isinstance(value, types.BaseTuple) and len(value) > 1:
        return lambda value: (zero_like(value[0]), *zero_like(value[1:]))
    if isinstance(value, types.BaseTuple) and len(value) == 1:
        return lambda value: (zero_like(value[0]),)
    if isinstance(value, types.List | types.RangeType):
        return lambda value: [zero_like(v) for v in value]
    return (lambda value: made(0.0, 0, 0)) if isinstance(value, PLAIN) else None


def with_leaves(values: Any, firsts: Any, at: int) -> Any:
    """Stand for the overload below."""


@overload(with_leaves)
def with_leaves_typed(values, firsts, at):
    """Return arguments, and after each that has a tangent (a first leaf, or 0.0) that tangent."""
    if len(values) == 0:
        return lambda values, firsts, at: ()
    if isinstance(firsts[0], types.NoneType):
        return lambda values, firsts, at: (values[0], *with_leaves(values[1:], firsts[1:], at))
    return lambda values, firsts, at: (
        values[0],
        leaf(values[0], firsts[0], at),
        *with_leaves(values[1:], firsts[1:], at),
    )


def leaf(value: Any, first: Any, at: int) -> Any:
    """Stand for the overload below."""


@overload(leaf)
def leaf_typed(value, first, at):
    """Return the tangent of an argument: leaves of the tape from the first one on, in row order, or zeros."""
    if isinstance(first, types.Float):
        return lambda value, first, at: zero_like(value)
    if isinstance(value, types.Array):
        return lambda value, first, at: leaves(first, at, value.shape)
    if isinstance(value, types.BaseTuple) and len(value) == 0:
        return lambda value, first, at: ()
    if isinstance(value, types.BaseTuple):
        return lambda value, first, at: (
            leaf(value[0], first, at),
            *leaf(value[1:], first + entries(value[0]), at),
        )
    return lambda value, first, at: made(1.0, first, at)


def entries(value: Any) -> int:
    """Stand for the overload below."""
    raise NotImplementedError


@overload(entries)
def entries_typed(value):
    """Return how many leaves an argument has."""
    if isinstance(value, types.Array):
        return lambda value: value.size
    if isinstance(value, types.BaseTuple) and len(value) > 0:
        return lambda value: entries(value[0]) + entries(value[1:])
    return (lambda value: 0) if isinstance(value, types.BaseTuple) else (lambda value: 1)


def write_seed(value: Any, out: Any, row: int, at: int) -> int:
    """Write the tangents of a result: factors into row 0, nodes into row 1."""
    raise NotImplementedError("this function is compiled only")


def put_seed(value, out, row, at):
    """Write a tangent."""
    return put(value.factor, out, 0, put(value.node, out, 1, at) - 1)


writer(write_seed, put_zero, TapedType, put_seed)


@overload(write_seed)
def write_leaves(value, out, row, at):
    """Write the tangents of a result that is the parameters themselves."""
    if not isinstance(value, LeavesType):
        return None
    return lambda value, out, row, at: write_seed(array_of(value), out, row, at)


def shim(module: ModuleType, name: str, **replaced: Any) -> ModuleType:
    """Return a module with some functions replaced."""
    made = ModuleType(name)
    kept = {n: v for n, v in vars(module).items() if not n.startswith("__") or n == "__getattr__"}
    made.__dict__.update(kept | replaced)
    return made


SHIMS = {
    runtime: shim(runtime, runtime.__name__, zero_like=zero_like),
    np: shim(np, "stochtrace.runtime.numpy", array=numba_taped.array),
}
numba_taped.register()
