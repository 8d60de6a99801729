"""Sampling schemes: whether the samples of an estimate read ω each for itself, or share them in pairs.

A scheme says which uniforms a sample reads, and what of the samples is independent: an error bar comes from that alone.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np

from stochtrace.estimation.moments import Array, Moments
from stochtrace.estimation.parts import Parts
from stochtrace.estimation.summary import Summary
from stochtrace.runtime.threefry import key_words
from stochtrace.runtime.uniforms import Omega


class Averages(NamedTuple):
    """Means over samples with their standard errors, and the covariance of the means of value and derivative.

    Shapes are (components,) for the value, and (directions, components) for the rest.
    """

    samples: int
    value: Array
    value_error: Array
    derivative: Array
    derivative_error: Array
    covariance: Array
    parts: Parts | None = None


@dataclass(frozen=True)
class Independent:
    """Every sample reads uniforms of its own."""

    name = "independent"
    asked = ""

    def start(self, omega: Omega, seed: int, number: int) -> None:
        """Begin a sample."""
        omega.start(number)

    def prepare(self, omegas: Any, seed: int, first: int, count: int) -> Any:
        """Set the record of compiled code up for `count` samples from number `first` on; return what it points to."""
        omegas["key0"], omegas["key1"] = key_words(seed)

    def family(self, numbers: Any) -> Any:
        """Return a number for each sample, the same for samples that depend on each other."""
        return numbers

    def check(self, name: str, samples: int) -> None:
        """Raise `ValueError` where a number of samples cannot be shared out."""

    def most(self, samples: int) -> int:
        """Return the largest number of samples up to this one that can be shared out."""
        return samples

    def next_look(self, chunks: int) -> int:
        """Return the next number of chunks after which the error bar may be looked at; it doubles in eight steps."""
        step = 1 << max(0, chunks.bit_length() - 4)
        return (chunks // step + 1) * step

    def grouped(self, rows: Array) -> Array:
        """Return numbers of samples, of shape (samples, components), as the rows of which moments are kept."""
        return rows

    def averages(self, found: Summary) -> Averages:
        """Return what the moments of grouped rows say."""
        value, derivative = found.value, found.derivative
        means = value.mean, value.standard_error, derivative.mean, derivative.standard_error
        return Averages(self.samples(value), *means, found.covariance, found.parts)

    def samples(self, moments: Moments) -> int:
        """Return how many samples there are in grouped rows."""
        return moments.count


@dataclass(frozen=True)
class Antithetic(Independent):
    """Samples 2i and 2i + 1 read ω and 1 - ω of one counter; pairs are independent (Hammersley & Morton 1956)."""

    name = "antithetic"
    asked = ", antithetic=True"

    def start(self, omega: Omega, seed: int, number: int) -> None:
        """Begin a sample."""
        omega.start(number // 2, mirrored=number % 2 == 1)

    def prepare(self, omegas: Any, seed: int, first: int, count: int) -> Any:
        """Set the record of compiled code up for `count` samples from number `first` on."""
        super().prepare(omegas, seed, first, count)
        omegas["paired"] = 1

    def family(self, numbers: Any) -> Any:
        """Return the number of its pair for each sample."""
        return numbers // 2

    def check(self, name: str, samples: int) -> None:
        """Raise `ValueError` where a number of samples cannot be shared out."""
        if samples % 2:
            raise ValueError(f"{name} = {samples} is odd, and antithetic samples come in pairs")

    def most(self, samples: int) -> int:
        """Return the largest number of samples up to this one that can be shared out."""
        return samples // 2 * 2

    def grouped(self, rows: Array) -> Array:
        """Return the means of pairs."""
        pairs: Array = (rows[0::2] + rows[1::2]) / 2
        return pairs

    def samples(self, moments: Moments) -> int:
        """Return how many samples there are in pairs."""
        return 2 * moments.count


Scheme = Independent
INDEPENDENT = Independent()


def others(values: Array, family: Any) -> Array:
    """Return for each sample the mean over those that do not depend on it; 0 where there is none."""
    _, at, counts = np.unique(family, return_inverse=True, return_counts=True)
    sums = np.zeros((len(counts), values.shape[1]))
    np.add.at(sums, at, values)
    means: Array = (values.sum(axis=0) - sums[at]) / np.maximum(len(values) - counts[at], 1)[:, None]
    return means
