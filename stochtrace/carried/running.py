"""The run that is under way: what draws and decisions of carried programs talk to, one for each thread."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, ClassVar, Protocol

from stochtrace.runtime.uniforms import Omega


class Refused(BaseException):
    """A value that moves smoothly meets something that cannot be differentiated without bias: what, and the way out.

    Not an `Exception`, which the program might catch; the run remembers it too, should a `finally` swallow it.
    """

    def __init__(self, *args: Any) -> None:
        super().__init__(*args)
        if _LOCAL.run is not None:
            _LOCAL.run.stopped = self

    def __str__(self) -> str:
        return "; ".join(str(a) for a in self.args)


class Run(Protocol):
    """A sample, a replay, or the check of a replay."""

    carried: ClassVar[bool]
    omega: Omega
    seeds: set[tuple[str, Any]]
    hashed: bool
    stopped: BaseException | None
    objects: Iterator[int]

    def draw(self, name: str, site: int, arguments: tuple[Any, ...]) -> Any:
        """Return one draw of a distribution in canonical form."""
        ...

    def decide(self, a: Any, b: Any, outcome: Any, kink: bool = False) -> Any:
        """Note that the program compares a with b, and return the outcome."""
        ...

    def pole(self, x: Any) -> None:
        """Note that the program divides by x."""
        ...

    def step(self, x: Any, low: float, high: float, outcome: int) -> None:
        """Note that the program rounds x, which lies between low and high."""
        ...

    def older(self, x: Any) -> Any:
        """Return a carried value in which the newest draw has cancelled as one of the draws that are left."""
        ...

    def freeze(self, site: int, x: Any) -> Any:
        """Return a function of the draw just made at a site as one whose value stays, while its density moves."""
        ...


class _Local(threading.local):
    run: Run | None = None
    guards: int = 0


_LOCAL = _Local()


def current() -> Run:
    """Return the run that is under way."""
    if _LOCAL.run is None:
        raise RuntimeError("this program draws: run it through its program object, outside of which it has no uniforms")
    return _LOCAL.run


def current_or_none() -> Run | None:
    """Return the run that is under way, None outside of one."""
    return _LOCAL.run


def on_carried_values() -> bool:
    """Tell whether a run on carried values is under way, not one on plain numbers."""
    return _LOCAL.run is not None and _LOCAL.run.carried


class running:
    """Let draws and decisions inside a `with` belong to a run."""

    __slots__ = ("before", "run")

    def __init__(self, run: Run) -> None:
        self.run = run

    def __enter__(self) -> None:
        self.before, _LOCAL.run = _LOCAL.run, self.run

    def __exit__(self, *_: object) -> None:
        _LOCAL.run = self.before


@contextmanager
def guarded() -> Iterator[None]:
    """Mark the body of a `try` that catches errors of arithmetic: whether a function raises is a decision there."""
    _LOCAL.guards += 1
    try:
        yield
    finally:
        _LOCAL.guards -= 1


def hashed() -> None:
    """Note that the program goes by the plain number of a carried value, beside its decisions."""
    if _LOCAL.run is not None:
        _LOCAL.run.hashed = True


def is_guarded() -> bool:
    """Tell whether the program would catch an error of arithmetic."""
    return _LOCAL.guards > 0


def seeded(make: str, seed: Any) -> None:
    """Note that the program seeds a generator, and refuse the same seed twice in a sample."""
    run = _LOCAL.run
    if run is not None and seed is not None:
        if (make, seed) in run.seeds:
            raise Refused(
                f"the seed {seed} repeats draws that were made before",
                "A sample reads every uniform once. Make one generator, once, and pass it to what draws.",
            )
        run.seeds.add((make, seed))
