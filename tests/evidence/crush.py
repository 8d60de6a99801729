"""The compiled uniforms under TestU01: `PYTHONPATH=tests python -m evidence.crush [BATTERY [RECORD]]`.

TestU01 (L'Ecuyer & Simard 2007, ACM Trans. Math. Softw. 33, 22) reads one sequence of numbers. Ours are a function of
(seed, sample, site, visit), so a sequence is an order in which such places are read: `ORDERS` has one along each axis
alone, and one that takes sites and visits in turn in sample after sample, as programs do. What is called is the
compiled `read` of generated programs itself, in its record of ω. `high` shows the number as it is, `low` only the last
32 of its 52 bits.

A p-value beyond `LIMIT` on either side fails the run: over all statistics of the default command, a false alarm has a
probability of about 1e-6. A generator that repeats itself is the control, and must fail. TestU01 is Debian's
libtestu01-0-dev (component non-free), and this is therefore no part of the tests.

Without an argument SmallCrush is run on every order. `Crush` and `BigCrush` are run test by test on the last order, and
continue a record that was begun: a line of JSON for each statistic, in `tests/data/crush.jsonl`, or in the file
RECORD. Each test reads uniforms of its own, by its number, wherever a record was broken off.
"""

from __future__ import annotations

import ctypes
import ctypes.util
import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

import numba
import numpy as np
from numba import types

from stochtrace.runtime import numba_side
from stochtrace.runtime.threefry import key_words
from stochtrace.runtime.uniforms import read

LIMIT = 3e-9
SEED = 20_240_229
TESTS = {"SmallCrush": 10, "Crush": 96, "BigCrush": 106}


class Order(NamedTuple):
    """How places are read: `visits` of each of `sites` in turn, then as many samples and seeds further."""

    name: str
    sites: int
    visits: int
    samples: int = 1
    seeds: int = 0


CONTROL = Order("control, one sample again and again", 64, 1, 0)  # must fail
ORDERS = (
    Order("seeds", 1, 1, 0, 1),
    Order("samples", 1, 1),
    Order("sites", 64, 1),
    Order("visits", 1, 1 << 62),
    Order("sites and visits", 5, 7),
)
MOST_SITES = max(order.sites for order in ORDERS)
STATE = np.dtype(
    [
        ("omega", numba_side.omega_type(MOST_SITES)),
        ("jumps", numba_side.JUMPS_TYPE),
        *((name, "i8") for name in ("sites", "visits", "samples", "seeds", "site", "visit", "low")),
    ],
    align=True,
)
SIGNATURE = (types.voidptr, types.voidptr)


class Generator(ctypes.Structure):
    """TestU01's `unif01_Gen`."""

    _fields_ = (
        ("state", ctypes.c_void_p),
        ("param", ctypes.c_void_p),
        ("name", ctypes.c_char_p),
        ("uniform", ctypes.c_void_p),
        ("bits", ctypes.c_void_p),
        ("write", ctypes.c_void_p),
    )


@numba.njit
def advance(state: Any) -> None:
    """Go on to the next place: the next site, the next visit, the next sample or seed."""
    state.site += 1
    if state.site > state.sites:
        state.site = 1
        state.visit += 1
    if state.visit == state.visits:
        state.visit = 0
        omega = state.omega
        omega.key0 += np.uint64(state.seeds)
        numba_side.start(omega, state.jumps, omega.sample + np.uint64(state.samples))


@numba.cfunc(types.float64(*SIGNATURE))
def uniform(param: Any, address: Any) -> float:
    """Return the next number."""
    state = numba.carray(address, 1, STATE)[0]
    advance(state)
    w = read(state.omega, state.site)
    return w * 1048576.0 % 1.0 if state.low else w


@numba.cfunc(types.uint64(*SIGNATURE))
def bits(param: Any, address: Any) -> int:
    """Return the first 32 bits of the next number."""
    state = numba.carray(address, 1, STATE)[0]
    advance(state)
    w = read(state.omega, state.site)
    return np.uint64((w * 1048576.0 % 1.0 if state.low else w) * 4294967296.0)


