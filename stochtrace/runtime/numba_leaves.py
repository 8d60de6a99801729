"""The tangents of an array of parameters in compiled code: leaves of the tape that follow one another.

An inner product with them is one node whose parents are a run, which costs little more than the product itself. Where
anything else happens to them, they become an array of tangents.
"""

# mypy: disable-error-code="no-untyped-def,no-untyped-call,untyped-decorator,misc"

from __future__ import annotations

import operator
from typing import Any

import numpy as np
from numba import types
from numba.core import cgutils
from numba.core.typeconv import Conversion
from numba.extending import (
    intrinsic,
    lower_cast,
    make_attribute_wrapper,
    models,
    overload,
    overload_attribute,
    register_jitable,
    register_model,
)
from numba.np.arrayobj import _empty_nd_impl

from stochtrace.runtime.numba_tape import TAPED, TapedType, made, newest_partials, pushed, scales_of, stood


class LeavesType(types.Type):
    """The type of leaves in the shape of an array, in row order: the first one, the address of the tape, the shape."""

    def __init__(self, ndim: int) -> None:
        self.ndim = ndim
        super().__init__(name=f"Leaves({ndim})")

    def unify(self, typing: Any, other: Any) -> Any:
        """Leaves that meet an array of tangents become one."""
        return other if is_taped(other) and other.ndim == self.ndim else None

    def can_convert_to(self, typing: Any, other: Any) -> Any:
        """Leaves are converted to an array of tangents."""
        return Conversion.safe if is_taped(other) and other.ndim == self.ndim else None


def is_taped(kind: Any) -> bool:
    """Tell whether a type is that of an array of tangents."""
    return isinstance(kind, types.Array) and isinstance(kind.dtype, TapedType)


def holds_tangents(kind: Any) -> bool:
    """Tell whether a type is that of a tangent, or of an array of them."""
    return isinstance(kind, TapedType | LeavesType) or is_taped(kind)


@register_model(LeavesType)
class LeavesModel(models.StructModel):
    """Leaves are a struct."""

    def __init__(self, manager: Any, kind: Any) -> None:
        shape = types.UniTuple(types.intp, kind.ndim)
        super().__init__(manager, kind, [("first", types.int64), ("at", types.int64), ("shape", shape)])


for _name in ("first", "at", "shape"):
    make_attribute_wrapper(LeavesType, _name, _name)


@intrinsic
def leaves(typing, first, at, shape):
    """Return leaves of their fields."""
    kind = LeavesType(len(shape))

    def generate(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        value = cgutils.create_struct_proxy(kind)(context, builder)
        value.first, value.at, value.shape = arguments
        return value._getvalue()

    return kind(types.int64, types.int64, types.UniTuple(types.intp, len(shape))), generate


@intrinsic
def blank(typing, shape):
    """Return a new array of tangents that are 0, of a shape."""
    kind = types.Array(TAPED, len(shape), "C")

    def generate(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        array = _empty_nd_impl(context, builder, kind, cgutils.unpack_tuple(builder, arguments[0]))
        cgutils.memset(builder, array.data, builder.mul(array.nitems, array.itemsize), 0)
        return array._getvalue()

    return kind(shape), generate


def array_of(x: Any) -> Any:
    """Stand for the overload below."""


@overload(array_of)
def array_of_typed(x):
    """Return leaves as an array of tangents, anything else as it is."""
    return (lambda x: expanded(x)) if isinstance(x, LeavesType) else (lambda x: x)


@register_jitable
def expanded(x):
    """Return leaves as an array of tangents."""
    out = blank(x.shape)
    flat = out.reshape(-1)
    for i in range(len(flat)):
        flat[i] = made(1.0, x.first + i, x.at)
    return out


@lower_cast(LeavesType, types.Array)
def cast_leaves(context: Any, builder: Any, fromty: Any, toty: Any, value: Any) -> Any:
    """Convert leaves to an array of tangents."""
    return context.compile_internal(builder, lambda x: expanded(x), toty(fromty), [value])


@overload(operator.getitem)
def item_typed(x, at):
    """Compiled indexing: a leaf, a row of leaves, or what an array of tangents gives."""
    if not isinstance(x, LeavesType):
        return None
    if isinstance(at, types.Integer) and x.ndim == 1:
        return lambda x, at: made(1.0, x.first + wrapped(at, x.shape[0]), x.at)
    if isinstance(at, types.Integer) and x.ndim == 2:
        return lambda x, at: leaves(x.first + wrapped(at, x.shape[0]) * x.shape[1], x.at, (x.shape[1],))
    return lambda x, at: expanded(x)[at]


@register_jitable
def wrapped(at, count):
    """Return an index from the front."""
    if not -count <= at < count:
        raise IndexError("index is out of bounds")
    return at + count if at < 0 else at


@overload(len)
def len_typed(x):
    """Compiled `len`."""
    return (lambda x: x.shape[0]) if isinstance(x, LeavesType) else None


@overload_attribute(LeavesType, "size")
def size_typed(x):
    """Compiled `size`."""
    return lambda x: np.prod(np.array(x.shape))


@register_jitable
def run(x, weights):
    """Return the inner product of a vector of leaves and numbers: one node, or a multiple of a single leaf."""
    count = len(weights)
    if count != x.shape[0]:
        raise ValueError("operands could not be broadcast together")
    if count == 1:
        return made(weights[0], x.first, x.at)
    lasting = address(weights)
    known = stood(x.at, count, lasting)
    number = pushed(x.at, count, x.first, lasting)
    if number < 0:
        return made(0.0, 0, x.at)
    if lasting == 0:
        values, _ = newest_partials(x.at, count)
        values[:] = weights
    if not known:
        scales_of(x.at)[number] = np.sqrt(squares(weights))
    return made(1.0, number, x.at)


def address(x: Any) -> int:
    """Stand for the overload below."""
    raise NotImplementedError


@overload(address)
def address_typed(x):
    """Return where numbers lie that outlive the sample, 0 where they may not.

    Compiled code has arrays that may not be changed, and lie in one piece, only as arguments and as constants.
    """
    lasting = isinstance(x, types.Array) and x.layout == "C" and not x.mutable and x.dtype == types.float64
    return (lambda x: x.ctypes.data) if lasting else (lambda x: 0)


@register_jitable
def squares(x):
    """Return the sum of squares, in four sums, which a processor adds side by side."""
    a = b = c = d = 0.0
    whole = len(x) // 4 * 4
    for i in range(0, whole, 4):
        a += x[i] * x[i]
        b += x[i + 1] * x[i + 1]
        c += x[i + 2] * x[i + 2]
        d += x[i + 3] * x[i + 3]
    for i in range(whole, len(x)):
        a += x[i] * x[i]
    return (a + b) + (c + d)
