"""Builtins for carried values: `float`, which keeps the tangent, `max` and `min`, whose decisions are kinks, `hash`."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

import numpy as np

from stochtrace.carried.running import Refused, current, on_carried_values
from stochtrace.carried.smooth import Smooth

MISSING = object()


class _Float(type):
    """Where `float` stands for a type, `as_float` is that type: of `dtype=`, in `isinstance`."""

    dtype = np.dtype(float)

    def __call__(cls, x: Any = 0.0) -> Any:
        if isinstance(x, np.ndarray) and x.size == 1 and x.dtype == object:
            x = x.item()  # what `np.where` makes of numbers
        return x if type(x) is Smooth else float(x)

    def __instancecheck__(cls, x: Any) -> bool:
        return isinstance(x, float)


class as_float(metaclass=_Float):
    """Return a number as a float."""


def kind_of(x: Any, *rest: Any) -> Any:
    """Return the type of a value, as `type`: that of a carried value is float."""
    return float if type(x) is Smooth else type(x, *rest)


def hash_of(x: Any) -> int:
    """Return the hash of a value, as `hash`; that of a carried value, whose decisions it hides, is refused."""
    todo = [x]
    while todo:
        part = todo.pop()
        if type(part) is Smooth:
            raise Refused(
                "a value that moves smoothly is hashed",
                "Its hash changes everywhere. Hash what does not move, or leave the parameter out with `--wrt`.",
            )
        todo += part if type(part) in (tuple, frozenset) else ()
    return hash(x)


def as_type(array: Any, dtype: Any, *args: Any, **kwargs: Any) -> Any:
    """Return an array of another type, as `array.astype(dtype)`; anything else converts itself."""
    if type(array) is Smooth:
        return array if np.dtype(dtype).kind == "f" else np.dtype(dtype).type(int(array))
    if not isinstance(array, np.ndarray):
        converted = array if hasattr(array, "astype") else np.asarray(array)[()]
        return converted.astype(dtype, *args, **kwargs)
    kind = np.dtype(dtype).kind
    if kind == "f" and (array.dtype == object or on_carried_values()):
        return array.astype(object)
    if kind in "iu" and array.dtype == object:
        return np.array([int(x) for x in array.flat], dtype=dtype).reshape(array.shape)
    return array.astype(dtype, *args, **kwargs)


def largest(*values: Any, key: Callable[[Any], Any] | None = None, default: Any = MISSING) -> Any:
    """Return the largest value, as `max`."""
    return _best(values, key, default, lambda new, best: new > best)


def smallest(*values: Any, key: Callable[[Any], Any] | None = None, default: Any = MISSING) -> Any:
    """Return the smallest value, as `min`."""
    return _best(values, key, default, lambda new, best: new < best)


def _best(values: tuple[Any, ...], key: Callable[[Any], Any] | None, default: Any, better: Callable[..., Any]) -> Any:
    candidates: Iterable[Any] = values[0] if len(values) == 1 else values
    best = best_key = MISSING
    for candidate in candidates:
        rank = candidate if key is None else key(candidate)
        if best is MISSING or _decided(rank, best_key, better):
            best, best_key = candidate, rank
    if best is not MISSING:
        return best
    if default is MISSING:
        raise ValueError("arg is an empty sequence")
    return default


def _decided(a: Any, b: Any, better: Callable[..., Any]) -> Any:
    if type(a) is not Smooth and type(b) is not Smooth:
        return better(a, b)
    x, y = (c.v if type(c) is Smooth else c for c in (a, b))
    return current().decide(a, b, better(x, y), kink=True)
