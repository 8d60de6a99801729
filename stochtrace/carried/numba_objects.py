"""Objects of a program's own classes in compiled code: references to structs, whose methods are functions.

Each class has a type of its own in each form of a program: in a sample its real numbers are carried values, in a replay
plain ones. What its attributes hold is declared; a value of another type that is stored there does not compile.
"""

# mypy: disable-error-code="no-untyped-def,no-untyped-call,untyped-decorator,misc"

from __future__ import annotations

import inspect
import operator
import zlib
from collections.abc import Callable, Mapping
from enum import EnumType
from typing import Any

import numba
import numpy as np
from numba import types
from numba.experimental import structref
from numba.extending import overload, overload_attribute, overload_method

from stochtrace.carried.numba_draws import on_trace
from stochtrace.carried.numba_families import stub, written
from stochtrace.carried.numba_fields import register
from stochtrace.carried.numba_holding import dictionary, emptying, listed, making
from stochtrace.carried.numba_rings import HEADER, noting
from stochtrace.carried.numba_shapes import grid
from stochtrace.carried.numba_smooth import PLAIN, SMOOTH, lifted
from stochtrace.carried.numba_sources import SourceType
from stochtrace.runtime import numba_side
from stochtrace.runtime.numba_identity import ObjectType, inner
from stochtrace.runtime.numba_words import WORD

OPERATORS = {
    "__lt__": operator.lt,
    "__le__": operator.le,
    "__gt__": operator.gt,
    "__ge__": operator.ge,
    "__add__": operator.add,
    "__sub__": operator.sub,
    "__mul__": operator.mul,
    "__truediv__": operator.truediv,
    "__getitem__": operator.getitem,
    "__pow__": operator.pow,
    "__mod__": operator.mod,
    "__neg__": operator.neg,
    "__abs__": abs,
    "__setitem__": operator.setitem,
    "__contains__": operator.contains,
    "__len__": len,
}
REFLECTED = {
    "__radd__": operator.add,
    "__rsub__": operator.sub,
    "__rmul__": operator.mul,
    "__rtruediv__": operator.truediv,
}


class Types:
    """The types of the classes of a program, in a sample (`carried`) or in a replay."""

    def __init__(self, space: Mapping[str, Any], objects: Any, omega: Any, words: bool) -> None:
        self.space, self.omega, self.words = space, omega, words
        self.fields, self.roots, self.rings = objects.kinds, objects.roots, objects.rings
        self.contents: Mapping[int, Any] = objects.contents
        self.real = SMOOTH if on_trace(omega) else types.float64
        form = f"{'of' if on_trace(omega) else 'again'}_{zlib.crc32(repr(objects.told()).encode())}"
        self.kinds = {
            name: register(type(f"{name}_{form}" if name in self.rings else name, (ObjectType,), {}))
            for name in self.fields
        }
        self.made: dict[str, Any] = {}
        self.under_way: list[str] = []

    @property
    def in_rings(self) -> dict[str, Any]:
        """The types of objects that may hold each other, by class."""
        return {name: self.of_class(name) for name in sorted({self.roots.get(name, name) for name in self.rings})}

    def of_class(self, name: str) -> Any:
        """Return the type of a class."""
        name = self.roots.get(name, name)
        if name not in self.made and name in self.rings and name in self.kinds:
            self.made[name] = self.kinds[name]([])  # its name says which it is: its fields may lead to it
            held = [(attribute, self.of(kind)) for attribute, kind in sorted(self.fields[name].items())]
            self.made[name]._fields = (*HEADER, *held)
        if name not in self.made:
            if name in self.under_way or name not in self.kinds:
                raise NotImplementedError(f"objects of the class `{name}` hold each other, or are not known")
            self.under_way.append(name)
            held = [(attribute, self.of(kind)) for attribute, kind in sorted(self.fields[name].items())]
            self.made[name] = self.kinds[name](held)
        return self.made[name]

    def of(self, kind: Any) -> Any:
        """Return the type of what was observed."""
        match kind.word, kind.parts:
            case "real", _:
                return self.real
            case "whole", _:
                return types.int64
            case "truth", _:
                return types.boolean
            case "text", _:
                return WORD if self.words else types.unicode_type
            case "source", _:
                return SourceType(self.omega)
            case "none", _:
                return types.none
            case "optional" | "unset", (inner,):
                return types.Optional(self.of(inner))
            case "list", (inner,):
                return types.List(self.of(inner))
            case "tuple", parts:
                return types.Tuple([self.of(part) for part in parts])
            case "dict", (key, value):
                return dictionary(self.of(key), self.of(value))
            case "set", (inner,):
                return types.Set(self.of(inner))
            case "array", (inner, ndim):
                return types.Array(self.of(inner), ndim, "C")
            case "constant", (name,) if isinstance(self.space.get(name), EnumType):
                return numba.typeof(next(iter(self.space[name])))
            case "object", (name, *_):
                return self.of_class(name)
        raise NotImplementedError(f"an attribute holds something that compiled code has not ({kind.word})")


