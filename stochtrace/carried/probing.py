"""Whether what a program compares or rounds at a place is the same in all samples, or differs with its draws.

A test of parameters alone is a deterministic jump, which is refused. What looks the same in one sample may still be
random: a count times a parameter, or a waiting time that is exactly 0 in this sample. Between the parameters at which
it ties, such a test changes nothing, and the derivative exists. Other samples, of a seed of their own, tell the two
apart.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from dataclasses import dataclass
from types import CodeType
from typing import Any

from stochtrace.carried.reservoir import EveryCrossing
from stochtrace.carried.running import Refused, running
from stochtrace.carried.smooth import Smooth, value
from stochtrace.carried.trace import Trace
from stochtrace.forms import Forms
from stochtrace.runtime.uniforms import Omega

Place = tuple[CodeType, int]
SAMPLES, SEED = 200, 2**127
LIBRARIES = {"stochtrace", "numpy", "scipy", "statistics", "heapq", "bisect", "functools", "random"}
RANDOM: set[Place] = set()


def place() -> Place:
    """Return where the program is: its innermost frame that belongs to no library."""
    frame = sys._getframe(1)
    while frame.f_back is not None and frame.f_globals.get("__name__", "").partition(".")[0] in LIBRARIES:
        frame = frame.f_back
    return frame.f_code, frame.f_lasti


@dataclass
class Probe(Trace):
    """A sample that ends where it compares or rounds at a place something else than another sample did."""

    at: Place | None = None
    known: float = 0.0
    found: bool = False

    def decide(self, a: Any, b: Any, outcome: Any, kink: bool = False) -> Any:
        """Look at what is compared."""
        self._look(a - b)
        return outcome

    def step(self, x: Any, low: float, high: float, outcome: int) -> None:
        """Look at what is rounded."""
        self._look(x)

    def _look(self, x: Any) -> None:
        if place() == self.at and ((type(x) is Smooth and x.k >= 0) or value(x) != self.known):
            self.found, self.stopped = True, Different()
            raise self.stopped


class Different(BaseException):
    """A sample compares at a place what another one does not."""


def prober(program: Callable[..., Any], moved: tuple[Any, ...], sites: int, forms: Forms) -> Callable[[float], bool]:
    """Return what tells whether a value that is compared or rounded now differs from sample to sample."""

    def differs(known: float) -> bool:
        here = place()
        if here not in RANDOM and any(_differs(sample, here, known) for sample in range(SAMPLES)):
            RANDOM.add(here)
        return here in RANDOM

    def _differs(sample: int, here: Place, known: float) -> bool:
        omega = Omega(SEED, sites)
        omega.start(sample)
        probe = Probe(omega, EveryCrossing(), forms=forms, at=here, known=known)
        try:
            with running(probe):
                program(*moved)
        except (Exception, Refused, Different):  # what else goes wrong is told where a sample of the program meets it
            pass
        return probe.found

    return differs
