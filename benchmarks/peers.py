"""Seconds to a standard error of 1, beside score functions in NumPy and JAX: `python -m benchmarks.peers`.

The product of the CPU seconds of a sample and of the variance of a sample, in one process: ours on one thread, and
`score_functions` in NumPy and, where the extra `peers` is installed, in JAX. Rounds take all of them in turn.
"""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable
from typing import Any

import numpy as np

from benchmarks import score_functions
from benchmarks.limit import SAMPLES
from benchmarks.score_functions import BATCH, CRAZY, STATE_WALK, WALK
from stochtrace.estimation import load
from stochtrace.estimation.estimator import ONE_REPLAY

ROUNDS, SECONDS = 9, 0.2
# File, name, parameter, and the exact derivative.
PROGRAMS = (
    ("lecture_walk", "walk", WALK, 56.607871),
    ("state_walk", "state_walk", STATE_WALK, 7.5581882),
    ("crazy", "crazy", CRAZY, 47.76),
)
Batch = Callable[[int], Any]


def ours(file: str, name: str, p: float) -> Batch:
    """Return our samples by the number of their batch."""
    program = getattr(load(str(SAMPLES / f"{file}_d.py")), name)
    ready = program.prepared({"p": p}, program.wrt, "compiled", ONE_REPLAY)
    values, derivatives = np.zeros((2, BATCH, 1))

    def batch(number: int) -> Any:
        derivatives[:] = 0.0
        ready.run(ready.given[0], 1, number * BATCH, values, derivatives)
        return derivatives[:, 0]

    return batch


def candidates(file: str, name: str, p: float) -> dict[str, Batch]:
    """Return all ways to run a program."""
    by_hand = getattr(score_functions, f"{name}_numpy")
    found: dict[str, Batch] = {"stochtrace": ours(file, name, p), "NumPy": lambda i: by_hand(np.random.default_rng(i))}
    try:
        found["JAX"] = score_functions.in_jax()[name]
    except ImportError:
        print("JAX is not installed; it is the extra stochtrace[peers]")
    return found


def measured(run: Batch, first: int, count: int) -> tuple[float, Any]:
    """Return the CPU seconds of a sample, and the samples, of `count` batches."""
    begin = time.process_time()
    samples = np.concatenate([np.array(run(first + i)) for i in range(count)])
    return (time.process_time() - begin) / len(samples), samples


def enough(run: Batch) -> int:
    """Return how many batches take long enough to be timed; the first one compiles."""
    run(0)
    seconds, _ = measured(run, 0, 2)
    return max(2, int(SECONDS / (seconds * BATCH)))


def main() -> None:
    """Measure and print."""
    print("| program | | µs per sample | std | mean | exact | s to s.e. 1 | times ours |")
    print("|---|---|---|---|---|---|---|---|")
    for file, name, p, exact in PROGRAMS:
        ways = candidates(file, name, p)
        counts = {way: enough(run) for way, run in ways.items()}
        seconds: dict[str, list[float]] = {way: [] for way in ways}
        samples: dict[str, list[Any]] = {way: [] for way in ways}
        for r in range(ROUNDS):
            for way, run in ways.items():
                took, found = measured(run, 1 + r * counts[way], counts[way])
                seconds[way].append(took)
                samples[way].append(found)
        rows = {way: (statistics.median(seconds[way]), np.concatenate(samples[way])) for way in ways}
        own = rows["stochtrace"][0] * rows["stochtrace"][1].var()
        for way, (took, found) in rows.items():
            needed = took * found.var()
            print(
                f"| {name} | {way} | {took * 1e6:.3g} | {found.std():.3g} | {found.mean():.5g} | {exact} "
                f"| {needed:.2g} | {needed / own:.1f} |",
                flush=True,
            )


if __name__ == "__main__":
    main()
