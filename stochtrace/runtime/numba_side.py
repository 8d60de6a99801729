"""The runtime in Numba's nopython mode: the same functions, on ω and jumps that are records of plain numbers.

Imported only where a program is compiled. All samplers and formulas are the Python functions themselves, registered as
they are; only what touches memory is written again here: `read` with its own Philox (the same words), and `keep`.
A site keeps its last 256 uniforms, so that a replay computes none of them again.
"""

# Numba takes the signatures of overloads literally, so none of them is annotated.
# mypy: disable-error-code="no-untyped-def,no-untyped-call,untyped-decorator"

from __future__ import annotations

import importlib
import math
import pkgutil
import types as python_types
from collections.abc import Callable
from typing import Any

import numpy as np
from llvmlite import ir
from numba import from_dtype, types
from numba.extending import intrinsic, overload, register_jitable

from stochtrace.runtime import (
    checks,
    distributions,
    functions,
    jumps,
    numba_arrays,
    numba_meaning,
    numba_scipy,
    numba_special,
    numba_tape,
    numba_values,
    taped,
    uniforms,
    values,
)
from stochtrace.runtime.functions import scipy_special
from stochtrace.runtime.philox import FACTORS, SCALE, SHIFT, STEPS
from stochtrace.runtime.sobol import BLOCK, DIMENSIONS, SCRAMBLES
from stochtrace.runtime.uniforms import read

CAPACITY = 256
M0, M1 = FACTORS[:, 0]
W0, W1 = map(np.uint64, STEPS)
ZERO, ONE, TWO = np.uint64(0), np.uint64(1), np.uint64(2)
PRIMITIVES: set[Any] = {
    checks.require,
    uniforms.read,
    jumps.keep,
    jumps.leaving,
    taped.as_tangents,
    taped.zeros_of,
    *numba_values.PRIMITIVES,
}


def omega_type(sites: int, taped: bool = False) -> np.dtype[Any]:
    """Return the record that holds ω for a program with this many sites; in reverse mode it knows the tape."""
    words = [(name, "u8") for name in ("key0", "key1", "number", "sample", "paired", "mirror")]
    words += [(name, "u8") for name in ("points", "blocks", "block")]
    forced = [(name, "i8") for name in ("site", "visit", "to", *(["tape"] if taped else []))]
    state = [("visits", "i8", (sites + 1,)), ("filled", "i8", (sites + 1,)), ("buffer", "f8", (sites + 1, CAPACITY))]
    return np.dtype([*words, *forced, *state], align=True)


KEPT = [("total", "f8"), ("threshold", "f8"), ("sign", "f8"), ("site", "i8"), ("visit", "i8"), ("to", "i8")]
JUMPS_TYPE, TAPED_JUMPS_TYPE = np.dtype(KEPT, align=True), np.dtype([*KEPT, ("node", "i8")], align=True)
TABLE_TYPE = np.dtype([*KEPT, *((name, "i8") for name in ("rows", "count", "room", "full"))], align=True)
ROW_TYPE = np.dtype(
    [(name, "f8") for name in ("weight", "below", "above", "low", "high")]
    + [(name, "i8") for name in ("site", "visit", "to", "draw", "decision", "stale")],
    align=True,
)  # a jump; or a crossing of a carried program, whose site is CROSSED
CROSSED = -2


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


