"""A run of a carried program on plain numbers, in which one draw may be forced."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import count
from typing import Any, ClassVar

from stochtrace import runtime
from stochtrace.carried.families import FAMILIES
from stochtrace.runtime.uniforms import Omega


@dataclass
class Replay:
    """A run on plain numbers, in which one draw may be forced."""

    omega: Omega
    forced: tuple[int, int, float] | None = None
    seeds: set[tuple[str, Any]] = field(default_factory=set)
    hashed: bool = False
    stopped: BaseException | None = None
    objects: Iterator[int] = field(default_factory=count)
    carried: ClassVar[bool] = False

    def draw(self, name: str, site: int, arguments: tuple[Any, ...]) -> Any:
        """Return one draw."""
        x, forced = getattr(runtime, name)(self.omega, site, *arguments), self.forced
        if forced is not None and site == forced[0] and self.omega.visits[site] == forced[1] and name in FAMILIES:
            return FAMILIES[name].build(forced[2], *arguments)
        return x

    def decide(self, a: Any, b: Any, outcome: Any, kink: bool = False) -> Any:
        """Return the outcome: plain numbers decide alone."""
        return outcome

    def pole(self, x: Any) -> None:
        """Do nothing: plain numbers are divided alone."""

    def step(self, x: Any, low: float, high: float, outcome: int) -> None:
        """Do nothing: plain numbers are rounded alone."""

    def older(self, x: Any) -> Any:
        """Return the number: there are no carried values here."""
        return x

    def freeze(self, site: int, x: Any) -> Any:
        """Return the number, which does not move."""
        return x
