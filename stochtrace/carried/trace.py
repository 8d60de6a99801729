"""One run of a carried program: the sample with its decisions, the replay of a jump, and the check of a replay.

A decision compares two smooth values. It changes where their difference is zero, as a function of the newest draw on
which that depends: `roots` finds where. Each root inside the interval in which this run makes the same decisions is a
boundary that mass crosses at the rate |ω_dot| / (mass of the interval), and is offered to the reservoir before the
interval is narrowed to the side of the sample.

A decision in which the parameters have no part moves no mass, and only narrows. It waits until another decision asks
for the interval of its draw; what cannot be solved then is left to the check of a replay.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from stochtrace.carried import evaluation
from stochtrace.carried.arguments import flat
from stochtrace.carried.atoms import Atom, seen_from
from stochtrace.carried.drawing import Drawing
from stochtrace.carried.evaluation import DRAWS, depends
from stochtrace.carried.factors import extent, factors, require_numbers
from stochtrace.carried.frames import takes_extreme
from stochtrace.carried.intervals import Interval, as_interval
from stochtrace.carried.meetings import at_ends, is_beside, moves_apart
from stochtrace.carried.nearness import apart_from, inside_step, nudge_of, require_near
from stochtrace.carried.ranges import Known, Leaf, bounds, changes_sign, may_vanish, vanishing
from stochtrace.carried.reservoir import Crossing
from stochtrace.carried.roots import straight
from stochtrace.carried.running import Refused
from stochtrace.carried.smooth import PASSING, STEADY, Smooth, tangent, value
from stochtrace.carried.solving import solved
from stochtrace.carried.still import ALONE, stands_still
from stochtrace.carried.still import Known as Still
from stochtrace.carried.tangency import sharing, slopes, vanishes
from stochtrace.forms import DEFAULT, leaves
from stochtrace.runtime.taped import Taped, largest

TIED = 1e-13
Roots = list[tuple[float, float, float]]  # each with the rate of its ω, and a nudge


@dataclass
class Trace(Drawing):
    """A sample on carried values, with its decisions."""

    ranges: Known = field(default_factory=dict)  # what values of expressions can be
    differs: Callable[[float], bool] = lambda _: False  # whether other samples compare or round something else here
    still: Still = field(default_factory=dict)  # which expressions stand still
    waiting: dict[int, list[tuple[Smooth, float]]] = field(default_factory=dict)  # decisions that only narrow, by draw
    unsolved: set[int] = field(default_factory=set)  # draws whose intervals may be too large
    apart: float = 0.0  # by how many tangents to move the parameters, where roots meet that move apart
    way: Any = None  # the direction of that in reverse mode

    def decide(self, a: Any, b: Any, outcome: Any, kink: bool = False) -> Any:
        """Note a decision on the sign of a - b; a kink changes only how the value moves, not the value."""
        g, other = a - b, b if type(a) is Smooth else a
        if type(g) is not Smooth or (type(other) is not Smooth and math.isinf(other)):
            return outcome  # beside infinity all outcomes of the draws are on one side
        require_numbers(a, b)
        if g.k < 0:
            apart = abs(g.v) > TIED * (abs(value(a)) + abs(value(b)))
            size = sum(abs(value(x)) + abs(tangent(x)) for x in (a, b))
            tied = not apart and largest(g.d) <= TIED * size
            passes = any(type(x) is Smooth and x.op == PASSING for x in (a, b))
            if g.d and not (tied or kink or passes or takes_extreme() or (apart and self.differs(g.v))):
                raise Refused(*ALONE)
            return outcome
        parts = factors(g, self._may_change)
        if len(parts) != 1 or parts[0] is not g:
            for part in parts:
                self._cross_all(part, extent(part))
                self._decided(part.k, (part,), bool(part.v > 0))
            return outcome
        far = not math.isfinite(g.v) and any(
            type(part) is Smooth and part.k < g.k and math.isinf(part.v) for part in (a, b)
        )
        if not far:
            self._cross_all(g, abs(value(a)) + abs(value(b)))
        self._decided(g.k, (g,), bool(outcome))
        return outcome

    def pole(self, x: Any) -> None:
        """Note that the program divides by x, beside whose zero all that follows is different."""
        if self._may_change(x):
            self.decide(x, 0.0, x.v > 0)

    def _may_change(self, x: Smooth) -> bool:
        return changes_sign(bounds(x, self._support, self.ranges))

    def _may_be_zero(self, x: Smooth) -> bool:
        return 0.0 in bounds(x, self._support, self.ranges)

    def _support(self, k: int) -> Interval:
        return super()._atom(k).support()

    def _atom(self, k: int) -> Atom:
        """Return a draw, with the interval that the decisions so far leave to it."""
        atom = super()._atom(k)
        for g, size in self.waiting.pop(k, ()):
            inside = self._found(atom, g, k, size)
            if inside is None:
                self.unsolved.add(k)
            for root, rate, _ in inside or ():
                atom.narrow(root, rate)
        return atom

    def _narrows(self, g: Smooth, size: float) -> bool:
        """Note a decision that moves no mass, as one that waits until its interval is asked for."""
        if g.d or not stands_still(g, self.still):
            return False
        self.waiting.setdefault(g.k, []).append((g, size))
        return True

    def _cross_all(self, g: Smooth, size: float) -> None:
        """Offer the places at which an expression changes its sign, and narrow the interval of its newest draw."""
        if self._narrows(g, size):
            return
        atom = self._atom(g.k)
        inside = self._inside(atom, g, g.k, size)
        shared, all_share = sharing(g, self._may_be_zero)
        self._cross(atom, g.k, inside, g, shared)
        for k in shared[1:]:
            self._cross(self._atom(k), k, self._inside(self._atom(k), g, k, size), g, shared)
        if g.affine != STEADY and not all_share:
            for k, found in self._vanishing(g, shared):
                self._cross(self._atom(k), k, found, g)
        for root, rate, _ in inside:
            atom.narrow(root, rate)

    def _vanishing(self, g: Smooth, shared: Sequence[int] = ()) -> Iterator[tuple[int, Roots]]:
        """Yield each older draw that makes g zero for every outcome of the newer ones, and where; none that shares."""
        draws, others, narrow = vanishing(g, self._support, self.ranges)
        for k in sorted((draws | others).difference(shared), reverse=True):
            if may_vanish(g, None if k in draws else narrow, self._atom(k).reach(), self._along(k)):
                found = self._inside(self._atom(k), g, k, 0.0)  # g is not affine there: what it needs is found
                here = [(z, rate if vanishes(g, k, z, nudge) else 0.0, nudge) for z, rate, nudge in found]
                if any(rate != 0.0 for _, rate, _ in here):
                    yield k, here  # the others are its neighbours, and another draw's

    def settle(self, draws: Iterable[int]) -> None:
        """Narrow the intervals of draws by the decisions that still wait."""
        for k in draws:
            if k in self.waiting:
                self._atom(k)

    def _along(self, k: int) -> Callable[[Interval], Leaf]:
        """Return what bounds draws for outcomes of draw k, where all that does not depend on it is as it is."""
        moved: dict[int, bool] = {}

        def leaf(node: Smooth, outcomes: Interval) -> Interval | None:
            if node.op in DRAWS and node.k == k:
                return outcomes
            if node.op == "shaped" and depends(node, k, moved):
                return self._support(node.k)
            return as_interval(node.v) if node.op in DRAWS or node.k < k else None

        return lambda outcomes: lambda node: leaf(node, outcomes)

    def _cross(
        self, atom: Atom, k: int, inside: Roots, g: Smooth, shared: Sequence[int] = ()
    ) -> None:
        """Offer the roots of g in draw k, in the form of its site; all of each, or k's share of it."""
        moving = [root for root in inside if root[1] != 0.0]
        form = self.forms.get(atom.site, DEFAULT) if self.forms else DEFAULT
        if not moving or form == "pathwise":
            return
        whole = atom.mass()
        for root, rate, nudge in moving:
            require_near(nudge, root)
            weight = -rate * (self._share(g, shared, k, root) if shared else 1.0)
            if form == "two-sided" or isinstance(rate, Taped):  # the side that is left depends on the direction
                self._offer(atom, k, root, nudge, weight / whole, inside)
                continue
            before, after = neighbours(atom, root, inside)
            start, end = (before, root) if rate < 0 else (root, after)
            side = atom.between(start, end)
            if not leaves(form, side, whole):
                self._offer(atom, k, root, nudge, weight / whole, inside)
            elif start < atom.z < end:
                self._offer(atom, k, root, nudge, weight / side, inside, (start, end))

    def _share(self, g: Smooth, shared: Sequence[int], k: int, root: float) -> float:
        """Return the share of draw k, one of several, in the crossing of a decision at a root, by slopes in ω."""
        steep, slope = {}, slopes(g, k, root)
        for j in shared:
            atom = self._atom(j)
            density = atom.family.standard.density(root if j == k else atom.z, *atom.shapes)
            steep[j] = slope[j] / density if density else math.inf
        length = math.hypot(*steep.values())
        return float(steep[k] / length) ** 2 if 0 < length < math.inf else 1.0 / len(steep)

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
        if low == int(low) and self._is_product(x):
            self.decide(x, 0.0, x.v > 0)
        sides = [(x - bound, abs(x.v) + abs(bound)) for bound in (low, high)]
        if all(self._narrows(g, size) for g, size in sides):
            self._decided(x.k, (x,), outcome)
            return
        atom, ends = self._atom(x.k), Roots()
        for g, size in sides:
            ends += self._inside(atom, g, x.k, size)
            if next(self._vanishing(g), None):
                raise Refused(
                    "this rounds a sum with a product of draws, which one of them makes whole for all others",
                    "Round the product alone, and add the rest to the whole number.",
                )
        for root, rate, _ in ends:
            atom.narrow(root, rate)
        mass = atom.mass()
        for root, rate, nudge in ends:
            if root in (atom.low, atom.high) and not self._accepted(atom):
                seen = seen_from(rate, below=root > atom.z)
                if rate != 0.0:
                    slope = abs(x.s if x.affine else evaluation.along(x, x.k, root).s)
                    nudge = inside_step(nudge, root, high - low, abs(low) + abs(high), slope)
                self._offer(atom, x.k, root, nudge, -seen / mass, ends)
        self._decided(x.k, (x,), outcome)

    def _is_product(self, x: Smooth) -> bool:
        """Tell whether the sign of an expression is a decision of another one, or of several."""
        parts = factors(x, self._may_change)
        return len(parts) != 1 or not (parts[0] is x or (x.affine and parts[0].k == x.k))

    def _accepted(self, atom: Atom) -> bool:
        """Tell whether the program accepts the bias of a draw whose decisions are not followed."""
        return self.forms.get(atom.site) == "pathwise"

    def older(self, x: Any) -> Any:
        """Return a carried value in which the newest draw has cancelled as one of the draws that are left."""
        return evaluation.older(x)

    def _inside(self, atom: Atom, g: Smooth, k: int, size: float) -> Roots:
        """Return the roots of g in draw k that the decisions so far have not ruled out, in order.

        Each with the rate of its ω, and a nudge.
        """
        inside = self._found(atom, g, k, size)
        if inside is None:
            raise Refused(
                f"this decision changes where its draw ({atom.name}) solves an equation that stochtrace cannot solve",
                "Compare the draw itself, or a monotone function of it.",
            )
        return inside

    def _found(self, atom: Atom, g: Smooth, k: int, size: float) -> Roots | None:
        """Return these roots, None where some may be missed."""
        affine = g.affine and g.k == k
        if affine and g.s == 0.0:
            return self._still(g)
        found = [straight(g, atom.z, atom.z_dot, size)] if affine else solved(g, k, atom)
        if found is None:
            return None
        inside = []
        for root, root_dot, known in sorted(found) if len(found) > 1 else found:
            nearest = min(root - atom.low, atom.high - root)
            if nearest > apart_from(root, known):
                inside.append((root, atom.rate(root, root_dot), nudge_of(root, known)))
            if is_beside(nearest, root, known):
                self.apart = max(self.apart, moves_apart(atom, root, root_dot, known, self.way), key=abs)
        if not affine:  # what lies beside the ends of the interval is not found
            self.apart = max([self.apart, *at_ends(atom, g, k, self.way)], key=abs)
        return inside

    def _still(self, g: Smooth) -> Roots:
        """Return the roots of g in a draw that has no part in it, as one with a scale of 0: none, unless it is zero."""
        if g.v == 0.0 and (g.d or g.sd):
            raise Refused(*ALONE)
        return []

    def _offer(
        self,
        atom: Atom,
        k: int,
        root: float,
        nudge: float,
        weight: float,
        inside: Roots,
        ends: tuple[float, float] | None = None,
    ) -> None:
        """Offer a crossing, one of those at all roots `inside`."""
        if weight == 0.0 or not self.jumps.takes(weight):
            return
        low, high = ends or (atom.low, atom.high)
        before, after = neighbours(atom, root, inside)
        near = (before < atom.z < root) * -1 + (root < atom.z < after)
        below, above = atom.beside(root, nudge)
        self.jumps.cross(
            self.omega,
            Crossing(
                atom.site,
                atom.visit,
                below,
                above,
                weight,
                k,
                len(self.decisions),
                low,
                high,
                k in self.unsolved or self.newest > k,
                near,
            ),
        )

    def is_stale(self, crossing: Crossing) -> bool:
        """Tell whether the interval of a crossing may be too large: a newer draw decided on it, or it is not known."""
        known: dict[int, bool] = {}
        if crossing.draw in self.unsolved:
            return crossing.stale
        return crossing.stale and any(
            k > crossing.draw and any(depends(part, crossing.draw, known) for part in parts)
            for k, parts, _ in self.decisions[: crossing.decision]
        )

    def signs(self, crossing: Crossing) -> list[Smooth] | None:
        """Return the expressions whose signs the decisions before a crossing are, as far as its draw acts on them.

        None where it acts on a whole number, or in a way that is no decision: what that does takes a run.
        """
        if self.hashed:
            return None
        k, known = crossing.draw, dict[int, bool]()
        found: list[Smooth] = []
        for owner, parts, outcome in self.decisions[: crossing.decision]:
            if owner >= k and any(depends(part, k, known) for part in parts):
                if self.atoms[owner] is None or type(outcome) is not bool or not parts[0].v:
                    return None
                found.append(parts[0])
        return found

    def is_alone(self, crossing: Crossing, result: Any) -> bool:
        """Prove that the decision of a crossing is all that its draw acts on: the sample is then one of the replays."""
        k, known = crossing.draw, dict[int, bool]()
        others = [*self.decisions]
        del others[crossing.decision : crossing.decision + 1]
        if self.hashed or any(owner == k for owner, _, _ in others):  # its newest draw: what it depends on
            return False
        used = [part for owner, parts, _ in others if owner > k for part in parts]
        return not any(depends(part, k, known) for part in (*flat(result), *used))


def neighbours(atom: Atom, root: float, inside: Roots) -> tuple[float, float]:
    """Return the roots next to one of those inside the interval of a draw, or its ends."""
    if len(inside) == 1:
        return atom.low, atom.high
    roots = [r for r, _, _ in inside]
    below, above = [r for r in roots if r < root], [r for r in roots if r > root]
    return max(below, default=atom.low), min(above, default=atom.high)


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

    _cross_all = _cross

    def _narrows(self, *_: Any) -> bool:
        return False

    def _vanishing(self, *_: Any) -> Iterator[tuple[int, Roots]]:
        return iter(())

    def _offer(self, *_: Any, **__: Any) -> None:
        pass

    def _decided(self, k: int, parts: tuple[Any, ...], outcome: Any) -> None:
        super()._decided(k, parts, outcome)
        done = len(self.decisions)
        if outcome != self.expected[done - 1] or done == len(self.expected):
            self.stopped = self.stopped or Ended(outcome == self.expected[done - 1])
            raise self.stopped
