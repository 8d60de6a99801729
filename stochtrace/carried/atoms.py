"""A continuous draw of a sample: its standard variable, and the interval in which the run decides the same."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

from stochtrace.carried.families import Family, flow_at, sampled
from stochtrace.carried.intervals import Interval
from stochtrace.runtime.taped import Taped, largest

APART = 1e-12  # what lies so near to a root is on neither side of it
NOISE, TIP, STEP = 1e-13, 1e-15, 1e-9  # a rate, a mass, a distance: where a root ends the support, to rounding


@dataclass(slots=True)
class Atom:
    """A continuous draw of this sample, and the ends between which the run makes the same decisions."""

    family: Family
    name: str
    site: int
    visit: int
    z: float
    z_dot: float
    shapes: tuple[float, ...]
    shapes_dot: tuple[float, ...]
    low: float = -math.inf
    high: float = math.inf
    low_rate: Any = None  # how fast the ω of an end moves, where it is a root
    high_rate: Any = None

    def mass(self) -> float:
        """Return the probability of the interval."""
        return self.between(self.low, self.high)

    def between(self, start: float, end: float) -> float:
        """Return the probability between two outcomes, from the tail that is nearer."""
        if start == -math.inf and end == math.inf:
            return 1.0
        standard, shapes = self.family.standard, self.shapes
        low = standard.below(start, *shapes) if start > -math.inf else 0.0
        if low <= 0.5:
            return float((standard.below(end, *shapes) if end < math.inf else 1.0) - low)
        high = standard.above(end, *shapes) if end < math.inf else 0.0
        return float(standard.above(start, *shapes) - high)

    def inside(self, u: float, low: float, high: float) -> float:
        """Return the outcome at a fraction u of the mass between two ends."""
        standard, shapes = self.family.standard, self.shapes
        start = standard.below(low, *shapes) if low > -math.inf else 0.0
        end = standard.below(high, *shapes) if high < math.inf else 1.0
        w = min(max(start + u * (end - start), 5e-324), 1 - 2.0**-53)
        z = sampled_z(self, w) if self.family.shapes else standard.quantile(w)
        return min(max(z, low), high)

    def rate(self, z: float, z_dot: float) -> float:
        """Return how fast ω of a root moves, for a root that moves at the speed z_dot."""
        standard, shapes, moved = self.family.standard, self.shapes, any(self.shapes_dot)
        if z_dot == 0.0 and not moved:
            return 0.0
        density: float = standard.density(z, *shapes)
        if not density or math.isinf(density):
            return 0.0  # outside the support, or at its end: no ω leads there
        if moved:
            w = standard.below(z, *shapes)
            if not 0.0 < w < 1.0:
                return 0.0  # so far out that no ω leads there
            z_dot -= flow_at(self.name, w, shapes, self.shapes_dot)
        rate = density * z_dot
        if isinstance(rate, Taped) or abs(rate) < NOISE:
            return 0.0 if self.ends_at(z) and largest(rate) < NOISE else rate
        return rate

    def ends_at(self, z: float) -> bool:
        """Tell whether the support ends at an outcome, to rounding."""
        standard, shapes, away = self.family.standard, self.shapes, STEP * max(1.0, abs(z))
        if standard.below(z, *shapes) < TIP:
            return not standard.below(z - away, *shapes)
        return standard.above(z, *shapes) < TIP and not standard.above(z + away, *shapes)

    def beside(self, root: float, nudge: float) -> tuple[float, float]:
        """Return an outcome on each side of a root, inside the support unless that ends at the root."""
        standard, shapes = self.family.standard, self.shapes
        down = up = nudge
        if standard.below(root, *shapes):
            while not standard.below(root - down, *shapes):
                down /= 2
        if standard.above(root, *shapes):
            while not standard.above(root + up, *shapes):
                up /= 2
        return root - down, root + up

    def reach(self) -> Interval:
        """Return the outcomes that have not been ruled out, but for a mass of 1e-16."""
        standard, tail = self.family.standard, self.family.standard.tail
        if tail:
            ends = -tail if standard.below(0.0) > 0 else 0.0, tail
        elif self.shapes or self.family.shapes:
            ends = (sampled_z(self, 1e-17), sampled_z(self, 1 - 2.0**-53))
        else:
            ends = 0.0, 1.0
        low = max(ends[0], self.low + APART * abs(self.low)) if self.low > -math.inf else ends[0]
        high = min(ends[1], self.high - APART * abs(self.high)) if self.high < math.inf else ends[1]
        return Interval(low, high)

    def support(self) -> Interval:
        """Return all outcomes, but for a mass of 1e-16."""
        standard, tail = self.family.standard, self.family.standard.tail
        low = -(tail or math.inf) if standard.below(0.0, *self.shapes) > 0 else 0.0
        return Interval(low, tail or (1.0 if standard.above(1.0, *self.shapes) == 0 else math.inf))

    def narrow(self, root: float, rate: Any) -> None:
        """Rule out what lies beyond a root, whose ω moves at a rate."""
        if root > self.z:
            if root < self.high:
                self.high, self.high_rate = root, rate
        elif root > self.low:
            self.low, self.low_rate = root, rate


def sampled_z(atom: Atom, w: float) -> float:
    """Return the standard variable of a draw for a uniform."""
    return sampled(atom.name, w, (*atom.shapes, *atom.family.rest))


def seen_from(rate: Any, below: bool) -> Any:
    """Return the part of a boundary's rate that is seen from one side: all from the side that is left, or half.

    In reverse mode the side is known where the rate is a multiple of one parameter's: that which grows.
    """
    if isinstance(rate, Taped):
        if rate.node >= rate.tape.leaves:
            return rate * 0.5
        return rate if (rate.factor < 0) == below else 0.0
    return rate if (rate < 0) == below else 0.0
