"""Words of Philox4x64-10 (Salmon, Moraes, Dror & Shaw 2011), for many counters at once, and the uniforms they make.

`numpy.random.Philox` computes blocks that follow each other; the first blocks of many samples do not, and its state
costs more to set than a block to compute.
"""

from __future__ import annotations

from typing import Any

import numpy as np

Words = np.ndarray[Any, np.dtype[np.uint64]]
SCALE = 2.0**-52
SHIFT, HALF, LOW = np.uint64(12), np.uint64(32), np.uint64(2**32 - 1)
ROUNDS, MASK = 10, (1 << 64) - 1
STEPS = 0x9E3779B97F4A7C15, 0xBB67AE8584CAA73B
FACTORS = np.array([[0xD2E7470EE14C6C93], [0xCA5A826395121157]], np.uint64)
LOW_FACTORS, HIGH_FACTORS = FACTORS & LOW, FACTORS >> HALF


def key_words(seed: int) -> tuple[int, int]:
    """Return the two 64-bit words of Philox's key for a seed in 0 .. 2**128 - 1."""
    if isinstance(seed, bool) or not 0 <= seed < 1 << 128:
        raise ValueError(f"seed = {seed!r} is not an integer from 0 to 2**128 - 1")
    return seed & MASK, seed >> 64


def keys(seed: int) -> Words:
    """Return the keys of all rounds, of shape (ROUNDS, 2, 1)."""
    rounds = [[(k + i * step) & MASK for k, step in zip(key_words(seed), STEPS, strict=True)] for i in range(ROUNDS)]
    return np.array(rounds, np.uint64)[:, :, None]


def blocks(keys: Words, counters: Words) -> Words:
    """Return the words, of shape (n, 4), of counters of shape (4, n)."""
    factored, others = counters[0::2].copy(), counters[1::2].copy()
    low, high, middle, rest = np.empty((4, *factored.shape), np.uint64)
    for key in keys:
        # The high halves of the products, of halves of 32 bits, into `high`; their low halves stay in `factored`.
        np.bitwise_and(factored, LOW, low)
        np.right_shift(factored, HALF, high)
        np.multiply(low, LOW_FACTORS, rest)
        np.right_shift(rest, HALF, rest)
        np.multiply(high, LOW_FACTORS, middle)
        np.add(middle, rest, middle)
        np.multiply(low, HIGH_FACTORS, low)
        np.bitwise_and(middle, LOW, rest)
        np.add(low, rest, low)
        np.right_shift(low, HALF, low)
        np.right_shift(middle, HALF, middle)
        np.multiply(high, HIGH_FACTORS, high)
        np.add(high, middle, high)
        np.add(high, low, high)
        np.multiply(factored, FACTORS, factored)
        np.bitwise_xor(others, high[::-1], others)
        np.bitwise_xor(others, key, others)
        factored, others = others, factored[::-1]
    return np.stack([factored[0], others[0], factored[1], others[1]], axis=1)


def uniforms(words: Words) -> Any:
    """Return words as numbers strictly between 0 and 1, on a symmetric lattice: (word >> 12 + 1/2) / 2**52."""
    return ((words >> SHIFT) + 0.5) * SCALE
