"""Compile a program's loop over samples on carried values with Numba."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

import numba
import numpy as np
from llvmlite import binding
from numba.extending import register_jitable

from stochtrace import runtime
from stochtrace.carried import numba_draws, numba_library, numba_trace, numba_values
from stochtrace.carried.numba_memory import CROSSED, FORCED, FULL, SIGNATURES, Tables, address_of, begin
from stochtrace.carried.rebinding import rebound
from stochtrace.estimation.compiled import FailedSample, cached_copy, fingerprint, imported, reached
from stochtrace.estimation.functions import Functions, Given
from stochtrace.estimation.moments import Array
from stochtrace.estimation.schemes import INDEPENDENT, Scheme
from stochtrace.runtime import numba_side

TEMPLATE, LIBRARY = Path(__file__).with_name("carried_loop.py"), Path(numba_library.__file__)
Function = Callable[..., Any]
ROOM, MOST = 4096, 1 << 20  # rows of the tables of a sample: at first, and at most


class Full(Exception):
    """A sample needs more room."""


class GivenUp(Exception):
    """A sample needs what compiled code does not have."""


@cache
def library() -> list[Any]:
    """Compile what all programs share, or find it on disk, and give it the names by which they call it."""
    module = imported(cached_copy(LIBRARY, "library", fingerprint([], True)))
    compiled = []
    for name, signature in SIGNATURES.items():
        pointer = numba.cfunc(signature, cache=True, error_model="numpy")(getattr(module, name))
        binding.add_symbol(f"stochtrace_{name}", pointer.address)
        compiled.append(pointer)
    return compiled


def compile_carried(name: str, primal: Function) -> Function:
    """Return the loop compiled for a program; what Numba cannot compile shows when it is first called."""
    library()
    program = rebound(primal, {runtime: numba_draws}, {})
    used = list(dict.fromkeys(reached(program)))
    for function in used:
        numba_side.register(function)
    module = imported(cached_copy(TEMPLATE, name, fingerprint(used, True)))
    module.__dict__.update({n: f for n, f in vars(numba_trace).items() if not n.startswith("__")})
    module.__dict__.update(
        program=program,
        start=numba_side.start,
        begin=begin,
        address_of=address_of,
        carried_arguments=numba_values.carried_arguments,
        write_value=numba_values.write_value,
        write_tangent=numba_values.write_tangent,
        CROSSED=CROSSED,
        FULL=FULL,
        Full=Full,
        GivenUp=GivenUp,
    )
    for helper in ("replayed", "verified", "same", "checked"):
        register_jitable(module.__dict__[helper])
    compiled: Function = numba.njit(cache=True, nogil=True)(module.run)
    return compiled


class CarriedLoop:
    """Runs samples on carried values in compiled code, with more room where a sample needs it."""

    def __init__(self, functions: Functions) -> None:
        self._run = compile_carried(functions.name, functions.primal)
        self._omega_type = numba_side.omega_type(functions.sites)
        self._room = ROOM

    def compile(self, given: Given) -> None:
        """Compile for arguments of these types, without running a sample."""
        nothing = np.zeros((0, 1))
        self._call(given, np.zeros(1, self._omega_type), 0, nothing, nothing, ROOM)

    def __call__(
        self,
        given: Given,
        seed: int,
        first: int,
        values: Array,
        derivatives: Array,
        scheme: Scheme = INDEPENDENT,
    ) -> None:
        """Fill in values and derivatives, of shape (samples, components), of the samples from number `first` on."""
        done, room = 0, self._room
        while True:
            omegas = np.zeros(1, self._omega_type)
            _pointed_to = scheme.prepare(omegas, seed, first, len(values))
            try:
                self._call(given, omegas, first + done, values[done:], derivatives[done:], room)
                return
            except Exception as error:
                failed = int(omegas["number"][0])
                if not isinstance(error, Full) or room >= MOST:
                    raise FailedSample(failed) from error
                done, room = failed - first, room * 4
                self._room = max(self._room, room)


    def _call(self, given: Given, omegas: Any, first: int, values: Array, derivatives: Array, room: int) -> None:
        own, check = Tables(room), Tables(room)
        traces, forces = np.concatenate([own.traces, check.traces]), np.zeros(1, FORCED)
        scratch = np.zeros((2, values.shape[1]))
        self._run(given.arguments, given.tangents, omegas, traces, forces, scratch, first, values, derivatives)
