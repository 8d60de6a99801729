"""What the attributes of a program's objects hold, found out by running samples: the types that compiled code declares.

It is a hint. What the program stores in an attribute is checked when it is compiled.
"""

from __future__ import annotations

import sys
import time
from collections import Counter, OrderedDict, defaultdict, deque
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from enum import Enum
from functools import reduce
from itertools import count
from types import FrameType
from typing import Any, NamedTuple

import numpy as np

from stochtrace.carried.smooth import Smooth
from stochtrace.carried.sources import Source

LOOKED_AT = 16  # elements of a container
SECONDS = 0.5  # in which containers are looked at


class Kind(NamedTuple):
    """What a value is: a word, and what it holds; a container that was empty holds nothing known."""

    word: str
    parts: tuple[Any, ...] = ()


UNKNOWN, NONE, REAL, WHOLE, TRUTH = map(Kind, ("unknown", "none", "real", "whole", "truth"))
ORDER = [TRUTH, WHOLE, REAL]


def kind_of(value: Any, depth: int = 0) -> Kind:
    """Return what a value is."""
    if depth > 4:
        return Kind("deep")
    if value is None:
        return NONE
    if isinstance(value, bool | np.bool_):
        return TRUTH
    if isinstance(value, int | np.integer) and not isinstance(value, Enum):
        return WHOLE
    if isinstance(value, float | np.floating | Smooth):
        return REAL
    if isinstance(value, count):
        return Kind("list", (WHOLE,))
    if isinstance(value, list | deque):
        return Kind("list", (merged([*value], depth),))
    if isinstance(value, tuple) and not hasattr(value, "_fields"):
        return Kind("tuple", tuple(kind_of(part, depth + 1) for part in value))
    if type(value) in (dict, Counter, defaultdict, OrderedDict):
        return Kind("dict", (merged([*value], depth), merged([*value.values()], depth)))
    if type(value) is set:
        return Kind("set", (merged([*value], depth),))
    if isinstance(value, np.ndarray):
        inner = {"b": TRUTH, "i": WHOLE, "u": WHOLE}.get(value.dtype.kind, REAL)
        return Kind("array", (inner, value.ndim))
    if isinstance(value, Enum):
        return Kind("constant", (type(value).__name__,))
    if isinstance(value, str):
        return Kind("text")
    if isinstance(value, Source):
        return Kind("source")
    kinds = [kind for kind in type(value).__mro__ if kind.__module__ == type(value).__module__]
    return Kind("object", (type(value).__name__, kinds[-1].__name__))


def merged(values: list[Any], depth: int) -> Kind:
    """Return what the values of a container are."""
    found = UNKNOWN
    for value in values[:LOOKED_AT]:
        found = both(found, kind_of(value, depth + 1))
    return found


def both(a: Kind, b: Kind) -> Kind:
    """Return what a value is that is one thing or another."""
    if a == b or b == UNKNOWN:
        return a
    if a == UNKNOWN:
        return b
    if a.word == "optional" or b.word == "optional" or NONE in (a, b):
        there = [k.parts[0] if k.word == "optional" else k for k in (a, b) if k != NONE]
        return Kind("optional", (reduce(both, there),))
    if a in ORDER and b in ORDER:
        return max(a, b, key=ORDER.index)
    if a.word == b.word == "object" and a.parts[1] == b.parts[1]:
        return Kind("object", (a.parts[1], a.parts[1]))
    if a.word == b.word == "array" and a.parts[1] == b.parts[1]:
        return Kind("array", (both(a.parts[0], b.parts[0]), a.parts[1]))
    if a.word == b.word in ("list", "tuple", "dict", "set") and len(a.parts) == len(b.parts):
        return Kind(a.word, tuple(both(x, y) for x, y in zip(a.parts, b.parts, strict=True)))
    return Kind("mixed")


def is_known(kind: Kind) -> bool:
    """Tell whether it is known what a value is, and what it holds."""
    inner = [part for part in kind.parts if isinstance(part, Kind)]
    return kind.word not in ("unknown", "mixed", "deep", "none") and all(map(is_known, inner))


class Contents:
    """What the containers of a program hold, by their numbers: looked at before each line of its functions."""

    def __init__(self, filename: str) -> None:
        self.kinds: dict[int, Kind] = {}
        self.numbered = False
        self._filename, self._held = filename, list[tuple[int, Any]]()
        self._until = time.perf_counter() + SECONDS

    def note(self, number: int, value: Any) -> Any:
        """Take note of a container, and return it."""
        self._held.append((number, value))
        return value

    @contextmanager
    def looked_at(self) -> Iterator[None]:
        """Look at the containers of a sample while it runs, if it makes some."""
        around = sys.gettrace()
        if self.numbered:
            sys.settrace(self._entering)
        try:
            yield
        finally:
            sys.settrace(around)
            self._look()
            self._held.clear()

    def _look(self) -> None:
        for number, value in self._held:
            self.kinds[number] = both(self.kinds.get(number, UNKNOWN), kind_of(value))

    def _entering(self, frame: FrameType, event: str, argument: Any) -> Any:
        return self._at if frame.f_code.co_filename == self._filename else None

    def _at(self, frame: FrameType, event: str, argument: Any) -> Any:
        if time.perf_counter() > self._until:
            sys.settrace(None)
            return None
        self._look()
        return self._at


def watched(classes: Mapping[str, type], run: Callable[[], None]) -> dict[str, dict[str, Kind]]:
    """Return what the attributes of objects of some classes hold while something runs."""
    found: dict[str, dict[str, Kind]] = {name: {} for name in classes}

    def note(owner: Any, name: str, value: Any) -> None:
        kinds = found.setdefault(type(owner).__name__, {})
        kinds[name] = both(kinds.get(name, UNKNOWN), kind_of(value))

    def reading(own: Any, name: str) -> Any:
        value = object.__getattribute__(own, name)
        if not name.startswith("__") and name in object.__getattribute__(own, "__dict__"):
            note(own, name, value)
        return value

    def writing(own: Any, name: str, value: Any) -> None:
        object.__setattr__(own, name, value)
        if name in object.__getattribute__(own, "__dict__"):  # it is no property
            note(own, name, value)

    for kept in classes.values():
        kept.__getattribute__, kept.__setattr__ = reading, writing  # type: ignore[method-assign,assignment]
    run()
    return found
