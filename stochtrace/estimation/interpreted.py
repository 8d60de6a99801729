"""Run samples as plain Python."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np

from stochtrace.carried import sample as carried
from stochtrace.carried.reservoir import Crossings, EveryCrossing
from stochtrace.carried.trace import Replay
from stochtrace.estimation.functions import Functions, Given
from stochtrace.estimation.moments import Array
from stochtrace.estimation.shapes import flatten
from stochtrace.estimation.state import check_state, state
from stochtrace.runtime.jumps import EveryJump, Reservoir
from stochtrace.runtime.uniforms import Omega
from stochtrace.runtime.values import zero_like


class Outcome(NamedTuple):
    """A jump that was replayed: it adds weight × (far − near) to the derivative."""

    weight: float
    near: Any
    far: Any
    site: int


def drawn(functions: Functions, arguments: tuple[Any, ...], omega: Omega) -> Any:
    """Return the result of a sample that has been started, without a derivative."""
    if functions.sources is None:
        return functions.primal(*arguments, omega)
    return carried.run(functions.carried, arguments, Replay(omega))


def collection(functions: Functions, every: bool) -> Any:
    """Return an empty collection of jumps: of all, or of the one that is kept."""
    if functions.sources is None:
        return EveryJump() if every else Reservoir()
    return EveryCrossing() if every else Crossings()


def differentiated(functions: Functions, given: Given, omega: Omega, jumps: Any) -> tuple[Any, Any, list[Outcome]]:
    """Return value and smooth derivative of a sample that has been started, and its jumps with their outcomes."""
    if functions.sources is not None:
        program = functions.carried
        value, delta, found = carried.differentiated(
            program, tuple(given.arguments), tuple(given.with_tangents), omega, jumps
        )
        return value, delta, [Outcome(*jump) for jump in found]
    result = functions.derivative(*given.with_tangents, omega, jumps)
    value, delta = result if functions.smooth else (result, zero_like(result))
    outcomes = []
    for jump in jumps.chosen():
        omega.replay(jump.site, jump.visit, jump.to)
        outcomes.append(Outcome(jump.weight, value, functions.primal(*given.arguments, omega), jump.site))
    return value, delta, outcomes


def run(functions: Functions, given: Given, seed: int, first: int, values: Array, derivatives: Array) -> None:
    """Fill in values and derivatives, of shape (samples, components), of the samples from number `first` on."""
    omega, jumps = Omega(seed, functions.sites), collection(functions, False)
    width = values.shape[1]
    kept = state(functions.primal)
    for i in range(len(values)):
        omega.start(first + i)
        jumps.start()
        value, delta, outcomes = differentiated(functions, given, omega, jumps)
        values[i] = numbers(value, width)
        derivatives[i] = numbers(delta, width) + lost(jumps.total)
        for weight, near, far, _ in outcomes:
            derivatives[i] += weight * (numbers(far, width) - numbers(near, width))
    check_state(functions.primal, kept)


def numbers(result: Any, width: int) -> Array:
    """Return the numbers of a result, which must be as many in every sample."""
    flat = flatten(result)
    if len(flat) != width:
        raise ValueError(f"a sample returned {len(flat)} numbers, and the first one returned {width}")
    return np.array(flat)


def lost(total: float) -> float:
    """Return 0, or NaN where a weight was NaN or infinite, so that no such jump goes unseen."""
    return total * 0.0
