"""The module `numpy.random`, as a source of randomness."""

from typing import Any

from stochtrace.carried.sources import Source as _Source

_SOURCE, _GENERATOR = _Source("numpy"), _Source("generator")


def default_rng(*_: Any, **__: Any) -> _Source:
    """Return a generator: the seed is the program object's."""
    return _GENERATOR


Generator = default_rng


def RandomState(*_: Any, **__: Any) -> _Source:
    """Return a generator of the old kind."""
    return _SOURCE


def PCG64(*_: Any, **__: Any) -> None:
    """Return nothing: bit generators are not asked."""


MT19937 = PCG64DXSM = Philox = SFC64 = SeedSequence = PCG64


def seed(*_: Any) -> None:
    """Do nothing: the seed is the program object's."""


def __getattr__(name: str) -> Any:
    return getattr(_SOURCE, name)
