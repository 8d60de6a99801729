"""The uniforms ω in compiled code: Philox4x64-10, the words of `numpy.random.Philox`, a few blocks at a time.

A site keeps its last 256 uniforms, so that a replay computes none of them again. How many blocks are computed at once
depends on how often the sample before has read the site; the numbers do not.
"""

# mypy: disable-error-code="untyped-decorator"

from __future__ import annotations

from typing import Any

import numpy as np
from llvmlite import ir
from numba import types
from numba.extending import intrinsic, register_jitable

from stochtrace.runtime.philox import FACTORS, ROUNDS, SCALE, SHIFT, STEPS
from stochtrace.runtime.sobol import BLOCK, DIMENSIONS, SCRAMBLES

CAPACITY = 256
LANES = 8  # blocks that are computed as vectors
EIGHT, MANY = 4 * LANES, 16  # uniforms of these, and how many must be expected for them to pay
M0, M1 = FACTORS[:, 0]
W0, W1 = map(np.uint64, STEPS)
ZERO, ONE = np.uint64(0), np.uint64(1)
WORD, REAL = ir.IntType(64), ir.DoubleType()
ONES, BELOW_ONE = 0x3FF0000000000000, 1.0 - 2.0**-53  # the exponent of numbers from 1 to 2


@intrinsic
def multiply(typing: Any, a: Any, b: Any) -> Any:
    """Return the high and the low word of a 64 x 64 bit product."""

    def generate(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        wide, narrow = ir.IntType(128), ir.IntType(64)
        product = builder.mul(builder.zext(arguments[0], wide), builder.zext(arguments[1], wide))
        low = builder.trunc(product, narrow)
        high = builder.trunc(builder.lshr(product, ir.Constant(wide, 64)), narrow)
        return context.make_tuple(builder, signature.return_type, (high, low))

    return types.UniTuple(types.uint64, 2)(types.uint64, types.uint64), generate


class Vectors:
    """Builds LLVM's instructions on a word of each lane."""

    def __init__(self, builder: Any) -> None:
        self.builder = builder

    def constant(self, *words: Any) -> Any:
        """Return vectors of constants: of one, or of one for each lane."""
        return ir.Constant(ir.VectorType(WORD, LANES), list(map(int, words * (LANES if len(words) == 1 else 1))))

    def repeated(self, word: Any) -> Any:
        """Return a word in each lane."""
        nothing = ir.Constant(ir.VectorType(WORD, LANES), ir.Undefined)
        first = self.builder.insert_element(nothing, word, ir.Constant(ir.IntType(32), 0))
        return self.builder.shuffle_vector(first, nothing, ir.Constant(ir.VectorType(ir.IntType(32), LANES), None))

    def product(self, factor: int, x: Any) -> tuple[Any, Any]:
        """Return the high and the low words of products with a constant, from products of 32 bits."""
        build, half, mask = self.builder, self.constant(32), self.constant(2**32 - 1)
        low, high = self.constant(int(factor) & 2**32 - 1), self.constant(int(factor) >> 32)
        x_low, x_high = build.and_(x, mask), build.lshr(x, half)
        middle = build.add(build.mul(low, x_high), build.lshr(build.mul(low, x_low), half))
        other = build.add(build.mul(high, x_low), build.and_(middle, mask))
        top = build.add(build.mul(high, x_high), build.lshr(middle, half))
        return build.add(top, build.lshr(other, half)), build.mul(self.constant(factor), x)

    def uniforms(self, words: Any) -> Any:
        """Return words as uniforms: numbers from 1 to 2 with these digits, less a little less than 1."""
        build, real = self.builder, ir.VectorType(REAL, LANES)
        digits = build.or_(build.lshr(words, self.constant(SHIFT)), self.constant(ONES))
        return build.fsub(build.bitcast(digits, real), ir.Constant(real, [BELOW_ONE] * LANES))

    def interleaved(self, columns: Any) -> Any:
        """Return four vectors as one: the first of each, then the second of each, and so on."""
        for width in (LANES, 2 * LANES):
            order = range(2 * width) if width == LANES else [w * LANES + i for i in range(LANES) for w in range(4)]
            places = ir.Constant(ir.VectorType(ir.IntType(32), 2 * width), list(order))
            pairs = zip(columns[::2], columns[1::2], strict=True)
            columns = [self.builder.shuffle_vector(a, b, places) for a, b in pairs]
        return columns[0]


@intrinsic
def eight_blocks(
    typing: Any, to: Any, key0: Any, key1: Any, block: Any, site: Any, sample: Any, mirror: Any
) -> Any:
    """Store the uniforms of eight blocks that follow each other, from the address `to` on."""

    def generate(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        on, (to, *words) = Vectors(builder), arguments
        k0, k1, block, c1, c2, mirror = map(on.repeated, words)
        c0, c3 = builder.add(block, on.constant(*range(LANES))), on.constant(0)
        for _ in range(ROUNDS):
            (g0, l0), (g1, l1) = on.product(M0, c0), on.product(M1, c2)
            c0, c1, c2, c3 = builder.xor(builder.xor(g1, c1), k0), l1, builder.xor(builder.xor(g0, c3), k1), l0
            k0, k1 = builder.add(k0, on.constant(W0)), builder.add(k1, on.constant(W1))
        columns = [on.uniforms(builder.xor(c, mirror)) for c in (c0, c1, c2, c3)]
        pointer = builder.inttoptr(to, ir.VectorType(REAL, EIGHT).as_pointer())
        builder.store(on.interleaved(columns), pointer).align = 8
        return context.get_dummy_value()

    return types.void(types.int64, *[types.uint64] * 6), generate


@intrinsic
def word_at(typing: Any, address: Any, index: Any) -> Any:
    """Return the word at an index of the array at an address."""

    def generate(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        pointer = builder.inttoptr(arguments[0], ir.IntType(64).as_pointer())
        return builder.load(builder.gep(pointer, [arguments[1]]))

    return types.uint64(types.uint64, types.int64), generate


@register_jitable
def place(omega: Any, site: int, visit: int) -> None:
    """Put coordinates of a Sobol point over those uniforms of a block that they stand for."""
    number, sites = np.int64(omega.number), omega.visits.shape[0] - 1
    low = number % BLOCK * DIMENSIONS
    high = ((number // BLOCK - np.int64(omega.block)) * SCRAMBLES + number % SCRAMBLES) * DIMENSIONS
    for i in range(4):
        k = (visit + i) * sites + site - 1
        if k < DIMENSIONS:
            word = word_at(omega.points, low + k) ^ word_at(omega.blocks, high + k)
            omega.buffer[site, (visit + i) & (CAPACITY - 1)] = (np.int64(word) + 0.5) * SCALE


@register_jitable
def store(omega: Any, site: int, visit: int, c0: int, c1: int, c2: int, c3: int) -> None:
    """Store the block of four words that begins with this visit to a site, as uniforms."""
    mirror, at = omega.mirror, visit & (CAPACITY - 1)
    omega.buffer[site, at] = (np.int64((c0 ^ mirror) >> SHIFT) + 0.5) * SCALE
    omega.buffer[site, at + 1] = (np.int64((c1 ^ mirror) >> SHIFT) + 0.5) * SCALE
    omega.buffer[site, at + 2] = (np.int64((c2 ^ mirror) >> SHIFT) + 0.5) * SCALE
    omega.buffer[site, at + 3] = (np.int64((c3 ^ mirror) >> SHIFT) + 0.5) * SCALE


@register_jitable
def fill(omega: Any, site: int, visit: int) -> None:
    """Compute the block of four uniforms that begins with this visit to a site, and those that follow it.

    These are as many as a processor computes side by side: one more, or seven where so many visits are expected. This
    is one function, so that LLVM leaves it whole and out of line.
    """
    count, at, rest = 4, visit & (CAPACITY - 1), omega.expected[site] - visit
    block, where, k0, k1 = np.uint64(visit >> 2) + ONE, np.uint64(site), omega.key0, omega.key1
    if rest > MANY and at <= CAPACITY - EIGHT:
        eight_blocks(omega.buffer[site].ctypes.data + 8 * at, k0, k1, block, where, omega.sample, omega.mirror)
        count = EIGHT
    else:
        c0, c1, c2, c3 = block, where, omega.sample, ZERO
        d0, d1, d2, d3 = c0 + ONE, c1, c2, c3
        if visit == 0 and rest <= count:
            for _ in range(ROUNDS):
                g0, l0 = multiply(M0, c0)
                g1, l1 = multiply(M1, c2)
                c0, c1, c2, c3 = g1 ^ c1 ^ k0, l1, g0 ^ c3 ^ k1, l0
                k0 += W0
                k1 += W1
        else:
            for _ in range(ROUNDS):
                g0, l0 = multiply(M0, c0)
                g1, l1 = multiply(M1, c2)
                h0, m0 = multiply(M0, d0)
                h1, m1 = multiply(M1, d2)
                c0, c1, c2, c3 = g1 ^ c1 ^ k0, l1, g0 ^ c3 ^ k1, l0
                d0, d1, d2, d3 = h1 ^ d1 ^ k0, m1, h0 ^ d3 ^ k1, m0
                k0 += W0
                k1 += W1
            store(omega, site, visit + 4, d0, d1, d2, d3)
            count = 8
        store(omega, site, visit, c0, c1, c2, c3)
    omega.filled[site] = visit + count
    if omega.points != ZERO and site > 0:
        for first in range(visit, visit + count, 4):
            place(omega, site, first)
