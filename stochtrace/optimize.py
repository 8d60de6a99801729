"""Stochastic optimisation of a program's mean, for people without a framework."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable
from dataclasses import dataclass
from os import PathLike
from pathlib import Path
from typing import Any

import numpy as np

from stochtrace.estimation.averages import Averager, Vector
from stochtrace.estimation.moments import Array
from stochtrace.estimation.program import Program
from stochtrace.files import replace

DECAY, SQUARED_DECAY, TINY = 0.9, 0.999, 1e-8  # as in Kingma & Ba (2015)


@dataclass(frozen=True)
class Trace:
    """What each step saw: `step` (n,), `value` (n,), `parameters` (n, d), `gradient_norm` (n,).

    Values and gradients are means over the samples of the step, at the parameters before it.
    """

    step: np.ndarray[Any, np.dtype[np.int64]]
    value: Array
    parameters: Array
    gradient_norm: Array

    def to_csv(self, path: str | PathLike[str]) -> None:
        """Write a line for each step: step, value, gradient_norm, and the parameters theta_0, theta_1, …."""
        text = io.StringIO()
        writer = csv.writer(text, lineterminator="\n")
        names = [f"theta_{i}" for i in range(self.parameters.shape[1])]
        writer.writerow(["step", "value", "gradient_norm", *names])
        columns = zip(self.step.tolist(), self.value.tolist(), self.gradient_norm.tolist(), strict=True)
        writer.writerows([*row, *theta] for row, theta in zip(columns, self.parameters.tolist(), strict=True))
        replace(Path(path), text.getvalue().encode())


@dataclass(frozen=True, repr=False)
class Optimized:
    """Where the parameters are after the last step, in their structure, and the steps that led there.

    `mode` says how samples were run, `reason` why they were interpreted or run forwards.
    """

    theta: Any
    trace: Trace
    mode: str
    reason: str | None

    def __repr__(self) -> str:
        values, how = self.trace.value, self.mode + (f" ({self.reason})" if self.reason else "")
        course = f": value {values[0]:.6g} at the first, {values[-1]:.6g} at the last" if len(values) else ""
        return f"{len(values)} steps{course}; {how}"


def adam(
    program: Program,
    theta0: Any,
    steps: int = 1000,
    samples: int = 64,
    rate: float = 0.01,
    seed: int = 0,
    maximise: bool = False,
    callback: Callable[[int, float, Any], Any] | None = None,
    mode: str | None = None,
    **fixed: Any,
) -> Optimized:
    """Minimise the mean of a program by Adam (Kingma & Ba 2015, arXiv 1412.6980), from theta0 on.

    `theta0` is in the structure of the parameter, a dict by name of several; parameters given by keyword are held
    fixed. Step k uses the samples k·samples … (k + 1)·samples − 1 of the seed: fresh ones at every step, and the same
    in every run. `rate` is about how far a number moves in a step. `callback(step, value, theta)` is called after each
    step, and ends the loop where it returns something true.

    What cannot be compiled is interpreted, much slower: `mode="compiled"` refuses that, and says why. Raises
    `ArithmeticError` where a sample is not finite, `TypeError` where the program returns several numbers.
    """
    vector = Vector(program, theta0, fixed)
    how = program.recording(vector.filled(vector.start), vector.names, mode, 1, None)
    averages = Averager(program, vector.names, samples, seed, how.mode)
    sign, theta, rows = -1.0 if maximise else 1.0, vector.start, []
    first, second = np.zeros((2, theta.size))
    for step in range(steps):
        found = averages(vector.filled(theta), step)
        value, gradient = float(found.value[0]), found.gradient[0]
        rows.append((value, theta, float(np.linalg.norm(gradient))))
        first = DECAY * first + (1 - DECAY) * sign * gradient
        second = SQUARED_DECAY * second + (1 - SQUARED_DECAY) * gradient**2
        unbiased = first / (1 - DECAY ** (step + 1)), second / (1 - SQUARED_DECAY ** (step + 1))
        theta = theta - rate * unbiased[0] / (np.sqrt(unbiased[1]) + TINY)
        if callback is not None and callback(step, value, vector.structured(theta)):
            break
    return Optimized(vector.structured(theta), traced(rows, theta.size), how.mode, how.reason)


def traced(rows: list[tuple[float, Array, float]], size: int) -> Trace:
    """Return the trace of steps (value, parameters, norm of the gradient)."""
    values, parameters, norms = zip(*rows, strict=True) if rows else ((), (), ())
    step, shape = np.arange(len(rows), dtype=np.int64), (len(rows), size)
    return Trace(step, np.array(values), np.array(parameters).reshape(shape), np.array(norms))
