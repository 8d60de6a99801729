"""The compiled runtime of a run in reverse mode: `recording`, in Numba's nopython mode.

Arrays of tangents are arrays of structs: NumPy's own indexing, slicing, assignment and iteration work on them. Here is
what computes with them.
"""

# mypy: disable-error-code="no-untyped-def,no-untyped-call,untyped-decorator,misc"

from __future__ import annotations

import operator
from types import ModuleType
from typing import Any

import numpy as np
from numba import types
from numba.core import cgutils
from numba.extending import intrinsic, overload, register_jitable
from numba.np.arrayobj import _empty_nd_impl

from stochtrace import runtime
from stochtrace.runtime.numba_results import put, put_zero, writer
from stochtrace.runtime.numba_tape import (
    PLAIN,
    TAPED,
    TapedType,
    added,
    lifted,
    made,
    multiplied,
    node_row,
    partial_row,
    pushed,
    tape_at,
)


@intrinsic
def blank(typing, shape):
    """Return a new array of tangents that are 0, of a shape."""
    kind = types.Array(TAPED, len(shape), "C")

    def generate(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        array = _empty_nd_impl(context, builder, kind, cgutils.unpack_tuple(builder, arguments[0]))
        cgutils.memset(builder, array.data, builder.mul(array.nitems, array.itemsize), 0)
        return array._getvalue()

    return kind(shape), generate


def is_taped(kind: Any) -> bool:
    """Tell whether a type is that of an array of tangents."""
    return isinstance(kind, types.Array) and isinstance(kind.dtype, TapedType)


def holds_tangents(kind: Any) -> bool:
    """Tell whether a type is that of a tangent, or of an array of them."""
    return isinstance(kind, TapedType) or is_taped(kind)


def is_numbers(kind: Any) -> bool:
    """Tell whether a type is that of a plain number, or of an array of them."""
    return isinstance(kind, PLAIN) or (isinstance(kind, types.Array) and isinstance(kind.dtype, PLAIN))


def shape_of(a: Any, b: Any) -> Any:
    """Stand for the overload below."""


@overload(shape_of)
def shape_of_typed(a, b):
    """Return the shape to which two operands broadcast."""
    if isinstance(a, types.Array) and isinstance(b, types.Array):
        return lambda a, b: np.broadcast_shapes(a.shape, b.shape)
    return (lambda a, b: a.shape) if isinstance(a, types.Array) else (lambda a, b: b.shape)


def spread(x: Any, shape: Any) -> Any:
    """Stand for the overload below."""


@overload(spread)
def spread_typed(x, shape):
    """Return an operand as an array of a shape, a single one as it is."""
    return (lambda x, shape: np.broadcast_to(x, shape)) if isinstance(x, types.Array) else (lambda x, shape: x)


def element(x: Any, at: Any) -> Any:
    """Stand for the overload below."""


@overload(element)
def element_typed(x, at):
    """Return an element of an array, a single operand as it is."""
    return (lambda x, at: x[at]) if isinstance(x, types.Array) else (lambda x, at: x)


def elementwise(one: Any, fits: Any, *functions: Any) -> None:
    """Let compiled code apply a function of two operands to arrays, where their types fit."""

    def typed(a, b):
        if not fits(a, b) or not (isinstance(a, types.Array) or isinstance(b, types.Array)):
            return None

        def applied(a, b):
            shape = shape_of(a, b)
            out, left, right = blank(shape), spread(a, shape), spread(b, shape)
            for at in np.ndindex(shape):
                out[at] = one(element(left, at), element(right, at))
            return out

        return applied

    for function in functions:
        overload(function)(typed)


def sums_fit(a: Any, b: Any) -> bool:
    """Tell whether operands may be added: tangents, or tangents and zeros."""
    return (holds_tangents(a) or holds_tangents(b)) and all(holds_tangents(k) or is_numbers(k) for k in (a, b))


def products_fit(a: Any, b: Any) -> bool:
    """Tell whether operands may be multiplied: tangents by numbers."""
    return (holds_tangents(a) and is_numbers(b)) or (holds_tangents(b) and is_numbers(a))


def part_fits(a: Any, b: Any) -> bool:
    """Tell whether the first operand may be divided by the second."""
    return holds_tangents(a) and is_numbers(b)


ADD = register_jitable(lambda a, b: added(lifted(a), lifted(b)))
SUBTRACT = register_jitable(lambda a, b: added(lifted(a), multiplied(lifted(b), -1.0)))
elementwise(ADD, sums_fit, operator.add, operator.iadd, np.add)
elementwise(SUBTRACT, sums_fit, operator.sub, operator.isub, np.subtract)
elementwise(register_jitable(lambda a, b: a * b), products_fit, operator.mul, operator.imul, np.multiply)
elementwise(register_jitable(lambda a, b: a / b), part_fits, operator.truediv, operator.itruediv, np.divide)


@overload(operator.neg)
def negative_typed(a):
    """Compiled `-`, of an array."""
    return (lambda a: a * -1.0) if is_taped(a) else None


# -- sums --------------------------------------------------------------------------------------------------------------


@register_jitable
def row_sum(terms, weights):
    """Return the sum of tangents, each times a weight: one new node, or a multiple of one that all terms share."""
    count, run, same = 0, True, True
    first = made(0.0, 0, 0)
    total = 0.0
    for i in range(len(terms)):
        if terms[i].at == 0:
            continue
        if count == 0:
            first = terms[i]
        same = same and terms[i].node == first.node
        run = run and terms[i].node == first.node + i
        total += terms[i].factor * weights[i]
        count += 1
    if count == 0 or same:
        return made(total, first.node, first.at)
    return row_node(terms, weights, first, count, run and count == len(terms))


@register_jitable
def row_node(terms, weights, first, count, run):
    """Return a new node for a sum of several."""
    number = pushed(first.at, count, first.node if run else -1)
    if number < 0:
        return made(0.0, 0, first.at)
    tape = tape_at(first.at)
    node = node_row(tape.nodes, number)
    at, squares = node.start, 0.0
    for i in range(len(terms)):
        if terms[i].at == 0:
            continue
        partial = partial_row(tape.partials, at)
        partial.value, partial.parent = terms[i].factor * weights[i], terms[i].node
        size = partial.value * node_row(tape.nodes, terms[i].node).scale
        squares += size * size
        at += 1
    node.scale = np.sqrt(squares)
    return made(1.0, number, first.at)


@overload(np.sum)
def sum_typed(a):
    """Compiled `np.sum` of all elements."""
    return (lambda a: row_sum(a.ravel(), np.ones(a.size))) if is_taped(a) else None


@overload(np.mean)
def mean_typed(a):
    """Compiled `np.mean` of all elements."""
    return (lambda a: row_sum(a.ravel(), np.ones(a.size)) / a.size) if is_taped(a) else None


@overload(np.cumsum)
def cumsum_typed(a):
    """Compiled `np.cumsum` of a vector."""
    if not is_taped(a) or a.ndim != 1:
        return None

    def running(a):
        out = blank(a.shape)
        total = made(0.0, 0, 0)
        for i in range(len(a)):
            total = added(total, a[i])
            out[i] = total
        return out

    return running


def dot_typed(a, b):
    """Compiled products of vectors and matrices, of which one holds tangents."""
    if not (products_fit(a, b) and isinstance(a, types.Array) and isinstance(b, types.Array)):
        return None
    row = (lambda x, y: row_sum(x, y)) if is_taped(a) else (lambda x, y: row_sum(y, x))
    row = register_jitable(row)
    if a.ndim == b.ndim == 1:
        return lambda a, b: row(a, b)

    def matrix_vector(a, b):
        out = blank((a.shape[0],))
        for i in range(len(out)):
            out[i] = row(a[i], b)
        return out

    def vector_matrix(a, b):
        out = blank((b.shape[1],))
        for i in range(len(out)):
            out[i] = row(a, b[:, i])
        return out

    def matrices(a, b):
        out = blank((a.shape[0], b.shape[1]))
        for i, j in np.ndindex(out.shape):
            out[i, j] = row(a[i], b[:, j])
        return out

    return {(2, 1): matrix_vector, (1, 2): vector_matrix, (2, 2): matrices}.get((a.ndim, b.ndim))


overload(np.dot)(dot_typed)
overload(operator.matmul)(dot_typed)


# -- what generated code calls -----------------------------------------------------------------------------------------


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
    if isinstance(value, types.List):
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
        return leaf_array
    return lambda value, first, at: made(1.0, first, at)


def leaf_array(value, first, at):
    """Return the leaves of an array."""
    out = blank(value.shape)
    flat = out.reshape(-1)
    for i in range(len(flat)):
        flat[i] = made(1.0, first + i, at)
    return out


def write_seed(value: Any, out: Any, row: int, at: int) -> int:
    """Write the tangents of a result: factors into row 0, nodes into row 1."""
    raise NotImplementedError("this function is compiled only")


def put_seed(value, out, row, at):
    """Write a tangent."""
    return put(value.factor, out, 0, put(value.node, out, 1, at) - 1)


writer(write_seed, put_zero, TapedType, put_seed)
SHIM = ModuleType(runtime.__name__)
SHIM.__dict__.update({name: value for name, value in vars(runtime).items() if not name.startswith("__")})
SHIM.__dict__.update(zero_like=zero_like)
