"""How far the compiled programs are from hand-written C: `python -m benchmarks.limit`.

For four samples, on one thread and in the same run: the processor time of one sample of the compiled primal and of the
compiled derivative, beside `limit.c` (compiled here with -O3 -march=native). Each figure is the median of rounds that
take all programs in turn, so that a drift of the machine's speed meets all of them. Prints the table of the README, and
the same ratios to that C with our generator in it: how much of them is the generator.
"""

from __future__ import annotations

import math
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import numpy as np

from stochtrace.estimation import Program, load
from stochtrace.estimation.compiled import Loop
from stochtrace.estimation.functions import Functions, Given

HERE = Path(__file__).parent
SAMPLES = HERE.parent / "samples"
ROUNDS = 9
COUNT = 40_000


class Case(NamedTuple):
    """A sample, its parameter, and its cases in limit.c (the last one has no derivative there)."""

    file: str
    function: str
    p: float
    primal: str
    derivative: str | None


CASES = (
    Case("lecture_walk", "walk", 0.5, "c", "cD"),
    Case("state_walk", "state_walk", 100.0, "a", "aD"),
    Case("game_of_life", "game_of_life", 0.5, "b", "bD"),
    Case("crazy", "crazy", 0.6, "d", None),
)


def build_c(folder: Path, name: str = "limit", *options: str) -> Callable[[str], float]:
    """Compile limit.c and return a function that gives the nanoseconds per call of one of its cases."""
    compiler = shutil.which("gcc") or shutil.which("cc")
    if compiler is None:
        sys.exit("this benchmark needs a C compiler (gcc or cc)")
    program = folder / name
    built = [compiler, "-O3", "-march=native", *options, "-o", program, HERE / "limit.c", "-lm"]
    subprocess.run(built, check=True)

    def measure(case: str | None) -> float:
        if case is None:
            return float("nan")
        out = subprocess.run([program, case, "300000"], check=True, capture_output=True, text=True).stdout
        return float(out.split()[1])

    return measure


def timed(run: Callable[[], None]) -> float:
    """Return the nanoseconds of processor time per sample of a run of COUNT samples, after one as limit.c has it."""
    run()
    begin = time.process_time_ns()
    run()
    return (time.process_time_ns() - begin) / COUNT


def runs(case: Case) -> tuple[Callable[[], None], Callable[[], None]]:
    """Return the compiled primal and derivative loops of a sample, warmed up."""
    program: Program = getattr(load(str(SAMPLES / f"{case.file}_d.py")), case.function)
    values, derivatives = np.zeros((COUNT, 1)), np.zeros((COUNT, 1))
    functions = Functions(case.function, program.primal, program.derivative, program.smooth, len(program.draws))
    primal, derivative = Loop(functions, "run_primal"), Loop(functions)
    given = Given((case.p,), (case.p, 1.0))

    def run_primal() -> None:
        primal(given, 1, 0, values, derivatives)

    def run_derivative() -> None:
        derivative(given, 1, 0, values, derivatives)

    for run in (run_primal, run_derivative):
        run()
    return run_primal, run_derivative


def shown(figure: float, unit: str = "") -> str:
    """Return a figure for a table: nanoseconds, or a ratio."""
    return "-" if math.isnan(figure) else f"{figure:.0f}{unit}" if unit else f"{figure:.2f}"


def main() -> None:
    """Measure and print."""
    with tempfile.TemporaryDirectory() as folder:
        measure, threefry = build_c(Path(folder)), build_c(Path(folder), "threefry", "-DTHREEFRY")
        loops = {case: runs(case) for case in CASES}
        figures: dict[Case, list[list[float]]] = {case: [] for case in CASES}
        for _ in range(ROUNDS):
            for case in CASES:
                of_c = [each(name) for each in (measure, threefry) for name in (case.primal, case.derivative)]
                figures[case].append([*of_c, *map(timed, loops[case])])
    print("| program | C primal | C derivative | primal | derivative | to own primal | to C primal | to C derivative |")
    print("|---|---|---|---|---|---|---|---|")
    for case, rows in figures.items():
        times = [shown(statistics.median(row[i] for row in rows), " ns") for i in (0, 1, 4, 5)]
        ratios = [shown(statistics.median(row[i] / row[j] for row in rows)) for i, j in ((5, 4), (4, 0), (5, 1))]
        print(f"| {case.function} | {' | '.join([*times, *ratios])} |")
    print("\n| program | C primal, Threefry | C derivative, Threefry | primal to it | derivative to it |")
    print("|---|---|---|---|---|")
    for case, rows in figures.items():
        times = [shown(statistics.median(row[i] for row in rows), " ns") for i in (2, 3)]
        ratios = [shown(statistics.median(row[i] / row[j] for row in rows)) for i, j in ((4, 2), (5, 3))]
        print(f"| {case.function} | {' | '.join([*times, *ratios])} |")


if __name__ == "__main__":
    main()
