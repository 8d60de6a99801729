"""What a derivative sample costs beside the user's own function: `python -m benchmarks.programs [FOLDER]`.

For each file of a folder (`tests/people`) that has a function `model` and a point `P0`: the time of one call of that
function under CPython, of one derivative sample in one direction, and how many times faster that is, on one thread. A
figure is the median of rounds that take them in turn, so that a drift of the machine's speed meets all.

Beside it stands the compiled function alone, without a derivative: what CPython's time leaves to be had.
"""

from __future__ import annotations

import importlib.util
import inspect
import math
import random
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from stochtrace.estimation import Program, load
from stochtrace.estimation.compiled import Loop
from stochtrace.estimation.functions import Functions, Given
from stochtrace.estimation.shapes import directions
from stochtrace.transform.pipeline import transform

PEOPLE = Path(__file__).parents[1] / "tests" / "people"
ROUNDS, SECONDS, PILOT, FIRST = 5, 0.1, 20, 200  # an estimate looks at a program in more samples than a pilot has
RANDOM = random.Random(1)


class Figure(NamedTuple):
    """Seconds of a call of the user's function, of a derivative sample, of the function compiled; and how it runs."""

    own: float
    derivative: float
    alone: float
    mode: str


def original(path: Path) -> tuple[Callable[[], Any], Any]:
    """Return a call of the user's function without its arguments, and the point at which it is made."""
    spec = importlib.util.spec_from_file_location(path.stem, path)
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[path.stem] = module
    spec.loader.exec_module(module)
    takes = len(inspect.signature(module.model).parameters) > 1
    numpy = np.random.default_rng(1)
    try:
        module.model(module.P0, *[numpy][:takes])
    except AttributeError:  # it draws with the methods of `random`
        return lambda: module.model(module.P0, RANDOM), module.P0
    return lambda: module.model(module.P0, *[numpy][:takes]), module.P0


def generated(path: Path, folder: Path, name: str) -> Program:
    """Return the program object of a file's function `model`, from a module of this name."""
    source, out = path.read_bytes(), folder / f"{path.stem}_{name}.py"
    out.write_text(transform(source, filename=path.name, output=out.name, functions=("model",), wrt=("p",)).code)
    program: Program = load(str(out)).model
    return program


def seconds(run: Callable[[int], None], count: int) -> float:
    """Return the processor's seconds for each of `count` runs."""
    begin = time.process_time()
    run(count)
    return (time.process_time() - begin) / count


def enough(run: Callable[[int], None]) -> int:
    """Return how many runs take long enough to be timed; the first, which look at the program too, do not count."""
    count = PILOT
    run(FIRST)
    while seconds(run, count) * count < SECONDS:
        count *= 2
    return count


def compiled(program: Program, point: Any) -> Callable[[int], None] | None:
    """Return what runs the compiled function without a derivative, None where Numba does not take its text."""
    functions = Functions("model", program.primal, program.primal, program.smooth, len(program.draws))
    loop, given = Loop(functions, "run_primal"), Given((point,), (point,))

    def run(count: int) -> None:
        loop(given, 1, 0, np.zeros((count, 1)), np.zeros((count, 1)))

    try:
        run(PILOT)
    except Exception:
        return None
    return run


def measured(path: Path, folder: Path) -> Figure:
    """Measure one program."""
    call, point = original(path)
    program = generated(path, folder, "d")
    mode = program.estimate(point, samples=PILOT, seed=1).mode
    parts = len(directions(("p",), {"p": point}))
    alone = compiled(generated(path, folder, "alone"), point)

    def own(count: int) -> None:
        for _ in range(count):
            call()

    def derivative(count: int) -> None:
        program.estimate(point, samples=count, seed=1, threads=1, progress=False)

    runs = [own, derivative] + ([alone] if alone else [])
    counts = [enough(run) for run in runs]
    rounds = [[seconds(run, n) for run, n in zip(runs, counts, strict=True)] for _ in range(ROUNDS)]
    a, b, *c = (statistics.median(column) for column in zip(*rounds, strict=True))
    return Figure(a, b / parts, c[0] if c else math.nan, mode)


def main(folder: Path) -> None:
    """Measure and print."""
    print("| program | runs | the user's function | compiled, alone | derivative sample | times faster | alone |")
    print("|---|---|---|---|---|---|---|")
    ratios: dict[str, list[float]] = {}
    with tempfile.TemporaryDirectory() as made:
        for path in sorted(folder.glob("*.py")):
            if "def model" not in path.read_text(encoding="utf-8"):
                continue
            own, derivative, alone, mode = measured(path, Path(made))
            ratios.setdefault(mode, []).append(own / derivative)
            times = " | ".join(f"{t * 1e6:.2g} µs" for t in (own, alone, derivative))
            print(f"| {path.stem} | {mode} | {times} | {own / derivative:.2g} | {own / alone:.2g} |", flush=True)
    for mode, found in ratios.items():
        print(f"\n{len(found)} {mode}: median {statistics.median(found):.2g}, least {min(found):.2g}")


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else PEOPLE)
