"""The module `random`, as a source of randomness."""

from typing import Any

from stochtrace.carried.sources import Source as _Source

_SOURCE = _Source("random")


def Random(*_: Any) -> _Source:
    """Return a generator: the seed is the program object's."""
    return _SOURCE


SystemRandom = Random


def seed(*_: Any) -> None:
    """Do nothing: the seed is the program object's."""


def __getattr__(name: str) -> Any:
    return getattr(_SOURCE, name)
