"""The tape of reverse mode in compiled code: tables of plain numbers behind an address, which a tangent points to.

A node has a place in each column: its number of partials, and where they begin. Where its parents follow one another (a
run, as the elements of an array do), `runs` has the first one, and `starts` the address of the partials, which may lie
in an array of the program that nothing changes; else `runs` has -1, and the partials have their parents beside them in
the tape. Where there is no room, `full` is set, and the sample is run again with more.
"""

# mypy: disable-error-code="no-untyped-def,no-untyped-call,untyped-decorator,misc"

from __future__ import annotations

import operator
from typing import Any

import numba
import numpy as np
from llvmlite import ir
from numba import types
from numba.core import cgutils
from numba.core.typeconv import Conversion
from numba.extending import (
    intrinsic,
    lower_cast,
    make_attribute_wrapper,
    models,
    overload,
    register_jitable,
    register_model,
)

REAL_COLUMNS = ("scales", "adjoints", "values")
WHOLE_COLUMNS = ("starts", "counts", "runs", "parents")
FIELDS_OF_TAPE = ("size", "mark", "leaves", "used", "node_room", "value_room", "full", *REAL_COLUMNS, *WHOLE_COLUMNS)
TAPE = np.dtype([(name, "i8") for name in FIELDS_OF_TAPE], align=True)
PLAIN = (types.Integer, types.Float, types.Boolean)
WORD = ir.IntType(64)


