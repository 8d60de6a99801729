"""What the draws of a program meet: a few samples are run, and what each draw does in them is counted."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from stochtrace.carried import sample as carried
from stochtrace.carried.reservoir import EveryCrossing
from stochtrace.carried.trace import Trace
from stochtrace.estimation.functions import Functions, Given
from stochtrace.runtime.jumps import EveryJump
from stochtrace.runtime.uniforms import Omega


@dataclass
class Met:
    """Means over samples, of one site: draws, decisions that belong to them, jumps offered, and those that are stale.

    A decision belongs to the newest draw on which it depends. A crossing is stale where a decision of a newer draw came
    before it, so that its interval must be verified.
    """

    draws: float = 0.0
    decisions: float = 0.0
    jumps: float = 0.0
    stale: float = 0.0


def survey(functions: Functions, given: Given, samples: int, seed: int, found: dict[int, Met]) -> None:
    """Add to what is found the means over samples 0 .. samples - 1."""
    omega = Omega(seed, functions.sites)
    for i in range(samples):
        omega.start(i)
        for site, what, count in _events(functions, given, omega):
            met = found.setdefault(site, Met())
            setattr(met, what, getattr(met, what) + count / samples)


def _events(functions: Functions, given: Given, omega: Omega) -> Iterator[tuple[int, str, int]]:
    jumps: Any = EveryJump()
    if functions.sources is not None:
        arguments, moved = tuple(given.arguments), tuple(given.with_tangents)
        trace, _ = carried.traced(functions.carried, arguments, moved, omega, functions.forms, EveryCrossing())
        jumps = trace.jumps
        yield from _decisions(trace)
    else:
        functions.derivative(*given.with_tangents, omega, jumps)
    for jump in jumps.chosen():
        yield jump.site, "jumps", 1
    for site in range(1, functions.sites + 1):
        yield site, "draws", omega.visits[site]


def _decisions(trace: Trace) -> Iterator[tuple[int, str, int]]:
    for k, _, _ in trace.decisions:
        atom = trace.atoms[k]
        if atom is not None:
            yield atom.site, "decisions", 1
    assert isinstance(trace.jumps, EveryCrossing)
    for crossing in trace.jumps.crossings:
        yield crossing.site, "stale", int(trace.is_stale(crossing))
