"""Show the program after each pass: what `--stages` prints."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import libcst as cst

from stochtrace.transform.facts import Facts
from stochtrace.transform.plan import Planned

TopLevel = cst.SimpleStatementLine | cst.BaseCompoundStatement


def draws(facts: Facts) -> str:
    """List the draws that were found."""
    return (
        "\n".join(f"site {d.site}: line {d.line}, {d.distribution}" for d in facts.draws.by_node.values()) or "no draws"
    )


def activity(facts: Facts) -> str:
    """List the smooth names of each function."""
    lines = [f"{f.name}: {', '.join(sorted(f.smooth)) or 'nothing moves smoothly'}" for f in facts.functions.values()]
    return "\n".join(lines)


def plans(planned: Sequence[Planned]) -> str:
    """List the treatment of each draw."""
    return "\n".join(f"line {p.draw.line}: {p.spelled}: {p.treatment}" for p in planned) or "no draws"


def emitted(
    facts: Facts, functions: Mapping[cst.CSTNode, list[cst.FunctionDef]]
) -> list[tuple[str, list[cst.FunctionDef]]]:
    """Return all primals, then all derivative programs."""
    return [
        ("primal", [f[0] for f in functions.values()]),
        ("derivative", [g for f in functions.values() for g in f[1:]]),
    ]


def is_import(statement: cst.CSTNode) -> bool:
    """Tell whether a statement is an import."""
    match statement:
        case cst.SimpleStatementLine(body=[cst.Import() | cst.ImportFrom()]):
            return True
    return False


def is_future(statement: cst.CSTNode) -> bool:
    """Tell whether a statement is a `from __future__` import."""
    match statement:
        case cst.SimpleStatementLine(body=[cst.ImportFrom(module=cst.Name(value="__future__"))]):
            return True
    return False
