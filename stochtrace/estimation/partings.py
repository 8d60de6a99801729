"""Where roots of decisions meet at exactly these parameters, an estimate is made where they have just parted.

Its first samples tell. Those that meet such roots part them for themselves (see `carried.meetings`), but other samples
ask only one of the two decisions, and their replays make both the other way.

The parameters are moved along each direction in which an estimate differentiates, forward: what lies between the roots
grows from nothing then, and no mass that leaves it is missed.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any, cast

import numpy as np

from stochtrace.carried.meetings import watched
from stochtrace.estimation.kinks import CHANGED, derivatives, two_sided
from stochtrace.estimation.moments import Array
from stochtrace.estimation.nested import mapped
from stochtrace.estimation.shapes import Along, Direction, basis, directions
from stochtrace.estimation.verifying import FEW, shifted
from stochtrace.estimation.work import Job, Prepared

LOOKED_AT, SHARE = 64, 50  # samples at most; one of so many of the estimate
CERTAIN = 4.0  # standard errors by which the means of two sides differ


def parted(job: Job, share: int = SHARE) -> tuple[Job, Any]:
    """Return a job, with the steps by which roots part that meet, and how to run its samples.

    One of `share` samples is looked at.
    """
    ready = job.prepared(job.arguments)
    steps = steps_of(job, ready, share)
    if not steps:
        return job, ready
    job = replace(job, steps=steps, mode=ready.mode)
    return job, job.prepared(job.arguments)


def steps_of(job: Job, ready: Any, share: int) -> tuple[float, ...]:
    """Return by how much to move the parameters along each direction of an estimate, () where no roots meet.

    They meet in its first samples.
    """
    program: Any = job.program
    count = job.estimator.scheme.most(min(LOOKED_AT, -(-job.goal.samples // share)))
    if not count or not program.functions.on_carried_values:
        return ()
    if not isinstance(ready, Prepared):
        with watched() as found:
            ready.run(job.seed, job.start, np.zeros((count, job.width)), np.zeros((count, ready.entries, job.width)))
        if not found:
            return ()
        ready = program.prepared(job.arguments, job.by, ready.mode, job.estimator)
    steps = []
    for given in ready.given:
        with watched() as found:
            ready.run(given, job.seed, job.start, *np.zeros((2, count, job.width)))
        steps.append(max(found, key=abs, default=0.0))
    return tuple(steps) if any(steps) else ()


def sides(job: Job, ready: Any, samples: int) -> Iterator[str]:
    """Say along which directions the two sides of the parameters differ, in the first samples of an estimate."""
    if job.steps:
        return differing(job, ready, samples)
    asked = job.seed, samples, job.width
    return two_sided(job.program, job.arguments, job.by, ready, asked, job.estimator.scheme)


def stepped(
    wrt: Sequence[str], arguments: Mapping[str, Any], lines: Sequence[Direction | Along], steps: Sequence[float]
) -> Iterator[tuple[Mapping[str, Any], Direction | Along]]:
    """Yield the arguments of each direction, moved along it by its step, and the direction."""
    for line, h in zip(lines, steps or [0.0] * len(lines), strict=True):
        yield shifted(arguments, wrt, line, h) if h else arguments, line


def differing(job: Job, ready: Any, samples: int) -> Iterator[str]:
    """Say where roots have parted and the two sides differ: derivatives by their means over samples, or values."""
    arguments, program, seed = job.arguments, cast(Any, job.program), job.seed
    shape = min(LOOKED_AT, samples), job.width
    moved = [(line, step) for line, step in zip(directions(job.by, arguments), job.steps, strict=True) if step]
    if shape[0] < 2 or not isinstance(ready, Prepared):
        return
    for line, step in moved[:FEW]:
        (there, ahead), (_, behind), (here, _) = (
            derivatives(program, shifted(arguments, program.wrt, line, h), way, ready, seed, shape, 0.0, 0)
            for h, way in ((step, line), (-step, back(line, arguments)), (0.0, line))
        )
        given = "larger" if step > 0 else "smaller"
        if np.any(np.abs(there - here) > CHANGED * np.abs(here).max()):
            yield f"the value jumps at this {line}: what is given, and its derivative, are those of {given} values"
        elif differ(ahead, -behind):
            yield f"the derivative by {line} has two sides here: what is given is that of {given} values"
        else:
            yield (
                f"at this {line} two decisions change at the same outcome of a draw: should the derivative have two "
                f"sides there, what is given is that of {given} values"
            )


def back(line: Direction | Along, arguments: Mapping[str, Any]) -> Along:
    """Return the opposite of a direction."""
    names = line.tangents if isinstance(line, Along) else (line.name,)
    return Along(str(line), {n: mapped(lambda _, dot: -dot, basis(line, n, arguments[n])) for n in names})


def differ(a: Array, b: Array) -> bool:
    """Tell whether the means of samples of two sides differ, with the same uniforms."""
    error = np.std(a - b, axis=0, ddof=1) / np.sqrt(len(a))
    size = np.maximum(np.abs(a), np.abs(b)).mean(axis=0)
    return bool(np.any(np.abs((a - b).mean(axis=0)) > CERTAIN * error + CHANGED * size))
