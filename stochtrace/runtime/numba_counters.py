"""Builds the instructions of Threefry4x64-20 for several blocks at once: vectors, with a block in each lane."""

# mypy: disable-error-code="untyped-decorator"

from __future__ import annotations

from typing import Any

from llvmlite import ir
from numba import types
from numba.extending import intrinsic

from stochtrace.runtime.threefry import INJECTED, PARITY, ROTATIONS, ROUNDS, SHIFT

LANES = 8
BLOCK, SAMPLE = 0, 2  # words of a counter
FOLLOWING, AHEAD = LANES, 2 * LANES
WORD, REAL, INDEX = ir.IntType(64), ir.DoubleType(), ir.IntType(32)
WORDS, REALS = ir.VectorType(WORD, LANES), ir.VectorType(REAL, LANES)
ONES, BELOW_ONE = 0x3FF0000000000000, 1.0 - 2.0**-53  # the exponent of numbers from 1 to 2


def constant(word: int) -> Any:
    """Return a word that is the same in all lanes."""
    return ir.Constant(WORDS, [word] * LANES)


def repeated(builder: Any, word: Any) -> Any:
    """Build a vector with a word in each lane."""
    nothing = ir.Constant(WORDS, ir.Undefined)
    first = builder.insert_element(nothing, word, ir.Constant(INDEX, 0))
    return builder.shuffle_vector(first, nothing, ir.Constant(ir.VectorType(INDEX, LANES), None))


def rotated(builder: Any, words: Any, places: int) -> Any:
    """Build words with their digits rotated to the left."""
    turn = builder.module.declare_intrinsic(f"llvm.fshl.v{LANES}i64", (), ir.FunctionType(WORDS, [WORDS] * 3))
    return builder.call(turn, [words, words, constant(places)])


def as_uniforms(builder: Any, words: Any) -> Any:
    """Build words as uniforms: numbers from 1 to 2 with these digits, less a little less than 1."""
    digits = builder.or_(builder.lshr(words, constant(SHIFT)), constant(ONES))
    return builder.fsub(builder.bitcast(digits, REALS), ir.Constant(REALS, [BELOW_ONE] * LANES))


def interleaved(builder: Any, columns: list[Any]) -> Any:
    """Build one vector of four: the first of each, then the second of each, and so on."""
    for width in (LANES, 2 * LANES):
        order = range(2 * width) if width == LANES else [w * LANES + i for i in range(LANES) for w in range(4)]
        places = ir.Constant(ir.VectorType(INDEX, 2 * width), list(order))
        pairs = zip(columns[::2], columns[1::2], strict=True)
        columns = [builder.shuffle_vector(a, b, places) for a, b in pairs]
    return columns[0]


class Blocks:
    """The words of a block in each lane, on their way through the rounds."""

    def __init__(self, builder: Any, counter: list[Any], key0: Any, key1: Any) -> None:
        zero = ir.Constant(WORD, 0)
        last = builder.xor(builder.xor(key0, key1), ir.Constant(WORD, PARITY))
        self.builder, self.words = builder, counter
        self.keys = [repeated(builder, key) for key in (key0, key1, zero, zero, last)]
        self.inject(0)

    def inject(self, time: int) -> None:
        """Append the instructions that add the key, for the n-th time."""
        add = self.builder.add
        self.words = [add(word, self.keys[(time + i) % 5]) for i, word in enumerate(self.words)]
        self.words[3] = add(self.words[3], constant(time))

    def round(self, number: int) -> None:
        """Append the instructions of a round."""
        build = self.builder
        x0, a, x2, b = self.words
        for_a, for_b = ROTATIONS[number % len(ROTATIONS)]
        x0, x2 = build.add(x0, a), build.add(x2, b)
        a, b = build.xor(rotated(build, a, for_a), x0), build.xor(rotated(build, b, for_b), x2)
        self.words = [x0, b, x2, a]
        if number % INJECTED == INJECTED - 1:
            self.inject(number // INJECTED + 1)

    def uniforms(self, mirror: Any) -> Any:
        """Return the uniforms of all blocks, one after the other."""
        build = self.builder
        mirrored = [build.xor(word, repeated(build, mirror)) for word in self.words]
        return interleaved(build, [as_uniforms(build, word) for word in mirrored])


def several(count: int, along: int) -> Any:
    """Return what stores the uniforms of so many blocks from an address on, at the counter of the first of them.

    Their counters follow each other in word number `along`.
    """

    def generate(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        to, key0, key1, *counter, mirror = arguments

        def counted(start: int) -> Blocks:
            words = [repeated(builder, word) for word in (*counter, ir.Constant(WORD, 0))]
            words[along] = builder.add(words[along], ir.Constant(WORDS, list(range(start, start + LANES))))
            return Blocks(builder, words, key0, key1)

        vectors = [counted(start) for start in range(0, count, LANES)]
        for number in range(ROUNDS):
            for blocks in vectors:
                blocks.round(number)
        for blocks in vectors:
            row = blocks.uniforms(mirror)
            builder.store(row, builder.inttoptr(to, row.type.as_pointer())).align = 8
            to = builder.add(to, ir.Constant(WORD, 8 * row.type.count))
        return context.get_dummy_value()

    def stored(typing: Any, to: Any, key0: Any, key1: Any, block: Any, site: Any, sample: Any, mirror: Any) -> Any:
        return types.void(types.int64, *[types.uint64] * 6), generate

    return intrinsic(stored)


store_following = several(FOLLOWING, BLOCK)
store_ahead = several(AHEAD, SAMPLE)
