"""Gradients by d parameters: a walk whose step probability has d weights, in reverse mode beside its primal.

Run as `python -m benchmarks.gradients`. Times are medians of rounds that take all sizes in turn.
"""

from __future__ import annotations

import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

from stochtrace.estimation import Program, load
from stochtrace.estimation.compiled import Loop
from stochtrace.estimation.shapes import directions
from stochtrace.transform.pipeline import transform

SIZES, ROUNDS, SAMPLES = (1, 10, 100, 1000), 9, 400
SOURCE = """
import numpy as np
from scipy.special import expit

FEATURES = np.cos(np.outer(np.arange(100), np.arange(1, {d} + 1))) / {d}


def walk(w, rng):
    n = 0
    for t in range(100):
        n += rng.random() < expit(np.dot(w, FEATURES[t]) + (n - t) / 100)
    return n
"""


def program(size: int, folder: Path) -> Program:
    """Return the walk with so many weights."""
    code = transform(SOURCE.format(d=size).encode(), filename="walk.py", output=f"walk_{size}_d.py").code
    file = folder / f"walk_{size}_d.py"
    file.write_text(code, encoding="utf-8")
    found: Program = load(str(file)).walk
    return found


def runs(walk: Program, size: int) -> dict[str, Callable[[], Any]]:
    """Return what is timed: the primal, a gradient, and one forward pass."""
    arguments = walk.bound((np.linspace(0.0, 1.0, size),), {})
    given = walk.given(arguments, directions(walk.wrt, arguments)[0])
    primal, forward = Loop(walk.functions, "run_primal"), Loop(walk.functions)
    reverse = walk.recordings.pick(arguments, walk.wrt, "compiled", 1)
    values, slopes, gradients = np.zeros((SAMPLES, 1)), np.zeros((SAMPLES, 1)), np.zeros((SAMPLES, size, 1))
    return {
        "primal": lambda: primal(given, 1, 0, values, slopes),
        "reverse": lambda: reverse.run(1, 0, values, gradients),
        "forward": lambda: forward(given, 1, 0, values, slopes),
    }


def main() -> None:
    """Print the table."""
    with tempfile.TemporaryDirectory() as folder:
        timed = {size: runs(program(size, Path(folder)), size) for size in SIZES}
        seconds: dict[tuple[int, str], list[float]] = {}
        for _ in range(ROUNDS + 1):
            for size, functions in timed.items():
                for name, function in functions.items():
                    begin = time.thread_time()
                    function()
                    seconds.setdefault((size, name), []).append(time.thread_time() - begin)
    print("| parameters | primal | gradient, reverse mode | to its primal | by forward passes, to its primal |")
    print("|---|---|---|---|---|")
    for size in SIZES:
        primal, reverse, forward = (statistics.median(seconds[size, n][1:]) for n in ("primal", "reverse", "forward"))
        each = 1e6 / SAMPLES
        print(
            f"| {size} | {primal * each:.1f} µs | {reverse * each:.1f} µs | {reverse / primal:.1f} "
            f"| {size * forward / primal:.0f} |"
        )


if __name__ == "__main__":
    sys.exit(main())
