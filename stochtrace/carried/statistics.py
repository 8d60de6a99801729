"""The module `statistics`, for carried values too."""

from __future__ import annotations

import statistics as _statistics
from collections.abc import Callable, Iterable
from functools import wraps
from typing import Any

from stochtrace.carried.checks import holds as _holds
from stochtrace.carried.checks import of_plain_values as _of_plain_values
from stochtrace.carried.linear import root as _root


def _else_plain(function: Callable[..., Any]) -> Callable[..., Any]:
    """Leave plain data to Python's own function."""
    plain = getattr(_statistics, function.__name__)

    @wraps(function)
    def chosen(data: Iterable[Any], *args: Any, **kwargs: Any) -> Any:
        data = list(data)
        return function(data, *args, **kwargs) if _holds(data) else plain(data, *args, **kwargs)

    return chosen


@_else_plain
def mean(data: list[Any]) -> Any:
    """Return the mean."""
    return sum(data) / len(data)


@_else_plain
def fmean(data: list[Any], weights: Any = None) -> Any:
    """Return the mean, or the weighted mean."""
    if weights is None:
        return sum(data) / len(data)
    return sum(w * x for w, x in zip(weights, data, strict=True)) / sum(weights)


@_else_plain
def median(data: list[Any]) -> Any:
    """Return the middle value."""
    ordered, middle = sorted(data), len(data) // 2
    return ordered[middle] if len(data) % 2 else (ordered[middle - 1] + ordered[middle]) / 2


@_else_plain
def median_low(data: list[Any]) -> Any:
    """Return the middle value, the lower of two."""
    return sorted(data)[(len(data) - 1) // 2]


@_else_plain
def median_high(data: list[Any]) -> Any:
    """Return the middle value, the upper of two."""
    return sorted(data)[len(data) // 2]


@_else_plain
def quantiles(data: list[Any], *, n: int = 4, method: Any = "exclusive") -> Any:
    """Return the n - 1 values that divide the data into n parts of one size."""
    ordered, last = sorted(data), len(data) - 1
    if method not in ("exclusive", "inclusive") or n < 1 or last < 1:
        _statistics.quantiles([0.0] * len(data), n=n, method=method)  # Python's own error says why
        return ordered * (n - 1)
    found = []
    for i in range(1, n):
        place = i * (last if method == "inclusive" else last + 2)
        j = place // n if method == "inclusive" else min(max(place // n, 1), last) - 1
        above = place - (j if method == "inclusive" else j + 1) * n
        found.append((ordered[j] * (n - above) + ordered[j + 1] * above) / n)
    return found


def _squares(data: list[Any], centre: Any) -> Any:
    centre = sum(data) / len(data) if centre is None else centre
    return sum((x - centre) ** 2 for x in data)


@_else_plain
def variance(data: list[Any], xbar: Any = None) -> Any:
    """Return the sample variance."""
    return _squares(data, xbar) / (len(data) - 1)


@_else_plain
def pvariance(data: list[Any], mu: Any = None) -> Any:
    """Return the variance of a population."""
    return _squares(data, mu) / len(data)


@_else_plain
def stdev(data: list[Any], xbar: Any = None) -> Any:
    """Return the sample standard deviation."""
    return _root(variance(data, xbar))


@_else_plain
def pstdev(data: list[Any], mu: Any = None) -> Any:
    """Return the standard deviation of a population."""
    return _root(pvariance(data, mu))


def __getattr__(name: str) -> Any:
    plain = getattr(_statistics, name)
    return _of_plain_values(f"statistics.{name}", plain) if callable(plain) else plain
