"""Jumps: what a discrete draw offers, and the choice of the one that is replayed.

One pass, weighted reservoir: of all jumps offered so far the one kept is jump i with probability weight_i / total.
After a choice at running total W the next one comes when the total passes W / U, with U uniform, so that a random
number is needed per choice only. These numbers are a site of their own (0): taken from a draw's site they would bias.
"""

from __future__ import annotations

import math
from typing import NamedTuple, Protocol

from stochtrace.runtime.taped import Taped
from stochtrace.runtime.uniforms import Uniforms, read

RARE = 1e-3  # the chance of an outcome beside that of its neighbour, which offers the boundary for both
Weight = float | Taped  # a tangent of reverse mode where that is what runs


class Jump(NamedTuple):
    """A draw, at its `visit`-th visit to `site`, could leave for the outcome `to`, at the rate `weight`."""

    site: int
    visit: int
    to: int
    weight: Weight


class Jumps(Protocol):
    """What `offer` sees of a collection of jumps."""

    total: float
    threshold: float

    def keep(self, omega: Uniforms, site: int, to: int, weight: Weight) -> None:
        """Keep this jump."""
        ...


class Reservoir:
    """Keeps one jump, with probability proportional to its weight; `total` is the sum of the weights."""

    def __init__(self) -> None:
        self.start()

    def start(self) -> None:
        """Forget the last sample."""
        self.total = 0.0
        self.threshold = 0.0
        self.kept: tuple[int, int, int, Weight] | None = None  # of a `Jump`, which takes longer to make

    def keep(self, omega: Uniforms, site: int, to: int, weight: Weight) -> None:
        """Replace the kept jump, and say at which total the next replacement comes."""
        self.kept = site, omega.visits[site], int(to), weight / abs(weight)
        self.threshold = self.total / read(omega, 0)

    def chosen(self) -> list[Jump]:
        """Return the kept jump, if any, carrying the weight of all."""
        if self.kept is None:
            return []
        site, visit, to, weight = self.kept
        return [Jump(site, visit, to, weight * self.total)]


class EveryJump:
    """Keeps every jump with its own weight: exact where one sample is looked at, dear where many are averaged."""

    def __init__(self) -> None:
        self.total = 0.0
        self.threshold = -math.inf
        self.all: list[Jump] = []

    def keep(self, omega: Uniforms, site: int, to: int, weight: Weight) -> None:
        """Keep this one too, unless no mass leaves over it."""
        if weight:
            self.all.append(Jump(site, omega.visits[site], int(to), weight))

    def chosen(self) -> list[Jump]:
        """Return all jumps, in the order in which they were offered."""
        return self.all


def offer(
    omega: Uniforms, jumps: Jumps, site: int, to: int, weight: Weight, there: float = 1.0, here: float = 1.0
) -> None:
    """Offer that the draw just made at `site` leaves for the outcome `to`, at the rate `weight`.

    A weight that is not positive says that mass arrives over this boundary instead: the samples on the other side
    offer it. Those may be too rare to be seen: `there` and `here` are the chances of `to` and of the outcome itself, up
    to a factor and to their signs. Where `to` is rare beside it, the outcome offers the boundary for both, with the
    sign; that gives the one-sided derivative where there are no such samples, as p is 0 or 1. NaN is never dropped.
    """
    # compiled code counts without asking
    if abs(there) < RARE * abs(here) or weight.__class__ is not float or not weight <= 0.0:
        count(omega, jumps, site, to, weight, there, here)


def count(omega: Uniforms, jumps: Jumps, site: int, to: int, weight: Weight, there: float, here: float) -> None:
    """Add what leaves over a boundary to the total, and keep the jump where its turn has come."""
    size, flow = leaving(weight, there, here)
    jumps.total += size
    if jumps.total > jumps.threshold:
        keep(omega, jumps, site, to, flow)


def leaving(weight: Weight, there: float, here: float) -> tuple[float, Weight]:
    """Return the size of the weight of a jump, and the part of it that this side of the boundary sees."""
    if isinstance(weight, Taped):
        there, here = abs(there), abs(here)
        seen = weight if there < RARE * here else weight * 0.0 if here < RARE * there else weight.leaving()
        return abs(seen), seen
    return float_leaving(weight, there, here)


def float_leaving(weight: float, there: float, here: float) -> tuple[float, float]:
    """Return the same of a number.

    Written without branches on the outcome, which is random: a mispredicted one costs more than all else here.
    """
    there, here = abs(there), abs(here)
    if min(there, here) < RARE * max(there, here):
        flow = weight if there < here else weight * 0.0
        return abs(flow), flow
    flow = 0.0 if weight <= 0.0 else weight
    return flow, flow


def keep(omega: Uniforms, jumps: Jumps, site: int, to: int, weight: Weight) -> None:
    """Make this jump the one to replay (the compiled side has its own)."""
    jumps.keep(omega, site, to, weight)
