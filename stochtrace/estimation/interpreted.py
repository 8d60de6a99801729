"""Run samples as plain Python."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, NamedTuple

import numpy as np

from stochtrace.carried import sample as carried
from stochtrace.carried.replay import Replay
from stochtrace.carried.reservoir import Crossings, EveryCrossing, Several
from stochtrace.estimation.estimator import ONE_REPLAY, Estimator
from stochtrace.estimation.foreign import check_generators, shared_generators
from stochtrace.estimation.functions import Functions, Given, fresh
from stochtrace.estimation.moments import Array
from stochtrace.estimation.schemes import others
from stochtrace.estimation.shapes import flatten
from stochtrace.estimation.state import check_state, state
from stochtrace.runtime.jumps import Reservoir
from stochtrace.runtime.uniforms import Omega
from stochtrace.runtime.values import zero_like

NO_SCORES: Mapping[int, Any] = MappingProxyType({})


class Outcome(NamedTuple):
    """A jump that was replayed: it adds weight × (far − near) to the derivative; a tangent's in reverse mode."""

    weight: Any
    near: Any
    far: Any
    site: int


def drawn(functions: Functions, arguments: tuple[Any, ...], omega: Omega) -> Any:
    """Return the result of a sample that has been started, without a derivative."""
    if not functions.on_carried_values:
        return functions.primal(*arguments, omega)
    if functions.reads_omega:
        return functions.primal(*map(fresh, arguments), omega)
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
    scores: Mapping[int, Any] = NO_SCORES


def differentiated(functions: Functions, given: Given, omega: Omega, jumps: Any) -> Differentiated:
    """Return a sample that has been started, with its derivative."""
    value, delta, outcomes, scores = sampled(functions, given, omega, jumps)
    return Differentiated(value, delta, [Outcome(*outcome) for outcome in outcomes], scores)


def sampled(functions: Functions, given: Given, omega: Omega, jumps: Any) -> tuple[Any, Any, Any, Mapping[int, Any]]:
    """Return the same as plain tuples, which take a fraction of the time to make."""
    if functions.on_carried_values:
        program, plain = functions.carried, functions.replayed
        arguments, moved = tuple(given.arguments), tuple(given.with_tangents)
        found = carried.differentiated(program, plain, arguments, moved, omega, jumps, functions.forms)
        return found.value, found.delta, found.jumps, found.scores
    result = functions.derivative(*given.with_tangents, omega, jumps)
    value, delta = result if functions.smooth else (result, zero_like(result))
    outcomes = []
    for site, visit, to, weight in jumps.chosen():
        omega.replay(site, visit, to)
        outcomes.append((weight, value, functions.primal(*given.arguments, omega), site))
    return value, delta, outcomes, NO_SCORES


def run(
    functions: Functions,
    given: Given,
    seed: int,
    first: int,
    values: Array,
    derivatives: Array,
    estimator: Estimator = ONE_REPLAY,
) -> None:
    """Fill in values and derivatives, of shape (samples, components), of the samples from number `first` on.

    Where derivatives have more columns than values, the jumps and scores of site s go to the columns from s * width on.
    A score is multiplied by what the result is above the mean of those *other* samples of this run which depend on
    nothing in its own: no bias, and far less spread.
    """
    omega, jumps, scheme = Omega(seed, functions.sites), collection(functions, estimator.replays), estimator.scheme
    width, columns = values.shape[1], derivatives.shape[1]
    by_site = columns > width
    scores = np.zeros((len(values), columns // width if by_site else 1))
    kept, found, rows = state(functions.primal), list[float](), list[float]()
    shared = shared_generators(given.arguments)
    for i in range(len(values)):
        scheme.start(omega, seed, first + i)
        jumps.start()
        value, delta, outcomes, scored = sampled(functions, given, omega, jumps)
        before = numbers(value, width)
        found += before
        slopes = numbers(delta, width)
        if jumps.total * 0.0 != 0.0:
            slopes = [slope + lost(jumps.total) for slope in slopes]
        if by_site:
            slopes += [0.0] * (columns - width)
        for site, score in scored.items():
            scores[i, site * by_site] += score
        for weight, near, far, site in outcomes:
            at = site * width * by_site
            begin = before if near is value else numbers(near, width)
            for c, end in enumerate(numbers(far, width)):
                slopes[at + c] += weight * (end - begin[c])
        rows += slopes
    values[:], derivatives[:] = np.reshape(found, values.shape), np.reshape(rows, derivatives.shape)
    if scores.any():
        above = values - others(values, scheme.family(np.arange(first, first + len(values))))
        derivatives += (above[:, None] * scores[:, :, None]).reshape(derivatives.shape)
    check_state(functions.primal, kept)
    check_generators(given.arguments, shared)


def numbers(result: Any, width: int) -> list[float]:
    """Return the numbers of a result, which must be as many in every sample."""
    if width == 1 and isinstance(result, float):
        return [result]
    flat = flatten(result)
    if len(flat) != width:
        raise ValueError(f"a sample returned {len(flat)} numbers, and the first one returned {width}")
    return flat


def changes(near: Any, far: Any, width: int) -> list[float]:
    """Return what a jump adds to each number of a result."""
    return [b - a for a, b in zip(numbers(near, width), numbers(far, width))]  # noqa: B905 - of one length


def lost(total: float) -> float:
    """Return 0, or NaN where a weight was NaN or infinite, so that no such jump goes unseen."""
    return total * 0.0
