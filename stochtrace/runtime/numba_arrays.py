"""Arrays of draws in Numba's nopython mode: `each` and its kin, one loop over the elements written for each count."""

# mypy: disable-error-code="no-untyped-def,no-untyped-call,untyped-decorator"

from __future__ import annotations

from typing import Any

import numpy as np
from numba import types
from numba.extending import overload

from stochtrace.runtime import arrays
from stochtrace.runtime.checks import require
from stochtrace.runtime.numba_leaves import LeavesType, array_of, blank, holds_tangents

LOOP = """
def loop({head}, site, size, *parameters):
    shape = shape_of(size, {broadcast})
    {made}
    {held}
    for i in range(len({first})):
        {stored} = sampler({arguments})
    return {result}
"""


ELEMENTS = """
def whole({signature}):
    shape = shape_of(None, ({names},))
    values = np.empty(shape)
    flat_values = values.reshape(-1)
    {held}
    for i in range(flat_values.size):
        flat_values[i] = function({elements})
    return values
"""
CONTAINERS = types.Array | types.List | types.BaseTuple


def shape_of(size: Any, parameters: Any) -> Any:
    """Stand for the overload below."""


@overload(shape_of)
def shape_of_typed(size, parameters):
    """Return `size` as a tuple, or the shape of the sum of all parameters."""
    if isinstance(size, types.Integer):
        return lambda size, parameters: (size,)
    if isinstance(size, types.BaseTuple):
        return lambda size, parameters: size
    total = " + ".join(f"as_array(parameters[{i}])" for i in range(len(parameters)))
    return written(f"def shape(size, parameters):\n    return ({total}).shape", "shape")


def as_array(value: Any) -> Any:
    """Stand for the overload below."""


@overload(as_array)
def as_array_typed(value):
    """Return a list as an array, anything else as it is."""
    return (lambda value: np.array(value)) if isinstance(value, types.List | types.BaseTuple) else (lambda value: value)


def flat(value: Any, shape: Any) -> Any:
    """Stand for the overload below."""


@overload(flat)
def flat_typed(value, shape):
    """Return the elements of a parameter in row order, a number as it is."""
    if isinstance(value, LeavesType):
        return lambda value, shape: np.broadcast_to(array_of(value), shape).copy().reshape(-1)
    if isinstance(value, types.Array | types.List | types.BaseTuple):
        return lambda value, shape: np.broadcast_to(as_array(value), shape).copy().reshape(-1)
    return lambda value, shape: value


def at(value: Any, index: int) -> Any:
    """Stand for the overload below."""


@overload(at)
def at_typed(value, index):
    """Return one element of a parameter."""
    return (lambda value, index: value[index]) if isinstance(value, types.Array) else (lambda value, index: value)


def written(text: str, name: str) -> Any:
    """Return a function written out as text."""
    space: dict[str, Any] = {f.__name__: f for f in (shape_of, as_array, flat, at, blank)} | {"np": np}
    exec(text, space)
    return space[name]


def loop(sampler: Any, parameters: Any, head: str, dtype: Any) -> Any:
    """Return the loop of an array of draws, for the types of a call; without a dtype, of values and tangents."""
    function = sampler.typing_key
    rows = arrays.rows_of(function)
    stars = (types.StarArgTuple, types.StarArgUniTuple)
    given = parameters[0] if len(parameters) == 1 and isinstance(parameters[0], stars) else parameters
    count = len(given)
    elements = [f"held{i}" if rows[i] else f"at(held{i}, i)" for i in range(count)]
    moved = [holds_tangents(kind) for kind in given]
    numbers = "".join(f"parameters[{i}], " for i in range(count) if not rows[i] and not moved[i])
    results = ["values"] if dtype else ["values", "tangents"]
    kind = dtype or "float64"
    longest = arrays.vector_parameter(function)
    row = "" if longest is None else f"len(parameters[{longest}]),"
    flat = f"np.empty(shape).size, {row}" if row else "-1"
    made = [f"{name} = np.empty(shape + ({row}), np.{kind})" for name in results]
    if not dtype and any(moved):
        made[1] = f"tangents = blank(shape + ({row}))"
    made += [f"flat_{name} = {name}.reshape({flat})" for name in results]
    held = [f"parameters[{i}]" if rows[i] else f"flat(parameters[{i}], shape)" for i in range(count)]
    ours = head.removeprefix("sampler, ").split(", ")
    return written(
        LOOP.format(
            head=head,
            broadcast=f"({numbers})",
            made="\n    ".join(made),
            held="\n    ".join(f"held{i} = {text}" for i, text in enumerate(held)) or "pass",
            first=f"flat_{results[0]}",
            stored=", ".join(f"flat_{name}[i]" for name in results),
            arguments=", ".join([*ours, "site", *elements]),
            result=", ".join(results),
        ),
        "loop",
    )


def dtype_of(sampler: Any) -> str:
    """Return the type of a sampler's outcomes."""
    return np.dtype(arrays.TYPES[sampler.typing_key.__annotations__["return"]]).name.replace("bool", "bool_")


def each_typed(sampler, omega, site, size, *parameters):
    """Compiled `each`."""
    return loop(sampler, parameters, "sampler, omega", dtype_of(sampler))


def each_d_typed(sampler, omega, site, size, *parameters):
    """Compiled `each_d`."""
    return loop(sampler, parameters, "sampler, omega", None)


def each_jumps_typed(sampler, omega, jumps, site, size, *parameters):
    """Compiled `each_jumps`."""
    return loop(sampler, parameters, "sampler, omega, jumps", dtype_of(sampler))


