"""Arguments of draws: what in them moves, and their values and tangents apart."""

from __future__ import annotations

from functools import cache
from inspect import signature
from typing import Any

import numpy as np

from stochtrace import runtime
from stochtrace.carried.smooth import Smooth, tangent, value


def moves(argument: Any) -> bool:
    """Tell whether an argument is, or holds, a carried value."""
    if isinstance(argument, np.ndarray):
        return argument.dtype == object and any(type(x) is Smooth for x in argument.flat)
    if isinstance(argument, list | tuple):
        return any(map(moves, argument))
    return type(argument) is Smooth


def flat(arguments: Any) -> list[Any]:
    """Return the carried values among arguments."""
    if isinstance(arguments, np.ndarray | list | tuple):
        return [x for part in arguments for x in flat(part)]
    return [arguments] if type(arguments) is Smooth else []


def plain(argument: Any) -> Any:
    """Return an argument without tangents."""
    if isinstance(argument, np.ndarray | list | tuple):
        return np.array([plain(x) for x in argument])
    return value(argument)


def tangents(argument: Any) -> Any:
    """Return the tangents of an argument."""
    if isinstance(argument, np.ndarray | list | tuple):
        return np.array([tangents(x) for x in argument])
    return tangent(argument)


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
