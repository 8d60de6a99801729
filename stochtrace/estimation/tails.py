"""Is the variance infinite? The tail of derivative samples, by Hill's estimator at three depths.

A tail P(|D| > x) ~ x^-α has no variance where α ≤ 2. Hill's estimate of α from the largest k of n samples is k over the
sum of log(D_i / D_k) (Hill 1975), with relative error 1/√k. Exponential and lognormal tails have a small estimate too
where k is large, one that grows as k shrinks; a power does not. So a tail is called infinite where α is below 2.5 in
the largest hundredth, about the same in the largest tenth, and not above it by two errors in the largest thousandth: a
power may end.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from stochtrace.estimation.moments import Array

FEWEST = 20_000
LOOKED_AT = 102_400
FARTHEST, FAR, NEAR = 0.001, 0.01, 0.1
KEPT = int(LOOKED_AT * NEAR) + 1
HEAVY = 2.5
STEADY = (0.75, 1.3)


@dataclass(frozen=True)
class Tail:
    """How many of up to LOOKED_AT derivative samples say something about the tail, and the largest sizes, sorted.

    Samples that are exactly 0 saw no jump and nothing smooth: they say nothing about the tail.
    """

    seen: int
    largest: Array

    @classmethod
    def of(cls, samples: Array) -> Tail:
        """Return the tail of derivative samples, of shape (samples,)."""
        sizes = np.abs(samples[(samples != 0) & np.isfinite(samples)])
        return cls(len(sizes), np.sort(sizes)[-KEPT:])

    def merge(self, other: Tail) -> Tail:
        """Return the tail of both sets of samples together."""
        return Tail(self.seen + other.seen, np.sort(np.concatenate([self.largest, other.largest]))[-KEPT:])

    def index(self, share: float) -> float:
        """Return Hill's estimate of α from the largest share of sizes; infinity where they are all equal."""
        k = int(self.seen * share)
        mean = float(np.mean(np.log(self.largest[-k:] / self.largest[-k - 1])))
        return 1 / mean if mean > 0 else np.inf

    @property
    def heavy(self) -> float | None:
        """The tail index where it says that the variance is infinite, else None."""
        if self.seen < FEWEST:
            return None
        far, near = self.index(FAR), self.index(NEAR)
        steady = STEADY[0] < far / near < STEADY[1]
        goes_on = self.index(FARTHEST) < HEAVY * (1 + 2 / np.sqrt(self.seen * FARTHEST))
        return far if far < HEAVY and steady and goes_on else None
