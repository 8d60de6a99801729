"""Arrays of a module, which all samples share: a sample may not change them, but may store carried values in a copy."""

from __future__ import annotations

from typing import Any

import numpy as np

from stochtrace.carried.running import on_carried_values


class Shared(np.ndarray[Any, Any]):
    """An array of floats whose copies, in a run on carried values, are arrays of objects."""

    def copy(self, order: Any = "C") -> Any:
        """Return a copy, into which carried values may be stored."""
        array = np.array(self, order=order)
        return array.astype(object) if on_carried_values() and array.dtype.kind == "f" else array

    __copy__ = copy

    def __array_wrap__(self, array: Any, context: Any = None, return_scalar: bool = False) -> Any:
        """Return what NumPy has computed: a number where it is one, which of a subclass would be an array."""
        return array[()] if array.ndim == 0 else super().__array_wrap__(array, context, return_scalar)

    def __deepcopy__(self, memo: Any) -> Any:
        return self.copy()


def shared(value: Any) -> Any:
    """Return a variable of a module with its arrays of floats, in its lists and dictionaries too, as shared ones."""
    kind = type(value)
    if kind is np.ndarray:
        return value.view(Shared) if value.dtype.kind == "f" else value
    if kind is list or kind is tuple:
        parts = [shared(part) for part in value]
        return kind(parts) if any(new is not old for new, old in zip(parts, value, strict=True)) else value
    if kind is dict:
        pairs = {key: shared(part) for key, part in value.items()}
        return pairs if any(pairs[key] is not value[key] for key in pairs) else value
    return value
