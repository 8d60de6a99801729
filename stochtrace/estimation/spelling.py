"""Parameters that are given as lists: does the program compute the same of arrays?

Arrays are what gradients are made of, compiled too, and what most programs want: `w * x` of a list is an error. But
`q + [1 - sum(q)]`, `3 * q` and `if not q` mean something else of a list. A few samples tell, run both ways.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

from stochtrace.estimation.shapes import flatten

LOOKED_AT, FEWEST, SECONDS = 16, 2, 1.0  # samples; after that time no further one begins

Draw = Callable[[Mapping[str, Any], int, int], Any]


def means_lists(drawn: Draw, lists: Mapping[str, Any], arrays: Mapping[str, Any]) -> bool:
    """Tell whether a program takes lists, and computes something else of arrays; `drawn` returns one of its samples."""
    begin = time.perf_counter()
    for sample in range(LOOKED_AT):
        of_lists, of_arrays = outcome(drawn, lists, sample), outcome(drawn, arrays, sample)
        if isinstance(of_lists, Exception) and not isinstance(of_arrays, Exception):
            return isinstance(of_lists, ArithmeticError)  # NumPy divides by zero
        if isinstance(of_arrays, Exception):
            return not isinstance(of_lists, Exception)
        if not np.array_equal(of_lists, of_arrays, equal_nan=True):
            return True
        if sample >= FEWEST and time.perf_counter() - begin > SECONDS:
            break
    return False


def outcome(drawn: Draw, arguments: Mapping[str, Any], sample: int) -> Any:
    """Return the numbers of a sample, or the error that it raises."""
    try:
        return flatten(drawn(arguments, 0, sample))
    except Exception as error:
        return error
