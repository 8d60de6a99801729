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
LANES, BESIDE = 8, 4  # blocks that are computed as vectors, and beside them by the processor's multiplier of words
AHEAD, MANY = 4 * (LANES + BESIDE), 24  # uniforms of these, and how many must be expected for them to pay
M0, M1 = FACTORS[:, 0]
W0, W1 = map(np.uint64, STEPS)
ZERO, ONE = np.uint64(0), np.uint64(1)
WORD, REAL = ir.IntType(64), ir.DoubleType()
ONES, BELOW_ONE = 0x3FF0000000000000, 1.0 - 2.0**-53  # the exponent of numbers from 1 to 2


def words_of_product(builder: Any, a: Any, b: Any) -> tuple[Any, Any]:
    """Build the high and the low word of a product of two words."""
    wide = ir.IntType(128)
    product = builder.mul(builder.zext(a, wide), builder.zext(b, wide))
    return builder.trunc(builder.lshr(product, ir.Constant(wide, 64)), WORD), builder.trunc(product, WORD)


@intrinsic
def multiply(typing: Any, a: Any, b: Any) -> Any:
    """Return the high and the low word of a 64 x 64 bit product."""

    def generate(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        return context.make_tuple(builder, signature.return_type, words_of_product(builder, *arguments))

    return types.UniTuple(types.uint64, 2)(types.uint64, types.uint64), generate


class Words:
    """Builds LLVM's instructions on a word."""

    real: Any = REAL

    def __init__(self, builder: Any) -> None:
        self.builder = builder

    def constant(self, word: Any) -> Any:
        """Return a constant."""
        return ir.Constant(WORD, int(word))

    def below_one(self) -> Any:
        """Return a little less than 1."""
        return ir.Constant(REAL, BELOW_ONE)

    def repeated(self, word: Any) -> Any:
        """Return the word."""
        return word

    def product(self, factor: int, x: Any) -> tuple[Any, Any]:
        """Return the high and the low word of a product with a constant."""
        return words_of_product(self.builder, ir.Constant(WORD, int(factor)), x)

    def uniforms(self, words: Any) -> Any:
        """Return words as uniforms: numbers from 1 to 2 with these digits, less a little less than 1."""
        digits = self.builder.or_(self.builder.lshr(words, self.constant(SHIFT)), self.constant(ONES))
        return self.builder.fsub(self.builder.bitcast(digits, self.real), self.below_one())


class Vectors(Words):
    """Builds the same instructions on a word of each lane."""

    real: Any = ir.VectorType(REAL, LANES)

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

    def below_one(self) -> Any:
        """Return a little less than 1 in each lane."""
        return ir.Constant(self.real, [BELOW_ONE] * LANES)

    def interleaved(self, columns: Any) -> Any:
        """Return four vectors as one: the first of each, then the second of each, and so on."""
        for width in (LANES, 2 * LANES):
            order = range(2 * width) if width == LANES else [w * LANES + i for i in range(LANES) for w in range(4)]
            places = ir.Constant(ir.VectorType(ir.IntType(32), 2 * width), list(order))
            pairs = zip(columns[::2], columns[1::2], strict=True)
            columns = [self.builder.shuffle_vector(a, b, places) for a, b in pairs]
        return columns[0]


class Blocks:
    """The counter words of a block, or of a block in each lane, on their way through the rounds."""

    def __init__(self, on: Words, first: Any, site: Any, sample: Any, key0: Any, key1: Any) -> None:
        self.on, self.keys = on, [on.repeated(key0), on.repeated(key1)]
        self.words = [first, on.repeated(site), on.repeated(sample), on.constant(0)]

    def round(self) -> None:
        """Append the instructions of one round."""
        on, (c0, c1, c2, c3), (k0, k1) = self.on, self.words, self.keys
        xor, add = on.builder.xor, on.builder.add
        (g0, l0), (g1, l1) = on.product(M0, c0), on.product(M1, c2)
        self.words = [xor(xor(g1, c1), k0), l1, xor(xor(g0, c3), k1), l0]
        self.keys = [add(k0, on.constant(W0)), add(k1, on.constant(W1))]

    def uniforms(self, mirror: Any) -> list[Any]:
        """Return the words as uniforms."""
        return [self.on.uniforms(self.on.builder.xor(w, self.on.repeated(mirror))) for w in self.words]


@intrinsic
def many_blocks(
    typing: Any, to: Any, key0: Any, key1: Any, block: Any, site: Any, sample: Any, mirror: Any
) -> Any:
    """Store the uniforms of twelve blocks that follow each other, from the address `to` on.

    A processor has units for vectors and for words, and waits for each product: both kinds together keep it busy.
    """

    def generate(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        (to, key0, key1, block, site, sample, mirror), wide, on = arguments, Vectors(builder), Words(builder)
        given = site, sample, key0, key1
        vector = Blocks(wide, builder.add(wide.repeated(block), wide.constant(*range(LANES))), *given)
        beside = [Blocks(on, builder.add(block, on.constant(LANES + i)), *given) for i in range(BESIDE)]
        for _ in range(ROUNDS):
            for blocks in (vector, *beside):
                blocks.round()
        rows = [wide.interleaved(vector.uniforms(mirror)), *(u for blocks in beside for u in blocks.uniforms(mirror))]
        for row in rows:
            builder.store(row, builder.inttoptr(to, row.type.as_pointer())).align = 8
            to = builder.add(to, on.constant(8 * getattr(row.type, "count", 1)))
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

    These are as many as a processor computes side by side: one more, or eleven where so many visits are expected. This
    is one function, so that LLVM leaves it whole and out of line.
    """
    count, at, rest = 4, visit & (CAPACITY - 1), omega.expected[site] - visit
    block, where, k0, k1 = np.uint64(visit >> 2) + ONE, np.uint64(site), omega.key0, omega.key1
    if rest > MANY and at <= CAPACITY - AHEAD:
        many_blocks(omega.buffer[site].ctypes.data + 8 * at, k0, k1, block, where, omega.sample, omega.mirror)
        count = AHEAD
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
