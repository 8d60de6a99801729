"""The runtime in Numba's nopython mode: the same functions, on ω and jumps that are records of plain numbers.

Imported only where a program is compiled. All samplers and formulas are the Python functions themselves, registered as
they are; only what touches memory is written again here: `read`, and `keep`.
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
    laws,
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
from stochtrace.runtime.jumps import RARE, count
from stochtrace.runtime.numba_counters import AHEAD
from stochtrace.runtime.numba_laws import LAW
from stochtrace.runtime.numba_threefry import BEYOND, CAPACITY, ONE, fill, forget, taken
from stochtrace.runtime.uniforms import read

ZERO = np.uint64(0)
PRIMITIVES: set[Any] = {
    checks.require,
    uniforms.read,
    jumps.keep,
    jumps.leaving,
    jumps.offer,
    laws.binomial_outcome,
    laws.poisson_outcome,
    laws.table_of,
    taped.as_tangents,
    taped.zeros_of,
    *numba_values.PRIMITIVES,
}


def omega_type(sites: int, taped: bool = False) -> np.dtype[Any]:
    """Return the record that holds ω for a program with this many sites; in reverse mode it knows the tape."""
    words = [(name, "u8") for name in ("key0", "key1", "number", "sample", "paired", "mirror")]
    words += [(name, "u8") for name in ("points", "blocks", "block", "made0", "made1")]
    forced = [(name, "i8") for name in ("site", "visit", "to", *(["tape"] if taped else []))]
    state = [(name, "i8", (sites + 1,)) for name in ("visits", "expected", "filled")]
    kept = [("known", "u8", (sites + 1, 2))]
    rows = ("ahead", 4 * AHEAD), ("laws", LAW), ("buffer", CAPACITY + BEYOND)
    kept += [(name, "f8", (sites + 1, length)) for name, length in rows]
    return np.dtype([*words, *forced, *state, *kept], align=True)


KEPT = [(name, "f8") for name in ("total", "threshold", "sign")]
KEPT += [(name, "i8") for name in ("site", "visit", "to", "fresh")]  # fresh: kept since a program has looked
JUMPS_TYPE, TAPED_JUMPS_TYPE = np.dtype(KEPT, align=True), np.dtype([*KEPT, ("node", "i8")], align=True)
TABLE_TYPE = np.dtype([*KEPT, *((name, "i8") for name in ("rows", "count", "room", "full"))], align=True)
ROW_TYPE = np.dtype(
    [(name, "f8") for name in ("weight", "below", "above", "low", "high")]
    + [(name, "i8") for name in ("site", "visit", "to", "draw", "decision", "stale")],
    align=True,
)  # a jump; or a crossing of a carried program, whose site is CROSSED
CROSSED = -2


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


@overload(jumps.offer)
def offer_record(omega, jumps, site, to, weight, there=1.0, here=1.0):
    """Compiled `offer`: outcomes are random, and a mispredicted branch on one costs more than all else here."""

    def implementation(omega, jumps, site, to, weight, there=1.0, here=1.0):
        count(omega, jumps, site, to, weight, there, here)

    return implementation


def taped_leaving(weight, there, here):
    """Compiled `leaving` of a tangent of reverse mode."""
    there, here = abs(there), abs(here)
    return numba_tape.leaving(weight, there < RARE * here, here < RARE * there)


@overload(jumps.leaving)
def leaving_typed(weight, there, here):
    """Compiled `leaving`."""
    if isinstance(weight, numba_tape.TapedType):
        return taped_leaving
    return lambda weight, there, here: jumps.float_leaving(weight, there, here)


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
        jumps.fresh = 1

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
    forget(omega)
    for site in range(omega.visits.shape[0]):
        omega.expected[site] = omega.visits[site]
        omega.visits[site] = 0
        omega.filled[site] = 0
        if omega.expected[site] > 0 and omega.known[site, 0] == ONE and not taken(omega, site, 0):
            fill(omega, site, 0)


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
    found = [checks, jumps, laws, uniforms, values]
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
