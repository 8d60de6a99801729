"""Tell where a parameter lies exactly on a kink: the derivatives of its two sides differ there.

`max(p, 0.5)` at p = 0.5, sales of whole numbers against a stock of exactly 5.0: each sample has the derivative of one
side, and the mean has none. Samples with the parameter moved by next to nothing tell, whatever the kink is made of: a
derivative that is continuous there hardly changes. One that changes as much in the next step too is only steep.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from functools import partial
from typing import Any

import numpy as np

from stochtrace.estimation.moments import Array
from stochtrace.estimation.nested import leaf_at, leaves
from stochtrace.estimation.schemes import Scheme
from stochtrace.estimation.shapes import Along, Direction, basis
from stochtrace.estimation.verifying import looked_at, shifted
from stochtrace.estimation.work import Prepared

STEP = 1e-12  # of the parameter
CHANGED, FLOOR = 1e-4, 1e-8  # of a derivative sample, and of the mean value by the parameter
STEADY = 0.1  # of the change over a kink: what may change in the next step
LOOKED_AT, SHARE = 64, 200  # samples at most; one of so many of the estimate


def two_sided(
    program: Any,
    arguments: Mapping[str, Any],
    by: Sequence[str] | Along,
    ready: Any,
    asked: tuple[int, int, int],
    scheme: Scheme,
) -> Iterator[str]:
    """Say along which directions the derivatives of the two sides differ, in the first samples of an estimate.

    That is of `asked`: a seed, samples, components of a result. Reverse mode gives the gradient of one side.
    """
    seed, samples, width = asked
    count = scheme.most(min(LOOKED_AT, -(-samples // SHARE)))
    if samples < SHARE // 4 or not count or not isinstance(ready, Prepared):
        return
    for line in looked_at(by, arguments):
        coordinate = size(arguments, program.wrt, line)
        samples_at = partial(derivatives, program, arguments, line, ready, seed, (count, width), STEP * coordinate)
        try:
            (values, below), (_, above) = samples_at(-1), samples_at(1)
            differ = apart(below, above, floor := FLOOR * np.abs(values).mean() / coordinate)
            differ &= differ.any() and ~steep(below, above, samples_at(2)[1])
        except Exception:  # the program does not run on one side: its parameter lies at the end of a domain
            continue
        _, here = samples_at(0)
        if differ.any():
            larger, smaller = (not apart(here, there, floor)[differ].any() for there in (above, below))
            given = f"that of {'larger' if larger else 'smaller'} values" if larger or smaller else "that of neither"
            found = f"{differ.any(axis=1).sum()} of {count} samples"
            yield f"the derivative by {line} has two sides here, which differ in {found}: what is given is {given}"


def derivatives(
    program: Any,
    arguments: Mapping[str, Any],
    line: Direction | Along,
    ready: Prepared,
    seed: int,
    shape: tuple[int, int],
    step: float,
    steps: int,
) -> tuple[Array, Array]:
    """Return samples of value and derivative some steps along a direction."""
    values, found = np.zeros((2, *shape))
    ready.run(program.given(shifted(arguments, program.wrt, line, steps * step), line), seed, 0, values, found)
    return values, found


def apart(a: Array, b: Array, floor: float) -> Any:
    """Tell of each derivative sample whether it differs on two sides by more than rounding."""
    with np.errstate(invalid="ignore"):
        size = np.maximum(np.abs(a), np.abs(b))
        return np.isfinite(size) & (np.abs(a - b) > CHANGED * size + floor)


def steep(below: Array, above: Array, beyond: Array) -> Any:
    """Tell of each derivative sample whether it changes in the next step too."""
    with np.errstate(invalid="ignore"):
        return np.abs(beyond - above) > STEADY * np.abs(above - below)


def size(arguments: Mapping[str, Any], wrt: Sequence[str], line: Direction | Along) -> float:
    """Return the largest coordinate that a direction moves, in units of its tangent; 1 where all are 0."""
    sizes = [
        np.max(np.abs(leaf)[moved] / np.abs(tangent)[moved], initial=0.0)
        for name in wrt
        for keys, leaf in leaves(arguments[name])
        if (moved := np.abs(tangent := np.asarray(leaf_at(basis(line, name, arguments[name]), keys))) > 0.0).any()
    ]
    return float(max(sizes, default=0.0)) or 1.0
