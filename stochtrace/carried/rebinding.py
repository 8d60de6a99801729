"""A function of a generated module with its modules replaced: the same text on other values.

Every function of the module that it uses is made again, with the same code in a namespace of its own.
"""

from __future__ import annotations

import builtins
import math
import sys
from collections.abc import Callable, Mapping
from types import CodeType, FunctionType, ModuleType
from typing import Any

import numpy
import scipy

import stochtrace
from stochtrace import runtime
from stochtrace.carried import math as carried_math
from stochtrace.carried import numpy as carried_numpy
from stochtrace.carried import runtime as carried_runtime
from stochtrace.carried import stochtrace as carried_stochtrace
from stochtrace.carried.builtins import as_float, hash_of, largest, smallest
from stochtrace.carried.checks import Computing, computing
from stochtrace.carried.shared import shared
from stochtrace.rules import COMPUTING

MODULES: dict[ModuleType, ModuleType] = {
    math: carried_math,
    numpy: carried_numpy,
    runtime: carried_runtime,
    stochtrace: carried_stochtrace,
}
PLAIN = tuple(".".join(path.split(".")[:2]) for path in sorted(COMPUTING))  # with the packages that they are in
BUILTINS: dict[str, Any] = {"float": as_float, "max": largest, "min": smallest, "hash": hash_of}


def on_carried_values(function: Callable[..., Any]) -> Callable[..., Any]:
    """Return a function that takes carried values, and draws in the run that is under way."""
    assert isinstance(function, FunctionType)
    again = rebound(function, MODULES | of_scipy(function.__globals__), BUILTINS)
    space = again.__globals__
    for name, value in space.items():
        if str(getattr(value, "__module__", "")).startswith(PLAIN) and callable(value):
            space[name] = computing(value)
        elif str(getattr(value, "__name__", "")).startswith(PLAIN) and isinstance(value, ModuleType):
            space[name] = Computing(value)
        elif not name.startswith("__"):
            space[name] = shared(value)
    return again


def of_scipy(space: Mapping[str, Any]) -> dict[ModuleType, ModuleType]:
    """Return SciPy's modules with ours in their place, where a namespace has something of them: they load slowly."""
    special = sys.modules.get("scipy.special")
    names = {name: value for value in space.values() if isinstance(name := getattr(value, "__name__", None), str)}
    if not any(n.split(".")[0] == "scipy" or getattr(special, n, None) is value for n, value in names.items()):
        return {}
    from stochtrace.carried import scipy as carried_scipy

    return {scipy: carried_scipy, scipy.special: carried_scipy.special, scipy.stats: carried_scipy.stats}


def rebound(
    function: Callable[..., Any],
    modules: Mapping[ModuleType, ModuleType],
    names: Mapping[str, Any],
    code: Callable[[CodeType], CodeType] = lambda code: code,
) -> FunctionType:
    """Return a function in a namespace in which modules, what was imported from them, and builtins are replaced.

    `code` may change what functions consist of.
    """
    assert isinstance(function, FunctionType)
    old = function.__globals__
    space: dict[str, Any] = {**names, **old}
    for name, value in old.items():
        if isinstance(value, FunctionType) and value.__globals__ is old:
            space[name] = FunctionType(code(value.__code__), space, value.__name__, value.__defaults__)
            space[name].__kwdefaults__ = value.__kwdefaults__
        elif isinstance(value, ModuleType):
            space[name] = modules.get(value, value)
        elif not name.startswith("__"):
            space[name] = _imported(value, modules, names)
    return FunctionType(code(function.__code__), space, function.__name__, function.__defaults__)


def _imported(value: Any, modules: Mapping[ModuleType, ModuleType], names: Mapping[str, Any]) -> Any:
    """Return the replacement of something that may have been imported from a module by its name."""
    own = getattr(value, "__name__", None)
    if callable(value) and isinstance(own, str):
        for old, new in modules.items():
            if getattr(old, own, None) is value:
                return getattr(new, own)
        if own in names and getattr(builtins, own, None) is value:
            return names[own]
    return value
