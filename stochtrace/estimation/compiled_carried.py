"""Compile a program's loop over samples on carried values with Numba."""

from __future__ import annotations

import math
import sys
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numba
import numpy as np
from numba.extending import register_jitable

from stochtrace import carried, runtime
from stochtrace.carried import math as carried_math
from stochtrace.carried import (
    numba_densities,
    numba_draws,
    numba_fields,
    numba_objects,
    numba_rings,
    numba_sources,
    numba_trace,
    numba_values,
)
from stochtrace.carried import numpy as carried_numpy
from stochtrace.carried.numba_memory import FORCED, FORCED_TYPE, FULL, PARAMETER, TRACE_TYPE, Tables, begin
from stochtrace.carried.rebinding import rebound
from stochtrace.estimation.anchored import forms_from, forms_of, typed_forms
from stochtrace.estimation.compiled import Full, Loop, fingerprint
from stochtrace.estimation.compiled_forms import HELPERS, ON_RECORDS, shared_library
from stochtrace.estimation.compiled_recursive import register_programs, turning
from stochtrace.estimation.functions import Functions, Given
from stochtrace.estimation.moments import Array
from stochtrace.estimation.nested import is_container
from stochtrace.estimation.of_sources import Parts, reading_omega
from stochtrace.estimation.reached import names_used, reached
from stochtrace.estimation.words import holds_words, in_words
from stochtrace.lowering.classes import OBJECTS
from stochtrace.lowering.sources import SEEDED, SOURCE_OF, UNSEEDED
from stochtrace.runtime import numba_meaning, numba_side
from stochtrace.runtime.cached import cached_copy, imported
from stochtrace.runtime.numba_tape import address_of

PARTS = Parts(
    {carried: numba_draws, carried_math: math, carried_numpy: np},
    numba_sources.drawing,
    {
        SOURCE_OF: numba_sources.source_of,
        UNSEEDED: numba_sources.UNSEEDED,
        SEEDED: numba_sources.SEEDED,
        **numba_fields.OPTIONAL,
        **HELPERS,
    },
)
TEMPLATE = Path(__file__).with_name("carried_loop.py")
Function = Callable[..., Any]


class GivenUp(Exception):
    """A sample needs what compiled code does not have."""


def compile_carried(name: str, primal: Function, sites: int) -> Function:
    """Return the loop compiled for a program; what Numba cannot compile shows when it is first called."""
    shared_library(fingerprint([], True))
    program = rebound(primal, {runtime: numba_draws}, {})
    replay = rebound(program, {}, {}) if OBJECTS in program.__globals__ else program
    used = list(dict.fromkeys(function for entry in (program, replay) for function in reached(entry)))
    register_programs(used, numba_meaning.Unfused)
    for function in used:
        numba_densities.register(names_used(function.__code__))
    freeing = [nothing, nothing]
    if replay is not program:
        freeing = [declared(program, TRACE_TYPE, sites), declared(replay, FORCED_TYPE, sites)]
    module = imported(cached_copy(TEMPLATE, name, fingerprint(used, True, known_of(program))))
    module.__dict__.update({n: f for n, f in vars(numba_trace).items() if not n.startswith("__")})
    module.__dict__.update(
        program=program,
        replay=replay,
        free_sample=freeing[0],
        free_replay=freeing[1],
        start=numba_side.start,
        begin=begin,
        comb=numba_side.comb,
        jump_row=numba_side.jump_row,
        address_of=address_of,
        carried_arguments=numba_values.carried_arguments,
        plain_arguments=numba_values.plain_arguments,
        write_value=numba_values.write_value,
        write_tangent=numba_values.write_tangent,
        CROSSED=numba_side.CROSSED,
        FULL=FULL,
        PARAMETER=PARAMETER,
        Full=Full,
        GivenUp=GivenUp,
    )
    for helper in ("add", "replayed", "verified", "same", "checked", "free_sample", "free_replay"):
        register_jitable(module.__dict__[helper])
    # Numba finds the modules of cached code again by their names.
    kept = all(function.__module__ in sys.modules for function in used) and not turning(used)
    compiled: Function = numba.njit(cache=kept, nogil=True)(module.run)
    return compiled


def declared(program: Function, record: Any, sites: int) -> Function:
    """Give a program's classes to its functions: the types of their objects in a sample or in a replay.

    Returns what frees objects that hold each other at the end of it.
    """
    space = program.__globals__
    objects = space[OBJECTS]
    omega = numba.types.Tuple((numba.from_dtype(numba_side.omega_type(sites)), record))
    kinds = numba_objects.Types(space, objects, omega, holds_words(reached(program)))
    numba_objects.declare(space, objects.classes, objects.values, kinds)
    return numba_rings.releasing([*kinds.in_rings.values()]) if objects.rings else nothing


def nothing(record: Any) -> None:
    """Free nothing: no objects hold each other."""


def known_of(program: Function) -> Any:
    """Return what compiled code depends on beside the functions of a program: its classes."""
    objects = program.__globals__.get(OBJECTS)
    return None if objects is None else objects.told()


class Kept(threading.local):
    """The traces of a sample and of its checks, for each thread: their tables take as long to clear as many samples."""

    def __init__(self) -> None:
        self.size: tuple[int, bool] | None = None

    def of(self, room: int, collecting: bool) -> Any:
        """Return the two traces, with room for a number of rows in each table."""
        if self.size != (room, collecting):
            self.size, self.tables = (room, collecting), (Tables(room, collecting), Tables(room))
            self.traces = np.concatenate([tables.traces for tables in self.tables])
        return self.traces


class CarriedLoop(Loop):
    """Runs samples on carried values in compiled code."""

    _plain_last = True

    def __init__(self, functions: Functions) -> None:
        super().__init__(functions)
        self._traces = Kept()

    def compile(self, given: Given) -> None:
        """Compile for arguments of these types; what moves is a number, or an array of them."""
        if any(map(is_container, given.tangents)):
            raise NotImplementedError("a parameter that moves is neither a number nor an array")
        super().compile(given)

    def _forms_of(self, functions: Functions, given: Given) -> Iterator[Functions]:
        for form in self._read(functions, given):
            yield from in_words(form)

    def _read(self, functions: Functions, given: Given) -> Iterator[Functions]:
        if functions.reads_omega:
            yield from forms_of(functions, HELPERS, ON_RECORDS)
            yield from typed_forms(functions, given, HELPERS, ON_RECORDS)
            return
        for made, tree in reading_omega(functions, given, PARTS):
            yield from forms_from(made, tree, HELPERS, ON_RECORDS)

    def _compiled(self, functions: Functions) -> Function:
        return compile_carried(functions.name, functions.primal, functions.sites)

    def _call(
        self, given: Given, omegas: Any, first: int, values: Array, slopes: Array, room: int, replays: int | None
    ) -> None:
        traces, forces = self._traces.of(room, replays != 1), np.zeros(1, FORCED)
        scratch = np.zeros((2, values.shape[1]))
        tables = omegas, traces, forces, scratch
        self._run(given.arguments, given.tangents, *tables, replays or 0, first, values, slopes)
