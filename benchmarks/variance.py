"""What antithetic pairs, Sobol points and more replays buy: `python -m benchmarks.variance`.

For each sample program and option: the variance of a derivative sample and its product with the CPU seconds of a
sample, both beside those of the default, at two numbers of samples. Sobol points gain with their number, where a
program is smooth in few draws.
"""

from __future__ import annotations

import time
from typing import Any

from benchmarks.limit import SAMPLES
from stochtrace.estimation import Program, load

COUNTS = (1 << 12, 1 << 16)
PROGRAMS = (
    ("exponential_squared", "exponential_squared", 2.0),
    ("crazy", "crazy", 0.6),
    ("lecture_walk", "walk", 0.5),
    ("state_walk", "state_walk", 100.0),
    ("game_of_life", "game_of_life", 0.5),
    ("deadline", "deadline", 2.0),
)
OPTIONS: tuple[dict[str, Any], ...] = (
    {},
    {"antithetic": True},
    {"omega": "sobol"},
    {"replays": 2},
    {"replays": 4},
    {"replays": "all"},
    {"replays": "auto"},
)


def measured(program: Program, p: float, samples: int, options: dict[str, Any]) -> tuple[float, float]:
    """Return the variance of a derivative sample, and the CPU seconds of a sample without what is done once."""
    found = program.estimate(p, samples=samples, seed=1, threads=1, progress=False, **options)
    fixed = {**options, "replays": found.replays}
    program.estimate(p, samples=samples, seed=1, threads=1, progress=False, **fixed)
    begin = time.process_time()
    program.estimate(p, samples=samples, seed=1, threads=1, progress=False, **fixed)
    return found.derivative_stderr**2 * samples, (time.process_time() - begin) / samples


def main() -> None:
    """Measure and print."""
    print("| program | option | samples | variance | µs per sample | variance, to default | variance × cost |")
    print("|---|---|---|---|---|---|---|")
    for file, name, p in PROGRAMS:
        program = getattr(load(str(SAMPLES / f"{file}_d.py")), name)
        for samples in COUNTS:
            default = measured(program, p, samples, {})
            for options in OPTIONS:
                variance, seconds = measured(program, p, samples, options) if options else default
                shown = ", ".join(f"{key}={value}" for key, value in options.items()) or "default"
                gain = variance / default[0]
                print(
                    f"| {name} | {shown} | {samples} | {variance:.3g} | {seconds * 1e6:.2f} | {gain:.2g} "
                    f"| {gain * seconds / default[1]:.2g} |",
                    flush=True,
                )


if __name__ == "__main__":
    main()
