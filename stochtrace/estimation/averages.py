"""Mean values and gradients for those who ask many times: optimisers, and the bridges to other frameworks."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from inspect import Signature
from threading import Event
from typing import Any, NamedTuple, Protocol

import numpy as np

from stochtrace.carried.meetings import watched
from stochtrace.estimation.averaging import Means, averaged
from stochtrace.estimation.estimator import ONE_REPLAY
from stochtrace.estimation.goal import CHUNK, goal_of
from stochtrace.estimation.gradients import GradientJob, Gradual, one_number
from stochtrace.estimation.moments import Array
from stochtrace.estimation.nested import described, leaves, refilled
from stochtrace.estimation.options import check_mode, seed_of
from stochtrace.estimation.partings import parted
from stochtrace.estimation.reverse import pieces
from stochtrace.estimation.schemes import INDEPENDENT
from stochtrace.estimation.summary import Summary, summary_of
from stochtrace.estimation.values import Values
from stochtrace.estimation.work import Job


class Average(NamedTuple):
    """Means of the outputs, (outputs,), and of their gradients, (outputs, entries); the shape of the result."""

    value: Array
    gradient: Array
    shape: tuple[int, ...]


class Differentiable(Gradual, Protocol):
    """What averages need of a program."""

    wrt: tuple[str, ...]

    __signature__: Signature

    @property
    def __name__(self) -> str: ...

    def bound(self, args: Sequence[Any], kwargs: Mapping[str, Any]) -> dict[str, Any]:
        """Return the arguments of a call by name."""
        ...

    def drawn(self, arguments: Mapping[str, Any], seed: int, index: int) -> Any:
        """Return the result of one sample."""
        ...

    def values(self, arguments: Mapping[str, Any], mode: str) -> Values:
        """Return what runs samples of the primal alone, for arguments of these types."""
        ...


class ValueJob(Job):
    """Means of the value alone: samples of the primal."""

    def prepared(self, arguments: Mapping[str, Any], stop: Event | None = None) -> Callable[[int, Array], None]:
        """Return a function that fills in the values of samples from a number on."""
        program: Any = self.program
        values, given = program.values(arguments, self.mode), tuple(arguments.values())

        def run(first: int, rows: Array) -> None:
            for here in pieces(len(rows), stop):
                values(given, self.seed, first + here.start, rows[here])

        return run

    def summary(self, ready: Callable[[int, Array], None], chunk: int) -> Summary:
        """Run the samples of one chunk."""
        rows, first = np.zeros((self.goal.size(chunk), self.width)), self.start + chunk * CHUNK
        ready(first, rows)
        return summary_of(first, rows, np.zeros((len(rows), 0, self.width)), False)


class Averager:
    """Averages over runs of `samples` samples of a seed; the second run starts where the first one ends.

    `names` are the parameters to differentiate by; without any, samples are those of the primal. `mode` and `threads`
    are those of `estimate`. A result is a number, or an array where `arrays` are allowed.
    """

    def __init__(
        self,
        program: Differentiable,
        names: tuple[str, ...],
        samples: int,
        seed: int | None,
        mode: str | None = None,
        threads: int | None = None,
        arrays: bool = False,
    ) -> None:
        check_mode(mode)
        self.program, self.names, self.mode, self.arrays = program, names, mode, arrays
        self.goal, self.means = goal_of(samples, None, 1, INDEPENDENT), Means(threads, progress=False)
        self.seed = seed_of(seed)
        self._known: dict[Any, tuple[tuple[int, ...], str]] = {}

    def __call__(self, arguments: Mapping[str, Any], run: int = 0) -> Average:
        """Return the means of run number `run`.

        Raises `ArithmeticError` where a sample is not finite, and names it.
        """
        kind = described(arguments)
        if kind not in self._known:
            self._known[kind] = self._shape(arguments), self._mode(arguments)
        shape, mode = self._known[kind]
        made = partial(GradientJob, with_tails=False) if self.names else ValueJob
        asked = ONE_REPLAY, self.seed, int(np.prod(shape)), self.goal, self.names, run * self.goal.samples
        found = self._averaged(made(self.program, arguments, mode, *asked))
        if found.lost:
            call = f"{self.program.__name__}.triple(..., seed={self.seed}, sample={found.first})"
            raise ArithmeticError(f"{found.lost} of {self.goal.samples} samples are not finite; the first is {call}")
        return Average(found.value.mean, found.derivative.mean.T, shape)

    def _averaged(self, job: Job) -> Summary:
        """Return the summary of a job: where roots of decisions meet, of one at parameters at which they have parted.

        Gradients of programs that make decisions are interpreted, in this thread, so that all samples tell.
        """
        with watched() as met:
            found = averaged(job, self.means)
        return averaged(parted(job, share=1)[0], self.means) if met and self.names else found

    def _mode(self, arguments: Mapping[str, Any]) -> str:
        """Return how samples run, with arguments like these."""
        if self.names:
            return self.program.recording(arguments, self.names, self.mode, 1, None).mode
        return self.program.values(arguments, self.mode or "compiled").mode

    def _shape(self, arguments: Mapping[str, Any]) -> tuple[int, ...]:
        """Return the shape of the result of a sample, with arguments like these."""
        result = self.program.drawn(arguments, self.seed, 0)
        if not (self.arrays and isinstance(result, np.ndarray)):
            one_number(self.program.__name__, result)
        return np.shape(result)


class Vector:
    """The free parameters of a program as one flat vector: those to differentiate by that `fixed` does not hold.

    `theta` tells their shapes, and is where `start` is: the structure of the parameter, a dict by name of several.
    """

    def __init__(self, program: Differentiable, theta: Any, fixed: Mapping[str, Any]) -> None:
        self.names = free(program, fixed)
        self.arguments = program.bound((), {**fixed, **by_name(self.names, theta)})
        self._free = {name: self.arguments[name] for name in self.names}
        self.start = np.concatenate([np.ravel(leaf) for _, leaf in leaves(self._free)])

    def filled(self, vector: Array) -> dict[str, Any]:
        """Return the arguments with these numbers. Raises `ValueError` where they are too few or too many."""
        if vector.size != self.start.size:
            raise ValueError(f"{vector.size} numbers for {', '.join(self.names)}, which have {self.start.size}")
        return {**self.arguments, **refilled(self._free, vector.ravel())}

    def structured(self, vector: Array) -> Any:
        """Return a vector in the structure of the parameters."""
        found = refilled(self._free, vector)
        return found if len(self.names) > 1 else found[self.names[0]]


def free(program: Differentiable, fixed: Mapping[str, Any]) -> tuple[str, ...]:
    """Return the parameters to differentiate by that are not held fixed."""
    names = tuple(name for name in program.wrt if name not in fixed)
    if not names:
        raise TypeError(f"{', '.join(fixed)} are held fixed, and no parameter of {program.__name__} is left")
    return names


def by_name(names: tuple[str, ...], theta: Any) -> dict[str, Any]:
    """Return the values of parameters by name: of several they are given so."""
    if len(names) == 1:
        return {names[0]: theta}
    if not isinstance(theta, Mapping) or set(theta) != set(names):
        wanted = ", ".join(f"{name!r}: …" for name in names)
        raise TypeError(f"several parameters are free: give {{{wanted}}}, or hold some fixed by keyword")
    return dict(theta)
