"""What a derivative sample costs beside the user's own function: `python -m benchmarks.programs [FOLDER]`.

For each file of a folder (`tests/people`) that has a function `model` and a point `P0`: the time of one call of that
function under CPython, of one derivative sample in one direction, and how many times faster that is, on one thread. A
figure is the median of rounds that take the two in turn, so that a drift of the machine's speed meets both.
"""

from __future__ import annotations

import importlib.util
import inspect
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
from stochtrace.estimation.shapes import directions
from stochtrace.transform.pipeline import transform

PEOPLE = Path(__file__).parents[1] / "tests" / "people"
ROUNDS, SECONDS, PILOT = 5, 0.1, 20
RANDOM = random.Random(1)


class Figure(NamedTuple):
    """Seconds of a call of the user's function, of a derivative sample, and how the latter ran."""

    own: float
    derivative: float
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


def generated(path: Path, folder: Path) -> Program:
    """Return the program object of a file's function `model`."""
    source, out = path.read_bytes(), folder / f"{path.stem}_d.py"
    out.write_text(transform(source, filename=path.name, output=out.name, functions=("model",), wrt=("p",)).code)
    program: Program = load(str(out)).model
    return program


def seconds(run: Callable[[int], None], count: int) -> float:
    """Return the seconds of each of `count` runs."""
    begin = time.perf_counter()
    run(count)
    return (time.perf_counter() - begin) / count


def enough(run: Callable[[int], None]) -> int:
    """Return how many runs take long enough to be timed."""
    count = PILOT
    while seconds(run, count) * count < SECONDS:
        count *= 2
    return count


def measured(path: Path, folder: Path) -> Figure:
    """Measure one program."""
    call, point = original(path)
    program = generated(path, folder)
    mode = program.estimate(point, samples=PILOT, seed=1).mode
    parts = len(directions(("p",), {"p": point}))

    def own(count: int) -> None:
        for _ in range(count):
            call()

    def derivative(count: int) -> None:
        program.estimate(point, samples=count, seed=1, threads=1, progress=False)

    counts = [enough(run) for run in (own, derivative)]
    rounds = [[seconds(run, n) for run, n in zip((own, derivative), counts, strict=True)] for _ in range(ROUNDS)]
    a, b = (statistics.median(column) for column in zip(*rounds, strict=True))
    return Figure(a, b / parts, mode)


def main(folder: Path) -> None:
    """Measure and print."""
    print("| program | runs | the user's function | derivative sample | times faster |")
    print("|---|---|---|---|---|")
    ratios: dict[str, list[float]] = {}
    with tempfile.TemporaryDirectory() as made:
        for path in sorted(folder.glob("*.py")):
            if "def model" not in path.read_text(encoding="utf-8"):
                continue
            own, derivative, mode = measured(path, Path(made))
            ratios.setdefault(mode, []).append(own / derivative)
            print(
                f"| {path.stem} | {mode} | {own * 1e6:.1f} µs | {derivative * 1e6:.1f} µs | {own / derivative:.2g} |",
                flush=True,
            )
    for mode, found in ratios.items():
        print(f"\n{len(found)} {mode}: median {statistics.median(found):.2g}, least {min(found):.2g}")


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else PEOPLE)
