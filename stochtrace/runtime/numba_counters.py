"""Builds the instructions of Philox4x64-10 for several blocks at once."""

# mypy: disable-error-code="untyped-decorator"

from __future__ import annotations

from typing import Any

from llvmlite import ir
from numba import types
from numba.extending import intrinsic

from stochtrace.runtime.philox import FACTORS, ROUNDS, SHIFT, STEPS

LANES, BESIDE = 8, 4  # blocks that are computed as a vector, and beside vectors by the processor's multiplier of words
FOLLOWING, AHEAD = LANES + BESIDE, 2 * LANES + BESIDE
BLOCK, SAMPLE = 0, 2  # words of a counter
M0, M1 = FACTORS[:, 0]
W0, W1 = STEPS
WORD, REAL = ir.IntType(64), ir.DoubleType()
ONES, BELOW_ONE = 0x3FF0000000000000, 1.0 - 2.0**-53  # the exponent of numbers from 1 to 2


def words_of_product(builder: Any, a: Any, b: Any) -> tuple[Any, Any]:
    """Build the high and the low word of a product of two words."""
    wide = ir.IntType(128)
    product = builder.mul(builder.zext(a, wide), builder.zext(b, wide))
    return builder.trunc(builder.lshr(product, ir.Constant(wide, 64)), WORD), builder.trunc(product, WORD)


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

    def interleaved(self, columns: Any) -> list[Any]:
        """Return what is stored of the words of a block, one after the other."""
        return list(columns)

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
        """Return the high and the low words of products with a constant, from products of 32 bits.

        Of a word that is the same in all lanes there is one product.
        """
        if x.type == WORD:
            high, low = super().product(factor, x)
            return self.repeated(high), self.repeated(low)
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

    def interleaved(self, columns: Any) -> list[Any]:
        """Return four vectors as one: the first of each, then the second of each, and so on."""
        for width in (LANES, 2 * LANES):
            order = range(2 * width) if width == LANES else [w * LANES + i for i in range(LANES) for w in range(4)]
            places = ir.Constant(ir.VectorType(ir.IntType(32), 2 * width), list(order))
            pairs = zip(columns[::2], columns[1::2], strict=True)
            columns = [self.builder.shuffle_vector(a, b, places) for a, b in pairs]
        return list(columns)


class Blocks:
    """The counter words of a block, or of a block in each lane, on their way through the rounds."""

    def __init__(self, on: Words, words: list[Any], key0: Any, key1: Any) -> None:
        block, site, sample = words  # of block and sample one is the same in all lanes, and so is its first product
        self.on, self.keys = on, [on.repeated(key0), on.repeated(key1)]
        self.words = [block, on.repeated(site), sample, on.constant(0)]

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


def several(vectors: int, beside: int, along: int) -> Any:
    """Return what stores the uniforms of several blocks from an address on, at the counter of the first of them.

    Their counters follow each other in word number `along`. A processor has units for vectors and for words, and waits
    for each product: both kinds together keep it busy.
    """

    def generate(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        to, key0, key1, *first, mirror = arguments

        def counted(on: Words, *lanes: int) -> Blocks:
            words = list(first)
            words[along] = builder.add(on.repeated(first[along]), on.constant(*lanes))
            return Blocks(on, words, key0, key1)

        wide = [range(LANES * i, LANES * (i + 1)) for i in range(vectors)]
        each = [counted(Vectors(builder), *lanes) for lanes in wide]
        each += [counted(Words(builder), LANES * vectors + i) for i in range(beside)]
        for _ in range(ROUNDS):
            for blocks in each:
                blocks.round()
        for blocks in each:
            for row in blocks.on.interleaved(blocks.uniforms(mirror)):
                builder.store(row, builder.inttoptr(to, row.type.as_pointer())).align = 8
                to = builder.add(to, ir.Constant(WORD, 8 * getattr(row.type, "count", 1)))
        return context.get_dummy_value()

    def stored(typing: Any, to: Any, key0: Any, key1: Any, block: Any, site: Any, sample: Any, mirror: Any) -> Any:
        return types.void(types.int64, *[types.uint64] * 6), generate

    return intrinsic(stored)


store_two = several(0, 2, BLOCK)
store_following = several(1, BESIDE, BLOCK)
store_ahead = several(2, BESIDE, SAMPLE)
