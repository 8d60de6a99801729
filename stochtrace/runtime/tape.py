"""The tape of reverse mode: how tangents that are not known yet are made of those of the parameters.

Tangent lines are linear in tangents. Given numbers, a derivative program computes the derivative in one direction; with
those of `taped`, the same lines record how each tangent is made of others, for all directions at once: a parameter is a
leaf of the tape, a multiple of a node costs no record, and a sum of two nodes is a new node with two partials. A sweep
from the last node to the first then carries adjoints back to the leaves (Griewank & Walther 2008, chapter 3).
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from typing import Any, NamedTuple

import numpy as np

RECORD_BYTES = 240  # a sum of two nodes, in CPython's objects
LIMIT = 2**30


class TapeFull(MemoryError):
    """A sample records more than it may; the message says how much, and the way out."""


def full(limit: int, nodes: int) -> TapeFull:
    """Return the error of a sample that has recorded so many nodes."""
    return TapeFull(
        f"a sample records more than {limit / 2**20:.6g} MiB of partials ({nodes} nodes and more); "
        "allow more with `memory=` (bytes), or shorten what one sample does"
    )


class Record(NamedTuple):
    """Nodes from `first` on: node first + i is the sum over j of partials[i, j] × node parents[i, j]."""

    first: int
    parents: Any
    partials: Any


class Tape:
    """The nodes of one sample: leaves first. `size` counts them, `mark` those that stood when the newest draw was made.

    `scales` holds, for each node, the root of the sum of squares of its partials along all paths to the leaves, as if
    no two met: how large its tangent is in a typical direction.
    """

    def __init__(self, leaves: int, limit: int = LIMIT) -> None:
        self.leaves, self.limit = leaves, limit
        self.start()

    def start(self) -> None:
        """Forget the last sample."""
        self.records: list[Record] = []
        self.size = self.mark = self.leaves
        self.bytes = 0
        self.scales: list[float] = [1.0] * self.leaves

    def sum(self, parents: tuple[int, ...], partials: tuple[float, ...]) -> int:
        """Return the number of a new node: the sum of partial × parent."""
        self._room(RECORD_BYTES)
        self.records.append(Record(self.size, parents, partials))
        self.scales.append(math.hypot(*(f * self.scales[n] for n, f in zip(parents, partials, strict=True))))
        self.size += 1
        return self.size - 1

    def sums(self, parents: Any, partials: Any) -> Any:
        """Return the numbers of new nodes, one for each row of parents and partials, of shape (nodes, terms)."""
        self._room(parents.nbytes + partials.nbytes + RECORD_BYTES)
        first, count = self.size, len(parents)
        self.records.append(Record(first, parents, partials))
        scales = np.asarray(self.scales)[parents] * partials
        self.scales += np.sqrt(np.sum(scales * scales, axis=1)).tolist()
        self.size += count
        return np.arange(first, first + count)

    def _room(self, more: int) -> None:
        self.bytes += more
        if self.bytes > self.limit:
            raise full(self.limit, self.size)

    def adjoints(self, seeds: Iterable[tuple[int, float]]) -> Any:
        """Return the derivative of Σ weight × node, over seeds (node, weight), by each leaf."""
        found = np.zeros(self.size)
        for node, weight in seeds:
            found[node] += weight
        for first, parents, partials in reversed(self.records):
            if isinstance(parents, tuple):
                adjoint = found[first]
                if adjoint != 0.0:
                    for parent, partial in zip(parents, partials, strict=True):
                        found[parent] += adjoint * partial
            else:
                own = found[first : first + len(parents)]
                np.add.at(found, parents, partials * own[:, None])
        return found[: self.leaves]
