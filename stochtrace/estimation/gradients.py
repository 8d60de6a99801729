"""Gradients: all entries of the parameters of a sample at once."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import reduce
from typing import Any, NamedTuple

import numpy as np

from stochtrace.estimation.goal import CHUNK
from stochtrace.estimation.moments import Array
from stochtrace.estimation.results import show
from stochtrace.estimation.summary import Summary, summary_of
from stochtrace.estimation.tails import LOOKED_AT
from stochtrace.estimation.work import Job, Prepared

ROOM = 1 << 22  # numbers of the gradients that are kept at a time: 32 MB
FEW = 1000  # entries whose tails are looked at


class Sampled(NamedTuple):
    """Samples of values, (samples, outputs), and of gradients, (samples, outputs, entries); why some were interpreted.

    Entries are in the order of `shapes.directions`.
    """

    values: Array
    gradients: Array
    fallback: str


def sampled(ready: Prepared, width: int, seed: int, first: int, count: int) -> Sampled:
    """Return the samples first .. first + count - 1, by one forward pass for each entry."""
    gradients, fallback = np.zeros((count, width, len(ready.given))), ""
    values = np.zeros((count, width))
    for entry, given in enumerate(ready.given):
        derivatives = np.zeros((count, width))
        fallback = fallback or ready.run(given, seed, first, values, derivatives) or ""
        gradients[:, :, entry] = derivatives
    return Sampled(values, gradients, fallback)


@dataclass(frozen=True)
class GradientJob(Job):
    """An estimate of a gradient; only few entries are looked at for infinite variance, and only if `with_tails`."""

    with_tails: bool = True

    def summary(self, ready: Prepared, chunk: int) -> Summary:
        """Run the samples of one chunk, as many at a time as there is room for their gradients."""
        entries = len(ready.given) * self.width
        begin, end = chunk * CHUNK, chunk * CHUNK + self.goal.size(chunk)
        with_tails = self.with_tails and begin < LOOKED_AT and entries <= FEW
        parts = []
        for at, count in pieces(begin, end, max(1, ROOM // max(1, entries))):
            first = self.start + at
            found = sampled(ready, self.width, self.seed, first, count)
            gradients = found.gradients.transpose(0, 2, 1)
            parts.append(summary_of(first, found.values, gradients, with_tails, found.fallback))
        return reduce(Summary.merge, parts)


def pieces(begin: int, end: int, most: int) -> Iterator[tuple[int, int]]:
    """Yield the first sample and the number of samples of each piece."""
    for at in range(begin, end, most):
        yield at, min(most, end - at)


def one_number(name: str, result: Any) -> None:
    """Refuse the result of a program that has no gradient, as it is not one number."""
    if isinstance(result, np.ndarray | tuple | list):
        raise TypeError(f"{name} returns several numbers, {show(result)}: they have a jacobian, and no gradient")
