"""Run samples as plain Python."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from stochtrace.estimation.moments import Array
from stochtrace.estimation.results import Jump
from stochtrace.estimation.shapes import flatten
from stochtrace.runtime.jumps import EveryJump, Reservoir
from stochtrace.runtime.uniforms import Omega
from stochtrace.runtime.values import zero_like

Function = Callable[..., Any]


def differentiated(
    derivative: Function,
    primal: Function,
    smooth: bool,
    arguments: Sequence[Any],
    with_tangents: Sequence[Any],
    omega: Omega,
    jumps: Reservoir | EveryJump,
) -> tuple[Any, Any, list[tuple[Jump, Any]]]:
    """Return value and smooth derivative of a sample that has been started, and its jumps with their outcomes."""
    result = derivative(*with_tangents, omega, jumps)
    value, delta = result if smooth else (result, zero_like(result))
    outcomes = []
    for jump in jumps.chosen():
        omega.replay(jump.site, jump.visit, jump.to)
        outcomes.append((Jump(jump.weight, None, jump.site), primal(*arguments, omega)))
    return value, delta, outcomes


def run(
    derivative: Function,
    primal: Function,
    smooth: bool,
    arguments: Sequence[Any],
    with_tangents: Sequence[Any],
    seed: int,
    sites: int,
    first: int,
    values: Array,
    derivatives: Array,
) -> None:
    """Fill in values and derivatives, of shape (samples, components), of the samples from number `first` on."""
    omega, jumps = Omega(seed, sites), Reservoir()
    for i in range(len(values)):
        omega.start(first + i)
        jumps.start()
        value, delta, outcomes = differentiated(derivative, primal, smooth, arguments, with_tangents, omega, jumps)
        values[i] = flatten(value)
        derivatives[i] = np.array(flatten(delta)) + lost(jumps.total)
        for jump, outcome in outcomes:
            derivatives[i] += jump.weight * (np.array(flatten(outcome)) - values[i])


def lost(total: float) -> float:
    """Return 0, or NaN where a weight was NaN or infinite, so that no such jump goes unseen."""
    return total * 0.0
