"""Reverse mode, interpreted: samples that record how their tangents are made, and gradients by one sweep each.

The derivative program is the one of forward mode, with tangents that are leaves of a tape in the place of numbers. What
a jump adds to the gradient is a seed at the node of its weight, what the result moves by a seed at its own; the sweep
carries both back at once. So a gradient costs one recorded run, one replay and one sweep, for any number of parameters.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from stochtrace import runtime
from stochtrace.carried.rebinding import rebound
from stochtrace.carried.sample import carried
from stochtrace.estimation import interpreted
from stochtrace.estimation.foreign import check_generators, shared_generators
from stochtrace.estimation.functions import Functions, Given
from stochtrace.estimation.moments import Array
from stochtrace.estimation.nested import Keys, mapped
from stochtrace.estimation.schemes import others
from stochtrace.estimation.shapes import flatten
from stochtrace.estimation.state import check_state, state
from stochtrace.runtime import recording
from stochtrace.runtime.tape import Tape
from stochtrace.runtime.taped import Taped, TapedArray
from stochtrace.runtime.uniforms import Omega
from stochtrace.runtime.values import zero_like


class RecordingOmega(Omega):
    """ω that tells the tape when a draw is made: nodes after it may depend on the outcome."""

    def __init__(self, seed: int, sites: int, tape: Tape) -> None:
        self._tape = tape
        super().__init__(seed, sites)

    def next(self, site: int) -> float:
        """Return the uniform of this visit to `site`, and count the visit."""
        if site:
            self._tape.mark = self._tape.size
        return super().next(site)


def leaves(names: Sequence[str], arguments: Mapping[str, Any], tape: Tape) -> dict[str, Any]:
    """Return the tangents of parameters: the leaves of a tape, in the order of `directions`."""
    first = 0

    def leaf(_: Keys, value: Any) -> Any:
        nonlocal first
        start, first = first, first + int(np.size(value))
        if not isinstance(value, np.ndarray):
            return Taped(tape, 1.0, start)
        return TapedArray(tape, np.ones(value.shape), np.arange(start, first).reshape(value.shape))

    return {name: mapped(leaf, arguments[name]) for name in names}


def given(
    functions: Functions, arguments: Mapping[str, Any], names: Sequence[str], tangents: Sequence[str], tape: Tape
) -> Given:
    """Return the arguments of a run, and the same with leaves of a tape: of `names`, where there are `tangents`."""
    dots = leaves(names, arguments, tape)
    if functions.on_carried_values:
        moved = [carried(value, dots[name]) if name in dots else value for name, value in arguments.items()]
        return Given(tuple(arguments.values()), tuple(moved))
    with_tangents: list[Any] = []
    for name, value in arguments.items():
        dot = dots[name] if name in dots else mapped(lambda _, leaf: zero_like(leaf), value)
        with_tangents += [value, dot] if name in tangents else [value]
    return Given(tuple(arguments.values()), tuple(with_tangents))


class Recorder:
    """Runs samples of a program in reverse mode, as plain Python."""

    def __init__(
        self,
        functions: Functions,
        arguments: Mapping[str, Any],
        names: Sequence[str],
        tangents: Sequence[str],
        tape: Tape,
    ) -> None:
        self.tape = tape
        shims = {runtime: recording.on(self.tape)}
        derivative = functions.derivative if functions.on_carried_values else rebound(functions.derivative, shims, {})
        self.functions = replace(functions, derivative=derivative)
        self._arguments, self._names, self._tangents = arguments, names, tangents
        self.most = 0  # bytes recorded by the sample that recorded most

    def given(self) -> Given:
        """Return the arguments of a sample, whose tangents no other sample has changed."""
        return given(self.functions, self._arguments, self._names, self._tangents, self.tape)

    def try_one(self) -> None:
        """Run a sample for the errors that it raises: `NoLinearRule` where reverse mode cannot follow it."""
        omega, jumps = RecordingOmega(0, self.functions.sites, self.tape), interpreted.collection(self.functions, 1)
        self.tape.start()
        omega.start(0)
        interpreted.differentiated(self.functions, self.given(), omega, jumps)

    def run(self, seed: int, first: int, values: Array, gradients: Array, replays: int | None = 1) -> None:
        """Fill in values, of shape (samples, components), and gradients, of shape (samples, entries, components)."""
        functions, tape = self.functions, self.tape
        omega, jumps = RecordingOmega(seed, functions.sites, tape), interpreted.collection(functions, replays)
        scores = np.zeros((len(values), tape.leaves))
        kept, shared = state(functions.primal), shared_generators(self._arguments.values())
        for i in range(len(values)):
            tape.start()
            omega.start(first + i)
            jumps.start()
            found = interpreted.differentiated(functions, self.given(), omega, jumps)
            values[i] = interpreted.numbers(found.value, values.shape[1])
            gradients[i] = self._swept(found, values.shape[1]) + interpreted.lost(jumps.total)
            scores[i] = sum((self._by_leaves(score) for score in found.scores.values()), 0.0)
            self.most = max(self.most, tape.bytes)
        if scores.any():
            above = values - others(values, np.arange(len(values)))
            gradients += scores[:, :, None] * above[:, None, :]
        check_state(functions.primal, kept)
        check_generators(self._arguments.values(), shared)

    def _swept(self, found: interpreted.Differentiated, width: int) -> Array:
        """Return the gradient of one sample, of shape (entries, components): a sweep for each component."""
        changes = [(weight, interpreted.changes(near, far, width)) for weight, near, far, _ in found.jumps]
        swept = np.zeros((self.tape.leaves, width))
        for c, delta in enumerate(items(found.delta)):
            seeds = [(delta, 1.0), *((weight, change[c]) for weight, change in changes)]
            swept[:, c] = self.tape.adjoints([(t.node, t.factor * w) for t, w in seeds if isinstance(t, Taped)])
        return swept

    def _by_leaves(self, tangent: Any) -> Any:
        return self.tape.adjoints([(tangent.node, tangent.factor)]) if isinstance(tangent, Taped) else 0.0


def items(delta: Any) -> list[Any]:
    """Return the tangents of a result, in order, as `flatten` does its numbers."""
    if isinstance(delta, TapedArray) or (isinstance(delta, np.ndarray) and delta.dtype == object):
        return list(delta.ravel())
    if isinstance(delta, tuple | list):
        return [item for part in delta for item in items(part)]
    return [delta] if isinstance(delta, Taped) else list(flatten(delta))
