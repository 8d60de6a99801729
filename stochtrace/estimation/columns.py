"""The numbers of an estimate, each with a name."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from stochtrace.estimation.results import Estimate
from stochtrace.estimation.shapes import flatten


def columns(found: Estimate) -> Iterator[tuple[str, float]]:
    """Yield name and number; components of a result and of an array are numbered."""
    derivative, error = found.derivative, found.derivative_stderr
    if not isinstance(derivative, dict):
        derivative, error = {found.wrt[0]: derivative}, {found.wrt[0]: error}
    quantities = {"value": found.value, "value_stderr": found.value_stderr}
    for name in derivative:
        quantities |= {f"d/d{name}": derivative[name], f"d/d{name}_stderr": error[name]}
    for name, value in quantities.items():
        numbers = flatten(value)
        for i, number in enumerate(numbers):
            yield f"{name}[{i}]" if len(numbers) > 1 or np.ndim(value) else name, number
