"""Results and parameters of any shape as flat vectors of floats, and back."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from stochtrace.estimation.moments import Array


def flatten(value: Any) -> list[float]:
    """Return the numbers of a result, in order: a number, or numbers in arrays, tuples and lists."""
    if isinstance(value, np.ndarray):
        return [float(v) for v in value.ravel()]
    if isinstance(value, tuple | list):
        return [number for v in value for number in flatten(v)]
    if not isinstance(value, bool | int | float | np.number | np.bool_):
        raise TypeError(f"a program must return numbers, and this one returned {value!r}")
    return [float(value)]


def rebuild(template: Any, numbers: Sequence[Any]) -> Any:
    """Return numbers in the containers of `template`, the inverse of `flatten`; they may be arrays themselves."""
    return _rebuild(template, iter(numbers))


def _rebuild(template: Any, numbers: Iterator[Any]) -> Any:
    if isinstance(template, np.ndarray):
        parts = [next(numbers) for _ in range(template.size)]
        return np.array(parts).reshape(template.shape + np.shape(parts[0] if parts else ()))
    if isinstance(template, tuple | list):
        return type(template)(_rebuild(t, numbers) for t in template)
    return next(numbers)


@dataclass(frozen=True)
class Direction:
    """One coordinate of the parameters: a name, and an index where the parameter is an array."""

    name: str
    index: tuple[int, ...] = ()

    def __str__(self) -> str:
        return self.name + (f"[{', '.join(map(str, self.index))}]" if self.index else "")


@dataclass(frozen=True)
class Along:
    """Any direction: the tangent of each parameter that moves, by name."""

    label: str
    tangents: Mapping[str, Any]

    def __str__(self) -> str:
        return self.label


def directions(wrt: Sequence[str], arguments: Mapping[str, Any]) -> list[Direction]:
    """Return the coordinates to differentiate by, in order."""
    return [
        Direction(name, index)
        for name in wrt
        for index in (np.ndindex(arguments[name].shape) if isinstance(arguments[name], np.ndarray) else [()])
    ]


def basis(direction: Direction | Along, name: str, value: Any) -> Any:
    """Return the tangent of the parameter `name` for a direction: 1 at its coordinate, 0 elsewhere."""
    if isinstance(direction, Along):
        return direction.tangents.get(name, 0.0 * value)
    if not isinstance(value, np.ndarray):
        return 1.0 if direction.name == name else 0.0
    tangent = np.zeros(value.shape)
    if direction.name == name:
        tangent[direction.index] = 1.0
    return tangent


def by_parameter(wrt: Sequence[str], arguments: Mapping[str, Any], template: Any, columns: Array) -> Any:
    """Return derivatives of shape (directions, components) as the user sees them.

    Each component of the result holds a float, or an array of the parameter's shape; several parameters make a dict.
    """
    result: dict[str, Any] = {}
    at = 0
    for name in wrt:
        value = arguments[name]
        size = value.size if isinstance(value, np.ndarray) else 1
        block = columns[at : at + size]
        at += size
        parts: list[Any]
        if isinstance(value, np.ndarray):
            parts = [block[:, c].reshape(value.shape) for c in range(columns.shape[1])]
        else:
            parts = [float(block[0, c]) for c in range(columns.shape[1])]
        result[name] = rebuild(template, parts)
    return result if len(wrt) > 1 else result[wrt[0]]
