"""What a generated module says of itself, and its source, looked up beside it."""

from __future__ import annotations

import hashlib
import re
import shlex
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING

from stochtrace.diagnostics import Refusal
from stochtrace.report import linking
from stochtrace.transform.pipeline import transform

if TYPE_CHECKING:
    from stochtrace.estimation import Program

ROW = re.compile(r"#     +(\d+)  (.+?)  (\S.*)$")


@dataclass(frozen=True)
class Draw:
    """A draw of the plan; what it meets and why are known where the source is."""

    line: int
    draw: str
    meets: str
    by: str
    why: str


@dataclass(frozen=True)
class Sources:
    """The text of a source, or what stands in for it, and the plan; `missing` says why it is not the source."""

    name: str
    text: str
    links: dict[int, int]
    draws: tuple[Draw, ...]
    carried: str
    missing: str = ""


def sources(program: Program) -> Sources:
    """Return the source of a program, and what was done with its draws."""
    home = Path(program.luggage.filename)
    generated, file = program.text, home.with_name(program.source)
    why = f"{program.source} is not beside {home.name}"
    if file.is_file():
        data = file.read_bytes()
        if hashlib.sha256(data).hexdigest() in generated[:2000]:
            try:
                return _found(program, generated, data)
            except Refusal as refusal:
                why = f"this version refuses {program.source}: {refusal.what}"
        else:
            why = f"{program.source} has changed since the program was generated"
    text = linking.stand_in(generated)
    links = linking.links(text, generated, program.source, linking.places(text, program.draws))
    carried = next((line[2:] for line in generated.split("\n") if line.startswith("# Tangent lines cannot")), "")
    return Sources(f"the primal in {home.name}", text, links, tuple(_header(generated)), carried, why)


def _found(program: Program, generated: str, data: bytes) -> Sources:
    functions, wrt = _options(generated)
    result = transform(data, filename=program.source, output="model_d.py", functions=functions, wrt=wrt)
    text = dict(result.stages)["read"]
    plan = result.explanation
    draws = tuple(Draw(row.line, row.draw, row.meets, row.by, row.why) for row in plan.rows)
    return Sources(program.source, text, linking.links(text, generated, program.source), draws, plan.carried)


def _options(generated: str) -> tuple[tuple[str, ...], tuple[str, ...] | None]:
    """Return the functions and parameters that the command in a header asks for."""
    words = shlex.split(generated.split("\n")[1].lstrip("# "))
    given = list(pairwise(words))
    functions = tuple(value for option, value in given if option == "--function")
    wrt = next((tuple(value.split(",")) for option, value in given if option == "--wrt"), None)
    return functions, wrt


def _header(generated: str) -> Iterator[Draw]:
    """Yield the draws of the table in a header."""
    for line in generated.split("\n"):
        if not line.startswith("#"):
            return
        if row := ROW.match(line):
            yield Draw(int(row[1]), row[2].strip(), "", row[3], "")
