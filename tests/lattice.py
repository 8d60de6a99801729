"""Whole discrete programs, exactly: every uniform of the generated program runs over a lattice.

Where all thresholds of a program are multiples of 1/N, each of the N midpoints stands for its interval of the uniform:
the mean over all midpoints of all uniforms *is* the expectation, a finite sum. `estimated` takes it for value and
derivative of a generated program, whose samplers, jumps and reservoir are the real ones; `outcomes.expected` is what
the source says.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np
from harness import bound, every_direction, given, program_of
from outcomes import Tally, expected, summed

from stochtrace.carried import sample as carried
from stochtrace.carried.reservoir import Crossing, EveryCrossing
from stochtrace.carried.trace import Trace
from stochtrace.estimation.interpreted import drawn
from stochtrace.estimation.program import Program
from stochtrace.estimation.recorded import Recorder, items
from stochtrace.estimation.shapes import Direction, flatten
from stochtrace.runtime.jumps import EveryJump, Reservoir
from stochtrace.runtime.tape import Tape
from stochtrace.runtime.taped import Taped
from stochtrace.runtime.values import zero_like

SITES = 100
ROUNDING = 1e-13
Place = tuple[int, int]
# points per uniform: of site 0, which chooses among jumps, and of all others
Sizes = tuple[int, int]


class Case(NamedTuple):
    """A program, where it is evaluated, and the number of lattice points per uniform.

    `choices` are those of the uniforms that choose among jumps: the ratios of their weights must lie on that lattice
    too. 0: all jumps are taken.
    """

    source: str
    at: dict[str, Any]
    size: int
    choices: int = 0


class Grid:
    """ω on one point of the lattice: `known` uniforms, then those of `prefix`, then the first of each new place."""

    def __init__(self, sizes: Sizes, known: Mapping[Place, int], prefix: Sequence[int]) -> None:
        self.sizes, self.known, self.prefix = sizes, known, prefix
        self.fresh: dict[Place, int] = {}
        self.tape: Tape | None = None
        self.replay(-1, -1, 0)

    def replay(self, site: int, visit: int, to: int) -> None:
        self.visits = [0] * SITES
        self.site, self.visit, self.to = site, visit, to

    def next(self, site: int) -> float:
        if self.tape is not None:
            self.tape.mark = self.tape.size
        place = (site, self.visits[site])
        self.visits[site] += 1
        if place not in self.known and place not in self.fresh:
            at = len(self.fresh)
            self.fresh[place] = self.prefix[at] if at < len(self.prefix) else 0
        digit = self.known[place] if place in self.known else self.fresh[place]
        return (digit + 0.5) / self.sizes[site > 0]


def points(run: Callable[[Grid], Any], sizes: Sizes, known: Mapping[Place, int]) -> Iterator[tuple[float, Any, Any]]:
    """Yield weight, result and known uniforms for every point of the lattice that a run can tell apart."""
    prefix: list[int] = []
    while True:
        grid = Grid(sizes, known, prefix)
        result = run(grid)
        bases = [sizes[site > 0] for site, _ in grid.fresh]
        yield 1 / math.prod(bases), result, {**known, **grid.fresh}
        prefix = list(grid.fresh.values())
        while prefix and prefix[-1] == bases[len(prefix) - 1] - 1:
            prefix.pop()
        if not prefix:
            return
        prefix[-1] += 1


def estimated(program: Program, case: Case, direction: Direction, limit: float = math.inf) -> tuple[Any, Any]:
    """Return the means of value and derivative over the lattice, with all jumps or with the one that is kept."""
    with_tangents = given(program, case.at, direction)

    def sample(grid: Grid) -> Any:
        if program.functions.on_carried_values:
            return carried_sample(program, case, direction, grid)
        jumps = Reservoir() if case.choices else EveryJump()
        result = program.derivative(*with_tangents, grid, jumps)
        value, delta = result if program.smooth else (result, zero_like(result))
        return np.array(flatten(value)), np.array(flatten(delta)), jumps.chosen()

    return averaged(program, case, sample, limit)


def carried_sample(program: Program, case: Case, direction: Direction, grid: Grid) -> Any:
    """Return value, smooth derivative and jumps of a sample of a program on carried values."""
    value, delta, jumps = traced(program, case, program.given(bound(program, case.at), direction).with_tangents, grid)
    return np.array(flatten(value)), np.array(flatten(delta)), jumps


def traced(program: Program, case: Case, moved: Any, grid: Grid) -> Any:
    """Return what a run on carried values returns, its tangent, and its jumps."""
    trace = Trace(grid, EveryCrossing())
    value, delta = carried.split(carried.on_trace(program.functions.carried, given(program, case.at), moved, trace))
    jumps = trace.jumps.chosen()
    assert not any(isinstance(jump, Crossing) and trace.is_stale(jump) for jump in jumps)
    return value, delta, jumps


def recorded(program: Program, case: Case, limit: float = math.inf) -> tuple[Any, Any]:
    """Return the same means in reverse mode, with all jumps, by component and direction: those of all at once."""
    arguments, entries = bound(program, case.at), len(every_direction(program, case.at))
    tape = Tape(entries)
    recorder = Recorder(program.functions, arguments, program.wrt, program._tangents, tape)

    def by_leaves(tangent: Any) -> Any:
        seeds = [(tangent.node, tangent.factor)] if isinstance(tangent, Taped) else []
        return tape.adjoints(seeds)

    def sample(grid: Grid) -> Any:
        tape.start()
        grid.tape, jumps, moved = tape, EveryJump(), recorder.given().with_tangents
        if program.functions.on_carried_values:
            value, delta, offered = traced(program, case, moved, grid)
        else:
            result = recorder.functions.derivative(*moved, grid, jumps)
            value, delta = result if program.smooth else (result, zero_like(result))
            offered = jumps.chosen()
        values = np.repeat(flatten(value), entries)
        chosen = [jump._replace(weight=np.resize(by_leaves(jump.weight), values.size)) for jump in offered]
        return values, np.concatenate([by_leaves(d) for d in items(delta)]), chosen

    return averaged(program, case, sample, limit, entries)


def averaged(
    program: Program, case: Case, run: Callable[[Grid], Any], limit: float, entries: int = 1
) -> tuple[Any, Any]:
    """Return means over the lattice of what samples return: value, smooth part, and jumps, which are replayed."""
    arguments = given(program, case.at)
    sizes, tally = (case.choices, case.size), Tally(limit)

    def sample(grid: Grid) -> Any:
        tally.one()
        return run(grid)

    def outcome(run: Callable[[Grid], Any], known: Mapping[Place, int]) -> Any:
        def replayed(grid: Grid) -> Any:
            tally.one()
            return np.repeat(flatten(run(grid)), entries)

        return sum(weight * y for weight, y, _ in points(replayed, sizes, known))

    def after(jump: Any, known: Mapping[Place, int]) -> Any:
        def forced(grid: Grid) -> Any:
            grid.replay(jump.site, jump.visit, jump.to)
            return drawn(program.functions, arguments, grid)

        return outcome(forced, known)

    def beside(jump: Crossing, z: float, known: Mapping[Place, int]) -> Any:
        return outcome(lambda grid: carried.replayed(program.functions.carried, arguments, grid, jump, z), known)

    terms = []
    for weight, (value, delta, jumps), known in points(sample, sizes, {}):
        for jump in jumps:
            if isinstance(jump, Crossing):
                near, far = beside(jump, jump.below, known), beside(jump, jump.above, known)
            else:
                near, far = value, after(jump, known)
            delta = delta + jump.weight * (far - near)
        terms.append((weight * value, weight * delta))
    values, slopes = zip(*terms, strict=True)
    return summed(values)[0], summed(slopes)[0]


def check(case: Case, limit: float = math.inf) -> Program:
    """Fail unless value and derivative of the generated program have exactly the right means, in every direction."""
    program = program_of(case.source)
    check_program(program, case, limit)
    return program


def check_program(program: Program, case: Case, limit: float = math.inf) -> None:
    """The same of a program that is generated already."""
    for direction in every_direction(program, case.at):
        wanted = expected(case.source, "f", case.at, direction.name, direction.index, limit, case.size)
        found = estimated(program, case, direction, limit)
        for what, a, (b, size) in zip(("value", "derivative"), found, wanted, strict=True):
            if not np.all(np.isfinite(size)):
                raise OverflowError(f"{what} by {direction}: {b}")
            assert np.all(abs(a - b) <= ROUNDING * (1 + size)), f"{what} by {direction}: {a}, exact {b}"


def check_recorded(case: Case, limit: float = math.inf, means: str = "") -> None:
    """Fail unless reverse mode has exactly the right means in all directions at once: those of the source `means`."""
    program = program_of(case.source)
    value, gradient = recorded(program, case, limit)
    towards = every_direction(program, case.at)
    for i, direction in enumerate(towards):
        wanted = expected(means or case.source, "f", case.at, direction.name, direction.index, limit)
        found = (value[i :: len(towards)], gradient[i :: len(towards)])
        for what, a, (b, size) in zip(("value", "derivative"), found, wanted, strict=True):
            assert np.all(abs(a - b) <= ROUNDING * (1 + size)), f"{what} by {direction}: {a}, exact {b}"
