"""Random programs on arrays and containers, compiled: each sample is that of interpreted code, with all jumps too.

Small programs that Numba takes in a usual run; any others by `python -m fuzz compiled_arrays`, at half a minute each.
"""

from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
import random_arrays
from fuzz import SourceFails, survey
from harness import filed
from random_programs import Pick
from test_random_arrays import close, read, same_values, sampled, told
from test_random_compiled import general

from stochtrace.carried.running import Refused
from stochtrace.diagnostics import Refusal
from stochtrace.estimation.estimator import ONE_REPLAY, Estimator
from stochtrace.estimation.functions import Given
from stochtrace.estimation.program import Program
from stochtrace.estimation.reasons import reason
from stochtrace.runtime.checks import ArrayError

pytest.importorskip("numba", reason="compiled samples are compared")
PROGRAMS = (1,)
SAMPLES, NUDGED = 40, 1e-6  # a replay stands beside a kink, by a few ulps


def Writer(pick: Pick) -> Any:
    """Return the writer of a small program of the grammar, of what Numba may take."""
    writer = random_arrays.Writer(pick)
    writer.left, writer.rare = pick((2, 3, 4)), False
    return writer


def outcome(source: str) -> str:
    """Return what becomes of a program: why it is refused or not compiled, or "the same"."""
    try:
        with TemporaryDirectory() as folder:
            program, given = read(source, lambda text: filed(text, Path(folder)))
            same_values(source, program, given)
            found = {compared(program, given, estimator) for estimator in (ONE_REPLAY, Estimator(None))}
    except (Refusal, ArrayError) as refused:
        return told(refused)
    except SourceFails as failed:
        return f"an error of the source: {general(str(failed))}"
    return min(found, key=lambda what: what == "the same")


def compared(program: Program, given: Given, estimator: Estimator) -> str:
    """Compare compiled samples with interpreted ones; where those are refused, tell whether the others are."""
    refused = slow = None
    try:
        slow = sampled(program, program._sampler.interpreted(estimator), given, SAMPLES)
    except Refused as error:
        refused = told(error)
    try:
        run, _, _ = program._sampler.pick(given, "compiled", estimator)
    except Exception as error:
        return refused or f"not compiled: {general(reason(error))}"
    try:
        values, slopes = sampled(program, run, given, SAMPLES)
    except Refused as error:
        assert told(error) == refused
        return told(error)
    if slow is None:
        return f"compiled, but {refused}"
    close(values, slow[0], NUDGED)
    close(slopes, slow[1], NUDGED)
    return "the same"


def test_random_programs_are_the_same_compiled() -> None:
    assert survey(Writer, outcome, PROGRAMS) == {"the same": len(PROGRAMS)}
