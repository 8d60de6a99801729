"""The draws of a sample on carried values: each a new variable, or the outcome of a discrete one with its jumps."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import count
from typing import Any, ClassVar

import numpy as np

from stochtrace import runtime
from stochtrace.carried.arguments import flat, is_continuous, moves, parameters, plain, real_parameters, tangents
from stochtrace.carried.atoms import Atom
from stochtrace.carried.families import FAMILIES, Family, flow_at, sampled
from stochtrace.carried.reservoir import Crossings, EveryCrossing
from stochtrace.carried.running import Refused
from stochtrace.carried.scores import DISCRETE, frozen, score_of
from stochtrace.carried.smooth import STEADY, Smooth, tangent, value
from stochtrace.forms import BIASED, Forms
from stochtrace.runtime.jumps import offer
from stochtrace.runtime.uniforms import Omega

COINS = frozenset(("flip", "bernoulli"))


@dataclass
class Drawing:
    """A sample on carried values, as far as it draws."""

    omega: Omega
    jumps: Crossings | EveryCrossing
    atoms: list[Atom | None] = field(default_factory=list)
    decisions: list[tuple[int, tuple[Any, ...], Any]] = field(default_factory=list)
    newest: int = -1
    forced: tuple[int, int, float] | None = None
    seeds: set[tuple[str, Any]] = field(default_factory=set)
    forms: Forms = field(default_factory=dict)
    scores: dict[int, float] = field(default_factory=dict)
    hashed: bool = False
    stopped: BaseException | None = None
    objects: Iterator[int] = field(default_factory=count)
    carried: ClassVar[bool] = True

    def draw(self, name: str, site: int, arguments: tuple[Any, ...]) -> Any:
        """Return one draw: a carried value, or the outcome of a discrete one, which offers its jumps."""
        if name in FAMILIES:
            return self._continuous(name, site, arguments)
        if is_continuous(name):
            raise Refused(
                f"the draw ({name}) has no row of tails and density, and stands where decisions are followed",
                "Draw it from a distribution that has one, or keep smooth values out of tests, heaps and objects.",
            )
        if not any(map(moves, arguments)):
            return getattr(runtime, name)(self.omega, site, *arguments)
        return self._discrete(name, site, arguments)

    def _continuous(self, name: str, site: int, arguments: tuple[Any, ...]) -> Any:
        family, w = FAMILIES[name], self.omega.next(site)
        values = [a.v if type(a) is Smooth else a for a in arguments]
        x = w if name == "read" else sampled(name, w, values, site)
        visit, z = self.omega.visits[site], None
        if self.forced is not None and self.forced[:2] == (site, visit):
            z = self.forced[2]
        node = (
            self._shaped(family, name, site, visit, w, x if z is None else z, z is None, arguments)
            if family.shapes
            else self._standard(family, name, site, visit, family.standard.quantile(w) if z is None else z)
        )
        result = family.build(node, *arguments)
        if z is None and type(result) is Smooth:
            result.v = x
        form = self.forms.get(site) if self.forms else None
        if form == "constant" or (form == "score" and any(map(moves, arguments))):
            return self.freeze(site, result)
        return result

    def _standard(self, family: Family, name: str, site: int, visit: int, z: float) -> Smooth:
        """Return a standard variable without parameters."""
        k = len(self.atoms)
        self.atoms.append(Atom(family, name, site, visit, z, 0.0, (), ()))
        return Smooth(z, 0.0, k, 1.0, 0.0, STEADY, "draw", ())

    def _shaped(
        self, family: Family, name: str, site: int, visit: int, w: float, z: float, drawn: bool, arguments: Any
    ) -> Smooth:
        """Return a standard variable that depends on shapes; z is the outcome where no other parameters make it so."""
        shapes = tuple([value(arguments[i]) for i in family.shapes])
        shapes_dot = tuple([tangent(arguments[i]) for i in family.shapes])
        if drawn and family.rest:
            z = sampled(name, w, (*shapes, *family.rest))
        z_dot = flow_at(name, w, shapes, shapes_dot) if any(shapes_dot) else 0.0
        k = len(self.atoms)
        self.atoms.append(Atom(family, name, site, visit, z, z_dot, shapes, shapes_dot))
        carried = tuple([arguments[i] for i in family.shapes if type(arguments[i]) is Smooth])
        return Smooth(z, z_dot, k, 1.0, 0.0, STEADY, "shaped" if carried else "draw", carried)

    def freeze(self, site: int, x: Any) -> Any:
        """Return a function of the draw just made at a site as one whose value stays, while its density moves."""
        if type(x) is not Smooth or x.k < 0:
            return x
        atom = self._atom(x.k)
        if self.forms.get(site) == "score":
            if atom.site != site:
                raise Refused(
                    f"the draw ({atom.name}) that this value ends with is not the one that is marked",
                    "Assign the draw of this line to a name of its own.",
                )
            self._scored(site, score_of(x, x.k, atom.name, atom.shapes, atom.shapes_dot, atom.z))
        atom.z_dot, atom.shapes_dot = 0.0, (0.0,) * len(atom.shapes)
        return frozen(x)

    def _discrete(self, name: str, site: int, arguments: tuple[Any, ...]) -> Any:
        q, form = arguments[0], self.forms.get(site, "leaving") if self.forms else "leaving"
        coin = name in COINS and type(q) is Smooth
        parts = (q.v, q.d) if coin else self._parts(name, arguments)
        if form != "leaving" and not (form == "two-sided" and name in COINS and 0 < value(q) < 1):
            outcome = self._without_jumps(name, site, arguments, form)
        elif coin and 0 < q.v < 1 and (q.k >= 0 or form != "leaving"):
            outcome = getattr(runtime, name)(self.omega, site, q.v)
            offer(self.omega, self.jumps, site, int(not outcome), -q.d if outcome else q.d, there=0.0)
        else:
            outcome = getattr(runtime, f"{name}_d")(self.omega, self.jumps, site, *parts)
        drawn = tuple([x for x in (arguments if coin else flat(arguments)) if x.k >= 0])
        if drawn:  # what depends on parameters alone is no decision of a draw
            k = len(self.atoms)
            self.atoms.append(None)
            self._decided(k, drawn, outcome if np.ndim(outcome) == 0 else tuple(outcome))
        return outcome

    def _parts(self, name: str, arguments: tuple[Any, ...]) -> list[Any]:
        """Return the arguments of a discrete draw without tangents, and after each real one its tangent."""
        parts: list[Any] = []
        real = real_parameters(name)
        for parameter, argument in zip(parameters(name), arguments, strict=True):
            parts.append(plain(argument))
            if parameter in real:
                parts.append(tangents(argument))
            elif moves(argument):
                raise Refused(
                    f"`{parameter}` of this draw ({name}) is an integer, and gets a value that moves smoothly",
                    "A derivative with respect to an integer does not exist: round or choose it outside.",
                )
        return parts

    def _without_jumps(self, name: str, site: int, arguments: tuple[Any, ...], form: str) -> Any:
        """Return the outcome of a discrete draw whose probabilities move, if its form says so, as a score."""
        values = tuple(map(plain, arguments))
        outcome = getattr(runtime, name)(self.omega, site, *values)
        if form in BIASED:
            return outcome
        inside = name in DISCRETE and 0 < values[-1] < (math.inf if name == "poisson" else 1)
        if form != "score" or not inside:
            raise Refused(
                f"a discrete draw ({name}) has no form `{form}` here", "Mark it `leaving`, or leave the comment out."
            )
        slopes = DISCRETE[name](outcome, *values)
        real = [a for p, a in zip(parameters(name), arguments, strict=True) if p in real_parameters(name)]
        self._scored(site, sum(s * tangent(a) for s, a in zip(slopes, real, strict=True)))
        return outcome

    def _scored(self, site: int, score: float) -> None:
        self.scores[site] = self.scores.get(site, 0.0) + score

    def _atom(self, k: int) -> Atom:
        atom = self.atoms[k]
        assert atom is not None
        return atom

    def _decided(self, k: int, parts: tuple[Any, ...], outcome: Any) -> None:
        self.decisions.append((k, parts, outcome))
        if k > self.newest:
            self.newest = k
