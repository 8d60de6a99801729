"""`numpy.vectorize` of functions that may return carried values."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from stochtrace.carried.running import current_or_none, on_carried_values
from stochtrace.carried.smooth import Smooth

FLOATS = (float, np.floating, Smooth)
OBJECTS = "O"


class vectorize:
    """A function of the elements of its arguments; as in NumPy, the type of its first result is that of all."""

    def __init__(self, pyfunc: Callable[..., Any], otypes: Any = None, **options: Any) -> None:
        self.function, self.otypes, self.options = pyfunc, otypes, options

    def __call__(self, *args: Any, **named: Any) -> Any:
        followed = current_or_none() is not None and on_carried_values()
        if not followed or self.otypes is not None or self.options or named or any(np.size(x) == 0 for x in args):
            return np.vectorize(self.function, self.otypes, **self.options)(*args, **named)
        first = self.function(*(np.asarray(x).flat[0] for x in args))  # NumPy makes this call for the type, too
        results = first if isinstance(first, tuple) else (first,)
        types = [OBJECTS if isinstance(x, FLOATS) else np.asarray(x).dtype.char for x in results]
        found = np.vectorize(self.function, types)(*args)
        settled = tuple(map(settle, found if isinstance(first, tuple) else (found,), types))
        return settled if isinstance(first, tuple) else settled[0]


def settle(array: Any, kind: str) -> Any:
    """Return an array of objects as one of floats, but for what moves."""
    if kind != OBJECTS:
        return array
    if not any(type(x) is Smooth for x in array.flat):
        return array.astype(float)
    for index, x in np.ndenumerate(array):
        array[index] = x if type(x) is Smooth else float(x)
    return array
