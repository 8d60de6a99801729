"""Randomised quasi-Monte Carlo: the sampling scheme of scrambled Sobol points."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from stochtrace.estimation.moments import Array, Moments
from stochtrace.estimation.schemes import Averages, Independent
from stochtrace.estimation.summary import Summary
from stochtrace.runtime.sobol import BLOCK, MOST, SCRAMBLES, points
from stochtrace.runtime.uniforms import Omega


@dataclass(frozen=True)
class Sobol(Independent):
    """Sample i reads point i // 16 of scramble i % 16 (see `runtime.sobol`); the scrambles are independent.

    Kept are the moments of each scramble, as if it were a component; the error bar comes from the 16 means.
    """

    name = "sobol"
    asked = ', omega="sobol"'

    def start(self, omega: Omega, seed: int, number: int) -> None:
        """Begin a sample."""
        omega.start(number, points=points(seed).uniforms(number))

    def prepare(self, omegas: Any, seed: int, first: int, count: int) -> Any:
        """Set the record of compiled code up for `count` samples from number `first` on; return what it points to."""
        super().prepare(omegas, seed, first, count)
        block = first // BLOCK
        low, high = points(seed).low, points(seed).high(block, (first + count) // BLOCK - block + 1)
        omegas["points"], omegas["blocks"], omegas["block"] = low.ctypes.data, high.ctypes.data, block
        return low, high

    def family(self, numbers: Any) -> Any:
        """Return the scramble of each sample."""
        return numbers % SCRAMBLES

    def check(self, name: str, samples: int) -> None:
        """Raise `ValueError` where a number of samples cannot be shared out."""
        if samples < SCRAMBLES or samples != self.most(samples):
            raise ValueError(f"{name} = {samples} is not 16 times a power of two, and Sobol points come so")

    def most(self, samples: int) -> int:
        """Return the largest number of samples up to this one that can be shared out."""
        return min(SCRAMBLES << ((samples // SCRAMBLES).bit_length() - 1), MOST) if samples >= SCRAMBLES else SCRAMBLES

    def next_look(self, chunks: int) -> int:
        """Return the next power of two."""
        return 1 << chunks.bit_length()

    def grouped(self, rows: Array) -> Array:
        """Return rows with a sample of each scramble."""
        return rows.reshape(-1, SCRAMBLES * rows.shape[1])

    def averages(self, found: Summary) -> Averages:
        """Return what the means of scrambles say."""
        value = found.value.mean.reshape(SCRAMBLES, -1)
        derivative = found.derivative.mean.reshape(len(found.derivative.mean), SCRAMBLES, -1)
        values, derivatives = Moments.of(value), derivative.mean(axis=1)
        off = derivative - derivatives[:, None]
        share = SCRAMBLES * (SCRAMBLES - 1)
        errors = np.sqrt((off**2).sum(axis=1) / share)
        covariance = ((value - values.mean) * off).sum(axis=1) / share
        return Averages(
            self.samples(found.value), values.mean, values.standard_error, derivatives, errors, covariance
        )

    def samples(self, moments: Moments) -> int:
        """Return how many samples there are in rows."""
        return SCRAMBLES * moments.count
