"""Pick how gradients of samples run in reverse mode: compiled, as plain Python, or else by forward passes."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import CancelledError
from threading import Event, Lock
from typing import Any, NamedTuple

import numpy as np

from stochtrace.estimation.functions import Functions
from stochtrace.estimation.moments import Array
from stochtrace.estimation.nested import leaves
from stochtrace.estimation.reasons import reason
from stochtrace.estimation.recorded import Recorder
from stochtrace.estimation.sampling import FIRST_PIECE, paced
from stochtrace.runtime.tape import LIMIT, Tape

GradientRun = Callable[[int, int, Array, Array], None]
_COMPILING = Lock()


class Recorded(NamedTuple):
    """How gradients run: `run(seed, first, values, gradients)`, "compiled" or "interpreted", and why not compiled.

    Values are of shape (samples, components), gradients of shape (samples, entries, components).
    """

    run: GradientRun
    entries: int
    mode: str
    reason: str | None


class Recordings:
    """Runs the samples of one program in reverse mode; keeps what it has compiled."""

    def __init__(self, functions: Functions, tangents: Sequence[str]) -> None:
        self.functions, self.tangents = functions, tangents
        self.most = 0  # bytes of the largest tape so far
        self._loop: Any = None

    def pick(
        self,
        arguments: Mapping[str, Any],
        names: Sequence[str],
        mode: str | None,
        replays: int | None,
        memory: int | None = None,
        stop: Event | None = None,
    ) -> Recorded:
        """Return how to run, for arguments that belong to one thread.

        Raises `NoLinearRule` where a sample does something to tangents that reverse mode has no rule for.
        """
        entries = sum(count(arguments[name]) for name in names)
        limit = LIMIT if memory is None else memory
        recorder = Recorder(self.functions, arguments, names, self.tangents, Tape(entries, limit))

        def interpreted(seed: int, first: int, values: Array, gradients: Array) -> None:
            recorder.run(seed, first, values, gradients, replays)
            self.most = max(self.most, recorder.most)

        why = None
        if mode != "interpreted":
            try:
                run = self._compiled(arguments, names, replays, entries, limit, interpreted, stop)
                return Recorded(run, entries, "compiled", None)
            except Exception as error:
                if mode == "compiled":
                    raise
                why = reason(error)
        recorder.try_one()
        return Recorded(interpreted, entries, "interpreted", why)

    def _compiled(
        self,
        arguments: Mapping[str, Any],
        names: Sequence[str],
        replays: int | None,
        entries: int,
        limit: int,
        interpreted: GradientRun,
        stop: Event | None,
    ) -> GradientRun:
        """Return the compiled loop: it runs in pieces, which take no longer than it may take to stop."""
        if self.functions.on_carried_values:
            raise NotImplementedError("gradients of carried values are recorded by objects, which Numba does not know")
        if replays != 1:
            raise NotImplementedError("a compiled gradient replays one jump of each sample")
        if any(isinstance(arguments[name], dict | list) for name in names):
            raise NotImplementedError("a parameter is a dict or a list, which compiled gradients do not know")
        from stochtrace.estimation.compiled import FailedSample
        from stochtrace.estimation.compiled_recorded import RecordedLoop

        firsts = self._firsts(arguments, names)
        with _COMPILING:
            loop = self._loop = self._loop or RecordedLoop(self.functions)
            loop.compile(arguments, firsts, entries)

        def run(seed: int, first: int, values: Array, gradients: Array) -> None:
            for here in pieces(len(values), stop):
                try:
                    loop(arguments, firsts, seed, first + here.start, values[here], gradients[here], limit)
                except FailedSample as failed:
                    failed.check_room()
                    interpreted(seed, first + here.start, values[here], gradients[here])
            self.most = max(self.most, loop.most)

        return run

    def _firsts(self, arguments: Mapping[str, Any], names: Sequence[str]) -> list[Any]:
        """Return for each argument the first leaf of its tangent, 0.0 where that is zero, None where there is none."""
        found, first = dict.fromkeys(self.tangents, 0.0), 0
        for name in names:
            found[name] = first
            first += count(arguments[name])
        return [found[name] if name in self.tangents else None for name in arguments]


def count(value: Any) -> int:
    """Return how many numbers a parameter holds."""
    return sum(int(np.size(leaf)) for _, leaf in leaves(value))


def pieces(samples: int, stop: Event | None) -> Iterator[slice]:
    """Yield slices of a chunk, each as long as it may take to stop; raises `CancelledError` where that is set."""
    at, piece = 0, FIRST_PIECE
    while at < samples:
        if stop is not None and stop.is_set():
            raise CancelledError
        begin = time.perf_counter()
        yield slice(at, min(at + piece, samples))
        at += piece
        piece = paced(piece, time.perf_counter() - begin)
