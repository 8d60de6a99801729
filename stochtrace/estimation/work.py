"""The unit of work: some chunks of the samples of one estimate, as a task that any process can do."""

from __future__ import annotations

import copy
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from threading import Event
from typing import Any, NamedTuple, Protocol

import numpy as np

from stochtrace.estimation.estimator import Estimator
from stochtrace.estimation.folding import Block, Fold
from stochtrace.estimation.functions import Given
from stochtrace.estimation.goal import CHUNK, Goal
from stochtrace.estimation.moments import Array
from stochtrace.estimation.shapes import Along
from stochtrace.estimation.summary import Collected, Summary
from stochtrace.estimation.tails import LOOKED_AT

Run = Callable[[Given, int, int, Array, Array], str | None]


class Prepared(NamedTuple):
    """How samples run: the loop, the arguments of each direction, "compiled" or "interpreted", and why not compiled."""

    run: Run
    given: Sequence[Given]
    mode: str
    reason: str | None


class Runnable(Protocol):
    """What a task needs of a program."""

    def prepared(
        self,
        arguments: Mapping[str, Any],
        by: Sequence[str] | Along,
        mode: str | None,
        estimator: Estimator,
        stop: Event | None = None,
        steps: Sequence[float] = (),
    ) -> Prepared:
        """Return how to run samples; the loop ends with `CancelledError` where `stop` is set.

        For each direction the parameters are moved along it by its step, if there are `steps`.
        """
        ...

    def explaining(self) -> AbstractContextManager[None]:
        """Return a context in which errors are told with their place in the program."""
        ...


@dataclass(frozen=True)
class Job:
    """An estimate as the workers see it; `width` is the number of components of a result.

    It differentiates by all coordinates of the parameters `by`, or along one direction, and its first sample is number
    `start`. For each direction the parameters are moved along it by its step, if there are `steps`.
    """

    program: Runnable
    arguments: Mapping[str, Any]
    mode: str
    estimator: Estimator
    seed: int
    width: int
    goal: Goal
    by: tuple[str, ...] | Along
    start: int = 0
    steps: tuple[float, ...] = ()

    def prepared(self, arguments: Mapping[str, Any], stop: Event | None = None) -> Any:
        """Return how to run samples, for arguments that belong to one thread."""
        return self.program.prepared(arguments, self.by, self.mode, self.estimator, stop, self.steps)

    def summary(self, ready: Any, chunk: int) -> Summary:
        """Run the samples of one chunk, direction by direction."""
        first = self.start + chunk * CHUNK
        found = Collected(first, with_tails=chunk * CHUNK < LOOKED_AT, grouped=self.estimator.scheme.grouped)
        for given in ready.given:
            values, derivatives = np.zeros((2, self.goal.size(chunk), self.width))
            found.add(values, derivatives, ready.run(given, self.seed, first, values, derivatives))
        return found.summary()


class Done(NamedTuple):
    """What a task has found, and the seconds that a chunk took."""

    blocks: list[Block]
    seconds: float


def work(job: Job, first: int, count: int, stop: Event | None = None) -> Done:
    """Run the chunks first .. first + count - 1."""
    begin, fold = time.perf_counter(), Fold()
    with job.program.explaining():
        ready = job.prepared(own(job.arguments), stop)
        for chunk in range(first, first + count):
            fold.push(Block(chunk, 1, job.summary(ready, chunk)))
    return Done(fold.blocks, (time.perf_counter() - begin) / count)


def own(arguments: Mapping[str, Any]) -> dict[str, Any]:
    """Return arguments whose lists belong to one thread: compiled code marks a list that it has borrowed."""
    return {n: copy.deepcopy(v) if isinstance(v, list | tuple) else v for n, v in arguments.items()}
