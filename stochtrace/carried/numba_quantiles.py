"""Quantiles of arrays of carried values in compiled code, of all their elements."""

# mypy: disable-error-code="no-untyped-def,untyped-decorator,misc"

from __future__ import annotations

import math
from typing import Any

import numpy as np
from numba import types
from numba.extending import overload, register_jitable

from stochtrace.carried.numba_arrays import ordered, vector
from stochtrace.carried.numba_shapes import is_array, raveled
from stochtrace.runtime.numba_exact import TOLD, Beyond
from stochtrace.runtime.numba_quantiles import quantile


@register_jitable
def increasing(x):
    """Return all elements in the order that Python sorts them to."""
    values = raveled(x)
    for i in range(len(values)):
        if math.isnan(values[i].v):
            raise Beyond(TOLD)
    return ordered(values)


def of_carried(function: Any, whole: float) -> None:
    """Let compiled code call a function of NumPy with an array of carried values, and parts of a whole."""

    def typed(a, q):
        if not is_array(a):
            return None
        if isinstance(q, types.Float | types.Integer):
            return lambda a, q: quantile(increasing(a), q / whole)
        if not isinstance(q, types.Array | types.List | types.UniTuple):
            return None

        def several(a, q):
            values, out = increasing(a), vector(len(q))
            for i in range(len(q)):
                out[i] = quantile(values, q[i] / whole)
            return out

        return several

    overload(function)(typed)


def register() -> None:
    """Let compiled code call them."""
    of_carried(np.quantile, 1.0)
    of_carried(np.percentile, 100.0)
