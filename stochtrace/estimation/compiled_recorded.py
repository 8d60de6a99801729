"""Compile a program's loop over samples in reverse mode with Numba."""

from __future__ import annotations

import ast
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np

from stochtrace.carried.rebinding import rebound
from stochtrace.estimation.compiled import FailedSample, Full, check_lists, compiled_from, with_constant_lists
from stochtrace.estimation.compiled_recursive import with_stack
from stochtrace.estimation.functions import Functions
from stochtrace.estimation.moments import Array
from stochtrace.estimation.schemes import INDEPENDENT
from stochtrace.estimation.travelling import text_of
from stochtrace.runtime import numba_recording, numba_side, numba_tape
from stochtrace.runtime.tape import LIMIT, full

TEMPLATE = Path(__file__).with_name("recorded_loop.py")
ROOM = 1024  # nodes of a tape, beside its leaves, at first


class RecordedLoop:
    """Runs samples in reverse mode in compiled code, with more room where a sample needs it, up to a limit."""

    def __init__(self, functions: Functions) -> None:
        with suppress(TypeError):  # its text is not to be had
            tree = ast.parse(text_of(functions.primal, functions.name))
            functions = with_stack(with_constant_lists(functions, tree), tree)
        derivative = rebound(functions.derivative, numba_recording.SHIMS, {})
        self._run = compiled_from(
            TEMPLATE,
            "run",
            replace(functions, derivative=derivative),
            f"{functions.name}_reverse",
            with_leaves=numba_recording.with_leaves,
            write_seed=numba_recording.write_seed,
            **{n: getattr(numba_tape, n) for n in ("address_of", "begin", "clear", "seed", "sweep", "adjoint")},
        )
        self._omega_type = numba_side.omega_type(functions.sites, taped=True)
        self._room = ROOM
        self.most = 0  # bytes of the largest tape that was needed

    def compile(self, arguments: Mapping[str, Any], firsts: Sequence[Any], entries: int) -> None:
        """Compile for arguments of these types, without running a sample; raises what Numba says where it cannot."""
        check_lists(arguments.values())
        try:
            self(arguments, firsts, 0, 0, np.zeros((0, 1)), np.zeros((0, entries, 1)))
        except FailedSample as failed:
            assert failed.__cause__
            raise failed.__cause__ from None

    def __call__(
        self,
        arguments: Mapping[str, Any],
        firsts: Sequence[Any],
        seed: int,
        first: int,
        values: Array,
        gradients: Array,
        limit: int = LIMIT,
    ) -> None:
        """Fill in values, (samples, components), and gradients, (samples, entries, components), from a number on.

        `firsts` holds, for each argument, the first leaf of its tangent; 0.0 where that is zero, None where there is
        none. Raises `TapeFull` where a sample needs more than `limit` bytes.
        """
        done = 0
        while True:
            omegas = np.zeros(1, self._omega_type)
            INDEPENDENT.prepare(omegas, seed, first, len(values))
            tables = numba_tape.Tables(gradients.shape[1], self._room, 8 * self._room)
            self.most = max(self.most, tables.bytes)
            rest = values[done:], gradients[done:]
            try:
                self._call(tuple(arguments.values()), tuple(firsts), omegas, tables, first + done, *rest)
                return
            except Exception as error:
                failed = int(omegas["number"][0])
                if not isinstance(error, Full):
                    raise FailedSample(failed) from error
                if tables.bytes * 4 > limit:
                    raise full(limit, int(tables.tapes["size"][0])) from None
                done, self._room = failed - first, self._room * 4

    def _call(
        self, arguments: Any, firsts: Any, omegas: Any, tables: Any, first: int, values: Array, gradients: Array
    ) -> None:
        jumps, width = np.zeros(1, numba_side.TAPED_JUMPS_TYPE), values.shape[1]
        seeds, scratch = np.zeros((2, width)), np.zeros((1, width))
        self._run(arguments, firsts, omegas, jumps, tables.tapes, seeds, scratch, first, values, gradients)
