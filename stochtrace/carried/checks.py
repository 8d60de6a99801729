"""Functions without a rule: they take plain values, and refuse carried ones."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cache, wraps
from operator import is_
from typing import Any

import numpy as np

from stochtrace.carried.running import Refused, on_carried_values
from stochtrace.carried.smooth import Smooth


def holds(x: Any) -> bool:
    """Tell whether a value is carried, or an array or container that holds carried values."""
    if isinstance(x, np.ndarray):
        return x.dtype == object and any(type(v) is Smooth for v in x.flat)
    if isinstance(x, list | tuple | set | frozenset):
        return any(map(holds, x))
    if isinstance(x, Mapping):
        return any(map(holds, x.values()))
    return type(x) is Smooth


def still(name: str, loc: Any) -> Any:
    """Return the argument that is the place of counts of scipy.stats; one that moves smoothly is refused."""
    if holds(loc):
        raise Refused(
            f"`{name}` of this draw is an integer",
            "SciPy cuts off what is not whole of the counts that it moves: add what moves to the draw, `p + d.rvs(…)`.",
        )
    return loc


@cache
def on_numbers(plain: Callable[..., Any]) -> Callable[..., Any]:
    """Return a function of NumPy or SciPy that takes arrays of objects too where they hold plain numbers alone.

    In a sample on carried values the arrays that a program makes are such; so is then what the function returns.
    """

    @wraps(plain)
    def function(*args: Any, **kwargs: Any) -> Any:
        given = [numbers(a) for a in args]
        named = {name: numbers(a) for name, a in kwargs.items()}
        result = plain(*given, **named)
        same = all(map(is_, given, args)) and all(named[name] is kwargs[name] for name in kwargs)
        made = not same and isinstance(result, np.ndarray) and result.dtype == float
        return result.astype(object) if made and on_carried_values() else result

    return function


def numbers(x: Any) -> Any:
    """Return an array of objects as one of numbers, where it holds nothing else; anything else as it is."""
    if isinstance(x, list | tuple) and any(isinstance(v, np.ndarray) for v in x):
        return [numbers(v) for v in x]
    if not isinstance(x, np.ndarray) or x.dtype != object:
        return x
    made = np.array(x.tolist())
    return made if made.shape == x.shape and made.dtype.kind in "biuf" else x


def of_plain_values(name: str, plain: Callable[..., Any]) -> Callable[..., Any]:
    """Return a function that refuses values that move smoothly."""

    taking = on_numbers(plain)

    @wraps(plain)
    def function(*args: Any, **kwargs: Any) -> Any:
        if holds(args) or holds(kwargs):
            raise Refused(
                f"`{name}` has no rule for values that move smoothly",
                "Write it with functions of math or NumPy that have a rule.",
            )
        return taking(*args, **kwargs)

    return function


def computing(function: Callable[..., Any]) -> Callable[..., Any]:
    """Return a function of SciPy that has no rule: it takes plain values, and refuses others by its name."""
    return of_plain_values(f"{function.__module__}.{function.__name__}".replace("._", "."), function)


class Computing:
    """A module of SciPy whose functions take plain values."""

    def __init__(self, module: Any) -> None:
        self._module = module

    def __getattr__(self, name: str) -> Any:
        value = getattr(self._module, name)
        if hasattr(value, "__path__"):
            return Computing(value)
        return computing(value) if callable(value) and not isinstance(value, type) else value
