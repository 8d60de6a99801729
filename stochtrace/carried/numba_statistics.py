"""The module `statistics` in compiled code: means and medians of lists of real numbers."""

# mypy: disable-error-code="no-untyped-def,untyped-decorator,misc"

from __future__ import annotations

import statistics
from typing import Any

from numba import types
from numba.extending import overload, register_jitable

from stochtrace.carried.numba_smooth import SmoothType


@register_jitable
def mean(data):
    """Return the mean."""
    if len(data) == 0:
        raise ValueError("mean requires at least one data point")
    return sum(data) / len(data)


@register_jitable
def median(data):
    """Return the middle value."""
    if len(data) == 0:
        raise ValueError("no median for empty data")
    ordered, middle = sorted(data), len(data) // 2
    return ordered[middle] if len(data) % 2 else (ordered[middle - 1] + ordered[middle]) / 2


@register_jitable
def median_low(data):
    """Return the middle value, the lower of two."""
    return sorted(data)[(len(data) - 1) // 2]


@register_jitable
def median_high(data):
    """Return the middle value, the upper of two."""
    return sorted(data)[len(data) // 2]


def of_reals(function: Any, *names: str) -> None:
    """Let compiled code call functions of the module with lists of real numbers."""

    def typed(data):
        reals = isinstance(data, types.List) and isinstance(data.dtype, types.Float | SmoothType)
        return (lambda data: function(data)) if reals else None

    for name in names:
        overload(getattr(statistics, name))(typed)


def register() -> None:
    """Let compiled code call the module."""
    of_reals(mean, "mean", "fmean")
    of_reals(median, "median")
    of_reals(median_low, "median_low")
    of_reals(median_high, "median_high")
