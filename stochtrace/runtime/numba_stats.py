"""Densities and distribution functions in Numba's nopython mode: the same texts, on numbers and element by element."""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Callable, Iterable
from functools import cache
from types import FunctionType
from typing import Any

from numba.extending import overload, register_jitable

from stochtrace.runtime import densities, stats
from stochtrace.runtime.densities import family
from stochtrace.runtime.numba_arrays import elementwise

registered: set[str] = set()


def register(names: Iterable[str], jit: Callable[[Callable[..., Any]], None]) -> None:
    """Let compiled code call the functions of `runtime.stats` among these names; `jit` registers what they call."""
    for name in names:
        if stats.NAME.fullmatch(name) and name not in registered and (function := found(name)):
            registered.add(name)
            called(jit)
            overload(function)(elementwise(register_jitable(function.scalar), function.signature))


@cache
def called(jit: Callable[[Callable[..., Any]], None]) -> None:
    """Let compiled code call what the functions of numbers call."""
    for module in modules():
        for inner in vars(module).values():
            if isinstance(inner, FunctionType) and inner.__module__.startswith("stochtrace.runtime.densities"):
                jit(inner)
    for inner in (stats.hazard, stats.times):
        jit(inner)


def found(name: str) -> Any:
    """Return the function of this name, None where there is no such family: any name of a program is asked for."""
    try:
        return getattr(stats, name)
    except AttributeError:
        return None


def modules() -> list[Any]:
    """Return the modules of all families."""
    names = [info.name for info in pkgutil.iter_modules(densities.__path__, f"{densities.__name__}.")]
    return [family, *map(importlib.import_module, names)]
