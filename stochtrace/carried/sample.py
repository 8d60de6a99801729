"""One sample of a carried program with its derivative: the run on carried values, and the replays of what was kept."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from typing import Any, NamedTuple

import numpy as np

from stochtrace.carried import meetings
from stochtrace.carried.evaluation import Hidden, keep_signs
from stochtrace.carried.probing import prober
from stochtrace.carried.replay import Replay
from stochtrace.carried.reservoir import Crossing, Crossings, EveryCrossing
from stochtrace.carried.running import Refused, Run, running
from stochtrace.carried.smooth import STEADY, Smooth, tangent, value
from stochtrace.carried.trace import Check, Ended, Trace
from stochtrace.forms import NONE, Forms
from stochtrace.runtime.jumps import Jump, Weight
from stochtrace.runtime.taped import stacked
from stochtrace.runtime.uniforms import Omega, read
from stochtrace.runtime.values import remade

Program = Callable[..., Any]
TRIALS = 100_000


def run(program: Program, arguments: tuple[Any, ...], on: Run) -> Any:
    """Return the result of a program in a run; what stops the run stops it whatever the program catches."""
    try:
        with running(on):
            result = program(*arguments)
    except Exception:
        if on.stopped is not None:  # NumPy goes on over arrays of objects, and meets an error of its own
            raise on.stopped from None
        raise
    if on.stopped is not None:
        raise on.stopped
    return result


def carried(value: Any, tangents: Any) -> Any:
    """Return an argument with its tangent: the coordinates that move become carried values."""
    if isinstance(value, np.ndarray):
        pairs = zip(value.flat, tangents.ravel(), strict=True)
        moved = np.empty(value.size, dtype=object)
        moved[:] = [carried(float(v), d) for v, d in pairs]
        return moved.reshape(value.shape)
    if isinstance(value, dict):
        return {key: carried(part, tangents[key]) for key, part in value.items()}
    if isinstance(value, tuple | list):
        parts = [carried(part, dot) for part, dot in zip(value, tangents, strict=True)]
        return remade(value, parts)
    return Smooth(value, tangents, -1, 0.0, 0.0, STEADY, "parameter", ()) if tangents else value


def split(result: Any) -> tuple[Any, Any]:
    """Return the value and the tangent of a result, in its containers."""
    if isinstance(result, np.ndarray):
        if result.dtype != object:
            return result, np.zeros(result.shape)
        parts = [split(v) for v in result.flat]
        values = np.array([part[0] for part in parts], dtype=float).reshape(result.shape)
        return values, stacked([part[1] for part in parts], result.shape)
    if isinstance(result, tuple | list):
        parts = [split(v) for v in result]
        return remade(result, [p[0] for p in parts]), remade(result, [p[1] for p in parts])
    return value(result), tangent(result)


class Differentiated(NamedTuple):
    """Value and smooth derivative of a sample, its jumps (weight, near, far, site), scores of frozen draws by site."""

    value: Any
    delta: Any
    jumps: list[tuple[Weight, Any, Any, int]]
    scores: dict[int, Any]


def differentiated(
    program: Program,
    plain: Program,
    arguments: tuple[Any, ...],
    moved: tuple[Any, ...],
    omega: Omega,
    jumps: Crossings | EveryCrossing,
    forms: Forms = NONE,
) -> Differentiated:
    """Return a sample that has been started, with its derivative; `plain` is the program as replays run it.

    `forms` are what comments ask for, by site.
    """
    trace, whole, chosen = started(program, arguments, moved, omega, jumps, forms)
    result, delta = split(whole)
    here, outcomes = result, []
    if trace.apart and (parted := meetings.apart(moved, trace.apart, trace.way)) is not None:
        moved, arguments = parted, meetings.plain(parted)
        omega.replay(-1, -1, 0)
        jumps.start()
        trace, whole, chosen = started(program, arguments, moved, omega, jumps, forms)
        result, delta = split(whole)
    used = omega.visits[0]
    for jump in chosen:
        if isinstance(jump, Jump):
            omega.replay(jump.site, jump.visit, jump.to)
            outcomes.append((jump.weight, result, run(plain, arguments, Replay(omega)), jump.site))
        elif trials := verified(program, moved, omega, trace, jump, used):
            alone = jump.near and trace.is_alone(jump, whole)
            below = result if alone and jump.near < 0 else replayed(plain, arguments, omega, jump, jump.below)
            above = result if alone and jump.near > 0 else replayed(plain, arguments, omega, jump, jump.above)
            outcomes.append((jump.weight * trials, below, above, jump.site))
    return Differentiated(here, delta, outcomes, trace.scores)


def started(
    program: Program,
    arguments: tuple[Any, ...],
    moved: tuple[Any, ...],
    omega: Omega,
    jumps: Crossings | EveryCrossing,
    forms: Forms,
) -> tuple[Trace, Any, list[Jump | Crossing]]:
    """Return a run of a sample, its result, and the jumps that are chosen, whose intervals are settled."""
    trace, whole = traced(program, arguments, moved, omega, forms, jumps)
    chosen = jumps.chosen()
    trace.settle(jump.draw for jump in chosen if isinstance(jump, Crossing))
    return trace, whole, chosen


def traced(
    program: Program,
    arguments: tuple[Any, ...],
    moved: tuple[Any, ...],
    omega: Omega,
    forms: Forms,
    jumps: Crossings | EveryCrossing,
) -> tuple[Trace, Any]:
    """Return the run of a sample on carried values, with its jumps and crossings, and its result."""
    differs = prober(program, moved, len(omega.visits) - 1, forms)
    trace = Trace(omega, jumps, forms=forms, differs=differs, way=meetings.way_of(moved))
    return trace, on_trace(program, arguments, moved, trace)


def on_trace(program: Program, arguments: tuple[Any, ...], moved: tuple[Any, ...], trace: Trace) -> Any:
    """Return the result of the run on carried values; an error that plain numbers do not raise is a refusal."""
    try:
        return run(program, moved, trace)
    except (TypeError, AttributeError, ValueError, NotImplementedError) as error:
        visits = list(trace.omega.visits)
        trace.omega.replay(-1, -1, 0)
        run(program, arguments, Replay(trace.omega))
        trace.omega.visits = visits
        what = f"a value that moves smoothly goes where it cannot be followed ({type(error).__name__}: {error})"
        instead = "Write it with functions of math or NumPy that have a rule."
        raise Refused(what, instead).with_traceback(error.__traceback__) from error


def replayed(program: Program, arguments: tuple[Any, ...], omega: Omega, crossing: Crossing, z: float) -> Any:
    """Return the result with the draw of a crossing forced."""
    omega.replay(crossing.site, crossing.visit, z)
    return run(program, arguments, Replay(omega, (crossing.site, crossing.visit, z)))


def verified(
    program: Program, moved: tuple[Any, ...], omega: Omega, trace: Trace, crossing: Crossing, used: int
) -> int:
    """Return by what a crossing counts: 1 where the interval of its draw is known exactly.

    Where newer draws have decided on it too, the interval may be too large. The crossing then counts 0 if it lies
    outside the true one; else as many times as it takes to hit the true interval by draws from the known one, whose
    mean is the ratio of the two. The first `used` uniforms of the reservoir are not theirs.
    """
    if not trace.is_stale(crossing):
        return 1
    atom = trace.atoms[crossing.draw]
    assert atom is not None
    expected = [outcome for _, _, outcome in trace.decisions[: crossing.decision]]
    signs = trace.signs(crossing)

    def same(z: float) -> bool:
        if signs is not None:
            with suppress(Hidden):
                return keep_signs(signs, crossing.draw, z)
        omega.replay(-1, -1, 0)
        held = crossing.site, crossing.visit, z
        check = Check(omega, EveryCrossing(), forced=held, forms=trace.forms, differs=trace.differs, expected=expected)
        try:
            run(program, moved, check)
        except Ended as ended:
            return bool(ended.args[0])
        return False

    if not same(crossing.below) or not same(crossing.above):
        return 0
    omega.visits[0] = used
    read(omega, 0)
    for trial in range(1, TRIALS):
        omega.visits[0] = used + trial
        if same(atom.inside(read(omega, 0), crossing.low, crossing.high)):
            return trial
    raise RuntimeError("the interval of a decision could not be found again")
