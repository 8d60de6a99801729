"""Carried programs: from a parsed module to the text of the generated one.

The last way to differentiate a program, where tangent lines cannot be written: its smooth values live in containers and
objects, or decide. The program's own text runs on carried values.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import libcst as cst

from stochtrace.diagnostics import Refusal
from stochtrace.transform import stages
from stochtrace.transform.carried_text import Text, imports
from stochtrace.transform.carried_world import check_statements, check_world
from stochtrace.transform.cuts import find_cuts
from stochtrace.transform.functions import asked_for, differentiated
from stochtrace.transform.generators import Generators
from stochtrace.transform.guards import check_parameters, guarding, guards
from stochtrace.transform.header import Command, passed_over, standard
from stochtrace.transform.names import Names, Scope
from stochtrace.transform.overrides import Marks, Override, find_marks
from stochtrace.transform.paths import Paths, closure, definitions, find_paths, reached, used
from stochtrace.transform.primal import spaced
from stochtrace.transform.printing import PRINTED
from stochtrace.transform.sites import METHODS, Drawing, find_sites, makes_of, spelled
from stochtrace.transform.source import Source
from stochtrace.transform.terms import term
from stochtrace.transform.toplevel import bindings, wanted
from stochtrace.version import INTERFACE, MARK, __version__


@dataclass(frozen=True)
class Carried:
    """What was found out about a carried program."""

    source: Source
    paths: Paths
    names: Names
    generators: Generators
    entries: tuple[Scope, ...]
    wrt: dict[Scope, tuple[str, ...]]
    kept: frozenset[str]
    drawn: dict[cst.CSTNode, Drawing]
    marks: Marks
    cuts: tuple[str, ...]


def find_carried(
    source: Source,
    names: Names,
    generators: Generators,
    functions: Sequence[str],
    wrt: Sequence[str] | None,
    overrides: Sequence[Override],
) -> Carried:
    """Return the facts of a carried program; refuse what even a replay could not do right."""
    paths, defined = find_paths(source), definitions(source)
    entries = carried_entries(source, names, generators, paths, functions)
    kept = closure(source, {entry.name for entry in entries})
    nodes = reached(source, {entry.name for entry in entries}, METHODS)
    module_names = {n for s in source.module.body if not stages.is_import(s) for n in bindings(s)}
    check_world(source, paths, nodes, module_names, {name for _, name in generators.makes})
    drawn = find_sites(source, paths, nodes, {name for _, name in generators.makes})
    by = {entry: differentiated(source, generators, entry, wrt) for entry in entries}
    marks = find_marks(source, overrides, nodes, drawn, [n for name, n in defined.items() if name not in kept])
    cuts = tuple(find_cuts(source, nodes, paths.imported))
    for entry in entries:
        check_parameters(source, paths, entry, by[entry], marks.held)
        marks = replace(marks, held=marks.held | guards(entry))
    tests = {comparison for node in nodes for comparison in guarding(node)}
    marks = replace(marks, guarding=frozenset(tests) - marks.held)
    return Carried(source, paths, names, generators, entries, by, frozenset(kept), drawn, marks, cuts)


def carried_entries(
    source: Source, names: Names, generators: Generators, paths: Paths, wanted: Sequence[str]
) -> tuple[Scope, ...]:
    """Return the functions to differentiate: the wanted ones, or all that draw and are not used by another one."""
    top = names.module.functions
    if wanted:
        return asked_for(source, names, wanted)
    held = {name for _, name in generators.makes}
    drawing = [name for name in top if find_sites(source, paths, reached(source, {name}, METHODS), held)]
    called = {other for name in drawing for other in closure(source, {name}) if other != name}
    chosen = [name for name in drawing if name not in called] or drawing
    if not chosen:
        raise Refusal(
            "no function at the top level of this file draws",
            line=1,
            column=0,
            why="Draws are calls of numpy.random, random, scipy.stats, or a generator of theirs.",
            instead="Wrap a script in a function that takes the parameters: `def model(p, rng): ...; return result`.",
        ).with_source(source.filename, [source.text.split("\n")[0]])
    return tuple(top[name] for name in chosen)


def emit_carried(facts: Carried, command: Command, why: str) -> str:
    """Return the text of the generated module."""
    source = facts.source
    fresh = facts.names.fresh()
    rt, program = fresh("rt"), fresh("Program")
    renamed = {entry.name: fresh(f"{entry.name}_primal") for entry in facts.entries}
    text = Text(source, facts.paths, facts.drawn, rt, renamed, facts.marks)
    statements, left_out = needed(facts)
    check_statements(source, facts.paths, [s for s in statements if s not in definitions(source).values()])
    body: list[stages.TopLevel] = []
    for statement in statements:
        body += written(statement, text)
    future = [s for s in body if stages.is_future(s)]
    brought = [s for s in body if stages.is_import(s) and s not in future]
    rest = [s for s in body if not stages.is_import(s)]
    name = "Program" if program == "Program" else f"Program as {program}"
    ours = [*cst.parse_module(f"from stochtrace import carried as {rt}\n").body]
    ours += [s for s in brought if not standard(s)]
    ours += cst.parse_module(f"from stochtrace.estimation import {name}\n").body
    first = [*future, *(s for s in brought if standard(s))]
    if first:
        ours[0] = ours[0].with_changes(leading_lines=[cst.EmptyLine(indent=False)])
    module = source.module.with_changes(header=[], footer=[], body=[*first, *ours, *rest])
    programs = "\n\n".join(bound(facts, entry, program, renamed[entry.name], command) for entry in facts.entries)
    top = "\n".join(heading(facts, command, why, left_out, text.printed))
    return f"{top}\n\n{module.code.strip()}\n\n\n{programs}\n"


def written(statement: stages.TopLevel, text: Text) -> list[stages.TopLevel]:
    """Return what becomes of one top-level statement."""
    if stages.is_import(statement):
        assert isinstance(statement, cst.SimpleStatementLine)
        return [line.with_changes(leading_lines=[]) for line in imports(statement)]
    changed = statement.visit(text)
    assert isinstance(changed, cst.SimpleStatementLine | cst.BaseCompoundStatement)
    if isinstance(changed, cst.FunctionDef | cst.ClassDef):
        return [changed.with_changes(leading_lines=spaced(changed))]
    return [changed]


def needed(facts: Carried) -> tuple[list[stages.TopLevel], list[str]]:
    """Return the top-level statements that the program needs, and a word on each other that could do something."""
    body = facts.source.module.body
    defined = definitions(facts.source)
    kept = {defined[name] for name in facts.kept}
    found, _ = wanted(body, kept, {name for node in kept for name in used(node)})
    chosen = [s for s in body if s in kept or s in found]
    return chosen, passed_over(facts.source, chosen)


def heading(facts: Carried, command: Command, why: str, left_out: Sequence[str], printed: int) -> list[str]:
    """Return the comment lines at the top."""
    lines = [
        f"{MARK}{__version__} from {facts.source.name}; do not edit, run again:",
        f"#     {command}",
        f"# sha256 of the source: {facts.source.digest}",
        "#",
        *(f"# {entry.name}: derivative with respect to {', '.join(facts.wrt[entry])}" for entry in facts.entries),
        "# Its smooth values are carried: each knows its tangent, and decisions on it offer their crossings.",
        f"# Tangent lines cannot be written: {why}",
    ]
    rows = [(str(d.site), str(d.line), spelled(d)) for d in facts.drawn.values()]
    if rows:
        widths = [max(len(row[i]) for row in [("site", "line", ""), *rows]) for i in range(2)]
        lines += [f"#     {a:>{widths[0]}}  {b:>{widths[1]}}  {c}" for a, b, c in [("site", "line", "draw"), *rows]]
    lines += [f"# line {n}: `{word}`, as its comment says" for n, word in facts.marks.lines.items()]
    lines += [f"# BIASED: {where}" for where in facts.marks.biased]
    lines += [f"# {cut}" for cut in facts.cuts]
    if printed:
        lines.append(PRINTED)
    if left_out:
        lines.append(f"# Left out, as nothing here uses it: {'; '.join(left_out)}")
    return lines


def bound(facts: Carried, entry: Scope, program: str, primal: str, command: Command) -> str:
    """Return the statement that binds the program under the user's name."""
    generators = facts.generators.parameters(entry)
    parameters = [p for p in entry.parameters if p.name not in generators]
    defaults = ", ".join(f'"{p.name}": {term(p.default)}' for p in parameters if p.default is not None)
    sources = {name: makes_of(facts.drawn.values(), facts.generators.makes[entry, name]) for name in generators}
    lines = [
        f"{entry.name} = {program}(",
        f"    {primal},",
        "    None,",
        f"    name={entry.name!r},",
        f"    parameters={tuple(p.name for p in parameters)},",
        *([f"    defaults={{{defaults}}},"] if defaults else []),
        f"    wrt={facts.wrt[entry]},",
        "    smooth=True,",
        f"    sources={sources},",
        f"    source={facts.source.name!r},",
        "    draws={",
        *(f'        {d.site}: ({d.line}, "{d.method}", ""),' for d in facts.drawn.values()),
        "    },",
        *([f"    forms={facts.marks.forms},"] if facts.marks.forms else []),
        f"    interface={INTERFACE},",
        f"    command={str(command)!r},",
        ")",
    ]
    return "\n".join(lines).replace("'", '"') if "'" not in str(command) else "\n".join(lines)
