"""Words of Threefry4x64-20 (Salmon, Moraes, Dror & Shaw 2011), and the uniforms they make.

It adds, rotates and compares bits, as the vectors of every processor do. A word here is an integer or an array of them:
one block is faster made of integers, many of arrays.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

SCALE = 2.0**-52
SHIFT, MASK = 12, (1 << 64) - 1
ROUNDS, INJECTED = 20, 4  # the key is added again after so many rounds
PARITY = 0x1BD11BDAA9FC1A22
ROTATIONS = (14, 16), (52, 57), (23, 40), (5, 37), (25, 33), (46, 12), (58, 22), (32, 32)
Keys = Sequence[Sequence[int]]


def key_words(seed: int) -> tuple[int, int]:
    """Return the first two 64-bit words of the key for a seed in 0 .. 2**128 - 1; the other two are 0."""
    if isinstance(seed, bool) or not 0 <= seed < 1 << 128:
        raise ValueError(f"seed = {seed!r} is not an integer from 0 to 2**128 - 1")
    return seed & MASK, seed >> 64


def schedule(key: Sequence[int]) -> Keys:
    """Return what is added to the words of a counter at first, and after every four rounds, for the words of a key."""
    words = *key, key[0] ^ key[1] ^ key[2] ^ key[3] ^ PARITY
    times = range(ROUNDS // INJECTED + 1)
    return [[words[(time + i) % 5] + (time if i == 3 else 0) & MASK for i in range(4)] for time in times]


def keys(seed: int) -> Keys:
    """Return the schedule of a seed."""
    return schedule((*key_words(seed), 0, 0))


def block(keys: Keys, counter: Sequence[Any]) -> Sequence[Any]:
    """Return the four words of a counter of four words."""
    a, b, c, d = (word + key & MASK for word, key in zip(counter, keys[0], strict=True))
    for number in range(ROUNDS):
        left, right = ROTATIONS[number % 8]
        a, c = a + b & MASK, c + d & MASK
        b, d = (d << right & MASK | d >> 64 - right) ^ c, (b << left & MASK | b >> 64 - left) ^ a
        if number % INJECTED == INJECTED - 1:
            e, f, g, h = keys[number // INJECTED + 1]
            a, b, c, d = a + e & MASK, b + f & MASK, c + g & MASK, d + h & MASK
    return a, b, c, d


def uniform(word: Any) -> Any:
    """Return a word as a number strictly between 0 and 1, on a symmetric lattice: (word >> 12 + 1/2) / 2**52."""
    return ((word >> SHIFT) + 0.5) * SCALE
