"""Gradients: all entries of the parameters of a sample at once, in reverse mode."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import reduce
from threading import Event
from typing import Any, Protocol

import numpy as np

from stochtrace.estimation.goal import CHUNK
from stochtrace.estimation.moments import Array
from stochtrace.estimation.results import show
from stochtrace.estimation.reverse import Recorded
from stochtrace.estimation.summary import Summary, summary_of
from stochtrace.estimation.tails import LOOKED_AT
from stochtrace.estimation.work import Job, Prepared, Runnable

ROOM = 1 << 22  # numbers of the gradients that are kept at a time: 32 MB


class Gradual(Runnable, Protocol):
    """What a gradient needs of a program."""

    def recording(
        self,
        arguments: Mapping[str, Any],
        names: Sequence[str],
        mode: str | None,
        replays: int | None,
        memory: int | None,
        stop: Event | None = None,
    ) -> Recorded:
        """Return how gradients run; they end with `CancelledError` where `stop` is set."""
        ...


@dataclass(frozen=True)
class GradientJob(Job):
    """An estimate of a gradient, which is looked at for infinite variance if `with_tails`.

    A sample may record `memory` bytes (None: the default).
    """

    program: Gradual
    by: tuple[str, ...]
    with_tails: bool = True
    memory: int | None = None

    def prepared(self, arguments: Mapping[str, Any], stop: Event | None = None) -> Recorded:
        """Return how to run samples, for arguments that belong to one thread."""
        if self.steps:
            return by_passes(super().prepared(arguments, stop), "roots of decisions meet at these parameters")
        return self.program.recording(arguments, self.by, self.mode, self.estimator.replays, self.memory, stop)

    def summary(self, ready: Recorded, chunk: int) -> Summary:
        """Run the samples of one chunk, as many at a time as there is room for their gradients."""
        entries = ready.entries * self.width
        begin, end = chunk * CHUNK, chunk * CHUNK + self.goal.size(chunk)
        with_tails = self.with_tails and begin < LOOKED_AT
        parts = []
        for at, count in pieces(begin, end, max(1, ROOM // max(1, entries))):
            values, gradients = np.zeros((count, self.width)), np.zeros((count, ready.entries, self.width))
            ready.run(self.seed, self.start + at, values, gradients)
            parts.append(summary_of(self.start + at, values, gradients, with_tails))
        return reduce(Summary.merge, parts)


def by_passes(ready: Prepared, why: str) -> Recorded:
    """Return how gradients run by one forward pass for each entry, and why."""

    def run(seed: int, first: int, values: Array, gradients: Array) -> None:
        for entry, given in enumerate(ready.given):
            derivatives = np.zeros(values.shape)
            ready.run(given, seed, first, values, derivatives)
            gradients[:, entry] = derivatives

    return Recorded(run, len(ready.given), ready.mode, f"a forward pass for each parameter: {why}")


def pieces(begin: int, end: int, most: int) -> Iterator[tuple[int, int]]:
    """Yield the first sample and the number of samples of each piece."""
    for at in range(begin, end, most):
        yield at, min(most, end - at)


def one_number(name: str, result: Any) -> None:
    """Refuse the result of a program that has no gradient, as it is not one number."""
    if isinstance(result, tuple | list) or np.ndim(result) > 0:
        raise TypeError(f"{name} returns several numbers, {show(result)}: they have a jacobian, and no gradient")
