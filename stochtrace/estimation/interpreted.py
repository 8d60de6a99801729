"""Run samples as plain Python."""

from __future__ import annotations

from typing import Any

import numpy as np

from stochtrace.estimation.functions import Functions, Given
from stochtrace.estimation.moments import Array
from stochtrace.estimation.shapes import flatten
from stochtrace.runtime.jumps import EveryJump, Jump, Reservoir
from stochtrace.runtime.uniforms import Omega
from stochtrace.runtime.values import zero_like


def differentiated(
    functions: Functions, given: Given, omega: Omega, jumps: Reservoir | EveryJump
) -> tuple[Any, Any, list[tuple[Jump, Any]]]:
    """Return value and smooth derivative of a sample that has been started, and its jumps with their outcomes."""
    result = functions.derivative(*given.with_tangents, omega, jumps)
    value, delta = result if functions.smooth else (result, zero_like(result))
    outcomes = []
    for jump in jumps.chosen():
        omega.replay(jump.site, jump.visit, jump.to)
        outcomes.append((jump, functions.primal(*given.arguments, omega)))
    return value, delta, outcomes


def run(functions: Functions, given: Given, seed: int, first: int, values: Array, derivatives: Array) -> None:
    """Fill in values and derivatives, of shape (samples, components), of the samples from number `first` on."""
    omega, jumps = Omega(seed, functions.sites), Reservoir()
    width = values.shape[1]
    for i in range(len(values)):
        omega.start(first + i)
        jumps.start()
        value, delta, outcomes = differentiated(functions, given, omega, jumps)
        values[i] = numbers(value, width)
        derivatives[i] = numbers(delta, width) + lost(jumps.total)
        for jump, outcome in outcomes:
            derivatives[i] += jump.weight * (numbers(outcome, width) - values[i])


def numbers(result: Any, width: int) -> Array:
    """Return the numbers of a result, which must be as many in every sample."""
    flat = flatten(result)
    if len(flat) != width:
        raise ValueError(f"a sample returned {len(flat)} numbers, and the first one returned {width}")
    return np.array(flat)


def lost(total: float) -> float:
    """Return 0, or NaN where a weight was NaN or infinite, so that no such jump goes unseen."""
    return total * 0.0
