"""The uniforms ω in compiled code: Threefry4x64-20, eight blocks at a time.

A site keeps its last 256 uniforms, so that a replay computes none of them again. Eight blocks of one site are computed,
or, where a sample needs only one more, as the one before, that block of sixteen samples that follow each other.
"""

# mypy: disable-error-code="untyped-decorator"

from __future__ import annotations

import hashlib
import sys
from pathlib import Path
from typing import Any

import numba
import numpy as np
from llvmlite import ir
from numba import types
from numba.extending import intrinsic, register_jitable

from stochtrace.runtime import numba_blocks, numba_counters, threefry
from stochtrace.runtime.numba_counters import AHEAD, FOLLOWING
from stochtrace.runtime.numba_symbols import library
from stochtrace.runtime.sobol import BLOCK, DIMENSIONS, SCRAMBLES
from stochtrace.runtime.threefry import SCALE

CAPACITY, BEYOND = 256, 4 * (FOLLOWING - 1)  # uniforms that are kept, and places for those that come too early
ZERO, ONE, HALF = np.uint64(0), np.uint64(1), np.uint64(2**63)
NAMES = ("following", "ahead")
SIGNATURE = types.int64(types.int64, *[types.uint64] * 6)


def key() -> str:
    """Return what the machine code of the blocks depends on."""
    sources = [Path(str(module.__file__)).read_bytes() for module in (numba_blocks, numba_counters, threefry)]
    return hashlib.sha256(b"".join([repr((sys.version, numba.__version__)).encode(), *sources])).hexdigest()[:32]


LIBRARY = library(Path(numba_blocks.__file__), "blocks", key(), dict.fromkeys(NAMES, SIGNATURE))
following, ahead = (types.ExternalFunction(f"stochtrace_{name}", SIGNATURE) for name in NAMES)


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


@intrinsic
def take(typing: Any, to: Any, at: Any, made: Any, row: Any, mirror: Any) -> Any:
    """Copy the four uniforms of a block; each becomes 1 - ω, which is exact, where the bits of `mirror` are set."""

    def generate(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        four = ir.VectorType(ir.DoubleType(), 4)
        pairs = (to, *arguments[:2]), (made, *arguments[2:4])
        places = [builder.gep(context.make_array(kind)(context, builder, x).data, [i]) for kind, x, i in pairs]
        into, out = (builder.bitcast(place, four.as_pointer()) for place in places)
        found = builder.load(out, align=8)
        mirrored = builder.fsub(ir.Constant(four, [1.0] * 4), found)
        plain = builder.icmp_unsigned("==", arguments[4], ir.Constant(ir.IntType(64), 0))
        builder.store(builder.select(plain, found, mirrored), into, align=8)
        return context.get_dummy_value()

    return types.void(to, types.int64, made, types.int64, types.uint64), generate


@register_jitable
def forget(omega: Any) -> None:
    """Forget the blocks that were made ahead under another key."""
    if omega.made0 != omega.key0 or omega.made1 != omega.key1:
        omega.made0, omega.made1 = omega.key0, omega.key1
        omega.known[:] = ZERO


@register_jitable
def taken(omega: Any, site: int, visit: int) -> Any:
    """Take the block that begins with this visit to a site from those that were made ahead, if it is there."""
    lane = omega.sample - omega.known[site, 1]
    if lane >= np.uint64(AHEAD) or omega.known[site, 0] != np.uint64(visit) + ONE:
        return False
    take(omega.buffer[site], visit & (CAPACITY - 1), omega.ahead[site], 4 * np.int64(lane), omega.mirror)
    omega.filled[site] = visit + 4
    if omega.points != ZERO and site > 0:
        place(omega, site, visit)
    return True


@register_jitable
def make_ahead(omega: Any, site: int, visit: int) -> Any:
    """Make the block that begins with this visit for the samples from this one on, and take it.

    Return false where the visit is another one than at the last call: samples differ, and it is not made.
    """
    known, first, sample = omega.known[site], np.uint64(visit) + ONE, omega.sample
    if known[0] != first:
        known[0], known[1] = first, sample + HALF
        return False
    block = np.uint64(visit >> 2) + ONE
    ahead(omega.ahead[site].ctypes.data, omega.key0, omega.key1, block, np.uint64(site), sample, ZERO)
    known[1] = sample
    return taken(omega, site, visit)


@register_jitable
def fill(omega: Any, site: int, visit: int) -> None:
    """Compute the block of four uniforms that begins with this visit to a site, and the seven that follow it.

    This is one function, so that LLVM leaves it whole and out of line.
    """
    forget(omega)
    at, rest = visit & (CAPACITY - 1), omega.expected[site] - visit
    if rest <= 4 and (taken(omega, site, visit) or make_ahead(omega, site, visit)):
        return
    block, to = np.uint64(visit >> 2) + ONE, omega.buffer[site].ctypes.data + 8 * at
    following(to, omega.key0, omega.key1, block, np.uint64(site), omega.sample, omega.mirror)
    count = min(4 * FOLLOWING, CAPACITY - at)
    omega.filled[site] = visit + count
    if omega.points != ZERO and site > 0:
        for first in range(visit, visit + count, 4):
            place(omega, site, first)
