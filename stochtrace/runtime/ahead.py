"""Uniforms made ahead: those that the next samples are likely to read, for many samples at once.

Interpreted runs go through samples in order, and read about the same in each. What is not here, `Omega` makes when it
is read: only time depends on it.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from stochtrace.runtime.threefry import Keys, block, uniform

OBSERVED, LATER, MOST = 4, 8, 512  # samples without uniforms made ahead, how many times more each time, and at most
WATCHED = 64  # of them, those whose visits to sites say what the next ones read
LANES, DEEP = 4096, 64  # blocks of four uniforms at once, and of one site
RARELY = 32  # what fewer than one sample of so many reads is not made ahead


class Ahead:
    """Uniforms of the samples first .. first + count - 1; `expected` is how many each site is likely to read."""

    def __init__(self, keys: Keys, sites: int) -> None:
        self._keys = keys
        self._sites = sites
        self._first = self._count = 0
        self._rows: Sequence[Sequence[Sequence[float]]] = []
        self._visits: list[list[int]] = []
        self.expected: list[int] = []

    def start(self, sample: int, visits: list[int]) -> list[Sequence[float]]:
        """Return what is known of a sample, by site; it counts its visits to sites in `visits`."""
        at = sample - self._first
        if not 0 <= at < self._count:
            self._refill(sample, at == self._count > 0)
            at = 0
        if at < WATCHED:
            self._visits.append(visits)
        return list(self._rows[at])

    def _refill(self, sample: int, in_order: bool) -> None:
        self.expected, alike = self._likely() if in_order else ([0] * (self._sites + 1),) * 2
        made = [min(-(-n // 4), DEEP) for n in self.expected]
        most = min(MOST, max(LANES // max(sum(made), 1), 1))
        wanted = min(LATER * self._count, MOST) if in_order else OBSERVED
        self._first, self._count, self._visits = sample, min(wanted, most), []
        kept = [
            min(n, 4 * count) if same else 4 * count for n, same, count in zip(self.expected, alike, made, strict=True)
        ]
        self._rows = self._made(made, kept) if any(made) else [[()] * len(made)] * self._count

    def _likely(self) -> tuple[list[int], list[int]]:
        """Return how many uniforms of each site all but a few of the last samples have read, and whether all have."""
        read = np.sort(np.array(self._visits), axis=0)
        return read[-1 - len(read) // RARELY].tolist(), (read[0] == read[-1]).tolist()

    def _made(self, made: list[int], kept: list[int]) -> Sequence[Sequence[Sequence[float]]]:
        """Return uniforms of all samples: of each site so many, from so many blocks.

        They are tuples: Python's collector of garbage leaves tuples of numbers alone, but looks into each list.
        """
        places = [(number, site) for site, n in enumerate(made) for number in range(1, n + 1)]
        numbers, sites = np.array(places, np.uint64).T[:, :, None]
        samples = np.arange(self._first, self._first + self._count, dtype=np.uint64)
        words = np.stack(block(self._keys, (numbers, sites, samples, 0)), axis=-1)
        columns: list[Sequence[tuple[float, ...]]] = []
        start = 0
        for n, some in zip(made, kept, strict=True):
            part = words[start : start + n].transpose(1, 0, 2).reshape(self._count, 4 * n)[:, :some]
            flat = iter(uniform(part).ravel().tolist())
            columns.append(list(zip(*[flat] * some, strict=True)) if n else [()] * self._count)
            start += n
        return list(zip(*columns, strict=True))
