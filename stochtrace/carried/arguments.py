"""Arguments of draws: what in them moves, and their values and tangents apart."""

from __future__ import annotations

from functools import cache
from inspect import signature
from typing import Any

import numpy as np

from stochtrace import runtime
from stochtrace.carried.smooth import Smooth

CONTAINERS = np.ndarray, list, tuple


def moves(argument: Any) -> bool:
    """Tell whether an argument is, or holds, a carried value."""
    kind = type(argument)
    if kind is Smooth or kind is float or kind is int:
        return kind is Smooth
    if isinstance(argument, np.ndarray):
        return argument.dtype == object and any(type(x) is Smooth for x in argument.flat)
    return isinstance(argument, list | tuple) and any(map(moves, argument))


def flat(arguments: Any) -> list[Any]:
    """Return the carried values among arguments."""
    if type(arguments) is Smooth:
        return [arguments]
    if isinstance(arguments, np.ndarray):
        return [x for part in arguments.flat for x in flat(part)] if arguments.dtype == object else []
    if isinstance(arguments, list | tuple | dict):
        held = arguments.values() if isinstance(arguments, dict) else arguments
        return [x for part in held for x in ([part] if type(part) is Smooth else flat(part))]
    return []


def plain(argument: Any) -> Any:
    """Return an argument without tangents."""
    if type(argument) is Smooth:
        return argument.v
    return np.array([plain(x) for x in argument]) if isinstance(argument, CONTAINERS) else argument


def tangents(argument: Any) -> Any:
    """Return the tangents of an argument."""
    if type(argument) is Smooth:
        return argument.d
    return np.array([tangents(x) for x in argument]) if isinstance(argument, CONTAINERS) else 0.0


@cache
def parameters(name: str) -> tuple[str, ...]:
    """Return the parameters of a sampler, in order."""
    return tuple(signature(getattr(runtime, name)).parameters)[2:]


@cache
def real_parameters(name: str) -> frozenset[str]:
    """Return the parameters by which a discrete draw is differentiated."""
    derivative = getattr(runtime, f"{name}_d", None)
    names = signature(derivative).parameters if derivative else {}
    return frozenset(n.removesuffix("_dot") for n in names if n.endswith("_dot"))


@cache
def is_continuous(name: str) -> bool:
    """Tell whether a draw moves at fixed ω, and offers no jumps."""
    derivative = getattr(runtime, f"{name}_d", None)
    return derivative is not None and "jumps" not in signature(derivative).parameters
