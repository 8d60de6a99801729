"""The tape of reverse mode in compiled code: tables of plain numbers behind an address, which a tangent points to.

A node is a row: where its partials begin, how many they are, and its first parent where its parents follow one another
(a run, as the elements of an array do), else -1, and each partial has its parent beside it. Where a table is full,
`full` is set, and the sample is run again with more room.
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
from numba.extending import intrinsic, lower_cast, make_attribute_wrapper, models, overload, register_jitable
from numba.extending import register_model

TAPE = np.dtype(
    [(name, "i8") for name in "size mark leaves used nodes partials node_room partial_room full".split()], align=True
)
NODE = np.dtype([("scale", "f8"), ("adjoint", "f8"), ("start", "i8"), ("count", "i8"), ("run", "i8")], align=True)
PARTIAL = np.dtype([("value", "f8"), ("parent", "i8")], align=True)
PLAIN = (types.Integer, types.Float, types.Boolean)
WORD = ir.IntType(64)


def reference(row: np.dtype[Any]) -> Any:
    """Return a function that gives the row of a table: the record at address + index * size."""
    kind = numba.from_dtype(row)

    def typed(typing: Any, address: Any, index: Any) -> Any:
        def generate(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
            step = builder.mul(arguments[1], ir.Constant(WORD, row.itemsize))
            return builder.inttoptr(builder.add(arguments[0], step), context.get_value_type(kind))

        return kind(types.int64, types.int64), generate

    return intrinsic(typed)


tape_row, node_row, partial_row = reference(TAPE), reference(NODE), reference(PARTIAL)


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
def tape_at(at):
    """Return the tape at an address."""
    return tape_row(at, 0)


@register_jitable
def mark(at):
    """Note that a draw is made: nodes from here on may depend on its outcome."""
    tape = tape_at(at)
    tape.mark = tape.size


@register_jitable
def pushed(at, count, run):
    """Return the number of a new node with room for so many partials, -1 where there is no room."""
    tape = tape_at(at)
    if tape.size == tape.node_room or tape.used + count > tape.partial_room:
        tape.full = 1
        return -1
    node = node_row(tape.nodes, tape.size)
    node.start, node.count, node.run = tape.used, count, run
    tape.used += count
    tape.size += 1
    return tape.size - 1


@register_jitable
def scale_of(x):
    """Return the size of a tangent in a typical direction."""
    return abs(x.factor) * node_row(tape_at(x.at).nodes, x.node).scale if x.at != 0 else abs(x.factor)


@register_jitable
def added(a, b):
    """Return a + b: a new node where two different ones meet."""
    if a.at == 0:
        return made(a.factor + b.factor, b.node, b.at)
    if b.at == 0:
        return made(a.factor + b.factor, a.node, a.at)
    if a.node == b.node:
        return made(a.factor + b.factor, a.node, a.at)
    number = pushed(a.at, 2, -1)
    if number < 0:
        return made(0.0, 0, a.at)
    tape = tape_at(a.at)
    node = node_row(tape.nodes, number)
    first, second = partial_row(tape.partials, node.start), partial_row(tape.partials, node.start + 1)
    first.value, first.parent, second.value, second.parent = a.factor, a.node, b.factor, b.node
    node.scale = np.hypot(scale_of(a), scale_of(b))
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


@overload(operator.neg)
def negative_typed(a):
    """Compiled `-`."""
    return (lambda a: multiplied(a, -1.0)) if is_taped(a) else None


@overload(operator.pos)
def positive_typed(a):
    """Compiled `+`."""
    return (lambda a: a) if is_taped(a) else None


@register_jitable
def leaving(weight, certain):
    """As `jumps.leaving`, of a tangent."""
    seen = weight
    if not certain and weight.at != 0:
        if weight.node >= tape_at(weight.at).mark:
            seen = multiplied(weight, 0.5)
        elif weight.factor <= 0.0:
            seen = multiplied(weight, 0.0)
    return scale_of(seen), seen


class Tables:
    """A tape with room for so many nodes and partials."""

    def __init__(self, leaves: int, room: int) -> None:
        self.nodes, self.partials = np.zeros(leaves + room, NODE), np.zeros(4 * room, PARTIAL)
        self.nodes["scale"][:leaves] = 1.0
        self.tapes = np.zeros(1, TAPE)
        for name, value in (
            ("leaves", leaves),
            ("nodes", self.nodes.ctypes.data),
            ("partials", self.partials.ctypes.data),
            ("node_room", len(self.nodes)),
            ("partial_room", len(self.partials)),
        ):
            self.tapes[name] = value

    @property
    def bytes(self) -> int:
        """The memory of the tables."""
        return int(self.nodes.nbytes + self.partials.nbytes)


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
    for i in range(tape.size):
        node_row(tape.nodes, i).adjoint = 0.0


@register_jitable
def adjoint(tape, node):
    """Return the adjoint of a node."""
    return node_row(tape.nodes, node).adjoint


@register_jitable
def seed(tape, node, weight):
    """Add to the adjoint of a node."""
    node_row(tape.nodes, node).adjoint += weight


@register_jitable
def sweep(tape):
    """Carry adjoints from the last node to the first."""
    for i in range(tape.size - 1, tape.leaves - 1, -1):
        node = node_row(tape.nodes, i)
        adjoint = node.adjoint
        if adjoint == 0.0:
            continue
        for j in range(node.count):
            partial = partial_row(tape.partials, node.start + j)
            parent = partial.parent if node.run < 0 else node.run + j
            node_row(tape.nodes, parent).adjoint += adjoint * partial.value
