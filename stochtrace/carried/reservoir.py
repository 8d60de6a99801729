"""Jumps of carried programs: those of discrete draws, and crossings of decisions on smooth values, chosen together."""

from __future__ import annotations

import math
from typing import NamedTuple

from stochtrace.runtime.jumps import EveryJump, Jump, Reservoir, Weight
from stochtrace.runtime.uniforms import Uniforms, read


class Crossing(NamedTuple):
    """A decision goes the other way where the draw at its `visit`-th visit to `site` crosses a root.

    `below` and `above` are outcomes of its standard variable on both sides of the root; the contribution to the
    derivative is `weight` × (result above − result below). `decision` counts the decisions before it in the sample,
    `low` and `high` are the ends that these leave to the draw; `stale` says that one may belong to a newer draw.
    `near` is -1 or 1 where the sample lies next below or above the root, and 0 where another root is between.
    """

    site: int
    visit: int
    below: float
    above: float
    weight: Weight
    draw: int
    decision: int
    low: float
    high: float
    stale: bool
    near: int


class Crossings(Reservoir):
    """The weighted reservoir of one, for jumps and crossings."""

    def __init__(self) -> None:
        super().__init__()
        self.crossing: Crossing | None = None

    def start(self) -> None:
        """Forget the last sample."""
        super().start()
        self.crossing = None

    def keep(self, omega: Uniforms, site: int, to: int, weight: Weight) -> None:
        """Replace what is kept by a jump."""
        super().keep(omega, site, to, weight)
        self.crossing = None

    def takes(self, weight: Weight) -> bool:
        """Count the weight of a crossing, and tell whether it is to be kept."""
        self.total += abs(weight)
        return self.total > self.threshold

    def cross(self, omega: Uniforms, crossing: Crossing) -> None:
        """Replace what is kept by a crossing."""
        self.kept, self.crossing = None, crossing
        self.threshold = self.total / read(omega, 0)

    def chosen(self) -> list[Jump | Crossing]:  # type: ignore[override]
        """Return what is kept, carrying the weight of all."""
        if self.crossing is not None:
            sign = self.crossing.weight / abs(self.crossing.weight)
            return [self.crossing._replace(weight=sign * self.total)]
        return [*super().chosen()]


class EveryCrossing(EveryJump):
    """Keeps every jump and every crossing, each with its own weight."""

    def __init__(self) -> None:
        super().__init__()
        self.crossings: list[Crossing] = []

    def start(self) -> None:
        """Forget the last sample."""
        self.total, self.all, self.crossings = 0.0, [], []

    def takes(self, weight: Weight) -> bool:
        """Tell that every crossing is kept."""
        return True

    def cross(self, omega: Uniforms, crossing: Crossing) -> None:
        """Keep this one too."""
        self.crossings.append(crossing)

    def chosen(self) -> list[Jump | Crossing]:  # type: ignore[override]
        """Return all jumps and crossings."""
        return [*self.all, *self.crossings]


class Several(EveryCrossing):
    """Keeps `count` of all jumps and crossings in expectation, by systematic sampling over their weights.

    One uniform sets a comb of `count` teeth over the weights laid end to end; what it hits carries total / count for
    each tooth (Madow 1949). A weight of total / count or more is hit surely.
    """

    def __init__(self, count: int) -> None:
        super().__init__()
        self.count = count
        self.omega: Uniforms | None = None

    def keep(self, omega: Uniforms, site: int, to: int, weight: Weight) -> None:
        """Keep this one until all are known."""
        self.omega = omega
        super().keep(omega, site, to, weight)

    def cross(self, omega: Uniforms, crossing: Crossing) -> None:
        """Keep this one until all are known."""
        self.omega = omega
        self.total += abs(crossing.weight)
        super().cross(omega, crossing)

    def chosen(self) -> list[Jump | Crossing]:  # type: ignore[override]
        """Return what the comb hits."""
        offered = super().chosen()
        if len(offered) <= self.count or self.omega is None or not math.isfinite(self.total):
            return offered
        step = self.total / self.count
        kept, passed, before = [], -read(self.omega, 0), 0
        for jump in offered:
            passed += abs(jump.weight) / step
            teeth, before = math.ceil(passed) - before, math.ceil(passed)
            if teeth > 0:
                kept.append(jump._replace(weight=jump.weight / abs(jump.weight) * (step * teeth)))
        return kept