def declare(space: dict[str, Any], classes: Mapping[str, Any], values: Mapping[str, Any], kinds: Types) -> None:
    """Give the classes of a program to the functions in its namespace."""
    names = {attribute for fields in kinds.fields.values() for attribute in fields}
    rings = [*kinds.in_rings.values()]
    for name, described in classes.items():
        kind = kinds.of_class(name)
        noted = name in kinds.rings
        space[f"stochtrace_new_{name}"] = noting(name, kind, rings.index(kind)) if noted else maker(name, kind)
        for attribute, value in values[name].items():
            if attribute not in kinds.fields[name] and name not in kinds.roots:
                constant(kinds.kinds[name], attribute, value)
        kinds.kinds[name].has_truth = not described.methods.keys().isdisjoint(("__bool__", "__len__"))
        for method, function in described.methods.items():
            declare_method(kinds.kinds[name], method, space[function], method in described.properties)
    for number, kind in kinds.contents.items():
        made = making(number, kinds.of(kind))
        space.update({f"stochtrace_{word}{number}": function for word, function in made.items()})
    for attribute in names:
        space[f"stochtrace_empty_{attribute}"] = emptier(attribute)
        space[f"stochtrace_into_{attribute}"] = converter(attribute)


def maker(name: str, kind: Any) -> Callable[..., Any]:
    """Return the function that makes an object without values."""
    space = {"new": structref.new, "kind": kind}
    return stub(f"new_{name}", "", lambda _: written("def function():\n    return new(kind)", space))


def constant(cls: Any, attribute: str, value: Any) -> None:
    """Let compiled code read an attribute of a class."""
    overload_attribute(cls, attribute)(lambda own: lambda own: value)


def declare_method(cls: Any, method: str, function: Any, is_property: bool) -> None:
    """Let compiled code call a method, or read a property."""
    names = [*inspect.signature(function).parameters]
    listed, space = ", ".join(names), {"function": function}
    exec(f"def implementation({listed}):\n    return function({listed})", space)
    exec(f"def typed({listed}):\n    return implementation", space)
    for made in ("implementation", "typed"):
        space[made].__defaults__ = function.__defaults__
    if is_property:
        overload_attribute(cls, method)(space["typed"])
    elif method in OPERATORS:
        declare_operator(cls, OPERATORS[method], space["implementation"], len(names))
    elif method in REFLECTED:
        declare_reflected(cls, REFLECTED[method], space["implementation"])
    elif not method.startswith("__"):
        overload_method(cls, method)(space["typed"])


def declare_operator(cls: Any, called: Any, implementation: Any, count: int) -> None:
    """Let compiled code apply an operator to objects of a class."""
    if count == 1:
        numba_side.register(implementation)
        overload(called)(lambda a: (lambda a: implementation(a)) if isinstance(a, cls) else None)
        return
    names = list(inspect.signature(implementation).parameters)
    space = {"implementation": implementation, "cls": cls}
    exec(f"def typed({', '.join(names)}):\n    return implementation if isinstance({names[0]}, cls) else None", space)
    overload(called)(space["typed"])


def declare_reflected(cls: Any, called: Any, implementation: Any) -> None:
    """Let compiled code apply an operator to another value and an object of a class."""

    def reflected(a, b):
        return implementation(b, a)

    def typed(a, b):
        return reflected if isinstance(b, cls) and not isinstance(a, ObjectType) else None

    numba_side.register(implementation)
    overload(called)(typed)


def emptier(attribute: str) -> Callable[..., Any]:
    """Return the function that makes what an attribute holds, empty."""

    def typed(kinds: list[Any]) -> Any:
        return of_type(inner(kinds[0].field_dict.get(attribute)) if isinstance(kinds[0], ObjectType) else None)

    return stub(f"empty_{attribute}", "own", typed)


def of_type(held: Any) -> Any:
    """Return a function that makes an empty container of a type."""
    if (empty := emptying(held)) is None:
        return None
    return written("def function(own):\n    return empty()", {"empty": empty})


def converter(attribute: str) -> Callable[..., Any]:
    """Return the function that gives a new container the type of what an attribute holds."""

    def typed(kinds: list[Any]) -> Any:
        own, value = kinds
        held = inner(own.field_dict.get(attribute)) if isinstance(own, ObjectType) else None
        if held is None or held == value:
            return lambda own, value: value
        if isinstance(held, types.List) and isinstance(value, types.List):
            if not fits(value.dtype, held.dtype):
                return None
            return written("def function(own, value):\n    return made(value)", {"made": listed(held)})
        if isinstance(held, types.Array) and isinstance(value, types.Array) and held.dtype == SMOOTH:
            return in_grid if isinstance(value.dtype, PLAIN) and value.ndim == held.ndim else None
        return lambda own, value: value

    return stub(f"into_{attribute}", "own, value", typed)


def fits(value: Any, held: Any) -> bool:
    """Tell whether a value of one type may stand in a container of another."""
    plain = held == SMOOTH or isinstance(held, types.Float)
    return bool(value == held or (plain and isinstance(value, PLAIN)))


def in_grid(own, value):
    """Return an array of numbers as one of carried values."""
    out = grid(value.shape)
    for index in np.ndindex(value.shape):
        out[index] = lifted(value[index])
    return out


@overload(bool)
def truth_typed(x):
    """Compiled truth of an object: true, where its class says nothing of it."""
    return (lambda x: True) if isinstance(x, ObjectType) and not type(x).has_truth else None
