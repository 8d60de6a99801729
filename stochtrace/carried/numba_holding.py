"""Containers of known types in compiled code, made empty; and dictionaries that hold lists and sets.

Numba forbids lists as the values of its dictionaries, as those of Python could not be told what compiled code did to
them. These never leave it.
"""

# mypy: disable-error-code="no-untyped-def,no-untyped-call,untyped-decorator,misc"

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from numba import types
from numba.core.types.containers import InitialValue
from numba.cpython import listobj, setobj
from numba.extending import intrinsic, register_model
from numba.typed import dictobject

from stochtrace.carried.numba_families import stub, written
from stochtrace.carried.numba_smooth import SMOOTH, SmoothType, lifted

HOLDING = types.List | types.Set


class HoldingType(types.DictType):
    """The type of a dictionary of lists or sets."""

    def __init__(self, key: Any, value: Any) -> None:
        self.key_type, self.value_type = key, value
        self.keyvalue_type = types.Tuple([key, value])
        super(types.DictType, self).__init__(f"dictionary({key}, {value})")
        InitialValue.__init__(self, None)

    def unify(self, typing: Any, other: Any) -> Any:
        """Return the type of what may be one or another."""
        return self if other == self else None

    def __unliteral__(self) -> Any:
        return self


register_model(HoldingType)(dictobject.DictModel)


def dictionary(key: Any, value: Any) -> Any:
    """Return the type of a dictionary."""
    return HoldingType(key, value) if isinstance(value, HOLDING) else types.DictType(key, value)


def empty_sequence(held: Any) -> Any:
    """Return a function that makes an empty list or set of a type."""

    @intrinsic
    def empty(typing):
        def generate(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
            if isinstance(held, types.Set):
                return setobj.SetInstance.allocate(context, builder, held).value
            nothing = context.get_constant(types.intp, 0)
            made = listobj.ListInstance.allocate(context, builder, held, nothing)
            made.size = nothing
            return made.value

        return held(), generate

    return empty


def retyped(held: Any) -> Any:
    """Return a function that gives an empty dictionary of numbers another type: it holds nothing yet."""

    @intrinsic
    def function(typing, made):
        def generate(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
            context.nrt.incref(builder, made, arguments[0])
            return arguments[0]

        return held(made), generate

    return function


DICTIONARY = """
def function():
    table = new_sized(0, key, value)
    set_methods(table, key, value)
    return retyped(made(key, number, table))
"""


def emptying(held: Any) -> Callable[..., Any] | None:
    """Return a function, of Python's text, that makes an empty container of a type; None where it is another type."""
    if isinstance(held, HOLDING):
        return written("def function():\n    return empty()", {"empty": empty_sequence(held)})
    if not isinstance(held, types.DictType):
        return None
    space = {"key": held.key_type, "value": held.value_type, "number": types.int64, "retyped": retyped(held)}
    space |= {"new_sized": dictobject._dict_new_sized, "set_methods": dictobject._dict_set_method_table}
    return written(DICTIONARY, space | {"made": dictobject._make_dict})


def beginning(held: Any) -> Callable[..., Any] | None:
    """Return the same, and for numbers a function that returns 0."""
    if isinstance(held, types.Integer | types.Float | SmoothType):
        return written(f"def function():\n    return {0 if isinstance(held, types.Integer) else 0.0}", {})
    return emptying(held)


THERE = """
def function(held, key):
    if key not in held:
        held[key] = empty()
    return held[key]
"""
OR_EMPTY = """
def function(held, key):
    return held[key] if key in held else empty()
"""
FILLED = """
def function(pairs):
    made = empty()
    for key, value in pairs:
        made[key] = value
    return made
"""
LISTED = """
def function(values):
    made = empty()
    for value in values:
        made.append(fitting(value))
    return made
"""


def found_by(text: str) -> Any:
    """Return what finds what stands under a key of a dictionary, or an empty container of its kind."""

    def typed(kinds: list[Any]) -> Any:
        empty = beginning(kinds[0].value_type) if isinstance(kinds[0], types.DictType) else None
        return None if empty is None else written(text, {"empty": empty})

    return stub("found", "held, key", typed)


def of_dictionary(implementation: Any) -> Any:
    """Return what takes dictionaries, and nothing else."""
    return lambda kinds: implementation if isinstance(kinds[0], types.DictType) else None


def move_to_end(held, key):
    """Let a key come last."""
    held[key] = held.pop(key)


def pop_first(held):
    """Take the key that came first out, with its value."""
    for key in held:
        return key, held.pop(key)
    raise KeyError("dictionary is empty")


MAKING = {
    "there": found_by(THERE),
    "there_or_empty": found_by(OR_EMPTY),
    "moved_to_end": stub("moved_to_end", "held, key", of_dictionary(move_to_end)),
    "popped_first": stub("popped_first", "held", of_dictionary(pop_first)),
}


def fitting(held: Any) -> Any:
    """Return a function that gives a value a type."""
    if held == SMOOTH:
        return lifted
    return written(f"def function(x):\n    return {'float(x)' if isinstance(held, types.Float) else 'x'}", {})


def listed(held: Any) -> Callable[..., Any]:
    """Return a function that makes a list of a type of the values of another list."""
    return written(LISTED, {"empty": emptying(held), "fitting": fitting(held.dtype)})


def making(number: int, held: Any) -> dict[str, Any]:
    """Return what makes containers of a type, by the words that a text has for it: empty, of pairs, of a list."""
    if (empty := emptying(held)) is None:
        return {}
    made = {"empty_": stub(f"empty_{number}", "", lambda _: empty)}
    if isinstance(held, types.DictType):
        made["filled_"] = stub(f"filled_{number}", "pairs", lambda _: written(FILLED, {"empty": empty}))
    if isinstance(held, types.List):
        made["listed_"] = stub(f"listed_{number}", "values", lambda _: listed(held))
    return made
