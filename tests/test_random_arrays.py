"""Random programs on arrays and containers: refused, or equal to the source on the same uniforms, bit for bit.

Samples on carried values have those values too, but for rounding. 20 programs in a usual run, always the same ones; any
others by `python -m fuzz arrays`. `test_random_arrays_compiled` compares compiled samples.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from fuzz import SourceFails, survey
from harness import bound, every_direction, executed, generate, run_original
from random_arrays import Writer
from stubs import Queue, Stub
from test_random_compiled import general

from stochtrace.carried.running import Refused
from stochtrace.diagnostics import Refusal
from stochtrace.estimation import interpreted
from stochtrace.estimation.estimator import ONE_REPLAY
from stochtrace.estimation.functions import Given
from stochtrace.estimation.program import Program
from stochtrace.estimation.shapes import flatten
from stochtrace.runtime.checks import ArrayError
from stochtrace.runtime.uniforms import Omega

AT = {"p": 0.7}
ARRAY = {"t": [0.5, 1.25, 0.8, 1.0]}
PROGRAMS, SEEDS, SAMPLES, SEED = 20, range(10), 8, 5
ROUNDING = 1e-11


def outcome(source: str) -> str:
    """Return what becomes of a program: why it is refused, or "right"; fail where it is neither."""
    try:
        program, given = read(source)
        form = "carried values" if program.functions.on_carried_values else "tangent lines"
        same_values(source, program, given)
        sampled(program, program._sampler.interpreted(ONE_REPLAY), given, SAMPLES)
    except (Refusal, ArrayError, Refused) as refused:
        return told(refused)
    except SourceFails as failed:
        return f"an error of the source: {general(str(failed))}"
    return f"right, {form}"


def told(refused: BaseException) -> str:
    """Return why a program is refused, without names and numbers."""
    if isinstance(refused, Refusal):
        assert refused.line > 0 and refused.source_line and refused.instead
        return f"refused: {general(refused.what)}"
    return f"refused when it runs: {general(str(refused.args[0] if isinstance(refused, Refused) else refused))}"


def read(source: str, made: Callable[[str], Program] = lambda text: executed(generate(text, functions=("f",)))) -> Any:
    """Return a program with the point and the direction of its samples; raise what it is refused by."""
    program = made(source)
    at = {**AT, **ARRAY} if "def f(p, t, rng" in source else AT
    given = program.given(bound(program, at), every_direction(program, at)[-1])
    try:
        program.sample(*bound(program, at).values(), seed=SEED)
    except ArrayError:
        raise
    except Exception:
        pass  # the source has the same error, or `same_values` fails
    return program, given


def same_values(source: str, program: Program, given: Given) -> None:
    """Source and primal have the same values on the same uniforms, or the same error."""
    at = dict(zip(program.parameters, given.arguments, strict=True))
    for seed in SEEDS:
        queue = Queue(seed)
        value = tried(lambda seed=seed: run_original(source, program, at, Queue(seed)))
        found = tried(lambda queue=queue: interpreted.drawn(program.functions, tuple(given.arguments), queue))
        if isinstance(value, Exception):
            assert type(found) is type(value), f"{found!r} instead of {value!r}"
            raise SourceFails(f"{type(value).__name__}: {value}")
        assert not isinstance(found, Exception), repr(found)
        np.testing.assert_array_equal(flatten(found), flatten(value))
        assert sum(Stub.omega.visits.values()) == sum(queue.visits.values())


def tried(run: Any) -> Any:
    """Return a result, or the error in its place."""
    try:
        return run()
    except Exception as error:
        return error


def sampled(program: Program, run: Any, given: Given, samples: int) -> Any:
    """Return values and derivatives of samples, of which the values are those of the primal; or the error of both."""
    omega, values = Omega(SEED, program.functions.sites), []
    for number in range(samples):
        omega.start(number)
        value = tried(lambda: interpreted.drawn(program.functions, tuple(given.arguments), omega))
        if isinstance(value, Exception):
            error = tried(lambda: run(given, SEED, 0, *np.zeros((2, samples, 1))))
            assert isinstance(error, Exception), f"{value!r} is no error of samples"
            raise SourceFails(f"{type(value).__name__}: {value}")
        values.append(flatten(value))
    found = np.zeros((2, samples, len(values[0])))
    run(given, SEED, 0, *found)
    close(found[0], np.array(values), ROUNDING)
    return found


def close(a: Any, b: Any, part: float) -> None:
    """Fail unless two tables have the same numbers, but for a part of the largest of their column."""
    for i in range(a.shape[1]):
        size = float(np.max(np.abs(b[:, i][np.isfinite(b[:, i])]), initial=0.0))
        np.testing.assert_allclose(a[:, i], b[:, i], rtol=part, atol=part * size, err_msg=f"column {i}")




def test_random_programs_have_the_values_of_the_source() -> None:
    with np.errstate(all="ignore"):
        found = survey(Writer, outcome, range(PROGRAMS))
    assert found["right, carried values"] > 0.6 * PROGRAMS, found
