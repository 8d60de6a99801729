"""The module `random`, as a source of randomness."""

from typing import Any

from stochtrace.carried.running import seeded as _seeded
from stochtrace.carried.sources import Source as _Source

_SOURCE = _Source("random")


def Random(x: Any = None) -> _Source:
    """Return a generator: the seed is the program object's."""
    _seeded("random", x)
    return _SOURCE


SystemRandom = Random


def seed(a: Any = None, *_: Any) -> None:
    """Note a seed: what is drawn has the program object's."""
    _seeded("random.seed", a)


def __getattr__(name: str) -> Any:
    return getattr(_SOURCE, name)
