"""Value and derivative over a range of a parameter, with bands of two standard errors."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from stochtrace.estimation import Estimate
from stochtrace.estimation.moments import Array
from stochtrace.estimation.shapes import flatten
from stochtrace.plots.style import BLUE, ORANGE, band, panels


def plot_sweep(parameter: str, values: Sequence[float], estimates: Sequence[Estimate]) -> Any:
    """Return the figure of estimates at values of a parameter: the first result, and its derivative by that."""
    value = [e.value for e in estimates], [e.value_stderr for e in estimates]
    derivative = (
        [by(e.derivative, parameter) for e in estimates],
        [by(e.derivative_stderr, parameter) for e in estimates],
    )
    x = np.asarray(values, dtype=float)
    with panels(2, 1, 5.0, sharex=True) as (figure, axes):
        rows = (axes[0][0], value, BLUE, "E[X]"), (axes[1][0], derivative, ORANGE, f"d/d{parameter} E[X]")
        for ax, (mean, error), colour, label in rows:
            band(ax, x, first(mean), first(error), colour)
            ax.set_ylabel(label)
        axes[0][0].set_title(f"mean of {estimates[0].samples} samples, ± 2 standard errors")
        axes[1][0].set_xlabel(parameter)
    return figure


def by(derivative: Any, parameter: str) -> Any:
    """Return the part of a derivative that belongs to one of several parameters."""
    return derivative[parameter] if isinstance(derivative, dict) else derivative


def first(results: Sequence[Any]) -> Array:
    """Return the first number of each result."""
    return np.array([flatten(result)[0] for result in results])