@ctypes.CFUNCTYPE(None, ctypes.c_void_p)
def write(state: int) -> None:
    """Print nothing of the state."""


def generator(order: Order, low: bool, test: int) -> tuple[Generator, Any]:
    """Return a generator of TestU01 that reads an order, for a test, and the memory that it lives in."""
    state = np.zeros(1, STATE)
    state["omega"]["key0"], state["omega"]["key1"] = key_words(SEED + (test << 64))
    state["omega"]["site"] = -1
    for name in ("sites", "visits", "samples", "seeds"):
        state[name] = getattr(order, name)
    state["low"] = low
    name = f"{order.name}, {'low' if low else 'high'} bits".encode()
    own = ctypes.cast(write, ctypes.c_void_p)
    return Generator(state.ctypes.data, None, name, uniform.address, bits.address, own), state


def library() -> ctypes.CDLL:
    """Return TestU01, told to print summaries only."""
    if ctypes.util.find_library("testu01") is None:
        sys.exit("this needs TestU01: apt-get install libtestu01-0-dev (Debian's component non-free)")
    for name in ("testu01mylib", "testu01probdist"):
        ctypes.CDLL(ctypes.util.find_library(name), mode=ctypes.RTLD_GLOBAL)
    found = ctypes.CDLL(ctypes.util.find_library("testu01"), mode=ctypes.RTLD_GLOBAL)
    ctypes.c_int.in_dll(found, "swrite_Basic").value = 0
    return found


def run(testu01: ctypes.CDLL, battery: str, test: int, given: Generator) -> Iterator[tuple[str, float]]:
    """Run one test of a battery, by its number, and yield the name and the p-value of its statistics."""
    repeat = (ctypes.c_int * (TESTS[battery] + 1))()
    repeat[test] = 1
    getattr(testu01, f"bbattery_Repeat{battery}")(ctypes.byref(given), repeat)
    count = ctypes.c_int.in_dll(testu01, "bbattery_NTests").value
    names = (ctypes.c_char_p * count).in_dll(testu01, "bbattery_TestNames")
    values = (ctypes.c_double * count).in_dll(testu01, "bbattery_pVal")
    for i in range(count):
        yield (names[i] or b"").decode(), values[i]


def record(battery: str, order: Order, low: bool, path: Path) -> list[float]:
    """Run the tests of a battery that a record does not have yet, and return all p-values."""
    testu01 = library()
    known = [json.loads(line) for line in path.read_text().splitlines()] if path.exists() else []
    done = {row["test"] for row in known}
    for test in range(1, TESTS[battery] + 1):
        if test not in done:
            given, state = generator(order, low, test)
            rows = [{"test": test, "name": name, "p": p} for name, p in run(testu01, battery, test, given)]
            assert state.nbytes
            with path.open("a") as file:
                file.write("".join(json.dumps(row) + "\n" for row in rows))
            known += rows
    return [row["p"] for row in known]


def report(what: str, values: list[float]) -> bool:
    """Print how a run ended, and tell whether all p-values are inside the limits."""
    outside = [p for p in values if not LIMIT <= p <= 1 - LIMIT]
    inner = min(min(p, 1 - p) for p in values)
    print(f"{what}: {len(values)} statistics, {len(outside)} fail, the smallest tail is {inner:.2g}", flush=True)
    return not outside


def main(arguments: list[str]) -> int:
    """Run what is asked for, and return 1 where a statistic fails."""
    if arguments:
        battery, *given = arguments
        path = Path(*given) if given else Path(__file__).parents[1] / "data" / f"{battery.lower()}.jsonl"
        return 0 if report(battery, record(battery, ORDERS[-1], False, path)) else 1
    folder = Path(__file__).parents[2] / "build"
    folder.mkdir(exist_ok=True)
    results = []
    for order in (CONTROL, *ORDERS):
        for low in (False, True):
            name = f"{order.name}, {'low' if low else 'high'} bits"
            path = folder / f"smallcrush {name}.jsonl"
            path.unlink(missing_ok=True)
            results.append(report(name, record("SmallCrush", order, low, path)) is (order is not CONTROL))
    return 0 if all(results) else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
