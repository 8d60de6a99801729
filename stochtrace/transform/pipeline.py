"""The passes, in order: what the transformer does, as a list."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import libcst as cst

from stochtrace.diagnostics import Refusal
from stochtrace.refusals import code_of
from stochtrace.transform import stages
from stochtrace.transform.activity import classify
from stochtrace.transform.bindings import find_depths
from stochtrace.transform.carried_module import emit_carried, find_carried
from stochtrace.transform.carried_text import MODULES
from stochtrace.transform.closed import check_closed
from stochtrace.transform.derivative import Derivative
from stochtrace.transform.drawn_seeds import check_drawn_seeds
from stochtrace.transform.draws import Draw, find_draws
from stochtrace.transform.explain import Explanation, of_carried, of_tangent_lines
from stochtrace.transform.facts import Facts, Function
from stochtrace.transform.functions import check, differentiated, entries, reach
from stochtrace.transform.generators import Generators, find_generators
from stochtrace.transform.guards import guarding, is_of_numbers
from stochtrace.transform.header import Command, carried, header, program, standard
from stochtrace.transform.iterators import check_iterators
from stochtrace.transform.names import Names, resolve
from stochtrace.transform.nodes import inside
from stochtrace.transform.overrides import Override, find_overrides
from stochtrace.transform.plan import Planned, plan
from stochtrace.transform.plan import carried as with_crossings
from stochtrace.transform.primal import emit_primal
from stochtrace.transform.printing import quiet
from stochtrace.transform.prune import prune
from stochtrace.transform.reads import check_reads
from stochtrace.transform.seeds import check_seeds
from stochtrace.transform.sequence import check_calls
from stochtrace.transform.shared import check_shared
from stochtrace.transform.source import Source, read_source
from stochtrace.transform.spelled import Spelled, spell
from stochtrace.transform.state import check_defaults, check_state
from stochtrace.transform.truths import check_truths

FINAL = {"ST229"}  # options of draws, which no form of a program knows


@dataclass(frozen=True)
class Transformed:
    """A generated module, the program after each pass, and what was done with each draw."""

    code: str
    stages: tuple[tuple[str, str], ...]
    explanation: Explanation


@dataclass(frozen=True)
class Asked:
    """A module, and what to differentiate in it."""

    source: Source
    names: Names
    generators: Generators
    functions: tuple[str, ...]
    wrt: tuple[str, ...] | None
    command: Command
    overrides: tuple[Override, ...]


def transform(
    data: bytes, *, filename: str, output: str, functions: tuple[str, ...] = (), wrt: tuple[str, ...] | None = None
) -> Transformed:
    """Return the derivative program of a source file: with tangent lines where they can be written, carried elsewhere.

    `functions` are the names of the functions to differentiate (none: all that draw), `wrt` the parameters to
    differentiate by (None: all that can hold floats). Raises `Refusal`, with place, reason and way out.
    """
    asked = read(data, filename, output, functions, wrt)
    try:
        written = with_tangent_lines(asked)
        if not asked.overrides:
            return written
        why = f"line {asked.overrides[0].line}: `{asked.overrides[0].word}` asks for carried values"
    except Refusal as refusal:
        if code_of(refusal.what) in FINAL:
            raise
        why = f"line {refusal.line}: {refusal.what}"
    return on_carried_values(asked, why)


def read(
    data: bytes, filename: str, output: str, functions: tuple[str, ...] = (), wrt: tuple[str, ...] | None = None
) -> Asked:
    """Return what is asked for, read and resolved; refuse what no form of a program could do right."""
    source = read_source(data, filename)
    names = resolve(source)
    check_truths(source, names, functions)
    command, generators = Command(source.name, base_name(output), options(functions, wrt)), find_generators(names)
    check_drawn_seeds(source, names, generators, functions, wrt)
    return Asked(source, names, generators, functions, wrt, command, find_overrides(source))


def on_carried_values(asked: Asked, why: str) -> Transformed:
    """Return a program whose own text runs on carried values; `why` tangent lines cannot be written.

    Where its draws are plain calls in functions, they read ω, as in a program with tangent lines, and Numba may compile
    it; elsewhere, or where comments hold values still, they are found as the program runs.
    """
    facts = find_carried(asked.source, asked.names, asked.generators, asked.functions, asked.wrt, asked.overrides)
    plain = None if asked.overrides else on_plain_calls(asked, why)
    code = plain or emit_carried(facts, asked.command, why)
    return Transformed(code, (("read", asked.source.text), ("module", code)), of_carried(facts, why))


def on_plain_calls(asked: Asked, why: str) -> str | None:
    """Return the module of a carried program whose draws are plain calls in functions, None where they are not."""
    try:
        facts = find_facts(asked)
    except Refusal:
        return None
    statistics = {n for n, path in asked.names.module.imports.items() if path.partition(".")[0] == "statistics"}
    if any(name.value in statistics for scope in facts.functions for name in inside(scope.node, cst.Name)):
        return None  # its functions take carried values where they are imported from `stochtrace.carried` only
    if any(path.partition(".")[0] in MODULES for scope in facts.functions for path in scope.imports.values()):
        return None  # what a function imports itself is not replaced as it runs
    if any(True for scope in facts.functions for _ in inside(scope.node, cst.Try, cst.TryStar)):
        return None  # whether a function raises is a decision, which only the other form sees
    if any(shaped_as_it_runs(facts, draw) for draw in facts.draws.by_node.values()):
        return None  # the other form asks SciPy for the shape
    facts.passing |= {test for scope in facts.functions for test in guarding(scope.node) if is_of_numbers(test)}
    plans, spelled = with_crossings(plan(facts)), spell(facts)
    try:
        return emit_module(facts, spelled, emit_primals(facts, spelled), plans, asked.command, why)
    except Refusal:
        return None


def shaped_as_it_runs(facts: Facts, draw: Draw) -> bool:
    """Tell whether a draw of scipy.stats has the shape of an array that moves it, or leaves out axes of length 1."""
    if draw.distribution == "joint_normal":
        return True
    frame = [part for part in (draw.shift, draw.stretch) if part is not None and draw.size is None]
    return any(facts.depths.of(draw.scope, part).low > 0 for part in frame)


def with_tangent_lines(asked: Asked) -> Transformed:
    """Return a program with a tangent line beside each line that has one; refuse what that cannot express."""
    facts = find_facts(asked)
    classify(facts)
    check_state(facts)
    plans = plan(facts)
    spelled = spell(facts)
    shown = [
        ("read", asked.source.text),
        ("draws", stages.draws(facts)),
        ("activity", stages.activity(facts)),
        ("plan", stages.plans(plans)),
    ]
    emitted = emit_functions(facts, spelled)
    check_iterators(facts, emitted)
    shown += [(kind, cst.Module(nodes).code) for kind, nodes in stages.emitted(facts, emitted)]
    code = emit_module(facts, spelled, emitted, plans, asked.command)
    return Transformed(code, (*shown, ("module", code)), of_tangent_lines(facts, plans))


def find_facts(asked: Asked) -> Facts:
    """Return what is known of a program before its values are classified."""
    source, names, generators = asked.source, asked.names, asked.generators
    chosen = entries(source, names, generators, asked.functions)
    reached = reach(names, chosen)
    check(source, names, generators, reached)
    check_seeds(source, names, generators, reached)
    draws = find_draws(source, names, generators, [scope for scope in reached if scope.top is scope])
    frozen = (statement.value for statement in draws.dropped if isinstance(statement, cst.Assign))
    check_closed(source, names, generators, reached, {*draws.by_node, *draws.densities, *frozen})
    by = {entry: differentiated(source, generators, entry, asked.wrt) for entry in chosen}
    depths = find_depths(source, names, draws, reached, chosen)
    functions = {s: Function(s, s.parameters) for s in reached}
    facts = Facts(source, names, generators, draws, depths, functions, chosen, by)
    check_calls(facts)
    check_shared(facts)
    check_defaults(facts)
    return facts


def emit_primals(facts: Facts, spelled: Spelled) -> dict[cst.CSTNode, list[cst.FunctionDef]]:
    """Return the primal of each top-level function."""
    top = [function for function in facts.functions.values() if function.scope.top is function.scope]
    return {f.scope.node: [quiet(f, emit_primal(facts, f, spelled))] for f in top}


def emit_functions(facts: Facts, spelled: Spelled) -> dict[cst.CSTNode, list[cst.FunctionDef]]:
    """Return, for each top-level function, its primal and its derivative program, as far as it has them."""
    emitted: dict[cst.CSTNode, list[cst.FunctionDef]] = {}
    for function in facts.functions.values():
        if function.scope.top is not function.scope:
            continue
        kinds = [emit_primal(facts, function, spelled)]
        if facts.has_derivative(function) or function.scope in facts.entries:
            derivative = prune(Derivative(facts, function, spelled).emit(), spelled.dots.values())
            check_reads(facts, spelled, derivative)
            kinds.append(derivative)
        emitted[function.scope.node] = [quiet(function, kind) for kind in kinds]
    return emitted


def emit_module(
    facts: Facts,
    spelled: Spelled,
    emitted: dict[cst.CSTNode, list[cst.FunctionDef]],
    plans: Sequence[Planned],
    command: Command,
    why: str = "",
) -> str:
    """Return the text of the generated module; `why` it runs on carried values, if it does."""
    statements, left_out = carried(facts, emitted)
    future = [s for s in statements if stages.is_future(s)]
    body = [new for s in statements if s not in future for new in emitted.get(s, [s])]
    imports = [s for s in body if stages.is_import(s)]
    rest = [s for s in body if s not in imports]
    reads_runtime = any(name.value == spelled.rt for s in rest for name in inside(s, cst.Name))
    own = own_imports(spelled, reads_runtime, bool(imports) and standard(imports[-1]))
    bound = [program(facts, spelled, facts.functions[e], plans, command, bool(why)) for e in facts.entries]
    programs = "\n\n".join(bound)
    first = [
        line.with_changes(leading_lines=[]) if hasattr(line, "leading_lines") else line for line in (*future, *imports)
    ]
    if rest and isinstance(rest[0], cst.SimpleStatementLine) and not rest[0].leading_lines:
        rest[0] = rest[0].with_changes(leading_lines=[cst.EmptyLine(indent=False)])
    module = facts.source.module.with_changes(header=[], footer=[], body=[*first, *own, *rest])
    top = "\n".join(header(facts, plans, command, left_out, why))
    return f"{top}\n\n{module.code.strip()}\n\n\n{programs}\n"


def own_imports(spelled: Spelled, reads_runtime: bool, apart: bool) -> list[cst.SimpleStatementLine]:
    """Return the imports that a generated module adds, a blank line apart from imports of the standard library."""
    runtime = f"from stochtrace import runtime as {spelled.rt}\n" if reads_runtime else ""
    name = "Program" if spelled.program == "Program" else f"Program as {spelled.program}"
    lines = cst.parse_module(f"{runtime}from stochtrace.estimation import {name}\n").body
    own = [line for line in lines if isinstance(line, cst.SimpleStatementLine)]
    return [own[0].with_changes(leading_lines=[cst.EmptyLine(indent=False)]), *own[1:]] if apart else own


def base_name(path: str) -> str:
    """Return the last part of a path, whatever its separators."""
    return path.replace("\\", "/").rsplit("/", 1)[-1]


def options(functions: Sequence[str], wrt: Sequence[str] | None) -> tuple[str, ...]:
    """Return the options that make the same file again."""
    chosen = [word for name in functions for word in ("--function", name)]
    return (*chosen, *(("--wrt", ",".join(wrt)) if wrt is not None else ()))
