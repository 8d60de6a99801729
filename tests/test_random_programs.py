"""Random small programs: each is refused in a sentence, or right. Nothing crashes, and nothing is biased.

200 programs in a usual run, always the same ones. `python -m fuzz discrete` in `tests` runs any others.
"""

from __future__ import annotations

import ast
import re
from typing import Any

from fuzz import SourceFails, survey
from harness import bound, defined, every_direction, executed, given, signature_of
from lattice import Case, check_program
from outcomes import TooMany
from random_grammar import SIZE
from random_programs import Writer, at_of
from stubs import PythonStub, Queue, Stub

from stochtrace.carried.reservoir import EveryCrossing
from stochtrace.carried.running import Refused
from stochtrace.diagnostics import Refusal
from stochtrace.estimation import interpreted
from stochtrace.estimation.program import Program
from stochtrace.estimation.shapes import flatten
from stochtrace.runtime.distributions import discrete
from stochtrace.runtime.uniforms import Omega
from stochtrace.transform.pipeline import on_carried_values, read, with_tangent_lines

PROGRAMS = 200
PATHS = 1500
DRAWS = re.compile(r"\b(rng|random|randint)\b")
SEEDS = range(3)
COMPLEX = ("must be a string or a real number, not 'complex'", "for //: 'numpy.complex128' and 'int'")


class Inverting(Stub):
    """A generator that inverts uniforms as programs do: of two weights in a tuple, as the grammar has it, the first."""

    def choice(self, a: Any, size: Any = None, replace: bool = True, p: Any = None, **options: Any) -> Any:
        if isinstance(p, tuple) and len(p) == 2:
            return a[1 - discrete.bernoulli(self.omega, 0, p[0])]
        return super().choice(a, size, p=p)


def outcome(source: str) -> str:
    """Return what becomes of a program: why it is refused, or "exact"; fail where it is neither."""
    try:
        code, form = written(source)
    except Refusal as refusal:
        assert refusal.filename == "model.py" and refusal.line > 0 and refusal.source_line and refusal.instead
        return f"refused: {refusal.what}"
    program = executed(code)
    try:
        same_values(source, program)
        check_program(program, Case(source, at_of(source), SIZE), PATHS)
    except (TooMany, OverflowError):
        return "too many paths, or too large numbers"
    except Refused as refused:
        return f"refused: {refused.args[0]}"
    except SourceFails as failed:
        return f"an error of the source: {failed}"
    except TypeError as error:
        if not str(error).endswith(COMPLEX):
            raise
        return "what the complex step cannot be stored in, or rounded"
    return f"exact, {form}"


def written(source: str) -> tuple[str, str]:
    """Return the generated module, and its form."""
    asked = read(source.encode(), "model.py", "model_d.py", ("f",))
    try:
        return with_tangent_lines(asked).code, "tangent lines"
    except Refusal as refusal:
        return on_carried_values(asked, refusal.what).code, "carried values"


def same_values(source: str, program: Program) -> None:
    """Source and primal are equal on the same uniforms, and so are primal and derivative program."""
    at, stub = at_of(source), Inverting() if program.functions.reads_omega else Stub()
    function = defined(source, stub, PythonStub())["f"]
    arguments = bound(program, at)
    if "rng" in signature_of(function):
        arguments["rng"] = stub
    ordered = not is_reordered(source)
    for seed in SEEDS:
        Stub.omega, queue = Queue(seed), Queue(seed)
        try:
            value = function(**arguments)
        except TypeError as error:  # as of `range` of two truth values of NumPy, added up
            raise SourceFails(str(error)) from error
        primal = interpreted.drawn(program.functions, tuple(given(program, at)), queue)
        if ordered:
            assert flatten(value) == flatten(primal)
            assert sum(Stub.omega.visits.values()) == sum(queue.visits.values())
    for direction in every_direction(program, at):
        for seed in SEEDS:
            same_samples(program, at, direction, Omega(seed, program.functions.sites))


def is_reordered(source: str) -> bool:
    """Tell whether a program reads uniforms in another order, each at a site of its own.

    A uniform that is compared with what draws is read after that, arguments by keyword in the order of the signature.
    """
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Call) and sum(bool(DRAWS.search(ast.unparse(k.value))) for k in node.keywords) > 1:
            return True
        if isinstance(node, ast.Compare):
            first = ast.unparse(node.left)
            if first.endswith(("random()", "random(2)")) and DRAWS.search(ast.unparse(node)[len(first) :]):
                return True
    return False


def same_samples(program: Program, at: dict[str, Any], direction: Any, omega: Omega) -> None:
    """Primal and derivative program have the same value, and read the same uniforms."""
    ends = program.given(bound(program, at), direction)
    result = interpreted.differentiated(program.functions, ends, omega, NoJumps())
    visits = list(omega.visits)
    omega.start(0)
    assert flatten(result.value) == flatten(interpreted.drawn(program.functions, tuple(ends.arguments), omega))
    assert visits == omega.visits


class NoJumps(EveryCrossing):
    """Keeps no jump: what runs is the sample alone."""

    def chosen(self) -> list[Any]:
        return []


def test_random_programs_are_refused_or_exact() -> None:
    found = survey(Writer, outcome, range(PROGRAMS))
    exact = found["exact, tangent lines"] + found["exact, carried values"]
    assert exact > 0.6 * PROGRAMS and found["exact, carried values"] > 0.2 * PROGRAMS, found
