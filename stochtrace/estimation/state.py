"""What survives a sample: the containers of a module, of its classes, and of defaults, which no sample may change.

Most changes are refused where they are written. Those through another name are seen here, when samples have run.
"""

from __future__ import annotations

import pickle
from collections.abc import Callable, Iterator
from types import FunctionType, ModuleType
from typing import Any

from stochtrace.carried.running import Refused

PLAIN = (bool, int, float, complex, str, bytes, tuple, frozenset, type(None), FunctionType, ModuleType, property)


def check_state(function: Callable[..., Any], before: dict[str, bytes]) -> None:
    """Refuse a program whose samples have changed what survives them."""
    after = state(function)
    for name, was in before.items():
        if after.get(name) != was:
            raise Refused(
                f"the samples change `{name}`, which survives them",
                "Every sample must start from the same state. Make it inside the function, or pass it in.",
            )


def state(function: Callable[..., Any]) -> dict[str, bytes]:
    """Return what the module of a function keeps: by name, as bytes."""
    found: dict[str, bytes] = {}
    for name, value in _kept(function):
        try:
            found[name] = pickle.dumps(value)
        except Exception:
            continue
    return found


def _kept(function: Callable[..., Any]) -> Iterator[tuple[str, Any]]:
    names = getattr(function, "__globals__", {})
    home = names.get("__name__")
    for name, value in names.items():
        if name.startswith("__"):
            continue
        if isinstance(value, FunctionType):
            yield from _defaults(name, value, names)
        if isinstance(value, PLAIN):
            continue
        if not isinstance(value, type):
            yield name, value
        elif value.__module__ == home:
            for attribute, held in vars(value).items():
                yield from _defaults(f"{name}.{attribute}", getattr(held, "__func__", held), names)
                if not attribute.startswith("_") and not isinstance(held, (*PLAIN, staticmethod, classmethod)):
                    yield f"{name}.{attribute}", held


def _defaults(name: str, value: Any, names: dict[str, Any]) -> Iterator[tuple[str, Any]]:
    """Yield the containers that are defaults of a function of this module."""
    if not isinstance(value, FunctionType) or value.__globals__.get("__name__") != names.get("__name__"):
        return
    last = value.__defaults__ or ()
    taking = value.__code__.co_varnames[: value.__code__.co_argcount]
    by_name = dict(zip(taking[len(taking) - len(last) :], last, strict=True)) | (value.__kwdefaults__ or {})
    for parameter, default in by_name.items():
        if not isinstance(default, PLAIN):
            yield f"{name}({parameter}=...)", default
