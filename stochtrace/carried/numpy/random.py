"""The module `numpy.random`, as a source of randomness."""

from typing import Any

from stochtrace.carried.running import seeded as _seeded
from stochtrace.carried.sources import Source as _Source

_SOURCE, _GENERATOR = _Source("numpy"), _Source("generator")


def default_rng(seed: Any = None) -> _Source:
    """Return a generator: the seed is the program object's."""
    _seeded("generator", seed)
    return _GENERATOR


Generator = default_rng


def RandomState(seed: Any = None) -> _Source:
    """Return a generator of the old kind."""
    _seeded("numpy", seed)
    return _SOURCE


def PCG64(seed: Any = None) -> Any:
    """Return the seed: bit generators are not asked."""
    return seed


MT19937 = PCG64DXSM = Philox = SFC64 = SeedSequence = PCG64


def seed(seed: Any = None) -> None:
    """Note a seed: what is drawn has the program object's."""
    _seeded("numpy.seed", seed)


def __getattr__(name: str) -> Any:
    return getattr(_SOURCE, name)
