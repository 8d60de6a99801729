"""One run of a carried program: the sample with its decisions, the replay of a jump, and the check of a replay.

A decision compares two smooth values. It changes where their difference is zero, as a function of the newest draw on
which that depends: `roots` finds where. Each root inside the interval in which this run makes the same decisions is a
boundary that mass crosses at the rate |ω_dot| / (mass of the interval), and is offered to the reservoir before the
interval is narrowed to the side of the sample.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import cache
from inspect import signature
from itertools import count
from typing import Any, ClassVar

import numpy as np

from stochtrace import runtime
from stochtrace.carried import evaluation
from stochtrace.carried.evaluation import depends
from stochtrace.carried.families import FAMILIES, Family, flow_at, sampled
from stochtrace.carried.intervals import Interval
from stochtrace.carried.reservoir import Crossing, Crossings, EveryCrossing
from stochtrace.carried.roots import roots
from stochtrace.carried.running import Refused
from stochtrace.carried.smooth import Smooth, tangent, value
from stochtrace.runtime.jumps import offer
from stochtrace.runtime.uniforms import Omega

NUDGE, SAME = 1e-9, 1e-11


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

    def mass(self) -> float:
        """Return the probability of the interval, from the tail that is nearer."""
        if self.low == -math.inf and self.high == math.inf:
            return 1.0
        standard, shapes = self.family.standard, self.shapes
        low = standard.below(self.low, *shapes) if self.low > -math.inf else 0.0
        if low <= 0.5:
            return float((standard.below(self.high, *shapes) if self.high < math.inf else 1.0) - low)
        high = standard.above(self.high, *shapes) if self.high < math.inf else 0.0
        return float(standard.above(self.low, *shapes) - high)

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
        standard, shapes = self.family.standard, self.shapes
        density: float = standard.density(z, *shapes)
        if not density:
            return 0.0
        if any(self.shapes_dot):
            z_dot -= flow_at(self.name, standard.below(z, *shapes), shapes, self.shapes_dot)
        return density * z_dot

    def reach(self) -> Interval:
        """Return the outcomes that have not been ruled out, but for a mass of 1e-18."""
        tail = self.family.standard.tail
        if tail:
            ends = -tail, tail
        elif self.shapes or self.family.shapes:
            ends = (sampled_z(self, 1e-17), sampled_z(self, 1 - 2.0**-53))
        else:
            ends = 0.0, 1.0
        return Interval(max(ends[0], self.low), min(ends[1], self.high))

    def narrow(self, root: float) -> None:
        """Rule out what lies beyond a root."""
        if root > self.z:
            self.high = min(self.high, root)
        else:
            self.low = max(self.low, root)


def sampled_z(atom: Atom, w: float) -> float:
    """Return the standard variable of a draw for a uniform."""
    return sampled(atom.name, w, (*atom.shapes, *atom.family.rest))


@dataclass
class Trace:
    """A sample on carried values."""

    omega: Omega
    jumps: Crossings | EveryCrossing
    atoms: list[Atom | None] = field(default_factory=list)
    decisions: list[tuple[int, tuple[Any, ...], Any]] = field(default_factory=list)
    newest: int = -1
    forced: tuple[int, int, float] | None = None
    seeds: set[tuple[str, Any]] = field(default_factory=set)
    stopped: BaseException | None = None
    objects: Iterator[int] = field(default_factory=count)
    carried: ClassVar[bool] = True

    # -- draws -------------------------------------------------------------------------------------------------------

    def draw(self, name: str, site: int, arguments: tuple[Any, ...]) -> Any:
        """Return one draw: a carried value, or the outcome of a discrete one, which offers its jumps."""
        if name in FAMILIES:
            return self._continuous(name, site, arguments)
        if not any(map(moves, arguments)):
            return getattr(runtime, name)(self.omega, site, *arguments)
        return self._discrete(name, site, arguments)

    def _continuous(self, name: str, site: int, arguments: tuple[Any, ...]) -> Any:
        family, w = FAMILIES[name], self.omega.next(site)
        values = [a.v if type(a) is Smooth else a for a in arguments]
        x = w if name == "read" else sampled(name, w, values, site)
        visit = self.omega.visits[site]
        forced = self.forced is not None and self.forced[:2] == (site, visit)
        z = self.forced[2] if self.forced is not None and forced else None
        node = (
            self._shaped(family, name, site, visit, w, x if z is None else z, z is None, arguments)
            if family.shapes
            else self._atom(family, name, site, visit, family.standard.quantile(w) if z is None else z)
        )
        result = family.build(node, *arguments)
        if not forced and type(result) is Smooth:
            result.v = x
        return result

    def _atom(self, family: Family, name: str, site: int, visit: int, z: float) -> Smooth:
        """Return a standard variable without parameters."""
        k = len(self.atoms)
        self.atoms.append(Atom(family, name, site, visit, z, 0.0, (), ()))
        return Smooth(z, 0.0, k, 1.0, 0.0, True, "draw", ())

    def _shaped(
        self, family: Family, name: str, site: int, visit: int, w: float, z: float, drawn: bool, arguments: Any
    ) -> Smooth:
        """Return a standard variable that depends on shapes; z is the outcome where no other parameters make it so."""
        shapes = tuple(value(arguments[i]) for i in family.shapes)
        shapes_dot = tuple(tangent(arguments[i]) for i in family.shapes)
        if drawn and family.rest:
            z = sampled(name, w, (*shapes, *family.rest))
        z_dot = flow_at(name, w, shapes, shapes_dot) if any(shapes_dot) else 0.0
        k = len(self.atoms)
        self.atoms.append(Atom(family, name, site, visit, z, z_dot, shapes, shapes_dot))
        carried = tuple(arguments[i] for i in family.shapes if type(arguments[i]) is Smooth)
        return Smooth(z, z_dot, k, 1.0, 0.0, True, "shaped" if carried else "draw", carried)

    def _discrete(self, name: str, site: int, arguments: tuple[Any, ...]) -> Any:
        parts: list[Any] = []
        real = real_parameters(name)
        for parameter, argument in zip(parameters(name), arguments, strict=True):
            if parameter not in real and moves(argument):
                raise Refused(
                    f"`{parameter}` of this draw ({name}) is an integer, and gets a value that moves smoothly",
                    "A derivative with respect to an integer does not exist: round or choose it outside.",
                )
            parts.append(plain(argument))
            if parameter in real:
                parts.append(tangents(argument))
        q = arguments[0]
        if name in ("flip", "bernoulli") and type(q) is Smooth and q.k >= 0 and 0 < q.v < 1:
            outcome = getattr(runtime, name)(self.omega, site, q.v)
            offer(self.omega, self.jumps, site, int(not outcome), -q.d if outcome else q.d, certain=True)
        else:
            outcome = getattr(runtime, f"{name}_d")(self.omega, self.jumps, site, *parts)
        drawn = tuple(x for x in flat(arguments) if x.k >= 0)
        if drawn:  # what depends on parameters alone is no decision of a draw
            k = len(self.atoms)
            self.atoms.append(None)
            self._decided(k, drawn, outcome if np.ndim(outcome) == 0 else tuple(outcome))
        return outcome

    # -- decisions ---------------------------------------------------------------------------------------------------

    def decide(self, a: Any, b: Any, outcome: Any, kink: bool = False) -> Any:
        """Note a decision on the sign of a - b; a kink changes only how the value moves, not the value."""
        g = a - b
        if type(g) is not Smooth:
            return outcome
        if g.k < 0:
            if g.d and not (kink and g.v):
                raise Refused(
                    "this decision compares a parameter, without a draw in it",
                    "A deterministic jump has no derivative. Compare draws, or leave the parameter out with `--wrt`.",
                )
            return outcome
        atom = self.atoms[g.k]
        assert atom is not None
        found = roots(g, g.k, atom.z, atom.z_dot, atom.reach())
        if found is None:
            raise Refused(
                f"this decision changes where its draw ({atom.name}) solves an equation that stochtrace cannot solve",
                "Compare the draw itself, or a monotone function of it.",
            )
        self._cross(atom, g, a, b, found)
        self._decided(g.k, (g,), bool(outcome))
        return outcome

    def older(self, x: Any) -> Any:
        """Return a carried value in which the newest draw has cancelled as one of the draws that are left."""
        return evaluation.older(x)

    def _cross(self, atom: Atom, g: Smooth, a: Any, b: Any, found: Sequence[tuple[float, float]]) -> None:
        size = (abs(value(a)) + abs(value(b))) / abs(g.s) if g.s else 0.0
        inside: list[tuple[float, float]] = []
        for root, root_dot in found:
            scale = max(abs(root), size)
            if root - atom.low > SAME * scale and atom.high - root > SAME * scale:
                inside.append((root, root_dot))
                rate = atom.rate(root, root_dot)
                if rate != 0.0:
                    self._offer(atom, g.k, root, NUDGE * scale, -rate / atom.mass())
        for root, _ in inside:
            atom.narrow(root)

    def _offer(self, atom: Atom, k: int, root: float, nudge: float, weight: float) -> None:
        self.jumps.cross(
            self.omega,
            Crossing(
                atom.site,
                atom.visit,
                root - nudge,
                root + nudge,
                weight,
                k,
                len(self.decisions),
                atom.low,
                atom.high,
                self.newest > k,
            ),
        )

    def _decided(self, k: int, parts: tuple[Any, ...], outcome: Any) -> None:
        self.decisions.append((k, parts, outcome))
        self.newest = max(self.newest, k)

    def is_stale(self, crossing: Crossing) -> bool:
        """Tell whether an earlier decision of a newer draw depends on the draw of a crossing."""
        known: dict[int, bool] = {}
        return crossing.stale and any(
            k > crossing.draw and any(depends(part, crossing.draw, known) for part in parts)
            for k, parts, _ in self.decisions[: crossing.decision]
        )


class Ended(BaseException):
    """A check has an answer: whether all decisions were the same."""


@dataclass
class Check(Trace):
    """A sample with one draw forced, compared decision by decision with what another sample decided."""

    expected: Sequence[Any] = ()

    def _offer(self, atom: Atom, k: int, root: float, nudge: float, weight: float) -> None:
        pass

    def _decided(self, k: int, parts: tuple[Any, ...], outcome: Any) -> None:
        super()._decided(k, parts, outcome)
        done = len(self.decisions)
        if outcome != self.expected[done - 1] or done == len(self.expected):
            self.stopped = self.stopped or Ended(outcome == self.expected[done - 1])
            raise self.stopped


@dataclass
class Replay:
    """A run on plain numbers, in which one draw may be forced."""

    omega: Omega
    forced: tuple[int, int, float] | None = None
    seeds: set[tuple[str, Any]] = field(default_factory=set)
    stopped: BaseException | None = None
    objects: Iterator[int] = field(default_factory=count)
    carried: ClassVar[bool] = False

    def draw(self, name: str, site: int, arguments: tuple[Any, ...]) -> Any:
        """Return one draw."""
        if self.forced is not None and site == self.forced[0] and name in FAMILIES:
            w = self.omega.next(site)
            if self.omega.visits[site] == self.forced[1]:
                return FAMILIES[name].build(self.forced[2], *arguments)
            return w if name == "read" else sampled(name, w, arguments, site)
        if name == "read":
            return self.omega.next(site)
        return getattr(runtime, name)(self.omega, site, *arguments)

    def decide(self, a: Any, b: Any, outcome: Any, kink: bool = False) -> Any:
        """Return the outcome: plain numbers decide alone."""
        return outcome

    def older(self, x: Any) -> Any:
        """Return the number: there are no carried values here."""
        return x


# -- arguments of draws -------------------------------------------------------------------------------------------


def moves(argument: Any) -> bool:
    """Tell whether an argument is, or holds, a carried value."""
    kind = type(argument)
    if kind is Smooth or kind is float or kind is int:
        return kind is Smooth
    if isinstance(argument, np.ndarray):
        return argument.dtype == object and any(type(x) is Smooth for x in argument.flat)
    return isinstance(argument, list | tuple) and any(map(moves, argument))


def flat(arguments: Any) -> list[Any]:
    """Return the carried values among arguments."""
    if type(arguments) is Smooth:
        return [arguments]
    return [x for part in arguments for x in flat(part)] if isinstance(arguments, np.ndarray | list | tuple) else []


def plain(argument: Any) -> Any:
    """Return an argument without tangents."""
    if type(argument) is Smooth:
        return argument.v
    return np.array([plain(x) for x in argument]) if isinstance(argument, np.ndarray | list | tuple) else argument


def tangents(argument: Any) -> Any:
    """Return the tangents of an argument."""
    if type(argument) is Smooth:
        return argument.d
    return np.array([tangents(x) for x in argument]) if isinstance(argument, np.ndarray | list | tuple) else 0.0


@cache
def parameters(name: str) -> tuple[str, ...]:
    """Return the parameters of a sampler, in order."""
    return tuple(signature(getattr(runtime, name)).parameters)[2:]


@cache
def real_parameters(name: str) -> frozenset[str]:
    """Return the parameters by which a discrete draw is differentiated."""
    derivative = getattr(runtime, f"{name}_d", None)
    names = signature(derivative).parameters if derivative else {}
    return frozenset(n.removesuffix("_dot") for n in names if n.endswith("_dot"))
