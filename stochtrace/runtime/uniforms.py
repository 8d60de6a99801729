"""The uniforms ω: the n-th visit to site s in sample i of a seed always reads the same number.

A uniform is a word of Philox4x64-10 (Salmon, Moraes, Dror & Shaw 2011) with key = seed and counter =
(block, site, sample, 0), four words to a block, as `numpy.random.Philox` computes it. A word becomes
(word >> 12 + 1/2) / 2**52, a number strictly between 0 and 1 on a symmetric lattice.

`read` and `forced` are all that samplers use; the compiled side has its own `read` (same numbers).
Site 0 belongs to the choice among jumps, the draws of a program are sites 1, 2, ...
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Protocol

import numpy as np

SCALE = 2.0**-52
FIRST_WORDS, MORE_WORDS = 4, 16  # read at once: at the first visit to a site, and later
SHIFT, ONES = np.uint64(12), np.uint64(2**64 - 1)


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
        self._philox = np.random.Philox(key=np.array(key_words(seed), dtype=np.uint64))
        self._state: Any = self._philox.state
        self._state["buffer_pos"] = 4  # nothing is left of the block before
        self._counter = self._state["state"]["counter"]
        self._sites = sites
        self.start(0)

    def start(self, sample: int, mirrored: bool = False, points: Sequence[float] = ()) -> None:
        """Begin the sample of a counter word; each uniform is 1 - ω where it is `mirrored`.

        `points` are read in the place of the first uniforms: of the first visit to sites 1, 2, …, then of the second.
        """
        self._sample, self._mirrored, self._points = sample, mirrored, points
        self._known: list[list[float]] = [[] for _ in range(self._sites + 1)]
        self.replay(-1, -1, 0)

    def replay(self, site: int, visit: int, to: int) -> None:
        """Go back to the beginning, with the draw at (site, visit) forced to the outcome `to`."""
        self.visits = [0] * (self._sites + 1)
        self.site, self.visit, self.to = site, visit, to

    def next(self, site: int) -> float:
        """Return the uniform of this visit to `site`, and count the visit."""
        visit = self.visits[site]
        known = self._known[site]
        if visit == len(known):
            known.extend(self._uniforms(site, visit, max(MORE_WORDS, visit) if visit else FIRST_WORDS))
        self.visits[site] = visit + 1
        return known[visit]

    def _uniforms(self, site: int, visit: int, count: int) -> list[float]:
        # numpy's Philox increments its counter before use: block b is made from a counter set to b - 1,
        # and ours start at 1.
        counter = self._counter
        counter[0], counter[1], counter[2] = visit // 4, site, self._sample
        self._philox.state = self._state
        words: Any = self._philox.random_raw(count)
        if self._mirrored:
            words ^= ONES
        result: list[float]
        if count == FIRST_WORDS:  # so few are faster one by one
            result = [((word >> 12) + 0.5) * SCALE for word in words.tolist()]
        else:
            result = (((words >> SHIFT) + 0.5) * SCALE).tolist()
        if site > 0 and self._points:
            taken = self._points[visit * self._sites + site - 1 :: self._sites][:count]
            result[: len(taken)] = taken
        return result


def key_words(seed: int) -> tuple[int, int]:
    """Return the two 64-bit words of Philox's key for a seed in 0 .. 2**128 - 1."""
    if isinstance(seed, bool) or not 0 <= seed < 1 << 128:
        raise ValueError(f"seed = {seed!r} is not an integer from 0 to 2**128 - 1")
    return seed & (1 << 64) - 1, seed >> 64


def read(omega: Uniforms, site: int) -> float:
    """Return the next uniform of `site`, in (0, 1)."""
    return omega.next(site)


def forced(omega: Uniforms, site: int) -> bool:
    """Tell whether the draw that has just read its uniform is the one that this replay forces to `omega.to`."""
    return omega.site == site and omega.visit == omega.visits[site]
