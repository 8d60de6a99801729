"""Scrambled Sobol points, which stand for the first uniforms of a sample where an estimate asks for them.

Sobol's sequence (1967) with the direction numbers of Joe & Kuo (2008), in SCRAMBLES independent scrambles: a random
lower triangular matrix of bits and a digital shift (Matoušek 1998), under which a mean has the variance that it has
under Owen's nested scrambling (Owen 2003). Sample i is point i // SCRAMBLES of scramble i % SCRAMBLES, so that the
first SCRAMBLES · 2^k samples are a digital net of each scramble, for every k.

A coordinate is a number of BITS bits, the exclusive or of a row of `low` (the point's last 8 bits, and the shift) and
of a row of `high` (its other bits).
"""

from __future__ import annotations

from functools import lru_cache
from typing import Any, NamedTuple

import numpy as np

from stochtrace.runtime.threefry import SCALE, block, keys

BITS, COLUMNS, LOW = 52, 36, 8
DIMENSIONS, SCRAMBLES = 100, 16
BLOCK = SCRAMBLES << LOW
MOST = SCRAMBLES << COLUMNS
# Of coordinates 2, 3, …: the bits of the primitive polynomial, and the first direction numbers.
JOE_KUO = """
3:1 7:1,3 11:1,3,1 13:1,1,1 19:1,1,3,3 25:1,3,5,13 37:1,1,5,5,17 41:1,1,5,5,5 47:1,1,7,11,19 55:1,1,5,1,1
59:1,1,1,3,11 61:1,3,5,5,31 67:1,3,3,9,7,49 91:1,1,1,15,21,21 97:1,3,1,13,27,49 103:1,1,1,15,7,5
109:1,3,1,15,13,25 115:1,1,5,5,19,61 131:1,3,7,11,23,15,103 137:1,3,7,13,13,15,69 143:1,1,3,13,7,35,63
145:1,3,5,9,1,25,53 157:1,3,1,13,9,35,107 167:1,3,1,5,27,61,31 171:1,1,5,11,19,41,61 185:1,3,5,3,3,13,69
191:1,1,7,13,1,19,1 193:1,3,7,5,13,19,59 203:1,1,3,9,25,29,41 211:1,3,5,13,23,1,55 213:1,3,7,3,13,59,17
229:1,3,1,3,5,53,69 239:1,1,5,5,23,33,13 241:1,1,7,7,1,61,123 247:1,1,7,9,13,61,49 253:1,3,3,5,3,55,33
285:1,3,1,15,31,13,49,245 299:1,3,5,15,31,59,63,97 301:1,3,1,11,11,11,77,249 333:1,3,1,11,27,43,71,9
351:1,1,7,15,21,11,81,45 355:1,3,7,3,25,31,65,79 357:1,3,1,1,19,11,3,205 361:1,1,5,9,19,21,29,157
369:1,3,7,11,1,33,89,185 391:1,3,3,3,15,9,79,71 397:1,3,7,11,15,39,119,27 425:1,1,3,1,11,31,97,225
451:1,1,1,3,23,43,57,177 463:1,3,7,7,17,17,37,71 487:1,3,1,5,27,63,123,213 501:1,1,3,5,11,43,53,133
529:1,3,5,5,29,17,47,173,479 539:1,3,3,11,3,1,109,9,69 545:1,1,1,5,17,39,23,5,343 557:1,3,1,5,25,15,31,103,499
563:1,1,1,11,11,17,63,105,183 601:1,1,5,11,9,29,97,231,363 607:1,1,5,15,19,45,41,7,383
617:1,3,7,7,31,19,83,137,221 623:1,1,1,3,23,15,111,223,83 631:1,1,5,13,31,15,55,25,161
637:1,1,3,13,25,47,39,87,257 647:1,1,1,11,21,53,125,249,293 661:1,1,7,11,11,7,57,79,323
675:1,1,5,5,17,13,81,3,131 677:1,1,7,13,23,7,65,251,475 687:1,3,5,1,9,43,3,149,11 695:1,1,3,13,31,13,13,255,487
701:1,3,3,1,5,63,89,91,127 719:1,1,3,3,1,19,123,127,237 721:1,1,5,7,23,31,37,243,289
731:1,1,5,11,17,53,117,183,491 757:1,1,1,5,1,13,13,209,345 761:1,1,3,15,1,57,115,7,33
787:1,3,1,11,7,43,81,207,175 789:1,3,1,1,15,27,63,255,49 799:1,3,5,3,27,61,105,171,305
803:1,1,5,3,1,3,57,249,149 817:1,1,3,5,5,57,15,13,159 827:1,1,1,11,7,11,105,141,225
847:1,3,3,5,27,59,121,101,271 859:1,3,5,9,11,49,51,59,115 865:1,1,7,1,23,45,125,71,419
875:1,1,3,5,23,5,105,109,75 877:1,1,7,15,7,11,67,121,453 883:1,3,7,3,9,13,31,27,449 895:1,3,1,15,19,39,39,89,15
901:1,1,1,1,1,33,73,145,379 911:1,3,1,15,15,43,29,13,483 949:1,1,7,3,19,27,85,131,431
953:1,3,3,3,5,35,23,195,349 967:1,3,3,7,9,27,39,59,297 971:1,1,3,9,11,17,13,241,157
973:1,3,7,15,25,57,33,189,213 981:1,1,7,1,9,55,73,83,217 985:1,3,3,13,19,27,23,113,249
995:1,3,5,3,23,43,3,253,479 1001:1,1,5,5,11,5,45,117,217
"""
Words = np.ndarray[Any, np.dtype[np.uint64]]


