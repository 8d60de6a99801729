"""Draws of one number that get an array: what NumPy would draw element by element has to say so with `size=`.

Whether a parameter is an array is not known when a program is transformed, and a draw without `size=` is written as
one number: an array would be moved by it as a whole. A first sample on watched samplers tells.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import wraps
from inspect import signature
from types import ModuleType
from typing import Any

import numpy as np

from stochtrace import runtime
from stochtrace.carried.rebinding import rebound
from stochtrace.carried.runtime import SAMPLERS
from stochtrace.estimation.functions import fresh
from stochtrace.runtime.arrays import rows_of
from stochtrace.runtime.checks import ArrayError
from stochtrace.runtime.uniforms import Omega


def watched(sampler: Callable[..., Any]) -> Callable[..., Any]:
    """Return a sampler that refuses arrays where it takes numbers."""
    names = [*signature(sampler).parameters][2:]
    single = [i for i, row in enumerate(rows_of(sampler)) if not row]

    @wraps(sampler)
    def watching(omega: Any, site: int, *parameters: Any) -> Any:
        for i in single:
            if i < len(parameters) and np.ndim(parameters[i]) > 0:
                raise ArrayError(site, names[i], parameters[i])
        return sampler(omega, site, *parameters)

    return watching


class Watching(ModuleType):
    """The runtime, with samplers that are watched."""

    def __getattr__(self, name: str) -> Any:
        found = getattr(runtime, name)
        return watched(found) if name in SAMPLERS else found


def check_numbers(primal: Callable[..., Any], arguments: Sequence[Any], sites: int) -> None:
    """Raise `ArrayError` if a draw of one number gets an array in the first sample; other errors are left to runs."""
    program = rebound(primal, {runtime: Watching("runtime")}, {})
    try:
        program(*map(fresh, arguments), Omega(0, sites))
    except ArrayError:
        raise
    except Exception:
        return


def kinds(argument: Any) -> Any:
    """Return what of an argument decides whether its parts are numbers, and what can be compiled: types, axes."""
    if isinstance(argument, dict):
        return tuple((key, kinds(part)) for key, part in argument.items())
    if isinstance(argument, list | tuple):
        return type(argument), *map(kinds, argument if hasattr(argument, "_fields") else argument[:1])
    return type(argument), (argument.ndim, argument.dtype.str) if isinstance(argument, np.ndarray) else ()
