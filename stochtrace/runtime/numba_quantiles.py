"""Quantiles of arrays in compiled code with the digits of NumPy's: Numba's own interpolate in another way."""

# mypy: disable-error-code="no-untyped-def,untyped-decorator,misc"

from __future__ import annotations

import math
from typing import Any

import numpy as np
from numba import types
from numba.core import errors
from numba.extending import register_jitable

from stochtrace.runtime.numba_exact import TOLD, Beyond


@register_jitable
def between(values, fraction):
    """Return the quantile of values in increasing order, between the two next to its place."""
    if len(values) == 0 or not 0.0 <= fraction <= 1.0:
        raise Beyond(TOLD)
    place = (len(values) - 1) * fraction
    below = math.floor(place) if place < len(values) - 1 else -1
    low, high, along = values[below], values[below + 1 if below >= 0 else -1], place - below
    apart = high - low
    return high - apart * (1 - along) if along >= 0.5 else low + apart * along


@register_jitable
def quantile(array, fraction):
    """Return a quantile of all elements of an array."""
    for value in array.flat:
        if math.isnan(value):
            raise Beyond(TOLD)
    return between(np.sort(array.ravel()), fraction)


@register_jitable
def percentile(array, percent):
    """Return a percentile of all elements of an array."""
    return quantile(array, percent / 100)


@register_jitable
def quantiles(array, fractions):
    """Return several quantiles."""
    return np.array([quantile(array, fraction) for fraction in fractions])


@register_jitable
def percentiles(array, percents):
    """Return several percentiles."""
    return np.array([quantile(array, percent / 100) for percent in percents])


QUANTILES: dict[Any, tuple[Any, Any]] = {np.quantile: (quantile, quantiles), np.percentile: (percentile, percentiles)}


def quantile_call(key: Any, kinds: Any, place: Any) -> Any:
    """Return what is called in the place of one of NumPy's functions, with an array and another argument."""
    (one, several), real = QUANTILES[key], types.Float | types.Integer
    if len(kinds) == 2 and isinstance(kinds[0].dtype, real):
        if isinstance(kinds[1], real):
            return one
        if isinstance(kinds[1], types.UniTuple) or getattr(kinds[1], "ndim", 0) == 1:
            return several
    raise errors.UnsupportedError(f"`np.{key.__name__}` of such arguments", place)
