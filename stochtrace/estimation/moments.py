"""Running moments of vectors: mergeable, so that chunks of samples can be computed in any place."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

Array = np.ndarray[Any, np.dtype[np.float64]]


@dataclass(frozen=True)
class Moments:
    """Count, mean and sum of squared deviations of each component (Chan, Golub & LeVeque 1983)."""

    count: int
    mean: Array
    squares: Array

    @classmethod
    def of(cls, samples: Array) -> Moments:
        """Return the moments of an array of shape (samples, components); exact where all samples are equal."""
        first = np.where(np.isfinite(samples[0]), samples[0], 0.0)
        shifted = samples - first
        mean = shifted.mean(axis=0)
        return cls(len(samples), first + mean, ((shifted - mean) ** 2).sum(axis=0))

    def merge(self, other: Moments) -> Moments:
        """Return the moments of both sets of samples together."""
        count = self.count + other.count
        shift = np.where(self.mean == other.mean, 0.0, other.mean - self.mean)  # two infinite means, too
        mean = self.mean + shift * (other.count / count)
        squares = self.squares + other.squares + shift**2 * (self.count * other.count / count)
        return Moments(count, mean, squares)

    @property
    def standard_error(self) -> Array:
        """Standard error of the mean; NaN for one sample, which says nothing about spread."""
        if self.count < 2:
            return np.full_like(self.mean, np.nan)
        error: Array = np.sqrt(self.squares / (self.count - 1) / self.count)
        return error
