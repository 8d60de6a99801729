"""`replays="auto"`: a pilot chooses how many jumps of each sample are replayed, by variance × cost.

Cost is counted in runs of the program, one and one for each replay, not by a clock: the choice depends on the program,
its arguments and the seed alone. The pilot has a seed of its own, so that the choice knows nothing of the samples that
are averaged.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

import numpy as np

from stochtrace.estimation.estimator import Estimator, count_of
from stochtrace.estimation.moments import Array
from stochtrace.estimation.work import Prepared

SAMPLES = 512
COUNTS = (1, 2, 4, 8, 16, 32, 64)
WORTH = 0.8  # more replays are chosen where they save a fifth: less is noise
HOPELESS = 1.5  # more replays are not tried where variance × cost is this much above the least
OWN_SEED = 1 << 127


def replays_of(replays: int | str, prepared: Callable[[Estimator], Prepared], width: int, seed: int) -> int | None:
    """Return how many jumps are replayed, None for all. Raises `ValueError`."""
    return choose(prepared, width, seed) if replays == "auto" else count_of(replays)


def choose(prepared: Callable[[Estimator], Prepared], width: int, seed: int) -> int:
    """Return the number of replays with the least variance × cost, for results of `width` components."""
    best, least, before = 1, np.inf, None
    for count in COUNTS:
        samples = np.stack([*derivatives(prepared(Estimator(replays=count)), width, seed ^ OWN_SEED)])
        product = float(samples.var(axis=1).sum()) * (1 + count)
        if before is not None and np.array_equal(samples, before, equal_nan=True):
            break  # no sample has more jumps
        if product < WORTH * least:
            best, least = count, product
        if not product <= HOPELESS * least:
            break
        before = samples
    return best


def derivatives(ready: Prepared, width: int, seed: int) -> Iterator[Array]:
    """Yield the derivative samples of a pilot in each direction, of shape (samples, components)."""
    for given in ready.given:
        values, found = np.zeros((2, SAMPLES, width))
        ready.run(given, seed, 0, values, found)
        yield found