class Points(NamedTuple):
    """Scrambled points of a seed: `low` has shape (BLOCK, DIMENSIONS), `columns` (SCRAMBLES, COLUMNS, DIMENSIONS)."""

    low: Words
    columns: Words

    def high(self, first: int, count: int) -> Words:
        """Return what the samples of some blocks have in common, of shape (count · SCRAMBLES, DIMENSIONS)."""
        blocks = [combined(self.columns[:, LOW:], block) for block in range(first, first + count)]
        return np.concatenate(blocks)

    def uniforms(self, number: int) -> list[float]:
        """Return the coordinates of a sample as uniforms."""
        words = self.low[number % BLOCK] ^ self.high(number // BLOCK, 1)[number % SCRAMBLES]
        return ((words + 0.5) * SCALE).tolist()  # type: ignore[no-any-return]


@lru_cache(maxsize=4)
def points(seed: int) -> Points:
    """Return the points of a seed; their random numbers have a counter word of their own."""
    shape = SCRAMBLES, DIMENSIONS, 1 + BITS
    numbers = np.arange(1, np.prod(shape) // 4 + 1, dtype=np.uint64)
    words = np.stack(block(keys(seed), (numbers, 0, 0, 1)), axis=1).reshape(shape) >> np.uint64(64 - BITS)
    shifts, rows = words[..., 0], words[..., 1:]
    columns = scrambled(rows, directions())
    low = np.stack([combined(columns[:, :LOW], n) ^ shifts for n in range(1 << LOW)])
    return Points(low.reshape(BLOCK, DIMENSIONS), columns)


def combined(columns: Words, number: int) -> Words:
    """Return the exclusive or of those columns, of shape (scrambles, columns, ·), at which a number has ones."""
    ones = [j for j in range(number.bit_length()) if number >> j & 1]
    found: Words = np.bitwise_xor.reduce(columns[:, ones], axis=1)
    return found


def scrambled(rows: Words, columns: Words) -> Words:
    """Return columns, of shape (COLUMNS, dimensions), times matrices of random rows, (scrambles, dimensions, BITS).

    Row i of a matrix has a one at i, and what is random before it.
    """
    own = np.uint64(1) << np.arange(BITS - 1, -1, -1, dtype=np.uint64)
    matrices = (rows & ~(2 * own - np.uint64(1))) | own
    found = np.zeros((len(rows), *columns.shape), np.uint64)
    for i in range(BITS):
        parity = np.bitwise_count(matrices[:, None, :, i] & columns) & np.uint8(1)
        found |= parity.astype(np.uint64) << np.uint64(BITS - 1 - i)
    return found


def directions() -> Words:
    """Return the direction numbers, of shape (COLUMNS, DIMENSIONS)."""
    found = [[1] * COLUMNS]
    for row in JOE_KUO.split():
        polynomial, numbers = row.split(":")
        found.append(extended(int(polynomial), [int(m) for m in numbers.split(",")]))
    lifted = [[m << (BITS - 1 - j) for j, m in enumerate(numbers)] for numbers in found]
    return np.array(lifted, np.uint64).T


def extended(polynomial: int, numbers: list[int]) -> list[int]:
    """Return COLUMNS direction numbers, by the recurrence of a polynomial of degree `len(numbers)`."""
    degree = len(numbers)
    for k in range(degree, COLUMNS):
        number = numbers[k - degree]
        for i in range(1, degree + 1):
            if polynomial >> (degree - i) & 1:
                number ^= numbers[k - i] << i
        numbers.append(number)
    return numbers
