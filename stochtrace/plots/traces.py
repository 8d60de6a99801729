"""The trace of an optimiser: value, parameters and size of the gradient, step by step."""

from __future__ import annotations

import csv
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np

from stochtrace.estimation.moments import Array
from stochtrace.plots.style import BLUE, COLOURS, DASHES, ORANGE, PlotError, panels

NAMED = 8  # parameters with a name in the legend
COLUMNS = ("step", "value", "gradient_norm")


def read_trace(path: str) -> dict[str, Array]:
    """Return the columns of a CSV file: step, value and gradient_norm; all others are parameters.

    Raises `PlotError` for a file without them, or with a field that is no number.
    """
    with Path(path).open(newline="", encoding="utf-8") as file:
        head, *rows = [*csv.reader(file)] or [[]]
    missing = [name for name in COLUMNS if name not in head]
    if missing or not rows or any(len(row) != len(head) for row in rows):
        raise PlotError(f"{path} is no trace: it needs rows, and the columns {', '.join(COLUMNS)}")
    try:
        columns = dict(zip(head, np.array(rows, dtype=float).T, strict=True))
    except ValueError as error:
        raise PlotError(f"{path} is no trace: {error}") from None
    return columns


def plot_trace(trace: Mapping[str, Any]) -> Any:
    """Return the figure of a trace: arrays `step`, `value` and `gradient_norm`, of shape (n,), and parameters.

    These are `parameters`, of shape (n, d), or further arrays of shape (n,) by their names.
    """
    step = np.asarray(trace["step"])
    lines = dict(parameters(trace))
    with panels(3, 1, 6.6, sharex=True) as (figure, axes):
        value, middle, norm = (row[0] for row in axes)
        value.plot(step, trace["value"], color=BLUE, linewidth=1.6)
        value.set_ylabel("value")
        for i, (name, line) in enumerate(lines.items()):
            style = {"color": COLOURS[i % len(COLOURS)], "linestyle": DASHES[i // len(COLOURS) % len(DASHES)]}
            middle.plot(step, line, label=name, linewidth=1.6, **style)
        if 1 < len(lines) <= NAMED:
            middle.legend(loc="center left", bbox_to_anchor=(1.0, 0.5))
        middle.set_ylabel(next(iter(lines)) if len(lines) == 1 else "parameters")
        norm.plot(step, trace["gradient_norm"], color=ORANGE, linewidth=1.6)
        norm.set_yscale("log")
        norm.set_ylabel("size of gradient")
        norm.set_xlabel("step")
    return figure


def parameters(trace: Mapping[str, Any]) -> list[tuple[str, Array]]:
    """Return the parameters of a trace by name."""
    if "parameters" in trace and np.ndim(trace["parameters"]) == 2:
        return [(f"[{i}]", column) for i, column in enumerate(np.asarray(trace["parameters"]).T)]
    return [(name, np.asarray(column)) for name, column in trace.items() if name not in COLUMNS]