def reference(row: np.dtype[Any]) -> Any:
    """Return a function that gives the row of a table: the record at address + index * size."""
    kind = from_dtype(row)

    def typed(typing: Any, address: Any, index: Any) -> Any:
        def generate(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
            step = builder.mul(arguments[1], ir.Constant(ir.IntType(64), row.itemsize))
            return builder.inttoptr(builder.add(arguments[0], step), context.get_value_type(kind))

        return kind(types.int64, types.int64), generate

    return intrinsic(typed)


jump_row = reference(ROW_TYPE)


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
    if omega.points != ZERO and site > 0:
        place(omega, site, visit)


@register_jitable
def fill(omega: Any, site: int, visit: int) -> None:
    """Compute the block of four uniforms that begins with this visit to a site, and the next one after the first.

    A processor computes two blocks side by side. This is one function, so that LLVM leaves it whole and out of line.
    """
    c0, c1, c2, c3 = np.uint64(visit >> 2) + ONE, np.uint64(site), omega.sample, ZERO
    d0, d1, d2, d3 = c0 + ONE, c1, c2, c3
    k0, k1 = omega.key0, omega.key1
    if visit == 0:
        for _ in range(10):
            g0, l0 = multiply(M0, c0)
            g1, l1 = multiply(M1, c2)
            c0, c1, c2, c3 = g1 ^ c1 ^ k0, l1, g0 ^ c3 ^ k1, l0
            k0 += W0
            k1 += W1
    else:
        for _ in range(10):
            g0, l0 = multiply(M0, c0)
            g1, l1 = multiply(M1, c2)
            h0, m0 = multiply(M0, d0)
            h1, m1 = multiply(M1, d2)
            c0, c1, c2, c3 = g1 ^ c1 ^ k0, l1, g0 ^ c3 ^ k1, l0
            d0, d1, d2, d3 = h1 ^ d1 ^ k0, m1, h0 ^ d3 ^ k1, m0
            k0 += W0
            k1 += W1
        store(omega, site, visit + 4, d0, d1, d2, d3)
    store(omega, site, visit, c0, c1, c2, c3)
    omega.filled[site] = visit + (4 if visit == 0 else 8)


@overload(read)
def read_record(omega, site):
    """Compiled `read`."""
    if isinstance(omega, types.Record) and "tape" in omega.fields:

        def marking(omega, site):
            if site > 0:
                numba_tape.mark(omega.tape)
            visit = omega.visits[site]
            if visit >= omega.filled[site]:
                fill(omega, site, visit)
            omega.visits[site] = visit + 1
            return omega.buffer[site, visit & (CAPACITY - 1)]

        return marking

    def implementation(omega, site):
        visit = omega.visits[site]
        if visit >= omega.filled[site]:
            fill(omega, site, visit)
        omega.visits[site] = visit + 1
        return omega.buffer[site, visit & (CAPACITY - 1)]

    return implementation


@overload(jumps.leaving)
def leaving_typed(weight, certain):
    """Compiled `leaving`."""
    if isinstance(weight, numba_tape.TapedType):
        return lambda weight, certain: numba_tape.leaving(weight, certain)
    return lambda weight, certain: jumps.float_leaving(weight, certain)


@overload(taped.as_tangents)
def as_tangents_typed(value):
    """Compiled `as_tangents`."""
    return lambda value: np.asarray(value)


@overload(taped.zeros_of)
def zeros_of_typed(value, count):
    """Compiled `zeros_of`."""
    return lambda value, count: np.zeros(count)


@overload(checks.require)
def require_static(ok, site, name, value):
    """Compiled `require`: an error without arguments, which costs nothing until it is raised.

    The record of ω says in which sample; that sample, run again as plain Python, says the rest.
    """

    def implementation(ok, site, name, value):
        if not ok:
            raise checks.DomainError("a parameter of a draw is outside its domain")

    return implementation


@overload(jumps.keep)
def keep_record(omega, jumps, site, to, weight):
    """Compiled `keep`: the weighted reservoir of one, or a table of all.

    The first jump that is kept reads no number: the next one does, for both of them. Where few jumps are offered, that
    number and its block are most of the cost. The trace of a carried program has a `keep` of its own.
    """
    if isinstance(weight, numba_tape.TapedType):

        def taped(omega, jumps, site, to, weight):
            jumps.site = site
            jumps.visit = omega.visits[site]
            jumps.to = np.int64(to)
            jumps.sign = weight.factor / numba_tape.scale_of(weight)
            jumps.node = weight.node
            jumps.threshold = jumps.total / read(omega, 0)

        return taped

    if "choice" in jumps.fields:
        return None
    if "rows" in jumps.fields:

        def collected(omega, jumps, site, to, weight):
            if weight == 0.0:
                return
            if jumps.count == jumps.room:
                jumps.full = 1
                return
            row = jump_row(jumps.rows, jumps.count)
            row.weight, row.site, row.visit, row.to = weight, site, omega.visits[site], np.int64(to)
            jumps.count += 1

        return collected

    def implementation(omega, jumps, site, to, weight):
        if jumps.site < 0:
            jumps.threshold = jumps.total
        else:
            late = omega.visits[0] == 0
            while True:
                total = jumps.threshold if late else jumps.total
                jumps.threshold = total / read(omega, 0)
                if not late:
                    break
                if jumps.total <= jumps.threshold:
                    return
                late = False
        jumps.site = site
        jumps.visit = omega.visits[site]
        jumps.to = np.int64(to)
        jumps.sign = 1.0 if weight > 0.0 else -1.0

    return implementation


def start(omega: Any, jumps: Any, number: int) -> None:
    """Begin a sample; where ω is `paired`, two of them share a counter word, and the second reads 1 - ω."""
    omega.number = np.uint64(number)
    omega.sample = omega.number >> omega.paired
    omega.mirror = ZERO - (omega.number & omega.paired)
    omega.site = -1
    jumps.site = -1
    jumps.total = 0.0
    jumps.threshold = 0.0
    for site in range(omega.visits.shape[0]):
        omega.visits[site] = 0
        omega.filled[site] = 0


def collect(jumps: Any) -> None:
    """Keep all jumps of a sample that has been started."""
    jumps.threshold, jumps.count = -math.inf, 0


def comb(omega: Any, total: float, rows: int, count: int, wanted: int) -> None:
    """Choose `wanted` rows of a table (0: all), as `carried.reservoir.Several`: others are left without weight."""
    if wanted == 0 or count <= wanted or not math.isfinite(total):
        return
    step, before = total / wanted, 0
    passed = -read(omega, 0)
    for crossings in range(2):
        for i in range(count):
            row = jump_row(rows, i)
            if (row.site == CROSSED) == (crossings == 1):
                passed += abs(row.weight) / step
                end = math.ceil(passed)
                row.weight = math.copysign(step * (end - before), row.weight)
                before = end


def choose(jumps: Any, row: Any) -> None:
    """Make a row of the table the jump to replay."""
    jumps.site, jumps.visit, jumps.to = row.site, row.visit, row.to


def replay(omega: Any, jumps: Any) -> None:
    """Begin the sample again, with the kept jump forced."""
    omega.site = jumps.site
    omega.visit = jumps.visit
    omega.to = jumps.to
    for site in range(omega.visits.shape[0]):
        omega.visits[site] = 0
        if omega.filled[site] > CAPACITY:
            omega.filled[site] = 0


numba_arrays.register()
numba_scipy.register()
numba_special.register()
registered: set[Callable[..., Any]] = set()


def register(function: Callable[..., Any]) -> None:
    """Let compiled code call a plain Python function of ours."""
    if function not in registered:
        registered.add(function)
        register_jitable(function)


def register_program(function: python_types.FunctionType, compiler: Any = numba_meaning.Compiler) -> None:
    """Let compiled code call a function of a program: it means what Python means, and checks each index of an array.

    Numba takes the last argument of a call for a parameter that is passed by keyword only.
    """
    if function.__code__.co_kwonlyargcount:
        raise NotImplementedError(f"`{function.__name__}` has a parameter that is passed by keyword only")
    if function not in registered:
        registered.add(function)
        register_jitable(boundscheck=True, pipeline_class=compiler)(function)


def modules() -> list[Any]:
    """Return the modules whose functions compiled code may call."""
    found = [checks, jumps, uniforms, values]
    for package in (functions, distributions):
        names = [info.name for info in pkgutil.iter_modules(package.__path__, f"{package.__name__}.")]
        found += [importlib.import_module(name) for name in names]
    return [module for module in found if module is not scipy_special]


for _module in modules():
    for _function in list(vars(_module).values()):
        if isinstance(_function, python_types.FunctionType) and _function not in PRIMITIVES:
            register(_function)
for _function in (start, collect, comb, choose, replay):
    register(_function)
