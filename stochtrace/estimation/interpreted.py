"""Run samples as plain Python."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, NamedTuple

import numpy as np

from stochtrace.carried import sample as carried
from stochtrace.carried.reservoir import Crossings, EveryCrossing, Several
from stochtrace.carried.trace import Replay
from stochtrace.estimation.functions import Functions, Given
from stochtrace.estimation.moments import Array
from stochtrace.estimation.shapes import flatten
from stochtrace.estimation.state import check_state, state
from stochtrace.runtime.jumps import Reservoir
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
    if not functions.on_carried_values or functions.reads_omega:
        return functions.primal(*arguments, omega)
    return carried.run(functions.carried, arguments, Replay(omega))


def collection(functions: Functions, replays: int | None) -> Any:
    """Return an empty collection of jumps, that keeps this many: one, several, or all (None)."""
    if replays == 1:
        return Reservoir() if not functions.on_carried_values else Crossings()
    return EveryCrossing() if replays is None else Several(replays)


class Differentiated(NamedTuple):
    """Value and smooth derivative of a sample, its jumps with their outcomes, and scores of frozen draws by site."""

    value: Any
    delta: Any
    jumps: list[Outcome]
    scores: Mapping[int, float] = MappingProxyType({})


def differentiated(functions: Functions, given: Given, omega: Omega, jumps: Any) -> Differentiated:
    """Return a sample that has been started, with its derivative."""
    if functions.on_carried_values:
        program = functions.carried
        arguments, moved = tuple(given.arguments), tuple(given.with_tangents)
        value, delta, found, scores = carried.differentiated(program, arguments, moved, omega, jumps, functions.forms)
        return Differentiated(value, delta, [Outcome(*jump) for jump in found], scores)
    result = functions.derivative(*given.with_tangents, omega, jumps)
    value, delta = result if functions.smooth else (result, zero_like(result))
    outcomes = []
    for jump in jumps.chosen():
        omega.replay(jump.site, jump.visit, jump.to)
        outcomes.append(Outcome(jump.weight, value, functions.primal(*given.arguments, omega), jump.site))
    return Differentiated(value, delta, outcomes)


def run(
    functions: Functions,
    given: Given,
    seed: int,
    first: int,
    values: Array,
    derivatives: Array,
    replays: int | None = 1,
) -> None:
    """Fill in values and derivatives, of shape (samples, components), of the samples from number `first` on.

    Where derivatives have more columns than values, the jumps and scores of site s go to the columns from s * width on.
    A score is multiplied by what the result is above the mean of the *other* samples of this run, which depends on
    nothing in its own: no bias, and far less spread.
    """
    omega, jumps = Omega(seed, functions.sites), collection(functions, replays)
    width = values.shape[1]
    by_site = derivatives.shape[1] > width
    scores = np.zeros((len(values), derivatives.shape[1] // width if by_site else 1))
    kept = state(functions.primal)
    for i in range(len(values)):
        omega.start(first + i)
        jumps.start()
        value, delta, outcomes, scored = differentiated(functions, given, omega, jumps)
        values[i] = numbers(value, width)
        derivatives[i, :width] = numbers(delta, width) + lost(jumps.total)
        for site, score in scored.items():
            scores[i, site * by_site] += score
        for weight, near, far, site in outcomes:
            at = site * width * by_site
            derivatives[i, at : at + width] += weight * (numbers(far, width) - numbers(near, width))
    if scores.any():
        others = (values.sum(axis=0) - values) / max(len(values) - 1, 1)
        derivatives += ((values - others)[:, None] * scores[:, :, None]).reshape(derivatives.shape)
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
