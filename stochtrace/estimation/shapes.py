"""Results and parameters of any shape as flat vectors of floats, and back."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from stochtrace.estimation.moments import Array
from stochtrace.estimation.nested import Keys, leaves, like, mapped
from stochtrace.runtime.values import remade, zero_like


def flatten(value: Any) -> list[float]:
    """Return the numbers of a result, in order: a number, or numbers in arrays, tuples and lists."""
    if isinstance(value, (float, int)):
        return [float(value)]
    if isinstance(value, np.ndarray):
        return [float(v) for v in value.ravel()]
    if isinstance(value, tuple | list):
        return [number for v in value for number in flatten(v)]
    if not isinstance(value, np.number | np.bool_):
        raise TypeError(f"a program must return numbers, and this one returned {value!r}. {_instead(value)}")
    return [float(value)]


def _instead(value: Any) -> str:
    """Return what to write in the place of a result that is no number."""
    if value is None:
        return "Some way through it ends without a `return`."
    if isinstance(value, dict):
        return "Return a tuple, `tuple(result.values())`."
    return "Return a number, or numbers in a tuple, a list or an array."


def rebuild(template: Any, numbers: Sequence[Any]) -> Any:
    """Return numbers in the containers of `template`, the inverse of `flatten`; they may be arrays themselves."""
    return _rebuild(template, iter(numbers))


def _rebuild(template: Any, numbers: Iterator[Any]) -> Any:
    if isinstance(template, np.ndarray):
        parts = [next(numbers) for _ in range(template.size)]
        return np.array(parts).reshape(template.shape + np.shape(parts[0] if parts else ()))
    if isinstance(template, tuple | list):
        return remade(template, [_rebuild(t, numbers) for t in template])
    return next(numbers)


@dataclass(frozen=True)
class Direction:
    """One coordinate of the parameters: a name, the keys that lead to it in containers, and its index in an array."""

    name: str
    index: tuple[int, ...] = ()
    keys: Keys = ()

    def __str__(self) -> str:
        keys = "".join(f"[{key!r}]" for key in self.keys)
        return f"{self.name}{keys}" + (f"[{', '.join(map(str, self.index))}]" if self.index else "")


@dataclass(frozen=True)
class Along:
    """Any direction: the tangent of each parameter that moves, by name."""

    label: str
    tangents: Mapping[str, Any]

    def __str__(self) -> str:
        return self.label


def directions(wrt: Sequence[str] | Along, arguments: Mapping[str, Any]) -> list[Direction | Along]:
    """Return the coordinates to differentiate by, in order; or the one direction that is asked for."""
    if isinstance(wrt, Along):
        return [wrt]
    return [
        Direction(name, index, keys)
        for name in wrt
        for keys, leaf in leaves(arguments[name])
        for index in (np.ndindex(leaf.shape) if isinstance(leaf, np.ndarray) else [()])
    ]


def along(wrt: Sequence[str], arguments: Mapping[str, Any], direction: Any) -> Along:
    """Return the direction that a user gives: in the structure of the parameter, in a dict by name for several."""
    given = direction if len(wrt) > 1 else {wrt[0]: direction}
    if not isinstance(given, Mapping) or not set(given) <= set(wrt):
        raise ValueError(f"direction = {direction!r} is not a dict by parameter, of {', '.join(wrt)}")
    return Along("v", {name: like("direction", arguments[name], v) for name, v in given.items()})


def basis(direction: Direction | Along, name: str, value: Any) -> Any:
    """Return the tangent of the parameter `name` for a direction: 1 at its coordinate, 0 elsewhere."""
    if isinstance(direction, Along):
        return direction.tangents[name] if name in direction.tangents else mapped(lambda _, v: zero_like(v), value)

    def tangent(keys: Keys, leaf: Any) -> Any:
        here = direction.name == name and direction.keys == keys
        if not isinstance(leaf, np.ndarray):
            return 1.0 if here else 0.0
        dot = np.zeros(leaf.shape)
        if here:
            dot[direction.index] = 1.0
        return dot

    return mapped(tangent, value)


def by_parameter(wrt: Sequence[str] | Along, arguments: Mapping[str, Any], template: Any, columns: Array) -> Any:
    """Return derivatives of shape (directions, components) as the user sees them.

    Each component of the result holds a float, or an array of the parameter's shape. A parameter that is a dict, tuple
    or list keeps its containers around them; several parameters make a dict. One direction gives floats.
    """
    if isinstance(wrt, Along):
        return rebuild(template, columns[0].tolist())
    at = 0

    def block(_: Keys, leaf: Any) -> Any:
        nonlocal at
        rows = columns[at : at + np.size(leaf)]
        at += np.size(leaf)
        if not isinstance(leaf, np.ndarray):
            return rebuild(template, rows[0].tolist())
        return rebuild(template, [rows[:, c].reshape(leaf.shape) for c in range(columns.shape[1])])

    result = {name: mapped(block, arguments[name]) for name in wrt}
    return result if len(wrt) > 1 else result[wrt[0]]
