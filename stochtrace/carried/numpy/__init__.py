"""The module `numpy`, for arrays of carried values too.

Such arrays hold objects. NumPy's own functions add, multiply, compare, sort and reduce them by the methods of their
elements; what is here are the functions that need a rule, or make arrays into which carried values may be stored.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache as _cache
from typing import Any

import numpy as _np

from stochtrace.carried import linear as linalg
from stochtrace.carried import math as _math
from stochtrace.carried import operations as _operations
from stochtrace.carried.builtins import as_float as _as_float
from stochtrace.carried.checks import holds as _holds
from stochtrace.carried.checks import on_numbers as _on_numbers
from stochtrace.carried.numpy import functions as _functions
from stochtrace.carried.numpy import random
from stochtrace.carried.numpy.functions import explained as _explained
from stochtrace.carried.numpy.functions import mapped as _mapped
from stochtrace.carried.numpy.functions import objects as _objects
from stochtrace.carried.numpy.functions import without as _without
from stochtrace.carried.numpy.vectorizing import vectorize
from stochtrace.carried.running import current_or_none as _current_or_none
from stochtrace.carried.running import on_carried_values as _on_carried_values
from stochtrace.carried.shared import Shared as _Shared
from stochtrace.carried.smooth import Smooth as _Smooth
from stochtrace.carried.smooth import applied as _applied
from stochtrace.carried.smooth import value as _value
from stochtrace.runtime.values import between as _between
from stochtrace.runtime.values import counts_between as _counts_between

__all__ = ["linalg", "random", "vectorize"]
_MORE = {"fabs", "radians", "deg2rad", "degrees", "rad2deg", "fmod", "copysign", "fromiter", "bincount", "interp"}
_MORE |= {"maximum", "fmax", "minimum", "fmin", "clip", "amax", "amin", "max", "min"}
_MORE |= {"logical_and", "logical_or", "logical_xor", "logical_not"}
_FLOATS = (None, float, _as_float, _np.float64, _np.double, "float", "float64", "f8", "d")


def __getattr__(name: str) -> Any:
    return _found(name)


@_cache
def _found(name: str) -> Any:
    # Not kept among the globals: `any` and `sum` of NumPy are not those that this module uses.
    if name in _operations.NAMES and hasattr(_np, name):
        return elementwise(name, getattr(_np, name))
    value = getattr(_functions, {"max": "amax", "min": "amin"}.get(name, name) if name in _MORE else "", None)
    value = getattr(_np, name) if value is None else value
    return _explained(name, value) if type(value) is type(_np.sort) or type(value) is type(_np.dot) else value


def _settled(array: Any) -> Any:
    """Return an array of objects as one of numbers, where it holds nothing else."""
    if any(type(v) is _Smooth for v in array.flat):
        return array
    return array.astype(float) if array.ndim else float(array)


def elementwise(name: str, plain: Callable[..., Any]) -> Callable[..., Any]:
    """Return a function of the table of rules on numbers, carried values and arrays."""

    taking = _on_numbers(plain)

    def one(*x: Any) -> Any:
        return _applied(plain, name, x) if any(type(a) is _Smooth for a in x) else plain(*map(_value, x))

    def function(*x: Any, **options: Any) -> Any:
        if not any(map(_holds, x)):
            return taking(*x, **options)
        if options:
            raise TypeError(f"numpy.{name} of carried values takes no {', '.join(options)}")
        return one(*x) if all(_np.ndim(a) == 0 for a in x) else _mapped(one, *x)

    function.__name__ = name
    return function


# -- arrays into which carried values may be stored ----------------------------------------------------------------


def _made(array: Any, dtype: Any) -> Any:
    if dtype not in _FLOATS:
        return array
    if _current_or_none() is None:
        return array.view(_Shared)
    return array.astype(object) if _on_carried_values() else array


def zeros(shape: Any, dtype: Any = None, **options: Any) -> Any:
    """Return an array of zeros."""
    return _made(_np.zeros(shape, dtype or float, **options), dtype)


def ones(shape: Any, dtype: Any = None, **options: Any) -> Any:
    """Return an array of ones."""
    return _made(_np.ones(shape, dtype or float, **options), dtype)


def empty(shape: Any, dtype: Any = None, **options: Any) -> Any:
    """Return an array to be filled in."""
    return _made(_np.zeros(shape, dtype or float, **options), dtype)


def eye(*args: Any, dtype: Any = None, **options: Any) -> Any:
    """Return a matrix with ones on a diagonal."""
    return _made(_np.eye(*args, dtype=dtype or float, **options), dtype)


def identity(n: int, dtype: Any = None, **options: Any) -> Any:
    """Return the identity matrix."""
    return eye(n, dtype=dtype, **options)


def full(shape: Any, fill_value: Any, dtype: Any = None, **options: Any) -> Any:
    """Return an array of one value."""
    if _holds(fill_value):
        filled = _np.empty(shape, dtype=object)
        filled[...] = fill_value
        return filled if dtype in _FLOATS or dtype is object else array(filled, dtype)
    made = _np.full(shape, fill_value, dtype, **options)
    return _made(made, None) if made.dtype == float else made


def array(x: Any, dtype: Any = None, **options: Any) -> Any:
    """Return an array of these values."""
    if _holds(x) and (dtype in _FLOATS or dtype is object):
        return _np.array(x, dtype=object, **options)
    made = _np.array(x, dtype, **options)
    return _made(made, None) if made.dtype == float else made


def copy(x: Any, *_: Any, **__: Any) -> Any:
    """Return a copy of an array, into which carried values may be stored."""
    return array(x)


def asarray(x: Any, dtype: Any = None, **options: Any) -> Any:
    """Return an array of these values, or the array itself."""
    if isinstance(x, _np.ndarray) and (x.dtype == object or dtype is None or x.dtype == dtype):
        return x
    return array(x, dtype, **options)


asfarray = ascontiguousarray = asarray


def _like(x: Any, dtype: Any, shape: Any) -> tuple[Any, Any]:
    """Return shape and type of an array that is made like another one."""
    kind = _np.asarray(x).dtype
    return _np.shape(x) if shape is None else shape, dtype or (float if kind.kind == "O" else kind)


def zeros_like(x: Any, dtype: Any = None, shape: Any = None, **options: Any) -> Any:
    """Return an array of zeros of the shape of another one."""
    return zeros(*_like(x, dtype, shape))


def ones_like(x: Any, dtype: Any = None, shape: Any = None, **options: Any) -> Any:
    """Return an array of ones of the shape of another one."""
    return ones(*_like(x, dtype, shape))


def full_like(x: Any, fill_value: Any, dtype: Any = None, shape: Any = None, **options: Any) -> Any:
    """Return an array of one value, of the shape and the type of another one."""
    shape, kind = _like(x, dtype, shape)
    return full(shape, fill_value, kind)


empty_like = zeros_like


# -- functions that ask for more than arithmetic -------------------------------------------------------------------


def _by_element(name: str) -> Callable[..., Any]:
    plain, one = _on_numbers(getattr(_np, name)), getattr(_math, name)

    def function(x: Any, *args: Any, **options: Any) -> Any:
        if not _holds(x):
            return plain(x, *args, **options)
        _without(name, (*args, *options))
        return _np.asarray(_mapped(one, x)).astype(bool) if _np.ndim(x) else one(x)

    function.__name__ = name
    return function


isnan, isinf, isfinite = map(_by_element, ("isnan", "isinf", "isfinite"))


def _rounding(name: str, one: Callable[[Any], Any]) -> Callable[..., Any]:
    plain = _on_numbers(getattr(_np, name))

    def function(x: Any, *args: Any, **options: Any) -> Any:
        if not _holds(x):
            return plain(x, *args, **options)
        _without(name, (*args, *options))
        return _settled(_np.asarray(_mapped(one, x))) if _np.ndim(x) else float(one(x))

    function.__name__ = name
    return function


floor = _rounding("floor", _math.floor)
ceil = _rounding("ceil", _math.ceil)
trunc = fix = _rounding("trunc", int)
rint = _rounding("rint", round)


def round(x: Any, decimals: int = 0, **options: Any) -> Any:
    """Return the nearest numbers with so many decimals."""
    if not _holds(x):
        return _on_numbers(_np.round)(x, decimals, **options)
    _without("round", options)
    return rint(x) if decimals == 0 else rint(x * 10**decimals) / 10**decimals


around = round


def sign(x: Any, **options: Any) -> Any:
    """Return the signs."""
    if not _holds(x):
        return _on_numbers(_np.sign)(x, **options)
    _without("sign", options)

    def one(v: Any) -> float:
        return 1.0 if v > 0 else -1.0 if v < 0 else 0.0

    return _settled(_np.asarray(_mapped(one, x))) if _np.ndim(x) else one(x)


def heaviside(x: Any, at_zero: Any) -> Any:
    """Return 0 below 0 and 1 above."""
    return (sign(x) + 1) / 2 if _holds(x) else _on_numbers(_np.heaviside)(x, at_zero)


def average(x: Any, axis: Any = None, weights: Any = None, **options: Any) -> Any:
    """Return the weighted mean."""
    if not _holds(x) and not _holds(weights):
        return _np.average(x, axis, weights, **options)
    _without("average", options)
    x = asarray(x)
    if weights is None:
        return x.mean(axis=axis)
    weights = asarray(weights)
    if weights.shape != x.shape:
        weights = _np.moveaxis(_np.broadcast_to(weights, (1,) * (x.ndim - 1) + weights.shape), -1, axis)
    return (x * weights).sum(axis=axis) / weights.sum(axis=axis)


def median(x: Any, axis: Any = None, **options: Any) -> Any:
    """Return the middle value, of all or along an axis."""
    if not _holds(x):
        return _np.median(x, axis, **options)
    _without("median", options)
    values = _objects(x)
    return _middle(_np.ravel(values)) if axis is None else _np.apply_along_axis(_middle, axis, values)


def _middle(values: Any) -> Any:
    ordered, middle = sorted(values), len(values) // 2
    return ordered[middle] if len(values) % 2 else (ordered[middle - 1] + ordered[middle]) / 2


def quantile(x: Any, q: Any, axis: Any = None, **options: Any) -> Any:
    """Return the values below which parts q of all lie, of all or along an axis; between neighbours on a line."""
    if not _holds(x):
        return _np.quantile(x, q, axis, **options)
    values, parts = _objects(x), _np.asarray(q, float)
    _without("quantile", {**options, **({"q": q} if parts.ndim > 1 else {})})
    if not _np.all((parts >= 0) & (parts <= 1)):
        raise ValueError("Quantiles must be in the range [0, 1]")

    def along(row: Any) -> Any:
        ordered = sorted(row)
        found = _objects([_between(ordered, part) for part in parts.ravel().tolist()])
        return found.reshape(parts.shape) if parts.ndim else found[0]

    if axis is None:
        return along(_np.ravel(values))
    found = _np.apply_along_axis(along, axis, values)
    return _np.moveaxis(found, axis, 0) if parts.ndim else found


def percentile(x: Any, q: Any, axis: Any = None, **options: Any) -> Any:
    """Return quantiles for parts in hundredths."""
    return quantile(x, _np.true_divide(q, 100), axis, **options) if _holds(x) else _np.percentile(x, q, axis, **options)


def _edges(bins: Any) -> Any:
    # What the program makes an array of holds objects, of which NumPy's functions of bins ask that they be numbers.
    return _settled(bins) if isinstance(bins, _np.ndarray) and bins.dtype == object else bins


def histogram(a: Any, bins: Any = 10, range: Any = None, density: Any = None, weights: Any = None) -> Any:
    """Return how many values are in each bin, and its edges, which do not move: they are given, or a range is."""
    if not _holds(a) or weights is not None or (range is None and _np.ndim(bins) == 0):
        return _found("histogram")(a, _edges(bins), range, density, weights)
    _without("histogram", {"bins": bins, "range": range} if _holds(bins) or _holds(range) else {})
    edges = _np.histogram_bin_edges([], _edges(bins), range)
    counts = _counts_between(edges, _np.ravel(_objects(a)))
    return counts / _np.diff(edges) / counts.sum() if density else counts, edges


def digitize(x: Any, bins: Any, right: bool = False) -> Any:
    """Return the places of values among edges."""
    if _holds(x) and not _np.ndim(x):
        return digitize(_objects([x]), bins, right)[0]
    return _found("digitize")(x, _edges(bins), right)
