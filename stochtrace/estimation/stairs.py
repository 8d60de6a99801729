"""Does a program go in steps too narrow to be met? A few samples look at the crossing that each of them keeps.

A loop that bisects, or `round(x, 6)`, makes a staircase of a draw. Each step of width w is a decision of weight 1 / w,
which changes the result by about w. Where the program does more on one of these steps, as where the rounded value is
compared, only samples on that step see it: one of 1 / w, and with fewer samples neither the mean nor its standard error
knows of it. The first estimate of a program looks, and later ones remember what it saw.
"""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np

from stochtrace.carried import sample as carried
from stochtrace.carried.reservoir import Crossing, Crossings
from stochtrace.carried.running import Refused
from stochtrace.carried.trace import Trace
from stochtrace.estimation.functions import Functions, Given
from stochtrace.estimation.moments import Array
from stochtrace.estimation.sampling import Sampler
from stochtrace.estimation.schemes import Averages
from stochtrace.estimation.shapes import Along, directions, flatten
from stochtrace.runtime.uniforms import Omega

PILOT, FEWEST = 16, 2
SECONDS = 2.0  # after which no further sample of the pilot begins
EXPECTED = 2.0  # samples on a step: with fewer, it is likely that none of them sees what happens there
SMALL = 0.01  # of the spread of the result


class Step(NamedTuple):
    """What a sample keeps: of which width in ω, by how much the results beside its end differ, and whether it rounds.

    A jump of a discrete draw counts as a step of width 1.
    """

    width: float = 1.0
    change: Array = np.zeros(1)
    rounds: bool = False


def stairs(
    program: Any,
    arguments: Mapping[str, Any],
    by: Sequence[str] | Along,
    seed: int,
    found: Averages,
    sampler: Sampler,
) -> Iterator[str]:
    """Say where most of a few samples keep a step that is too narrow for so many; a sampler remembers the steps."""
    functions: Functions = program.functions
    if not functions.on_carried_values or found.samples < 4 * PILOT:
        return
    if sampler.steps is None:
        given = program.given(arguments, next(iter(directions(by, arguments))))
        sampler.steps = [*steps(functions, given, seed)]
    spread, narrow, wide = found.value_error * found.samples**0.5, [], 0
    for step in sampler.steps:
        if step.width * found.samples >= EXPECTED or (step.change > SMALL * spread).any():
            wide += 1
        elif step.rounds or step.change.any():
            narrow.append(step.width)
    if len(narrow) >= max(FEWEST, wide):
        yield told(float(np.median(narrow)), found.samples)


def told(width: float, samples: int) -> str:
    """Return the warning."""
    return (
        f"the program goes in steps, of about {width:.0e} of a draw: of {samples} samples hardly one is on a given "
        "step, so a jump that happens on one of them is likely to be missing, and the standard error does not tell. "
        "Round no finer than samples are many, compare what is rounded or searched for in the place of what comes "
        "out, and search by a fixed number of steps of Newton's method in the place of bisection"
    )


def steps(functions: Functions, given: Given, seed: int) -> Iterator[Step]:
    """Yield the steps that a few samples keep."""
    arguments, moved = tuple(given.arguments), tuple(given.with_tangents)
    omega, begin = Omega(seed, functions.sites), time.perf_counter()
    for i in range(PILOT):
        if i > FEWEST and time.perf_counter() - begin > SECONDS:
            return
        omega.start(i)
        try:
            trace, _ = carried.traced(functions.carried, arguments, moved, omega, functions.forms, Crossings())
        except Refused:  # what is refused here alone is no matter of the estimate
            return
        kept = next(iter(trace.jumps.chosen()), None)
        if isinstance(kept, Crossing):
            yield step_of(functions, arguments, omega, trace, kept)
        elif kept:
            yield Step()


def step_of(
    functions: Functions, arguments: tuple[Any, ...], omega: Omega, trace: Trace, crossing: Crossing
) -> Step:
    """Return the step of a crossing that a sample keeps."""
    atom = trace.atoms[crossing.draw]
    ends = [
        np.array(flatten(carried.replayed(functions.replayed, arguments, omega, crossing, z)), float)
        for z in (crossing.below, crossing.above)
    ]
    width = atom.between(crossing.low, crossing.high) if atom is not None else 1.0
    return Step(width, np.abs(ends[1] - ends[0]), type(trace.decisions[crossing.decision][2]) is not bool)
