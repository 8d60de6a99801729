"""Quantiles of arrays in compiled code with the digits of NumPy's: Numba's own interpolate in another way."""

# mypy: disable-error-code="no-untyped-def,untyped-decorator,misc"

from __future__ import annotations

import math
from typing import Any

import numpy as np
from numba import types
from numba.core import errors
from numba.extending import register_jitable

from stochtrace.runtime import values
from stochtrace.runtime.numba_exact import TOLD, Beyond

between = register_jitable(values.between)


@register_jitable
def quantile(ordered, part):
    """Return a quantile of values in increasing order; stop where there is none."""
    if len(ordered) == 0 or not 0.0 <= part <= 1.0:
        raise Beyond(TOLD)
    return between(ordered, part)


@register_jitable
def increasing(array):
    """Return all elements of an array in order."""
    for value in array.flat:
        if math.isnan(value):
            raise Beyond(TOLD)
    return np.sort(array.ravel())


def of_whole(whole: float) -> tuple[Any, Any]:
    """Return the functions of an array that give one quantile and several, for parts of a whole."""

    @register_jitable
    def one(array, part):
        return quantile(increasing(array), part / whole)

    @register_jitable
    def several(array, parts):
        ordered = increasing(array)
        return np.array([quantile(ordered, part / whole) for part in parts])

    return one, several


QUANTILES: dict[Any, tuple[Any, Any]] = {np.quantile: of_whole(1.0), np.percentile: of_whole(100.0)}


def quantile_call(key: Any, kinds: Any, place: Any) -> Any:
    """Return what is called in the place of one of NumPy's functions, with an array and another argument."""
    (one, several), real = QUANTILES[key], types.Float | types.Integer
    if len(kinds) == 2 and isinstance(kinds[0].dtype, real):
        if isinstance(kinds[1], real):
            return one
        if isinstance(kinds[1], types.UniTuple) or getattr(kinds[1], "ndim", 0) == 1:
            return several
    raise errors.UnsupportedError(f"`np.{key.__name__}` of such arguments", place)
