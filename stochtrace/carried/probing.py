"""Whether what a program compares or rounds at a place is the same in all samples, or differs with its draws.

A test of parameters alone is a deterministic jump, which is refused. What looks the same in one sample may still be
random: a waiting time that is exactly 0 in this sample, or a count times a parameter. Between the parameters at which
it ties, such a test changes nothing, and the derivative exists. Other samples, of a seed of their own, tell the two
apart. Where none of them holds a continuous draw there, the mean itself jumps at the ties, which an estimate tells.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from weakref import WeakKeyDictionary

from stochtrace.carried.frames import Place, place
from stochtrace.carried.reservoir import EveryCrossing
from stochtrace.carried.running import Refused, running
from stochtrace.carried.smooth import Smooth, value
from stochtrace.carried.trace import Trace
from stochtrace.forms import Forms
from stochtrace.runtime.uniforms import Omega

SAMPLES, SEED = 200, 2**127
Program = Callable[..., Any]
RANDOM: WeakKeyDictionary[Program, dict[Place, bool]] = WeakKeyDictionary()  # places where samples differ: by a draw?


def steps(program: Program, file: str) -> list[int]:
    """Return the lines of a program in a file where the parameters and discrete draws alone decide."""
    places = RANDOM.get(program, {})
    return sorted({line for (code, _, line), drawn in places.items() if code.co_filename == file and not drawn})


@dataclass
class Probe(Trace):
    """A sample that looks for what it compares or rounds at a place; it ends where that is a draw."""

    at: Place | None = None
    known: float = 0.0
    other: bool = False
    drawn: bool = False

    def decide(self, a: Any, b: Any, outcome: Any, kink: bool = False) -> Any:
        """Look at what is compared."""
        self._look(a - b)
        return outcome

    def step(self, x: Any, low: float, high: float, outcome: int) -> None:
        """Look at what is rounded."""
        self._look(x)

    def _look(self, x: Any) -> None:
        if place() != self.at:
            return
        self.drawn = type(x) is Smooth and x.k >= 0
        self.other = self.other or self.drawn or value(x) != self.known
        if self.drawn:
            self.stopped = Drawn()
            raise self.stopped


class Drawn(BaseException):
    """A sample compares a draw at a place where another one does not."""


def prober(program: Program, moved: tuple[Any, ...], sites: int, forms: Forms) -> Callable[[float], bool]:
    """Return what tells whether a value that is compared or rounded now differs from sample to sample."""

    places = RANDOM.setdefault(program, {})

    def differs(known: float) -> bool:
        here = place()
        if here not in places:
            differing = False
            for sample in range(SAMPLES):
                probe = probed(sample, here, known)
                differing = differing or probe.other
                if probe.drawn:
                    break
            if differing:
                places[here] = probe.drawn
        return here in places

    def probed(sample: int, here: Place, known: float) -> Probe:
        omega = Omega(SEED, sites)
        omega.start(sample)
        probe = Probe(omega, EveryCrossing(), forms=forms, at=here, known=known)
        try:
            with running(probe):
                program(*moved)
        except (Exception, Refused, Drawn):  # what else goes wrong is told where a sample of the program meets it
            pass
        return probe

    return differs
