"""Average samples: pick how to run them, run them in chunks, merge the chunks in order."""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from stochtrace.estimation import interpreted
from stochtrace.estimation.functions import Functions, Given
from stochtrace.estimation.moments import Array, Moments
from stochtrace.estimation.tails import LOOKED_AT, heavy

CHUNK = 4096
MODES = ("compiled", "interpreted")
STEP = "Failed in nopython mode pipeline"
PLACE = re.compile(r'File "(.*)", line (\d+):')
LOOPS = "stochtrace_"  # files of ours that call the program
LONGEST = 200

Run = Callable[[Given, int, int, Array, Array], None]


class Sampler:
    """Runs the samples of one program; keeps what it has compiled, and the reason where it cannot."""

    def __init__(self, functions: Functions) -> None:
        self.functions = functions
        self.fallback: str | None = None
        self._loop: Any = None

    def interpreted(
        self, given: Given, seed: int, first: int, values: Array, derivatives: Array, replays: int | None = 1
    ) -> None:
        """Run samples as plain Python."""
        interpreted.run(self.functions, given, seed, first, values, derivatives, replays)

    def compiled(self, given: Given) -> Run:
        """Return the compiled loop, compiled for arguments of these types."""
        if self.functions.forms:
            raise NotImplementedError("comments in it choose how draws are differentiated")
        if not self.functions.reads_omega:
            raise NotImplementedError("its smooth values are carried by objects, which Numba does not know")
        from stochtrace.estimation.compiled import FailedSample, Loop

        if self._loop is None:
            self._loop = self._carried_loop() if self.functions.on_carried_values else Loop(self.functions)
        loop = self._loop
        loop.compile(given)

        def run(given: Given, seed: int, first: int, values: Array, derivatives: Array) -> None:
            try:
                loop(given, seed, first, values, derivatives)
            except FailedSample as failed:
                done = failed.sample - first
                self._failed(given, seed, failed, values[done : done + 1], derivatives[done : done + 1])
                self.interpreted(given, seed, failed.sample, values[done:], derivatives[done:])

        return run

    def _carried_loop(self) -> Any:
        from stochtrace.estimation.compiled_carried import CarriedLoop

        return CarriedLoop(self.functions)

    def _failed(self, given: Given, seed: int, failed: Any, value: Array, derivative: Array) -> None:
        """Run a sample that failed as plain Python: compiled code knows neither line nor value of an error.

        Decisions on carried values may be such that only interpreted code can follow them; other errors stay errors.
        """
        self.interpreted(given, seed, failed.sample, value, derivative)
        assert failed.__cause__
        if not self.functions.on_carried_values:
            raise failed.__cause__ from None
        self.fallback = f"sample {failed.sample}: {type(failed.__cause__).__name__}: {failed.__cause__}"

    def pick(self, given: Given, mode: str | None, replays: int | None = 1) -> tuple[Run, str, str | None]:
        """Return how to run, its name, and why it is not compiled where nobody asked for that."""
        if replays != 1:
            if mode == "compiled":
                raise NotImplementedError("a compiled program replays one jump of each sample")
            return partial(self.interpreted, replays=replays), "interpreted", None
        if mode != "interpreted":
            try:
                return self.compiled(given), "compiled", None
            except Exception as error:
                if mode == "compiled":
                    raise
                self.fallback = reason(error)
        return self.interpreted, "interpreted", self.fallback if mode is None else None


class Found(NamedTuple):
    """Moments of value and derivative, and the tail index of each component whose variance is infinite."""

    value: Moments
    derivative: Moments
    tails: tuple[float | None, ...]


def moments(run: Run, given: Given, seed: int, samples: int, width: int) -> Found:
    """Return the moments of value and derivative over samples 0 .. samples - 1."""
    merged: tuple[Moments, Moments] | None = None
    looked_at: list[Array] = []
    for first in range(0, samples, CHUNK):
        values, derivatives = np.zeros((2, min(CHUNK, samples - first), width))
        run(given, seed, first, values, derivatives)
        chunk = Moments.of(values), Moments.of(derivatives)
        merged = chunk if merged is None else (merged[0].merge(chunk[0]), merged[1].merge(chunk[1]))
        if first < LOOKED_AT:
            looked_at.append(derivatives)
    assert merged
    tails = tuple(heavy(component) for component in np.concatenate(looked_at).T)
    return Found(*merged, tails)


def reason(error: Exception) -> str:
    """Return why a program is not compiled, in one line: Numba's innermost error, and the line that it blames."""
    if isinstance(error, ModuleNotFoundError) and error.name == "numba":
        return "Numba is not installed; it is the extra stochtrace[fast]"
    lines = [line.strip() for line in str(error).splitlines() if line.strip()]
    steps = [number for number, line in enumerate(lines) if STEP in line]
    told = lines[steps[-1] + 1 :] if steps else lines
    what = " ".join(told[: 2 if told[1:] and told[1].startswith(">>>") else 1])
    blamed = [(Path(m[1]).name, m[2]) for line in told if (m := PLACE.match(line))]
    places = [f"{file}:{line}: " for file, line in blamed if file.endswith(".py") and not file.startswith(LOOPS)]
    return f"{''.join(places[:1])}{type(error).__name__}: {what[:LONGEST]}"
