"""Average samples: pick how to run them, run them in chunks, merge the chunks in order."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import numpy as np

from stochtrace.estimation import interpreted
from stochtrace.estimation.functions import Functions, Given
from stochtrace.estimation.moments import Array, Moments

CHUNK = 4096
MODES = ("compiled", "interpreted")
TELLING = re.compile(
    r"^(No implementation|Untyped global|Unknown attribute|Cannot|Use of unsupported|Invalid use|.*unsupported)"
)

Run = Callable[[Given, int, int, Array, Array], None]


class Sampler:
    """Runs the samples of one program; keeps what it has compiled, and the reason where it cannot."""

    def __init__(self, functions: Functions) -> None:
        self.functions = functions
        self.fallback: str | None = None
        self._loop: Any = None

    def interpreted(self, given: Given, seed: int, first: int, values: Array, derivatives: Array) -> None:
        """Run samples as plain Python."""
        interpreted.run(self.functions, given, seed, first, values, derivatives)

    def compiled(self, given: Given) -> Run:
        """Return the compiled loop, compiled for arguments of these types."""
        from stochtrace.estimation.compiled import FailedSample, Loop

        if self._loop is None:
            self._loop = Loop(self.functions)
        loop = self._loop
        loop.compile(given)

        def run(given: Given, seed: int, first: int, values: Array, derivatives: Array) -> None:
            try:
                loop(given, seed, first, values, derivatives)
            except FailedSample as failed:
                # compiled code knows neither line nor value: the same sample, interpreted, raises the whole error
                self.interpreted(given, seed, failed.sample, values[:1], derivatives[:1])
                assert failed.__cause__
                raise failed.__cause__ from None

        return run

    def pick(self, given: Given, mode: str | None) -> tuple[Run, str, str | None]:
        """Return how to run, its name, and why it is not compiled where nobody asked for that."""
        if mode != "interpreted":
            try:
                return self.compiled(given), "compiled", None
            except Exception as error:
                if mode == "compiled":
                    raise
                self.fallback = reason(error)
        return self.interpreted, "interpreted", self.fallback if mode is None else None


def moments(run: Run, given: Given, seed: int, samples: int, width: int) -> tuple[Moments, Moments]:
    """Return the moments of value and derivative over samples 0 .. samples - 1."""
    merged: tuple[Moments, Moments] | None = None
    for first in range(0, samples, CHUNK):
        values, derivatives = np.zeros((2, min(CHUNK, samples - first), width))
        run(given, seed, first, values, derivatives)
        chunk = Moments.of(values), Moments.of(derivatives)
        merged = chunk if merged is None else (merged[0].merge(chunk[0]), merged[1].merge(chunk[1]))
    assert merged
    return merged


def reason(error: Exception) -> str:
    """Return the line of an error that says most; Numba's errors begin with the step in which they arose."""
    if isinstance(error, ModuleNotFoundError) and error.name == "numba":
        return "Numba is not installed; it is the extra stochtrace[fast]"
    lines = [line.strip() for line in str(error).splitlines() if line.strip()]
    telling = [line for line in lines if TELLING.match(line)]
    return f"{type(error).__name__}: {(telling or lines or [''])[-1 if telling else 0][:160]}"
