"""NumPy's functions that need more than the methods of their elements."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable
from functools import wraps
from itertools import islice
from typing import Any

import numpy as np

from stochtrace.carried import math as carried_math
from stochtrace.carried.builtins import largest, smallest
from stochtrace.carried.checks import holds, on_numbers
from stochtrace.carried.running import Refused, current
from stochtrace.carried.smooth import value


def objects(x: Any) -> Any:
    """Return a list as an array that keeps carried values."""
    return np.array(x, dtype=object) if isinstance(x, list | tuple) else x


def mapped(function: Callable[..., Any], *x: Any) -> Any:
    """Return a function of each element, with broadcasting."""
    arrays = np.broadcast_arrays(*map(objects, x))
    out = np.empty(arrays[0].shape, dtype=object)
    for index in np.ndindex(out.shape):
        out[index] = function(*(a[index] for a in arrays))
    return out if out.ndim else out[()]


def explained(name: str, plain: Callable[..., Any]) -> Callable[..., Any]:
    """Return a function that works on carried values as far as arithmetic and comparisons carry it, refused beyond."""

    taking = on_numbers(plain)

    @wraps(plain)
    def function(*args: Any, **kwargs: Any) -> Any:
        try:
            return plain(*args, **kwargs)
        except (TypeError, AttributeError, NotImplementedError, ValueError):
            if not holds(args) and not holds(kwargs):
                return taking(*args, **kwargs)
        raise Refused(
            f"`numpy.{name}` has no rule for values that move smoothly",
            "Write it with arithmetic, or with functions that have a rule.",
        )

    return function


def without(name: str, options: Any) -> None:
    """Refuse options of a function that has none where values move smoothly."""
    if options:
        named = ", ".join(f"`{option}`" for option in options)
        raise Refused(f"`numpy.{name}` of values that move smoothly takes no {named}", "Write it with arithmetic.")


def by_element(one: Callable[..., Any], plain: Callable[..., Any]) -> Callable[..., Any]:
    """Return a function of elements: `one` for carried values, `plain` elsewhere."""
    taking = on_numbers(plain)

    @wraps(plain)
    def function(*x: Any, **options: Any) -> Any:
        if not any(map(holds, x)):
            return taking(*x, **options)
        without(plain.__name__, options)
        return mapped(one, *x)

    return function


class Extreme:
    """`numpy.maximum` or `minimum`, whose decisions are kinks; `reduce` and what else it has stay NumPy's own."""

    def __init__(self, plain: Any, one: Callable[..., Any]) -> None:
        self._plain, self._one, self._taking = plain, one, on_numbers(plain)

    def __call__(self, a: Any, b: Any, *rest: Any, **options: Any) -> Any:
        if rest or options or not (holds(a) or holds(b)):
            return self._taking(a, b, *rest, **options)
        return mapped(self._one, a, b) if np.ndim(a) or np.ndim(b) else self._one(a, b)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._plain, name)


class Logical:
    """`numpy.logical_and` and its like: of objects NumPy's own returns one of them, not a truth value."""

    def __init__(self, plain: Any) -> None:
        self._plain, self._taking = plain, on_numbers(plain)

    def __call__(self, *x: Any, **options: Any) -> Any:
        return self._taking(*(np.asarray(mapped(bool, a), bool) if holds(a) else a for a in x), **options)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._plain, name)


logical_and, logical_or = Logical(np.logical_and), Logical(np.logical_or)
logical_xor, logical_not = Logical(np.logical_xor), Logical(np.logical_not)
maximum, fmax = Extreme(np.maximum, largest), Extreme(np.fmax, largest)
minimum, fmin = Extreme(np.minimum, smallest), Extreme(np.fmin, smallest)


def clip(x: Any, a_min: Any = None, a_max: Any = None, **options: Any) -> Any:
    """Return the nearest numbers between two bounds."""
    if options or not any(map(holds, (x, a_min, a_max))):
        return on_numbers(np.clip)(x, a_min, a_max, **options)
    above = x if a_min is None else maximum(x, a_min)
    return above if a_max is None else minimum(above, a_max)


def _of_all(plain: Callable[..., Any], one: Callable[..., Any]) -> Callable[..., Any]:
    @wraps(plain)
    def function(x: Any, axis: Any = None, **options: Any) -> Any:
        if options or not holds(x):
            return on_numbers(plain)(x, axis, **options)
        array = objects(x)
        return one(array.ravel()) if axis is None else np.apply_along_axis(one, axis, array)

    return function


amax, amin = _of_all(np.max, largest), _of_all(np.min, smallest)
fabs = by_element(abs, np.fabs)
radians = deg2rad = by_element(lambda x: x * (math.pi / 180), np.radians)
degrees = rad2deg = by_element(lambda x: x * (180 / math.pi), np.degrees)
fmod = by_element(carried_math.fmod, np.fmod)
copysign = by_element(carried_math.copysign, np.copysign)


def fromiter(values: Iterable[Any], dtype: Any = float, count: int = -1, **options: Any) -> Any:
    """Return an array of what an iterable gives."""
    found = [*islice(values, count if count >= 0 else None)]
    return objects(found) if holds(found) else np.fromiter(found, dtype, **options)


def bincount(x: Any, weights: Any = None, minlength: int = 0) -> Any:
    """Return how often each whole number occurs, or the sums of its weights."""
    if not holds(weights):
        return on_numbers(np.bincount)(x, weights, minlength)
    sums = np.zeros(len(np.bincount(x, None, minlength)), dtype=object) + 0.0
    for i, weight in zip(x, weights, strict=True):
        sums[i] = sums[i] + weight
    return sums


def interp(x: Any, xp: Any, fp: Any, left: Any = None, right: Any = None, **options: Any) -> Any:
    """Return the piecewise linear function through the points (xp, fp); its kinks are decisions."""
    if not any(map(holds, (x, xp, fp, left, right))):
        return on_numbers(np.interp)(x, xp, fp, left, right, **options)
    if left is not None or right is not None or options:
        raise Refused("`numpy.interp` of values that move smoothly takes x, xp and fp only", "Leave the others out.")

    def one(v: Any) -> Any:
        i = sum(current().decide(v, knot, value(v) > value(knot), kink=True) for knot in xp)
        if i == 0 or i == len(xp):
            return fp[0] if i == 0 else fp[-1]
        return fp[i - 1] + (v - xp[i - 1]) * ((fp[i] - fp[i - 1]) / (xp[i] - xp[i - 1]))

    return mapped(one, x)
