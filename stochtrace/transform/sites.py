"""Find the draws of a carried program: calls that may draw, each a site, whatever object holds the generator."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import libcst as cst

from stochtrace.spellings import MAKERS, MODULES, SEEDING, SPELLINGS, makers_of
from stochtrace.transform.binding import makers_taking
from stochtrace.transform.nodes import code, inside
from stochtrace.transform.paths import Paths
from stochtrace.transform.source import Source

METHODS = frozenset(s.method for s in SPELLINGS if s.makers != "scipy") | {"rvs"}
ORDERS = (cst.LessThan, cst.LessThanEqual, cst.GreaterThan, cst.GreaterThanEqual)
STATS = "scipy.stats."


@dataclass(frozen=True)
class Drawing:
    """A call that draws, or may: its site, and whether it is compared with a threshold as `rng.random() < q`."""

    site: int
    call: cst.Call
    line: int
    method: str


def find_sites(source: Source, paths: Paths, nodes: Iterable[cst.CSTNode]) -> dict[cst.Call, Drawing]:
    """Return the calls that draw in these definitions, numbered from 1 in source order."""
    found: dict[cst.Call, Drawing] = {}
    for node in nodes:
        for call in _ordered(source, node):
            method = drawing_method(paths, call)
            if method is not None:
                found[call] = Drawing(len(found) + 1, call, source.line(call), method)
    return found


def _ordered(source: Source, node: cst.CSTNode) -> Iterator[cst.Call]:
    def place(call: cst.Call) -> tuple[int, int]:
        start = source.places[call].start
        return start.line, start.column

    return iter(sorted(inside(node, cst.Call), key=place))


def drawing_method(paths: Paths, call: cst.Call) -> str | None:
    """Return the name of the method by which a call draws, None for a call that cannot draw."""
    path = paths.imported(call.func)
    if path is not None:
        module, _, name = path.rpartition(".")
        if module in MODULES and path not in MAKERS and path not in SEEDING and name in METHODS:
            return name
        return "rvs" if path.startswith(STATS) and name == "rvs" else None
    match call.func:
        case cst.Attribute(value=value, attr=cst.Name(value=name)) if name in METHODS:
            return name if not _module(paths, value) else None
    return None


def _module(paths: Paths, node: cst.BaseExpression) -> bool:
    path = paths.imported(node)
    return path is not None and path not in MODULES and not path.startswith(STATS)


def threshold(call: cst.CSTNode, drawn: dict[cst.Call, Drawing]) -> bool:
    """Tell whether a side of a comparison is a fresh uniform."""
    return isinstance(call, cst.Call) and call in drawn and drawn[call].method == "random" and not call.args


def compared(nodes: Iterable[cst.CSTNode], drawn: dict[cst.Call, Drawing]) -> set[cst.Call]:
    """Return the fresh uniforms that are compared where they are drawn, as `rng.random() < q`: Bernoulli draws."""
    found: set[cst.Call] = set()
    for node in nodes:
        for comparison in inside(node, cst.Comparison):
            match comparison:
                case cst.Comparison(left=left, comparisons=[cst.ComparisonTarget(operator=operator, comparator=right)]):
                    if isinstance(operator, ORDERS):
                        found |= {
                            side for side in (left, right) if isinstance(side, cst.Call) and threshold(side, drawn)
                        }
    return found


def makes_of(drawn: Iterable[Drawing], makes: Iterable[str]) -> str:
    """Return the makes of a generator that know all methods by which a program draws; all of them where none does."""
    calls = [d for d in drawn if d.method != "rvs" and isinstance(d.call.func, cst.Attribute)]
    known = [m for m in makes if all(m in makers_of(d.method) for d in calls)] or list(makes)
    taking = [m for m in known if all(m in makers_taking(d.call, d.method) for d in calls)]
    return " ".join(sorted(taking or known))


def spelled(drawing: Drawing) -> str:
    """Return a draw as the program spells it, short."""
    text = " ".join(code(drawing.call).split())
    return text if len(text) <= 60 else text[:57] + "..."
