"""One run of a carried program: the sample with its decisions, the replay of a jump, and the check of a replay.

A decision compares two smooth values. It changes where their difference is zero, as a function of the newest draw on
which that depends: `roots` finds where. Each root inside the interval in which this run makes the same decisions is a
boundary that mass crosses at the rate |ω_dot| / (mass of the interval), and is offered to the reservoir before the
interval is narrowed to the side of the sample.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import count
from typing import Any, ClassVar

import numpy as np

from stochtrace import runtime
from stochtrace.carried import evaluation
from stochtrace.carried.arguments import flat, is_continuous, moves, parameters, plain, real_parameters, tangents
from stochtrace.carried.atoms import Atom, seen_from
from stochtrace.carried.evaluation import depends
from stochtrace.carried.families import FAMILIES, Family, flow_at, sampled
from stochtrace.carried.reservoir import Crossing, Crossings, EveryCrossing
from stochtrace.carried.roots import roots, straight
from stochtrace.carried.running import Refused
from stochtrace.carried.scores import DISCRETE, frozen, score_of
from stochtrace.carried.smooth import Smooth, tangent, value
from stochtrace.carried.tangency import sharing, slopes
from stochtrace.forms import BIASED, DEFAULT, Forms, leaves
from stochtrace.runtime.jumps import offer
from stochtrace.runtime.taped import Taped
from stochtrace.runtime.uniforms import Omega

NUDGE, SAME, TIED = 1e-9, 1e-11, 1e-13
COINS = frozenset(("flip", "bernoulli"))


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
    forms: Forms = field(default_factory=dict)
    scores: dict[int, float] = field(default_factory=dict)
    hashed: bool = False
    stopped: BaseException | None = None
    objects: Iterator[int] = field(default_factory=count)
    differs: Callable[[float], bool] = lambda _: False  # whether other samples compare or round something else here
    carried: ClassVar[bool] = True

    # -- draws -------------------------------------------------------------------------------------------------------

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
        return Smooth(z, 0.0, k, 1.0, 0.0, True, "draw", ())

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
        return Smooth(z, z_dot, k, 1.0, 0.0, True, "shaped" if carried else "draw", carried)

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
            offer(self.omega, self.jumps, site, int(not outcome), -q.d if outcome else q.d, certain=True)
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

    # -- decisions ---------------------------------------------------------------------------------------------------

    def decide(self, a: Any, b: Any, outcome: Any, kink: bool = False) -> Any:
        """Note a decision on the sign of a - b; a kink changes only how the value moves, not the value."""
        g = a - b
        if type(g) is not Smooth or any(type(part) is not Smooth and math.isinf(part) for part in (a, b)):
            return outcome  # beside infinity all outcomes of the draws are on one side
        if g.k < 0:
            apart = abs(g.v) > TIED * (abs(value(a)) + abs(value(b)))
            if g.d and not (g.v and (kink or (apart and self.differs(g.v)))):
                raise Refused(
                    "this decision compares a parameter, without a draw in it",
                    "A deterministic jump has no derivative. Compare draws, or leave the parameter out with `--wrt`.",
                )
            return outcome
        atom = self._atom(g.k)
        size = abs(a.v if type(a) is Smooth else a) + abs(b.v if type(b) is Smooth else b)
        far = any(type(part) is Smooth and part.k < g.k and math.isinf(part.v) for part in (a, b))
        inside = self._inside(atom, g, g.k, size) if not far else []
        if not g.affine and not far:
            self._cross_shared(atom, g, inside, size)
        elif inside and inside[0][1] != 0.0:
            self._cross(atom, g.k, inside)
        for root, _, _ in inside:
            atom.narrow(root)
        self._decided(g.k, (g,), bool(outcome))
        return outcome

    def _cross_shared(self, atom: Atom, g: Smooth, inside: list[tuple[float, float, float]], size: float) -> None:
        """Offer the roots of a decision to all draws that share it."""
        shared = sharing(g)
        self._cross(atom, g.k, inside, g if shared else None)
        for k in shared[1:]:
            other = self._atom(k)
            self._cross(other, k, self._inside(other, g, k, size), g)

    def _cross(
        self, atom: Atom, k: int, inside: list[tuple[float, float, float]], shared: Smooth | None = None
    ) -> None:
        """Offer the roots of a decision in draw k, in the form of its site; all of each, or k's share of it."""
        form = self.forms.get(atom.site, DEFAULT) if self.forms else DEFAULT
        if not inside or form == "pathwise":
            return
        whole = atom.mass()
        roots = [atom.low, *(root for root, _, _ in inside), atom.high]
        for i, (root, rate, nudge) in enumerate(inside):
            weight = -rate * (self._share(shared, k, root) if shared is not None else 1.0)
            near = (roots[i] < atom.z < root) * -1 + (root < atom.z < roots[i + 2])
            if form == "two-sided" or isinstance(rate, Taped):  # the side that is left depends on the direction
                self._offer(atom, k, root, nudge, weight / whole, near=near)
                continue
            start, end = (roots[i], root) if rate < 0 else (root, roots[i + 2])
            side = atom.between(start, end)
            if not leaves(form, side, whole):
                self._offer(atom, k, root, nudge, weight / whole, near=near)
            elif start < atom.z < end:
                self._offer(atom, k, root, nudge, weight / side, near=near, ends=(start, end))

    def _share(self, g: Smooth, k: int, root: float) -> float:
        """Return the share of draw k in the crossing of a decision at a root, by slopes in ω."""
        steep = {}
        for j, slope in slopes(g, k, root).items():
            atom = self._atom(j)
            density = atom.family.standard.density(root if j == k else atom.z, *atom.shapes)
            steep[j] = slope / density if density else math.inf
        total = sum(s * s for s in steep.values())
        return steep[k] ** 2 / total if 0 < total < math.inf else 1.0 / len(steep)

    def step(self, x: Any, low: float, high: float, outcome: int) -> None:
        """Note that the program rounds x, which lies between low and high, to a whole number.

        Which number is asked for depends on x itself, so a boundary is seen from one side only: mass that leaves.
        """
        if x.k < 0:
            apart = min(x.v - low, high - x.v) > TIED * abs(x.v)
            if x.d and not (apart and self.differs(x.v)):
                raise Refused(
                    "a parameter is rounded, without a draw in it",
                    "A deterministic jump has no derivative. Leave the parameter out with `--wrt`.",
                )
            return
        atom = self._atom(x.k)
        ends = [end for bound in (low, high) for end in self._inside(atom, x - bound, x.k, abs(x.v) + abs(bound))]
        for root, _, _ in ends:
            atom.narrow(root)
        mass = atom.mass()
        for root, rate, nudge in ends:
            if root in (atom.low, atom.high) and not self._accepted(atom):
                seen = seen_from(rate, below=root > atom.z)
                self._offer(atom, x.k, root, nudge, -seen / mass, near=-1 if root > atom.z else 1)
        self._decided(x.k, (x,), outcome)

    def _accepted(self, atom: Atom) -> bool:
        """Tell whether the program accepts the bias of a draw whose decisions are not followed."""
        return self.forms.get(atom.site) == "pathwise"

    def _atom(self, k: int) -> Atom:
        atom = self.atoms[k]
        assert atom is not None
        return atom

    def older(self, x: Any) -> Any:
        """Return a carried value in which the newest draw has cancelled as one of the draws that are left."""
        return evaluation.older(x)

    def _inside(self, atom: Atom, g: Smooth, k: int, size: float) -> list[tuple[float, float, float]]:
        """Return the roots of g in draw k that the decisions so far have not ruled out, in order.

        Each with the rate of its ω, and a nudge.
        """
        affine = g.affine and g.k == k
        found = [straight(g, atom.z, atom.z_dot, size)] if affine else roots(g, k, atom.z, atom.reach())
        if found is None:
            raise Refused(
                f"this decision changes where its draw ({atom.name}) solves an equation that stochtrace cannot solve",
                "Compare the draw itself, or a monotone function of it.",
            )
        inside = []
        for root, root_dot, known in sorted(found) if len(found) > 1 else found:
            scale = max(abs(root), known)
            if root - atom.low > SAME * scale and atom.high - root > SAME * scale:
                inside.append((root, atom.rate(root, root_dot), NUDGE * scale))
        return inside

    def _offer(
        self,
        atom: Atom,
        k: int,
        root: float,
        nudge: float,
        weight: float,
        *,
        near: int,
        ends: tuple[float, float] | None = None,
    ) -> None:
        """Offer a crossing; `near` says whether the sample lies next below (-1) or above (1) the root, or neither."""
        if weight == 0.0 or not self.jumps.takes(weight):
            return
        low, high = ends or (atom.low, atom.high)
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
                low,
                high,
                self.newest > k,
                near,
            ),
        )

    def _decided(self, k: int, parts: tuple[Any, ...], outcome: Any) -> None:
        self.decisions.append((k, parts, outcome))
        if k > self.newest:
            self.newest = k

    def is_stale(self, crossing: Crossing) -> bool:
        """Tell whether an earlier decision of a newer draw depends on the draw of a crossing."""
        known: dict[int, bool] = {}
        return crossing.stale and any(
            k > crossing.draw and any(depends(part, crossing.draw, known) for part in parts)
            for k, parts, _ in self.decisions[: crossing.decision]
        )

    def is_alone(self, crossing: Crossing, result: Any) -> bool:
        """Prove that the decision of a crossing is all that its draw acts on: the sample is then one of the replays."""
        k, known = crossing.draw, dict[int, bool]()
        others = [*self.decisions]
        del others[crossing.decision : crossing.decision + 1]
        if self.hashed or any(owner == k for owner, _, _ in others):  # its newest draw: what it depends on
            return False
        used = [part for owner, parts, _ in others if owner > k for part in parts]
        return not any(depends(part, k, known) for part in (*flat(result), *used))


class Ended(BaseException):
    """A check has an answer: whether all decisions were the same."""


@dataclass
class Check(Trace):
    """A sample with one draw forced, compared decision by decision with what another sample decided."""

    expected: Sequence[Any] = ()

    def _inside(self, *_: Any, **__: Any) -> list[tuple[float, float, float]]:
        return []  # what is compared are outcomes: no root is looked for

    def _cross(self, *_: Any, **__: Any) -> None:
        pass

    _cross_shared = _cross

    def _offer(self, *_: Any, **__: Any) -> None:
        pass

    def _decided(self, k: int, parts: tuple[Any, ...], outcome: Any) -> None:
        super()._decided(k, parts, outcome)
        done = len(self.decisions)
        if outcome != self.expected[done - 1] or done == len(self.expected):
            self.stopped = self.stopped or Ended(outcome == self.expected[done - 1])
            raise self.stopped
