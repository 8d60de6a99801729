"""Constants of a module that a program reads: compiled code and copies of its functions keep the values they had.

So they are looked at when a program is called: `model_d.STEPS = 200` is followed, and what is compiled for it too.
"""

from __future__ import annotations

import pickle
from collections.abc import Callable, Iterator
from types import FunctionType
from typing import Any

import numpy as np

from stochtrace.estimation.reached import names_used, reached

PLAIN = (bool, int, float, complex, str, bytes, type(None), np.generic, np.ndarray, tuple, list, dict, set, frozenset)


class Constants:
    """The constants that functions of one module read, as they were at first, and as they are now."""

    def __init__(self, *functions: Callable[..., Any]) -> None:
        self._space: dict[str, Any] = getattr(functions[0], "__globals__", {})
        used = [f for entry in functions if isinstance(entry, FunctionType) for f in reached(entry)]
        self._names = sorted({name for function in used for name in names_used(function.__code__)})
        self.first = self.now()

    def now(self) -> dict[str, bytes]:
        """Return their values, by name, as bytes."""
        found: dict[str, bytes] = {}
        for name, value in self._values():
            try:
                found[name] = pickle.dumps(value)
            except Exception:
                continue
        return found

    def _values(self) -> Iterator[tuple[str, Any]]:
        home = self._space.get("__name__")
        for name in self._names:
            value = self._space.get(name)
            if isinstance(value, PLAIN):
                yield name, value
            elif isinstance(value, type) and value.__module__ == home:
                for attribute, held in vars(value).items():
                    if isinstance(held, PLAIN) and not attribute.startswith("__"):
                        yield f"{name}.{attribute}", held

    def changed(self) -> list[str]:
        """Return the names of those that are others than at first."""
        now = self.now()
        return sorted(name for name in now.keys() | self.first.keys() if now.get(name) != self.first.get(name))
