"""When an estimate ends: after a number of samples, or where the standard error is small enough."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from stochtrace.estimation.folding import Fold
from stochtrace.estimation.schemes import INDEPENDENT, Scheme
from stochtrace.estimation.summary import Summary

CHUNK = 4096
BELIEVED = 16  # chunks after which a spread of exactly 0 is taken for what it is
SURE = 0.8  # share of the samples that seem to be missing which is run before the standard error is looked at again


@dataclass(frozen=True)
class Goal:
    """At most `samples`; fewer where every standard error of the derivative is at most `target` (None: all of them).

    It is looked at after fixed numbers of chunks, as the scheme says: where an estimate ends depends on its samples
    alone.
    """

    samples: int
    target: float | None = None
    scheme: Scheme = INDEPENDENT

    @property
    def chunks(self) -> int:
        """How many chunks hold all samples."""
        return -(-self.samples // CHUNK)

    @property
    def full_chunks(self) -> int:
        """How many chunks have as many samples as a chunk can have: all, or all but the last one."""
        return self.samples // CHUNK

    def size(self, chunk: int) -> int:
        """Return how many samples a chunk has."""
        return min(CHUNK, self.samples - chunk * CHUNK)

    def next_look(self, chunks: int) -> int:
        """Return the next number of chunks at which the standard error is looked at."""
        if self.target is None:
            return self.chunks
        return min(self.chunks, self.scheme.next_look(chunks))

    def reached(self, fold: Fold) -> bool:
        """Tell whether the target is reached, or never will be as a sample is not finite."""
        if self.target is None or not fold.chunks or fold.chunks != self.next_look(fold.chunks - 1):
            return False
        found = fold.total()
        error = self.worst(found)
        if error == 0.0 and fold.chunks < BELIEVED:
            return False
        return error <= self.target or (not np.isfinite(error) and found.value.count > 1)

    def horizon(self, fold: Fold) -> int:
        """Return the number of chunks that may be run before the standard error is looked at again."""
        look = self.next_look(fold.chunks)
        if self.target is None or not fold.chunks:
            return look
        ratio = self.worst(fold.total()) / self.target
        needed = SURE * ratio * ratio * fold.chunks
        return look if not needed > look else int(min(needed, self.chunks))

    def why(self, found: Summary) -> str:
        """Return what ended an estimate: "samples", "target_stderr", "max_samples", or a sample "not finite"."""
        if self.target is None:
            return "samples"
        if self.worst(found) <= self.target:
            return "target_stderr"
        return "max_samples" if self.scheme.samples(found.value) == self.samples else "not finite"

    def worst(self, found: Summary) -> float:
        """Return the largest standard error of the derivative."""
        return float(np.max(self.scheme.averages(found).derivative_error, initial=0.0))


def goal_of(samples: int | None, target: float | None, most: int, scheme: Scheme) -> Goal:
    """Return the goal that a user asks for. Raises `ValueError`."""
    if (samples is None) == (target is None):
        raise ValueError("give either samples or target_stderr")
    if target is not None and not target > 0:
        raise ValueError(f"target_stderr = {target!r} is not a positive number")
    name, count = ("max_samples", most) if samples is None else ("samples", samples)
    if isinstance(count, bool) or not isinstance(count, int | np.integer) or count < 1:
        raise ValueError(f"{name} = {count!r} is not a positive integer")
    count = scheme.most(int(count)) if samples is None else int(count)
    scheme.check(name, count)
    return Goal(count, target, scheme)
