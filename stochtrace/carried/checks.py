"""Functions without a rule: they take plain values, and refuse carried ones."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import wraps
from typing import Any

import numpy as np

from stochtrace.carried.running import Refused
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


def of_plain_values(name: str, plain: Callable[..., Any]) -> Callable[..., Any]:
    """Return a function that refuses values that move smoothly."""

    @wraps(plain)
    def function(*args: Any, **kwargs: Any) -> Any:
        if holds(args) or holds(kwargs):
            raise Refused(
                f"`{name}` has no rule for values that move smoothly",
                "Write it with functions of math or NumPy that have a rule.",
            )
        return plain(*args, **kwargs)

    return function
