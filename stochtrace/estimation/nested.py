"""Parameters that are numbers, arrays, or dicts, tuples and lists of them, nested as the user likes."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import is_dataclass
from functools import reduce
from typing import Any

import numpy as np

from stochtrace.runtime.values import remade

Keys = tuple[Any, ...]


def parameter(name: str, value: Any, lists: bool = False) -> Any:
    """Return a parameter to differentiate by: floats and arrays of floats, in the user's containers.

    Numbers in tuples and lists are an array, unless these stay `lists`; named tuples, and tuples and lists that hold
    arrays or dicts, or named tuples, stay what they are. Raises `TypeError` for anything else.
    """
    if isinstance(value, dict) and value:
        return {key: parameter(f"{name}[{key!r}]", part, lists) for key, part in value.items()}
    if hasattr(value, "_fields"):
        parts = zip(value._fields, value, strict=True)
        return remade(value, [parameter(f"{name}.{key}", part, lists) for key, part in parts])
    if isinstance(value, tuple | list) and (holds_arrays(value) or (lists and value)):
        return remade(value, [parameter(f"{name}[{i}]", part, lists) for i, part in enumerate(value)])
    if isinstance(value, np.matrix | np.ma.MaskedArray):
        raise TypeError(f"{name} is a {type(value).__name__}, which computes otherwise than an array: pass one")
    try:
        array = np.array(value, dtype=np.float64)
    except (TypeError, ValueError):
        raise no_number(name, value) from None
    if value is None or isinstance(value, str | complex):
        raise no_number(name, value)
    return array if array.ndim else float(array)


def no_number(name: str, value: Any) -> TypeError:
    """Return the error of a parameter that holds something else; an object can be made in the model, of a dict."""
    say = f"{name} = {value!r} is neither a float nor an array of floats."
    if is_dataclass(value):
        make = f"`{name} = {type(value).__name__}(**{name})`"
        say += f" Pass `dataclasses.asdict({name})` in its place, and begin the model with {make}."
    return TypeError(f"{say} If it does not move, leave it out: `--wrt` takes the names of those that do.")


def holds_arrays(value: Any) -> bool:
    """Tell whether a tuple or list holds arrays, dicts or named tuples, at any depth."""
    if isinstance(value, tuple | list):
        return hasattr(value, "_fields") or any(map(holds_arrays, value))
    return isinstance(value, dict) or (isinstance(value, np.ndarray) and value.ndim > 0)


def is_container(value: Any) -> bool:
    """Tell whether a parameter is a container of others."""
    return isinstance(value, dict | tuple | list)


def mapped(function: Callable[[Keys, Any], Any], value: Any, keys: Keys = ()) -> Any:
    """Return the containers of a value with each leaf replaced by what a function makes of its keys and itself."""
    if isinstance(value, dict):
        return {key: mapped(function, part, (*keys, key)) for key, part in value.items()}
    if isinstance(value, tuple | list):
        return remade(value, [mapped(function, part, (*keys, i)) for i, part in enumerate(value)])
    return function(keys, value)


def leaves(value: Any, keys: Keys = ()) -> Iterator[tuple[Keys, Any]]:
    """Yield the numbers and arrays in a value with the keys that lead there, in order."""
    if is_container(value):
        items = value.items() if isinstance(value, dict) else enumerate(value)
        for key, part in items:
            yield from leaves(part, (*keys, key))
    else:
        yield keys, value


def leaf_at(value: Any, keys: Keys) -> Any:
    """Return the number or array to which keys lead in containers."""
    return reduce(lambda inside, key: inside[key], keys, value)


def refilled(value: Any, vector: Any) -> Any:
    """Return a value with its numbers replaced by those of a vector, in order."""
    at = 0

    def leaf(_: Keys, old: Any) -> Any:
        nonlocal at
        here = vector[at : at + np.size(old)]
        at += np.size(old)
        return np.array(here, dtype=np.float64).reshape(old.shape) if isinstance(old, np.ndarray) else float(here[0])

    return mapped(leaf, value)


def like(name: str, value: Any, other: Any) -> Any:
    """Return `other` as floats in the containers of `value`. Raises `ValueError` where its structure differs."""
    shapes = [(k, np.shape(leaf)) for k, leaf in leaves(value)]
    for lists in (False, True):
        found = parameter(name, other, lists)
        if [(k, np.shape(leaf)) for k, leaf in leaves(found)] == shapes:
            return found
    raise ValueError(f"{name} has not the structure of the parameter: {other!r} in the place of {value!r}")


def described(arguments: Mapping[str, Any]) -> tuple[Any, ...]:
    """Return what the shape of a result may depend on: shapes, types, and whole numbers."""
    return tuple(
        (name, keys, np.shape(leaf), leaf if isinstance(leaf, int | str) else getattr(leaf, "dtype", type(leaf)))
        for name, value in arguments.items()
        for keys, leaf in leaves(value)
    )


def frozen(value: Any) -> Any:
    """Return an argument that no sample can change for the next one: an array as a view that is read only."""
    if not isinstance(value, np.ndarray):
        return value
    view = value.view()
    view.flags.writeable = False
    return view


def read_again(name: str, value: Any) -> Any:
    """Return an argument that each sample can read from its beginning. Raises `TypeError` for an iterator."""
    if isinstance(value, Iterator):
        raise TypeError(f"{name} = {value!r} can be read once, and each sample would go on with it: pass a list")
    return value
