"""What `estimate` costs beside its samples: `python -m benchmarks.estimating [SAMPLES …]`.

Two threads beside one; the time of `estimate` for 1000 samples, beside that of the loop alone; the memory of estimates
with 10^6 and 10^8 samples, or as many as are given; and interpreted derivative samples beside the user's own function.
"""

from __future__ import annotations

import importlib.util
import statistics
import subprocess
import sys
import time
from collections.abc import Callable
from typing import Any

import numpy as np

from benchmarks.limit import CASES, SAMPLES, Case
from stochtrace.estimation import Program, load
from stochtrace.estimation.estimator import ONE_REPLAY

ROUNDS = 7
LONG, FEW, OWN = 1 << 20, 1000, 3000
MEMORY = (
    "import resource, sys; from benchmarks.estimating import program; from benchmarks.limit import CASES; "
    "program(CASES[3]).estimate(0.6, samples=int(sys.argv[1]), seed=1); "
    "print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024)"
)


def program(case: Case) -> Program:
    """Return the program object of a sample."""
    found: Program = getattr(load(str(SAMPLES / f"{case.file}_d.py")), case.function)
    return found


def median(*runs: Callable[[], Any]) -> list[float]:
    """Return the median seconds of some runs, which take turns; the first of each is not timed."""
    for run in runs:
        run()
    rounds = []
    for _ in range(ROUNDS):
        marks = [time.perf_counter()]
        for run in runs:
            run()
            marks.append(time.perf_counter())
        rounds.append(np.diff(marks))
    return [statistics.median(column) for column in zip(*rounds, strict=True)]


def threads(case: Case) -> None:
    """Print how much faster two threads are than one."""
    walk = program(case)
    one, two = median(
        *(lambda t=t: walk.estimate(case.p, samples=LONG, seed=1, threads=t, progress=False) for t in (1, 2))
    )
    print(f"{case.function}: two threads are {one / two:.2f} times as fast as one")


def overhead(case: Case) -> None:
    """Print what an estimate of few samples takes longer than its loop."""
    walk = program(case)
    ready = walk.prepared({"p": case.p}, walk.wrt, "compiled", ONE_REPLAY)
    values, derivatives = np.zeros((2, FEW, 1))
    whole, loop = median(
        lambda: walk.estimate(case.p, samples=FEW, seed=1),
        lambda: ready.run(ready.given[0], 1, 0, values, derivatives),
    )
    print(f"{case.function}: {FEW} samples in {whole * 1e3:.2f} ms, {(whole - loop) * 1e3:.2f} ms more than their loop")


def memory(samples: int) -> None:
    """Print the most memory of a process that runs an estimate."""
    begin = time.perf_counter()
    out = subprocess.run([sys.executable, "-c", MEMORY, str(samples)], check=True, capture_output=True, text=True)
    print(f"{samples:.0e} samples: {float(out.stdout):.0f} MB, {time.perf_counter() - begin:.0f} s", flush=True)


def original(case: Case) -> Callable[..., Any]:
    """Return the user's own function."""
    spec = importlib.util.spec_from_file_location(case.file, SAMPLES / f"{case.file}.py")
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    found: Callable[..., Any] = getattr(module, case.function)
    return found


def interpreted(case: Case) -> None:
    """Print how many times longer an interpreted derivative sample takes than the user's own function."""
    own, rng, derived = original(case), np.random.default_rng(1), program(case)
    plain, sample = median(
        lambda: [own(case.p, rng) for _ in range(OWN)],
        lambda: derived.estimate(case.p, samples=OWN, seed=1, mode="interpreted"),
    )
    print(
        f"{case.function}: {sample / OWN * 1e6:.0f} µs per interpreted derivative sample, {sample / plain:.2f} times "
        f"the {plain / OWN * 1e6:.0f} µs of the user's function"
    )


def main(counts: list[int]) -> None:
    """Measure and print."""
    for case in CASES[:2]:
        threads(case)
    for case in CASES[:2]:
        overhead(case)
    for case in CASES:
        interpreted(case)
    for samples in counts:
        memory(samples)


if __name__ == "__main__":
    main([int(float(count)) for count in sys.argv[1:]] or [10**6, 10**8])
