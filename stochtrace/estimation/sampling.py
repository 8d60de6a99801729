"""Pick how to run the samples of a program: compiled, or as plain Python."""

from __future__ import annotations

import time
from concurrent.futures import CancelledError
from functools import partial
from threading import Event, Lock
from typing import Any

from stochtrace.estimation import interpreted
from stochtrace.estimation.estimator import ONE_REPLAY, Estimator
from stochtrace.estimation.functions import Functions, Given
from stochtrace.estimation.moments import Array
from stochtrace.estimation.numbers import kinds
from stochtrace.estimation.reasons import reason
from stochtrace.estimation.values import Values
from stochtrace.estimation.work import Run

MODES = ("compiled", "interpreted")
FIRST_PIECE, SHORT, LONG = 64, 0.05, 0.2  # samples, seconds
FEW, RARE = 4, 64  # samples that compiled code may give up
_COMPILING = Lock()


class Sampler:
    """Runs the samples of one program; keeps what it has compiled, and the reason where it cannot."""

    def __init__(self, functions: Functions) -> None:
        self.functions = functions
        self.fallback: str | None = None
        self.values = Values(functions)
        self.steps: list[Any] | None = None  # of a carried program: see `stairs`
        self._loops: dict[bool, Any] = {}
        self._reasons: dict[Any, str] = {}

    def interpreted(self, estimator: Estimator) -> Run:
        """Return the loop in plain Python."""
        return partial(interpreted.run, self.functions, estimator=estimator)

    def compiled(self, given: Given, estimator: Estimator, stop: Event | None = None) -> Run:
        """Return the compiled loop, compiled for arguments of these types.

        It runs a chunk in pieces, which take no longer than it may take to stop. Samples that compiled code gives up
        are interpreted; where they are more than a few, the rest of the chunk is.
        """
        if self.functions.forms:
            raise NotImplementedError("comments in it choose how draws are differentiated")
        from stochtrace.estimation.compiled import FailedSample

        with _COMPILING:
            one = estimator.replays == 1 or self.functions.on_carried_values  # a carried loop replays any number
            loop = self._loops[one] = self._loops.get(one) or self._loop(one)
            loop.compile(given)
        piece, interpreted = FIRST_PIECE, self.interpreted(estimator)

        def run(given: Given, seed: int, first: int, values: Array, derivatives: Array) -> str | None:
            nonlocal piece
            at, failures, told = 0, 0, None
            while at < len(values):
                if stop is not None and stop.is_set():
                    raise CancelledError
                here, begin = slice(at, at + piece), time.perf_counter()
                if failures > FEW + at // RARE:
                    interpreted(given, seed, first + at, values[here], derivatives[here])
                    at += piece
                else:
                    try:
                        loop(given, seed, first + at, values[here], derivatives[here], estimator)
                        at += piece
                    except FailedSample as failed:
                        if not self.functions.on_carried_values:
                            failed.check_room()
                        here = slice(failed.sample - first, failed.sample - first + 1)
                        interpreted(given, seed, failed.sample, values[here], derivatives[here])
                        told, failures, at = told or why_not(failed), failures + 1, here.stop
                piece = paced(piece, time.perf_counter() - begin)
            return told

        return run

    def _loop(self, one: bool) -> Any:
        if self.functions.on_carried_values:
            from stochtrace.estimation.compiled_carried import CarriedLoop

            return CarriedLoop(self.functions)
        from stochtrace.estimation.compiled import Loop, LoopOfSeveral

        return Loop(self.functions) if one else LoopOfSeveral(self.functions)

    def pick(
        self,
        given: Given,
        mode: str | None,
        estimator: Estimator = ONE_REPLAY,
        stop: Event | None = None,
    ) -> tuple[Run, str, str | None]:
        """Return how to run, its name, and why it is not compiled where nobody asked for that."""
        if mode != "interpreted":
            key = estimator.replays == 1, *(tuple(map(kinds, g)) for g in (given.arguments, given.with_tangents))
            try:
                if mode == "compiled" or key not in self._reasons:
                    return self.compiled(given, estimator, stop), "compiled", None
            except Exception as error:
                if mode == "compiled":
                    raise
                self._reasons[key] = reason(error)
            self.fallback = self._reasons[key]
        return self.interpreted(estimator), "interpreted", self.fallback if mode is None else None


def why_not(failed: Any) -> str:
    """Return why a sample was interpreted that failed in compiled code only.

    That knows neither line nor value of an error, cannot follow some decisions on carried values, has 64 bits,
    and no key that a `defaultdict` makes under another name. An error of the program is one in interpreted code too.
    """
    return f"sample {failed.sample}: {type(failed.__cause__).__name__}: {failed.__cause__}"


def paced(piece: int, seconds: float) -> int:
    """Return how many samples the next piece has, after one that took some seconds."""
    return piece * 4 if seconds < SHORT else max(1, piece // 2) if seconds > LONG else piece
