"""Runs above and below 0.5 in six normal numbers, by groupby, and how many are above; p = their mean (sd 1).

A run ends between two numbers with probability 2 q (1 - q), q that of one above."""

from itertools import groupby

P0 = 0.7
EXACT = 6.912737241230907
EXACT_GRAD = 1.7263775577973965


def model(p, rng):
    xs = [rng.normal(p, 1.0) for _ in range(6)]
    runs = [(above, len([*run])) for above, run in groupby(xs, key=lambda x: x > 0.5)]
    return len(runs) + sum(length for above, length in runs if above)
