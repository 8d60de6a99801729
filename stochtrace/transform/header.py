"""Emit the module: header, imports, what the functions need from the user's module, and the program objects."""

from __future__ import annotations

import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import libcst as cst

from stochtrace.transform import stages
from stochtrace.transform.cuts import find_cuts
from stochtrace.transform.facts import Facts, Function
from stochtrace.transform.nodes import code
from stochtrace.transform.paths import used
from stochtrace.transform.plan import Planned
from stochtrace.transform.printing import PRINTED, prints
from stochtrace.transform.source import Source
from stochtrace.transform.spelled import Spelled
from stochtrace.transform.terms import term
from stochtrace.transform.toplevel import bindings, wanted
from stochtrace.version import INTERFACE, MARK, __version__


@dataclass(frozen=True)
class Command:
    """The command that makes the file again, with base names: it is the same from any folder."""

    source: str
    output: str
    options: tuple[str, ...]

    def __str__(self) -> str:
        return " ".join(
            ["stochtrace transform", quoted(self.source), "-o", quoted(self.output), *map(quoted, self.options)]
        )


def quoted(text: str) -> str:
    """Return a word of a command, quoted where a shell needs it."""
    return text if all(c.isalnum() or c in "._-/,=" for c in text) else "'" + text.replace("'", "'\\''") + "'"


def header(
    facts: Facts, plans: Sequence[Planned], command: Command, left_out: Sequence[str], why: str = ""
) -> list[str]:
    """Return the comment lines at the top of a generated file; `why` it has no tangent lines, if it has none."""
    source = facts.source
    lines = [
        f"{MARK}{__version__} from {source.name}; do not edit, run again:",
        f"#     {command}",
        f"# sha256 of the source: {source.digest}",
        "#",
    ]
    for entry in facts.entries:
        lines.append(f"# {entry.name}: derivative with respect to {', '.join(facts.wrt[entry])}")
    if why:
        lines.append("# Its derivative program is its primal on carried values, whose decisions offer their crossings.")
        lines.append(f"# Tangent lines cannot be written: {why}")
    rows = [("line", "draw", "differentiated by"), *((str(p.draw.line), p.spelled, p.treatment) for p in plans)]
    widths = [max(len(row[i]) for row in rows) for i in range(2)]
    lines += [f"#     {row[0]:>{widths[0]}}  {row[1]:<{widths[1]}}  {row[2]}" for row in rows]
    lines += [f"# line {line}: {what}" for line, what in dropped(facts)]
    lines += [f"# {cut}" for cut in cuts(facts)]
    lines += [PRINTED] * prints(facts)
    if left_out:
        lines.append(f"# Left out, as nothing here uses it: {'; '.join(left_out)}")
    return lines


def dropped(facts: Facts) -> list[tuple[int, str]]:
    """Return the statements that are left out for a reason of their own, with the reason."""
    return [(facts.source.line(node), reason) for node, reason in facts.draws.dropped.items()]


def cuts(facts: Facts) -> list[str]:
    """Return a word on each place where the functions cut the derivative on purpose."""
    return [cut for scope in facts.functions for cut in find_cuts(facts.source, [scope.node], scope.dotted)]


def carried(facts: Facts, kept: Mapping[cst.CSTNode, list[cst.FunctionDef]]) -> tuple[list[stages.TopLevel], list[str]]:
    """Return the user's module-level statements that are needed, and a word on each other that could do something."""
    found, needed = _wanted(facts, kept)
    body = facts.source.module.body
    chosen = [s for s in body if s in kept or s in found]
    told = [*chosen, *(s for s in body if not set(s.children).isdisjoint(facts.draws.dropped))]
    return [_only(s, needed) for s in chosen], passed_over(facts.source, told)


def _only(statement: stages.TopLevel, needed: set[str]) -> stages.TopLevel:
    """Return an import without the names that nothing here uses."""
    if not isinstance(statement, cst.SimpleStatementLine) or not stages.is_import(statement):
        return statement
    node = statement.body[0]
    if not isinstance(node, cst.Import | cst.ImportFrom) or isinstance(node.names, cst.ImportStar):
        return statement
    names = [alias for alias in node.names if bindings(alias) & needed]
    if not names or len(names) == len(node.names) or stages.is_future(statement):
        return statement
    names[-1] = names[-1].with_changes(comma=cst.MaybeSentinel.DEFAULT)
    return statement.with_changes(body=[node.with_changes(names=names)])


def standard(statement: cst.CSTNode) -> bool:
    """Tell whether an import is of the standard library."""
    first = code(statement).split()[1].split(".")[0].rstrip(",")
    return first in sys.stdlib_module_names


def passed_over(source: Source, told: Sequence[cst.CSTNode]) -> list[str]:
    """Return a word on each top-level statement that could do something, but for those that are kept or told of."""
    return [f"line {source.line(s)}" for s in source.module.body if s not in told and not _silent(s)]


def _silent(statement: cst.CSTNode) -> bool:
    match statement:
        case cst.FunctionDef() | cst.ClassDef() | cst.SimpleStatementLine(body=[cst.Import() | cst.ImportFrom()]):
            return True
        case cst.SimpleStatementLine(body=[cst.Expr(value=cst.SimpleString() | cst.ConcatenatedString())]):
            return True
    return False


def _wanted(facts: Facts, kept: Mapping[cst.CSTNode, list[cst.FunctionDef]]) -> tuple[set[cst.CSTNode], set[str]]:
    """Return the top-level statements that the kept functions use, what those use in turn, and all names used."""
    defaults = [p.default for entry in facts.entries for p in entry.parameters if p.default is not None]
    needed = {name for nodes in kept.values() for node in nodes for name in used(node)}
    needed |= {name for default in defaults for name in used(default)}
    return wanted(facts.source.module.body, kept, needed)


def program(
    facts: Facts,
    spelled: Spelled,
    function: Function,
    plans: Sequence[Planned],
    command: Command,
    carried: bool = False,
) -> str:
    """Return the statement that binds primal and derivative program under the user's name.

    Where values are `carried`, there is no derivative program: it is the primal, run on carried values.
    """
    generators = facts.generators.parameters(function.scope)
    parameters = [p for p in function.parameters if p.name not in generators]
    tangents = tuple(p.name for p in parameters if p.name in function.smooth)
    defaults = ", ".join(f'"{p.name}": {term(p.default)}' for p in parameters if p.default is not None)
    lines = [
        f"{function.name} = {spelled.program}(",
        f"    {spelled.primal(function)},",
        f"    {spelled.derivative(function) if facts.has_derivative(function) else None},",
        f"    name={function.name!r},",
        f"    parameters={tuple(p.name for p in parameters)},",
        *([f"    defaults={{{defaults}}},"] if defaults else []),
        f"    wrt={facts.wrt[function.scope]},",
        *([f"    tangents={tangents},"] if tangents != facts.wrt[function.scope] and not carried else []),
        f"    smooth={function.returns_smooth or carried},",
        *(["    carried=True,"] if carried else []),
        f"    source={facts.source.name!r},",
        "    draws={",
        *(f'        {p.draw.site}: ({p.draw.line}, "{p.draw.called}", "{p.draw.distribution}"),' for p in plans),
        "    },",
        f"    interface={INTERFACE},",
        f"    command={str(command)!r},",
        ")",
    ]
    return "\n".join(lines).replace("'", '"') if "'" not in str(command) else "\n".join(lines)
