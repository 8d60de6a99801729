"""Hashes of a program's own objects: the order in which a set gives them must be the same in a sample and its replays.

Python hashes objects by their address, which differs from run to run. Here they are numbered, within a run, in the
order in which they are hashed first.
"""

from __future__ import annotations

from itertools import count
from typing import Any, TypeVar

from stochtrace.carried.running import current_or_none

Class = TypeVar("Class", bound=type)
NUMBER = "_number_of_object"
_OUTSIDE = count()


def numbered(cls: Class) -> Class:
    """Give the objects of a class numbers as hashes, where they are not hashed by what they hold."""
    if vars(object)["__hash__"] is getattr(cls, "__hash__", None):
        cls.__hash__ = _hash  # type: ignore[assignment,method-assign]
    return cls


def _hash(self: Any) -> int:
    number: int | None = getattr(self, NUMBER, None)
    if number is None:
        run = current_or_none()
        number = next(_OUTSIDE if run is None else run.objects)
        try:
            object.__setattr__(self, NUMBER, number)
        except AttributeError:  # a class with slots
            return object.__hash__(self)
    return number
