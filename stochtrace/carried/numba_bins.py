"""Values counted in bins in compiled code, between the edges that NumPy has: Numba's own differ in the last digit."""

# mypy: disable-error-code="no-untyped-def,untyped-decorator,misc"

from __future__ import annotations

from typing import Any

import numpy as np
from numba import types
from numba.extending import register_jitable

from stochtrace.carried.numba_families import stub
from stochtrace.carried.numba_shapes import is_array
from stochtrace.carried.numba_smooth import SmoothType
from stochtrace.carried.numba_vectors import place_of, places_of
from stochtrace.runtime.numba_exact import TOLD, Beyond
from stochtrace.runtime.values import counts_between

REAL = types.Float | types.Integer


@register_jitable
def spaced(count, low, high):
    """Return the edges of so many equal bins."""
    if not (count > 0 and -np.inf < low <= high < np.inf):
        raise Beyond(TOLD)
    apart = 0.5 if low == high else 0.0
    return np.linspace(low - apart, high + apart, count + 1)


@register_jitable
def increasing(edges):
    """Return edges as an array; stop where they do not increase."""
    for i in range(1, len(edges)):
        if not edges[i - 1] <= edges[i]:
            raise Beyond(TOLD)
    return np.asarray(edges)


@register_jitable
def counted(x, edges):
    """Return how many of all elements are in each bin, and the edges."""
    return counts_between(edges, x.flat), edges


def is_row(kind: Any) -> bool:
    """Tell whether a type is that of plain numbers in a row."""
    rows = types.List | types.UniTuple
    plain = isinstance(kind, types.Array) and kind.ndim == 1
    return (plain or isinstance(kind, rows)) and isinstance(kind.dtype, REAL)


def histogram(kinds: list[Any]) -> Any:
    """Return what stands for `np.histogram`, where the edges do not move."""
    x, bins, ends = kinds
    plain = isinstance(x, types.Array) and isinstance(x.dtype, REAL)
    if not (plain or is_array(x)):
        return None
    if is_row(bins):
        return lambda a, bins, ends: counted(a, increasing(bins))
    if not isinstance(bins, types.Integer):
        return None
    if isinstance(ends, types.BaseTuple) and len(ends) == 2 and all(isinstance(end, REAL) for end in ends):
        return lambda a, bins, ends: counted(a, spaced(bins, ends[0], ends[1]))

    def over_all(a, bins, ends):
        return counted(a, spaced(bins, a.min(), a.max()) if a.size > 0 else spaced(bins, 0, 1))

    return over_all if plain and isinstance(ends, types.NoneType) else None


def digitize(kinds: list[Any]) -> Any:
    """Return what stands for `np.digitize`, where the edges do not move."""
    x, bins, _ = kinds
    if not is_row(bins):
        return None
    if isinstance(x, SmoothType):
        return lambda x, bins, right: place_of(increasing(bins), x, not right, 0, len(bins))
    if is_array(x):
        return (lambda x, bins, right: places_of(increasing(bins), x, not right)) if x.ndim == 1 else None
    return lambda x, bins, right: np.digitize(x, np.asarray(bins), right)


BINS = {
    "histogram": stub("histogram", "a, bins, ends", histogram),
    "digitize": stub("digitize", "x, bins, right", digitize),
}
