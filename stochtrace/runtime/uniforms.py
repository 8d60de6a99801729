"""The uniforms ω: the n-th visit to site s in sample i of a seed always reads the same number.

A uniform is a word of Threefry4x64-20 (Salmon, Moraes, Dror & Shaw 2011) with key = seed and counter =
(block, site, sample, 0), four words to a block. A word becomes (word >> 12 + 1/2) / 2**52, a number strictly
between 0 and 1 on a symmetric lattice.

`read` and `forced` are all that samplers use; the compiled side has its own `read` (same numbers).
Site 0 belongs to the choice among jumps, the draws of a program are sites 1, 2, ...
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Protocol

import numpy as np

from stochtrace.runtime.ahead import Ahead
from stochtrace.runtime.threefry import block, keys, uniform

FEW = 20  # blocks that are faster made one by one than as an array


class Uniforms(Protocol):
    """What a sampler sees of ω: visits counted per site, and the draw that a replay forces."""

    site: int
    visit: int
    to: int
    visits: Any

    def next(self, site: int) -> float:
        """Return the uniform of this visit to `site`, and count the visit."""
        ...


class Omega:
    """The uniforms of one sample, for interpreted runs; a replay reads them again from the start."""

    def __init__(self, seed: int, sites: int) -> None:
        self._keys = keys(seed)
        self._sites = sites
        self._ahead = Ahead(self._keys, sites)
        self.start(0)

    def start(self, sample: int, mirrored: bool = False, points: Sequence[float] = ()) -> None:
        """Begin the sample of a counter word; each uniform is 1 - ω where it is `mirrored`.

        `points` are read in the place of the first uniforms: of the first visit to sites 1, 2, …, then of the second.
        """
        self._sample, self._mirrored, self._points = sample, mirrored, points
        self.replay(-1, -1, 0)
        self._known = self._ahead.start(sample, self.visits)
        if mirrored or points:
            self._known = [self._changed(site, 0, known) for site, known in enumerate(self._known)]

    def replay(self, site: int, visit: int, to: Any) -> None:
        """Go back to the beginning, with the draw at (site, visit) forced to `to`: the outcome of a discrete draw.

        On carried values a continuous one may be forced: to an outcome of its standard variable.
        """
        self.visits = [0] * (self._sites + 1)
        self.site, self.visit, self.to = site, visit, to

    def next(self, site: int) -> float:
        """Return the uniform of this visit to `site`, and count the visit."""
        visits = self.visits
        visit = visits[site]
        visits[site] = visit + 1
        try:
            return self._known[site][visit]
        except IndexError:
            known = self._known[site]
            while len(known) <= visit:
                known = self._known[site] = [*known, *self._more(site, len(known))]
            return known[visit]

    def _more(self, site: int, visit: int) -> Sequence[float]:
        first, keys = visit // 4 + 1, self._keys
        count = (visit or self._ahead.expected[site] or 1) + 3 >> 2
        if count <= FEW:
            made = [block(keys, (number, site, self._sample, 0)) for number in range(first, first + count)]
            known = [uniform(word) for words in made for word in words]
        else:
            numbers = np.arange(first, first + count, dtype=np.uint64)
            known = uniform(np.stack(block(keys, (numbers, site, self._sample, 0)), axis=1)).ravel().tolist()
        return self._changed(site, visit, known[visit & 3 :])

    def _changed(self, site: int, visit: int, known: Sequence[float]) -> Sequence[float]:
        """Return uniforms, of a visit and those after it, as this sample reads them."""
        if self._mirrored:
            known = [1.0 - w for w in known]  # exact: they lie on a lattice
        if site > 0 and self._points:
            taken = self._points[visit * self._sites + site - 1 :: self._sites][: len(known)]
            known = [*taken, *known[len(taken) :]]
        return known


def read(omega: Uniforms, site: int) -> float:
    """Return the next uniform of `site`, in (0, 1)."""
    return omega.next(site)


def forced(omega: Uniforms, site: int) -> bool:
    """Tell whether the draw that has just read its uniform is the one that this replay forces to `omega.to`."""
    return omega.site == site and omega.visit == omega.visits[site]
