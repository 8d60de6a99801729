"""Objects that hold each other in compiled code: counts of references never free them, the end of a sample does.

Such an object begins with two whole numbers: where the one is that was made before it, and the number of its class. A
record of ω leads to the one that was made last, and counts as a holder of each.
"""

# mypy: disable-error-code="no-untyped-def,no-untyped-call,misc"

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from llvmlite import ir
from numba import types
from numba.core import cgutils
from numba.experimental import structref
from numba.extending import intrinsic

from stochtrace.carried.numba_families import stub, written
from stochtrace.carried.numba_sources import omega_of

BEFORE, CLASS = "stochtrace_before", "stochtrace_ring"
HEADER = [(BEFORE, types.int64), (CLASS, types.int64)]


@intrinsic
def kept(typing, own):
    """Return the address of an object, which counts as a holder of it."""

    def generate(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        context.nrt.incref(builder, own, arguments[0])
        held = cgutils.create_struct_proxy(own)(context, builder, value=arguments[0])
        return builder.ptrtoint(held.meminfo, context.get_value_type(types.int64))

    return types.int64(own), generate


@intrinsic
def word_of(typing, at, place):
    """Return one of the whole numbers with which the object at an address begins."""

    def generate(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        data = context.nrt.meminfo_data(builder, pointer(builder, arguments[0]))
        words = builder.bitcast(data, context.get_value_type(types.int64).as_pointer())
        return builder.load(builder.gep(words, [arguments[1]]))

    return types.int64(types.int64, types.int64), generate


def pointer(builder: Any, at: Any) -> Any:
    """Return an address as a pointer."""
    return builder.inttoptr(at, ir.IntType(8).as_pointer())


def emptying(kind: Any) -> Callable[..., Any]:
    """Return a function that lets the object at an address, of a class, hold nothing any more."""

    @intrinsic
    def emptied(typing, at):
        def generate(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
            own = context.make_helper(builder, kind)
            own.meminfo = pointer(builder, arguments[0])
            data = structref._Utils(context, builder, kind).get_data_struct(own._getvalue())
            for name, held in kind.field_dict.items() - dict(HEADER).items():
                value = getattr(data, name)
                setattr(data, name, context.get_constant_null(held))
                context.nrt.decref(builder, held, value)
            return context.get_dummy_value()

        return types.none(types.int64), generate

    return emptied  # type: ignore[no-any-return]


@intrinsic
def dropped(typing, at):
    """No longer hold the object at an address."""

    def generate(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        context.nrt.decref(builder, types.MemInfoPointer(types.int8), pointer(builder, arguments[0]))
        return context.get_dummy_value()

    return types.none(types.int64), generate


def noting(name: str, kind: Any, number: int) -> Callable[..., Any]:
    """Return the function that makes an object without values, and notes it."""
    text = f"""
def function(source):
    own, record = new(kind), omega_of(source)[1]
    own.{BEFORE} = record.kept
    own.{CLASS} = {number}
    record.kept = kept(own)
    return own
"""
    space = {"new": structref.new, "kind": kind, "omega_of": omega_of, "kept": kept}
    return stub(f"new_{name}", "source", lambda _: written(text, space))


def releasing(kinds: Sequence[Any]) -> Callable[..., Any]:
    """Return the function that frees the objects of a run, of some classes: they hold nothing, then are not held."""
    each = [f"        if word_of(at, 1) == {i}:\n            emptied_{i}(at)" for i in range(len(kinds))]
    text = f"""
def function(record):
    at = record.kept
    while at != 0:
{chr(10).join(each)}
        at = word_of(at, 0)
    at, record.kept = record.kept, 0
    while at != 0:
        before = word_of(at, 0)
        dropped(at)
        at = before
"""
    emptied = {f"emptied_{i}": emptying(kind) for i, kind in enumerate(kinds)}
    return written(text, {"word_of": word_of, "dropped": dropped, **emptied})