@intrinsic
def tape_at(typing, address):
    """Return the tape at an address."""
    kind = numba.from_dtype(TAPE)

    def generate(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        return builder.inttoptr(arguments[0], context.get_value_type(kind))

    return kind(types.int64), generate


def pointer(kind: Any) -> Any:
    """Return a function that makes a pointer to numbers of an address."""

    def typed(typing: Any, address: Any) -> Any:
        def generate(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
            return builder.inttoptr(arguments[0], context.get_value_type(types.CPointer(kind)))

        return types.CPointer(kind)(types.int64), generate

    return intrinsic(typed)


real_pointer, whole_pointer = pointer(types.float64), pointer(types.int64)


@register_jitable
def reals(address, count):
    """Return the numbers at an address as an array."""
    return numba.carray(real_pointer(address), (count,))


@register_jitable
def wholes(address, count):
    """Return the whole numbers at an address as an array."""
    return numba.carray(whole_pointer(address), (count,))


class TapedType(types.Type):
    """The type of a tangent: factor × node of the tape at an address; 0 that of no tape: zero in all directions."""

    def __init__(self) -> None:
        super().__init__(name="Taped")

    def unify(self, typing: Any, other: Any) -> Any:
        """A number that meets a tangent becomes one."""
        return self if isinstance(other, PLAIN) else None

    def can_convert_from(self, typing: Any, other: Any) -> Any:
        """Numbers are converted: only 0 is one."""
        return Conversion.safe if isinstance(other, PLAIN) else None


TAPED = TapedType()
FIELDS = [("factor", types.float64), ("node", types.int64), ("at", types.int64)]


@register_model(TapedType)
class TapedModel(models.StructModel):
    """A tangent is a struct."""

    def __init__(self, manager: Any, kind: Any) -> None:
        super().__init__(manager, kind, FIELDS)


for _name, _ in FIELDS:
    make_attribute_wrapper(TapedType, _name, _name)


@intrinsic
def made(typing, factor, node, at):
    """Return a tangent of its fields."""

    def generate(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        value = cgutils.create_struct_proxy(TAPED)(context, builder)
        value.factor, value.node, value.at = arguments
        return value._getvalue()

    return TAPED(types.float64, types.int64, types.int64), generate


@lower_cast(types.Integer, TapedType)
@lower_cast(types.Float, TapedType)
@lower_cast(types.Boolean, TapedType)
def cast_number(context: Any, builder: Any, fromty: Any, toty: Any, value: Any) -> Any:
    """Convert a number that stands for a tangent: 0. Any other one poisons what it meets with NaN."""
    number = context.cast(builder, value, fromty, types.float64)
    zero, nan = (ir.Constant(ir.DoubleType(), v) for v in (0.0, float("nan")))
    tangent = cgutils.create_struct_proxy(TAPED)(context, builder)
    tangent.factor = builder.select(builder.fcmp_ordered("==", number, zero), zero, nan)
    tangent.node = tangent.at = ir.Constant(WORD, 0)
    return tangent._getvalue()


@intrinsic
def lifted(typing, x):
    """Return a number or a tangent as a tangent."""

    def generate(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        return context.cast(builder, arguments[0], x, TAPED)

    return TAPED(x), generate


@intrinsic
def address_of(typing, record):
    """Return the address of a record."""

    def generate(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        return builder.ptrtoint(arguments[0], WORD)

    return types.int64(record), generate


@register_jitable
def mark(at):
    """Note that a draw is made: nodes from here on may depend on its outcome."""
    tape = tape_at(at)
    tape.mark = tape.size


@register_jitable
def pushed(at, count, run, start):
    """Return the number of a new node with so many partials, -1 where there is no room.

    They are at the address `start`, or (0) in the tape.
    """
    tape = tape_at(at)
    if tape.size == tape.node_room or (start == 0 and tape.used + count > tape.value_room):
        tape.full = 1
        return -1
    number = tape.size
    first = tape.used
    if run >= 0:
        first = start if start != 0 else tape.values + 8 * tape.used
    wholes(tape.starts, tape.size + 1)[number] = first
    wholes(tape.counts, tape.size + 1)[number] = count
    wholes(tape.runs, tape.size + 1)[number] = run
    tape.used += count if start == 0 else 0
    tape.size += 1
    return number


@register_jitable
def stood(at, count, start):
    """Tell whether the last sample had the same run of partials in the place of the next node.

    The node's size is then there already: what lies at the address `start` outlives a sample unchanged.
    """
    tape = tape_at(at)
    number = tape.size
    if start == 0 or number == tape.node_room:
        return False
    return wholes(tape.starts, number + 1)[number] == start and wholes(tape.counts, number + 1)[number] == count


@register_jitable
def newest_partials(at, count):
    """Return the partials of the node just pushed to the tape, and their parents, as arrays to fill in."""
    tape = tape_at(at)
    start = tape.used - count
    return reals(tape.values, tape.used)[start:], wholes(tape.parents, tape.used)[start:]


@register_jitable
def scales_of(at):
    """Return the sizes of all nodes in a typical direction."""
    tape = tape_at(at)
    return reals(tape.scales, tape.size)


@register_jitable
def scale_of(x):
    """Return the size of a tangent in a typical direction."""
    return abs(x.factor) * scales_of(x.at)[x.node] if x.at != 0 else abs(x.factor)


@register_jitable
def added(a, b):
    """Return a + b: a new node where two different ones meet."""
    if a.at == 0:
        return made(a.factor + b.factor, b.node, b.at)
    if b.at == 0:
        return made(a.factor + b.factor, a.node, a.at)
    if a.node == b.node:
        return made(a.factor + b.factor, a.node, a.at)
    number = pushed(a.at, 2, -1, 0)
    if number < 0:
        return made(0.0, 0, a.at)
    values, parents = newest_partials(a.at, 2)
    values[0], parents[0], values[1], parents[1] = a.factor, a.node, b.factor, b.node
    scales_of(a.at)[number] = np.hypot(scale_of(a), scale_of(b))
    return made(1.0, number, a.at)


@register_jitable
def multiplied(a, number):
    """Return the multiple of a tangent."""
    return made(a.factor * number, a.node, a.at)


@register_jitable
def divided(a, number):
    """Return the part of a tangent."""
    return made(a.factor / number, a.node, a.at)


def is_taped(kind: Any) -> bool:
    """Tell whether a type is that of a tangent."""
    return isinstance(kind, TapedType)


def sums(implementation: Any, *functions: Any) -> None:
    """Let compiled code add tangents, or a tangent and zero."""

    def typed(a, b):
        known = all(isinstance(k, (TapedType, *PLAIN)) for k in (a, b))
        return implementation if known and (is_taped(a) or is_taped(b)) else None

    for function in functions:
        overload(function)(typed)


sums(lambda a, b: added(lifted(a), lifted(b)), operator.add, operator.iadd)
sums(lambda a, b: added(lifted(a), multiplied(lifted(b), -1.0)), operator.sub, operator.isub)


def product_typed(a, b):
    """Compiled products of a tangent and a number."""
    if is_taped(a) and isinstance(b, PLAIN):
        return lambda a, b: multiplied(a, b)
    return (lambda a, b: multiplied(b, a)) if is_taped(b) and isinstance(a, PLAIN) else None


def part_typed(a, b):
    """Compiled division of a tangent by a number."""
    return (lambda a, b: divided(a, b)) if is_taped(a) and isinstance(b, PLAIN) else None


for _function in (operator.mul, operator.imul):
    overload(_function)(product_typed)
for _function in (operator.truediv, operator.itruediv):
    overload(_function)(part_typed)


@overload(operator.eq)
def equal_typed(a, b):
    """Compiled comparison of a tangent with 0."""
    return (lambda a, b: a.factor == b) if is_taped(a) and isinstance(b, PLAIN) else None


@overload(operator.neg)
def negative_typed(a):
    """Compiled `-`."""
    return (lambda a: multiplied(a, -1.0)) if is_taped(a) else None


@overload(operator.pos)
def positive_typed(a):
    """Compiled `+`."""
    return (lambda a: a) if is_taped(a) else None


@register_jitable
def leaving(weight, whole, nothing):
    """As `jumps.leaving`, of a tangent, of which this side sees the whole, or nothing."""
    seen = weight
    if not whole and weight.at != 0:
        if nothing:
            seen = multiplied(weight, 0.0)
        elif weight.node >= tape_at(weight.at).mark:
            seen = multiplied(weight, 0.5)
        elif weight.factor <= 0.0:
            seen = multiplied(weight, 0.0)
    return scale_of(seen), seen


class Tables:
    """A tape with room for so many nodes and partials."""

    def __init__(self, leaves: int, nodes: int, values: int) -> None:
        room = dict.fromkeys(("scales", "adjoints", "starts", "counts", "runs"), leaves + nodes)
        room |= dict.fromkeys(("values", "parents"), values)
        self.columns = {n: np.zeros(room[n], np.float64 if n in REAL_COLUMNS else np.int64) for n in room}
        self.columns["scales"][:leaves] = 1.0
        self.tapes = np.zeros(1, TAPE)
        for name, column in self.columns.items():
            self.tapes[name] = column.ctypes.data
        self.tapes["leaves"], self.tapes["node_room"], self.tapes["value_room"] = leaves, leaves + nodes, values

    @property
    def bytes(self) -> int:
        """The memory of the tables."""
        return sum(column.nbytes for column in self.columns.values())


@register_jitable
def begin(tape):
    """Forget the last sample."""
    tape.size = tape.leaves
    tape.mark = tape.leaves
    tape.used = 0
    tape.full = 0


@register_jitable
def clear(tape):
    """Set all adjoints to 0."""
    reals(tape.adjoints, tape.size)[:] = 0.0


@register_jitable
def adjoint(tape, node):
    """Return the adjoint of a node."""
    return reals(tape.adjoints, tape.size)[node]


@register_jitable
def seed(tape, node, weight):
    """Add to the adjoint of a node."""
    reals(tape.adjoints, tape.size)[node] += weight


@register_jitable
def sweep(tape):
    """Carry adjoints from the last node to the first."""
    adjoints, values = reals(tape.adjoints, tape.size), reals(tape.values, tape.used)
    parents = wholes(tape.parents, tape.used)
    starts, counts, runs = wholes(tape.starts, tape.size), wholes(tape.counts, tape.size), wholes(tape.runs, tape.size)
    for i in range(tape.size - 1, tape.leaves - 1, -1):
        adjoint = adjoints[i]
        if adjoint == 0.0:
            continue
        start, count, run = starts[i], counts[i], runs[i]
        if run >= 0:
            spread(adjoints[run : run + count], reals(start, count), adjoint)
            continue
        for j in range(start, start + count):
            adjoints[parents[j]] += adjoint * values[j]


@register_jitable
def spread(parents, values, adjoint):
    """Add a multiple of partials to the adjoints of parents that follow one another."""
    for j in range(len(values)):
        parents[j] += adjoint * values[j]
