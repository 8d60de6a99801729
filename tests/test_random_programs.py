"""Random small programs: each is refused in a sentence, or right. Nothing crashes, and nothing is biased.

24 programs in a usual run, always the same ones; as many as wanted, with their outcomes counted, by

    STOCHTRACE_RANDOM_PROGRAMS=10000 python -m pytest tests/test_random_programs.py -s
"""

from __future__ import annotations

import os
from collections import Counter
from typing import Any

from harness import Queue, Stub, every_direction, executed, given, tangent_lines
from hypothesis import HealthCheck, note, settings
from hypothesis import given as for_all
from hypothesis import strategies as st
from lattice import Case, check
from outcomes import TooMany
from random_programs import AT, SIZE, Writer

from stochtrace.diagnostics import Refusal
from stochtrace.estimation.program import Program
from stochtrace.estimation.shapes import flatten
from stochtrace.runtime.distributions import discrete
from stochtrace.runtime.jumps import EveryJump
from stochtrace.runtime.uniforms import Omega

PROGRAMS = int(os.environ.get("STOCHTRACE_RANDOM_PROGRAMS", "24"))
PATHS = 3000
SEEDS = range(5)


class Inverting(Stub):
    """A generator that inverts uniforms as programs do: of two weights in a tuple, as the grammar has it, the first."""

    def choice(self, a: Any, size: None = None, p: Any = None) -> Any:
        if isinstance(p, tuple) and len(p) == 2:
            return a[1 - discrete.bernoulli(self.omega, 0, p[0])]
        return super().choice(a, size, p=p)


def outcome(source: str) -> str:
    """Return what becomes of a program: why it is refused, or "exact"; fail where it is neither."""
    try:
        program = executed(tangent_lines(source))
    except Refusal as refusal:
        assert refusal.filename == "model.py" and refusal.line > 0 and refusal.source_line
        return refusal.what
    try:
        same_values(source, program)
        check(Case(source, AT, SIZE), PATHS)
    except (TooMany, OverflowError):
        return "too many paths, or too large numbers"
    return "exact"


def same_values(source: str, program: Program) -> None:
    """Source and primal are equal on the same uniforms, and so are primal and derivative program."""
    space: dict[str, Any] = {}
    exec(compile(source, "model.py", "exec"), space)
    tangents = [given(program, AT, direction) for direction in every_direction(program, AT)]
    for seed in SEEDS:
        Stub.omega, queue = Queue(seed), Queue(seed)
        assert flatten(space["f"](**AT, rng=Inverting())) == flatten(program.primal(*given(program, AT), queue))
        assert sum(Stub.omega.visits.values()) == sum(queue.visits.values())
        for arguments in tangents:
            omega = Omega(seed, len(program.draws))
            result = program.derivative(*arguments, omega, EveryJump())
            visits = list(omega.visits)
            omega.start(0)
            assert flatten(result[0] if program.smooth else result) == flatten(
                program.primal(*given(program, AT), omega)
            )
            assert visits == omega.visits


def test_random_programs_are_refused_or_exact() -> None:
    found: Counter[str] = Counter()

    @settings(
        max_examples=PROGRAMS, derandomize=True, database=None, deadline=None, suppress_health_check=list(HealthCheck)
    )
    @for_all(st.randoms(use_true_random=False))
    def each(random: Any) -> None:
        source = Writer(random.choice).program()
        note(source)
        found[outcome(source)] += 1

    each()
    report = "\n".join(f"{count:6} {what}" for what, count in found.most_common())
    print(report)
    assert found["exact"] > 0.5 * found.total() and found.total() >= PROGRAMS / 2, report
