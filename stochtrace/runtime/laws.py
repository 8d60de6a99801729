"""Draws from a law of few outcomes that was drawn from before, by a table of its distribution function.

A model often draws from the same law in every sample. Its table holds the sums that a search from zero would form, so
that outcomes are the same; it is made when parameters come for the second time in a row.
"""

from __future__ import annotations

import math
from bisect import bisect_right
from collections.abc import MutableSequence

from stochtrace.runtime.functions.inversion import (
    BELOW_ONE,
    NEGLIGIBLE,
    SMALL_MEAN,
    binomial_inverse,
    poisson_inverse,
)
from stochtrace.runtime.uniforms import Uniforms

ROOM, WIDE = 64, 8  # sums of a table, and how many of them are compared at once
MOST = 1000  # tables that interpreted runs keep
tables: dict[tuple[float, float], list[float] | None] = {}


def binomial_outcome(omega: Uniforms, site: int, w: float, n: int, q: float) -> int:
    """Return `binomial_inverse(w, n, q)` (the compiled side has its own, with tables in the record of ω)."""
    sums = tables.get((n, q))
    if sums is None:
        sums = table_of(n, q)
    if not sums:
        return binomial_inverse(w, n, q)
    return n - min(n, bisect_right(sums, (1.0 - w) * BELOW_ONE)) if q > 0.5 else min(n, bisect_right(sums, w))


def poisson_outcome(omega: Uniforms, site: int, w: float, rate: float) -> int:
    """Return `poisson_inverse(w, rate)` (the compiled side has its own)."""
    sums = tables.get((-1, rate))
    if sums is None:
        sums = table_of(-1, rate)
    return bisect_right(sums, w) if sums else poisson_inverse(w, rate)


def table_of(n: float, q: float) -> list[float] | None:
    """Return the table of a law, empty where it has too many outcomes; nothing where it is new."""
    sums = [0.0] * (ROOM + WIDE) if (n, q) in tables else None
    if sums:
        del sums[fill_table(sums, 0, n, q) :]
    if len(tables) >= MOST:
        tables.clear()
    tables[n, q] = sums
    return sums


def fill_table(sums: MutableSequence[float], first: int, n: float, q: float) -> int:
    """Store F(0), F(1), … from an index on: of Poisson where n < 0, of the rarer outcome of a binomial where not.

    Return their number, without the last one, for which infinity is stored; 0 where they are too many.
    """
    if n < 0:
        pmf, a, b, mean = math.exp(-q), 0.0, q, q
    else:
        q = min(q, 1.0 - q)
        a, mean = -q / (1.0 - q), n * q
        pmf, b = math.exp(n * math.log1p(-q)), (n + 1) * -a
    cdf = pmf
    for k in range(ROOM if mean <= SMALL_MEAN else 0):
        sums[first + k] = cdf
        pmf *= a + b / (k + 1)
        if pmf < NEGLIGIBLE:
            for i in range(first + k, first + k + WIDE):
                sums[i] = math.inf
            return k
        cdf += pmf
    return 0
