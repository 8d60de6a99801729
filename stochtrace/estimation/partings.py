"""Where roots of decisions meet at exactly these parameters, an estimate is made where they have just parted.

Its first samples tell. Those that meet such roots part them for themselves (see `carried.meetings`), but other samples
ask only one of the two decisions, and their replays make both the other way.

The parameters are moved along each direction in which an estimate differentiates, forward: what lies between the roots
grows from nothing then, and no mass that leaves it is missed.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import numpy as np

from stochtrace.carried.meetings import watched
from stochtrace.estimation.estimator import Estimator
from stochtrace.estimation.kinks import CHANGED, derivatives
from stochtrace.estimation.moments import Array
from stochtrace.estimation.nested import mapped
from stochtrace.estimation.shapes import Along, Direction, basis, directions
from stochtrace.estimation.verifying import FEW, shifted
from stochtrace.estimation.work import Prepared

LOOKED_AT, SHARE = 64, 50  # samples at most; one of so many of the estimate
CERTAIN = 4.0  # standard errors by which the means of two sides differ


def steps_of(
    program: Any,
    arguments: Mapping[str, Any],
    by: Sequence[str] | Along,
    ready: Any,
    estimator: Estimator,
    asked: tuple[int, int, int],
) -> tuple[float, ...]:
    """Return by how much to move the parameters along each direction of an estimate, () where no roots meet.

    They meet in its first samples; `asked` are a seed, samples, and components of a result.
    """
    seed, samples, width = asked
    count = estimator.scheme.most(min(LOOKED_AT, -(-samples // SHARE)))
    if not count or not program.functions.on_carried_values:
        return ()
    if not isinstance(ready, Prepared):
        with watched() as found:
            ready.run(seed, 0, np.zeros((count, width)), np.zeros((count, ready.entries, width)))
        if not found:
            return ()
        ready = program.prepared(arguments, by, ready.mode, estimator)
    steps = []
    for given in ready.given:
        with watched() as found:
            ready.run(given, seed, 0, *np.zeros((2, count, width)))
        steps.append(max(found, key=abs, default=0.0))
    return tuple(steps) if any(steps) else ()


def differing(
    program: Any,
    arguments: Mapping[str, Any],
    by: Sequence[str] | Along,
    ready: Any,
    asked: tuple[int, int, int],
    steps: Sequence[float],
) -> Iterator[str]:
    """Say along which directions the derivatives of both sides differ, by their means over the first samples."""
    seed, samples, width = asked
    shape = min(LOOKED_AT, samples), width
    moved = [(line, step) for line, step in zip(directions(by, arguments), steps, strict=True) if step]
    if shape[0] < 2 or not isinstance(ready, Prepared):
        return
    for line, step in moved[:FEW]:
        found = [
            derivatives(program, shifted(arguments, program.wrt, line, h), way, ready, seed, shape, 0.0, 0)[1]
            for h, way in ((step, line), (-step, back(line, arguments)))
        ]
        if differ(found[0], -found[1]):
            given = "larger" if step > 0 else "smaller"
            yield f"the derivative by {line} has two sides here: what is given is that of {given} values"


def back(line: Direction | Along, arguments: Mapping[str, Any]) -> Along:
    """Return the opposite of a direction."""
    names = line.tangents if isinstance(line, Along) else (line.name,)
    return Along(str(line), {n: mapped(lambda _, dot: -dot, basis(line, n, arguments[n])) for n in names})


def differ(a: Array, b: Array) -> bool:
    """Tell whether the means of samples of two sides differ, with the same uniforms."""
    error = np.std(a - b, axis=0, ddof=1) / np.sqrt(len(a))
    size = np.maximum(np.abs(a), np.abs(b)).mean(axis=0)
    return bool(np.any(np.abs((a - b).mean(axis=0)) > CERTAIN * error + CHANGED * size))
