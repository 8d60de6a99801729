"""Check that a derivative program reads each uniform of its primal once.

Accepts an emitted derivative program; guarantees that no draw stands in it twice, which would shift its later visits.
"""

from __future__ import annotations

from collections.abc import Iterator

import libcst as cst

from stochtrace.transform.facts import Facts
from stochtrace.transform.nodes import inside
from stochtrace.transform.spelled import Spelled


def check_reads(facts: Facts, spelled: Spelled, node: cst.FunctionDef) -> None:
    """Refuse a derivative program that makes a draw in two places."""
    seen: set[int] = set()
    for site in _sites(spelled, node):
        if site in seen:
            draw = next(draw for draw in facts.draws.by_node.values() if draw.site == site)
            facts.source.refuse(
                draw.node,
                "the tangent of this line would make its draw again",
                "A sample reads every uniform once.",
                "Draw on a line of its own.",
            )
        seen.add(site)


def _sites(spelled: Spelled, node: cst.FunctionDef) -> Iterator[int]:
    """Yield the sites of the samplers that a derivative program calls: the number after ω, or after the jumps."""
    for call in inside(node, cst.Call):
        match call.func:
            case cst.Attribute(cst.Name(spelled.rt), cst.Name("offer")):
                continue
        values = [argument.value for argument in call.args]
        names = [value.value if isinstance(value, cst.Name) else "" for value in values]
        if spelled.omega in names:
            after = names.index(spelled.omega) + 1
            after += after < len(names) and names[after] == spelled.jumps
            if after < len(values) and isinstance(values[after], cst.Integer):
                yield int(cst.ensure_type(values[after], cst.Integer).value)
