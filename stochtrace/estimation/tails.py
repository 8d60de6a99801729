"""Is the variance infinite? The tail of derivative samples, by Hill's estimator at two depths.

A tail P(|D| > x) ~ x^-α has no variance where α ≤ 2. Hill's estimate of α from the largest k of n samples is k over the
sum of log(D_i / D_k) (Hill 1975), with relative error 1/√k. Exponential and lognormal tails have a small estimate too
where k is large, one that grows as k shrinks; a power does not. So a tail is called infinite where α is below 2.5 in
the largest hundredth and about the same in the largest tenth.
"""

from __future__ import annotations

import numpy as np

from stochtrace.estimation.moments import Array

FEWEST = 20_000
LOOKED_AT = 100_000
HEAVY = 2.5
STEADY = (0.75, 1.3)


def tail_index(samples: Array, share: float) -> float:
    """Return Hill's estimate of α from the largest share of sizes; infinity where they are all equal."""
    sizes = np.sort(np.abs(samples))
    k = int(len(sizes) * share)
    mean = float(np.mean(np.log(sizes[-k:] / sizes[-k - 1])))
    return 1 / mean if mean > 0 else np.inf


def heavy(samples: Array) -> float | None:
    """Return the tail index of derivative samples where it says that their variance is infinite, else None.

    Samples that are exactly 0 saw no jump and nothing smooth: they say nothing about the tail.
    """
    seen = samples[(samples != 0) & np.isfinite(samples)]
    if len(seen) < FEWEST:
        return None
    far, near = tail_index(seen, 0.01), tail_index(seen, 0.1)
    return far if far < HEAVY and STEADY[0] < far / near < STEADY[1] else None
