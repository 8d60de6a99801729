"""Samples of a program's primal alone, at arguments that need not be those of an estimate."""

from __future__ import annotations

from typing import Any

from stochtrace.estimation import interpreted
from stochtrace.estimation.functions import Functions, Given
from stochtrace.estimation.moments import Array
from stochtrace.runtime.uniforms import Omega


class Values:
    """Runs samples of the primal as plain Python; in compiled code from `compile` on."""

    def __init__(self, functions: Functions) -> None:
        self.functions = functions
        self._loop: Any = None

    @property
    def mode(self) -> str:
        """How samples run."""
        return "interpreted" if self._loop is None else "compiled"

    def compile(self, arguments: tuple[Any, ...]) -> None:
        """Compile for arguments of these types, if Numba can."""
        if not self.functions.reads_omega:
            return
        try:
            from stochtrace.estimation.compiled import Loop

            self._loop = self._loop or Loop(self.functions, "run_primal")
            self._loop.compile(Given(arguments, ()))
        except Exception:  # Numba's errors have no common class; plain Python gives the same numbers
            self._loop = None

    def __call__(self, arguments: tuple[Any, ...], seed: int, first: int, values: Array) -> None:
        """Fill in values, of shape (samples, components), of the samples from number `first` on."""
        if self._loop is None:
            self._interpreted(arguments, seed, first, values)
            return
        from stochtrace.estimation.compiled import FailedSample

        try:
            self._loop(Given(arguments, ()), seed, first, values, values[:0])
        except FailedSample:  # plain Python says where and why
            self._interpreted(arguments, seed, first, values)

    def _interpreted(self, arguments: tuple[Any, ...], seed: int, first: int, values: Array) -> None:
        omega = Omega(seed, self.functions.sites)
        for i in range(len(values)):
            omega.start(first + i)
            values[i] = interpreted.numbers(interpreted.drawn(self.functions, arguments, omega), values.shape[1])