def unsqueezed_typed(site, size):
    """Compiled `unsqueezed`."""
    if isinstance(size, types.BaseTuple):

        def lengths(site, size):
            for length in size:
                require(length != 1, site, "size", length)
            return size

        return lengths

    def length(site, size):
        require(size != 1, site, "size", size)
        return size

    return length if isinstance(size, types.Integer) else None


def moved_typed(site, loc):
    """Compiled `moved`."""
    return (lambda site, loc: loc) if isinstance(loc, types.Number | types.Boolean) else None


def moved_count_typed(site, loc):
    """Compiled `moved_count`."""

    def number(site, loc):
        require(loc % 1 == 0, site, "loc", loc)
        return loc

    return number if isinstance(loc, types.Number | types.Boolean) else None


def moved_counts_typed(site, loc):
    """Compiled `moved_counts`."""

    def array(site, loc):
        for value in loc.flat:
            require(value % 1 == 0, site, "loc", value)
        return loc

    return array if isinstance(loc, types.Array) else moved_count_typed(site, loc)


def scaled_typed(site, scale):
    """Compiled `scaled`."""

    def number(site, scale):
        require(scale >= 0, site, "scale", scale)
        return scale

    return number if isinstance(scale, types.Number | types.Boolean) else None


def scaled_each_typed(site, scale):
    """Compiled `scaled_each`."""

    def array(site, scale):
        for value in scale.flat:
            require(value >= 0, site, "scale", value)
        return scale

    return array if isinstance(scale, types.Array) else scaled_typed(site, scale)


def elementwise(function: Any, signature: str) -> Any:
    """Return the overload of a function of numbers that is applied to all elements of arrays, lists and tuples.

    `signature` has its parameters and their defaults; those that a call leaves out are left out inside.
    """
    names = [part.split("=")[0].strip() for part in signature.split(",")]
    space: dict[str, Any] = {"pick": lambda given: elements_of(function, signature, names, given)}
    exec(f"def typed({signature}):\n    return pick(({', '.join(names)},))", space)
    return space["typed"]


def elements_of(function: Any, signature: str, names: list[str], given: Any) -> Any:
    """Return the implementation for the types of a call: of numbers, or a loop over elements; None for other types."""
    used = [n for n, kind in zip(names, given, strict=True) if isinstance(kind, types.Type)]
    used = [n for n in used if not isinstance(given[names.index(n)], types.Omitted)]
    if not all(of_numbers(given[names.index(n)]) for n in used):
        return None
    space: dict[str, Any] = {f.__name__: f for f in (shape_of, flat, at)} | {"np": np, "function": function}
    if not any(isinstance(kind, CONTAINERS) for kind in given):
        exec(f"def whole({signature}):\n    return function({', '.join(used)})", space)
        return space["whole"]
    held = [f"held{i} = flat({name}, shape)" for i, name in enumerate(used)]
    text = ELEMENTS.format(
        signature=signature,
        names=", ".join(used),
        held="\n    ".join(held),
        elements=", ".join(f"at(held{i}, i)" for i in range(len(used))),
    )
    exec(text, space)
    return space["whole"]


def of_numbers(kind: Any) -> bool:
    """Tell whether a type is that of a number, or of a container of numbers."""
    if isinstance(kind, CONTAINERS):
        return all(map(of_numbers, kind.types if isinstance(kind, types.BaseTuple) else (kind.dtype,)))
    return isinstance(kind, types.Number | types.Boolean)


# `dtype=int` is how programs ask for an array of counts; Numba knows `np.int64` only.
BUILTIN: dict[Any, Any] = {int: np.int64, float: np.float64, bool: np.bool_}


def of_builtin(make: Any) -> Any:
    """Return the overload of a function that makes arrays, for the types that are built in."""

    def typed(shape, dtype=None):
        kind = BUILTIN.get(getattr(dtype, "typing_key", None))
        return None if kind is None else lambda shape, dtype=None: make(shape, kind)

    return typed


def filled_of_builtin(shape, fill_value, dtype=None):
    """The same for `np.full`."""
    kind = BUILTIN.get(getattr(dtype, "typing_key", None))
    return None if kind is None else lambda shape, fill_value, dtype=None: np.full(shape, fill_value, kind)


def is_sequence(values: Any) -> bool:
    """Tell whether a type is a list, a tuple of equal types or a vector."""
    vector = isinstance(values, types.Array) and values.ndim == 1
    return vector or isinstance(values, types.List | types.UniTuple)


def any_typed(values):
    """Compiled `any`."""
    if not is_sequence(values):
        return None

    def implementation(values):
        found = False
        for value in values:
            if value:
                found = True
                break
        return found

    return implementation


def all_typed(values):
    """Compiled `all`."""
    if not is_sequence(values):
        return None

    def implementation(values):
        found = True
        for value in values:
            if not value:
                found = False
                break
        return found

    return implementation


def register() -> None:
    """Let compiled code draw arrays, and ask lists whether any or all of their elements are true."""
    overload(any)(any_typed)
    overload(all)(all_typed)
    overload(arrays.each)(each_typed)
    overload(arrays.each_d)(each_d_typed)
    overload(arrays.each_jumps)(each_jumps_typed)
    overload(arrays.unsqueezed)(unsqueezed_typed)
    overload(arrays.moved)(moved_typed)
    overload(arrays.moved_count)(moved_count_typed)
    overload(arrays.moved_counts)(moved_counts_typed)
    overload(arrays.scaled)(scaled_typed)
    overload(arrays.scaled_each)(scaled_each_typed)
    for make in (np.zeros, np.ones, np.empty):
        overload(make)(of_builtin(make))
    overload(np.full)(filled_of_builtin)
