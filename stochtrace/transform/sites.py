"""Find the draws of a carried program: calls that may draw, each a site, whatever object holds the generator.

A draw that is named, kept or passed on (`rand = random.random`, `partial(random.expovariate, p)`) is a site where it is
mentioned, whoever calls it.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass

import libcst as cst

from stochtrace.spellings import MAKERS, MODULES, PARAMETER_NAMES, SEEDING, SPELLINGS, makers_of
from stochtrace.transform.binding import makers_taking
from stochtrace.transform.nodes import code, inside
from stochtrace.transform.paths import Paths
from stochtrace.transform.source import Source

METHODS = frozenset(s.method for s in SPELLINGS if s.makers != "scipy") | {"rvs"}
ORDERS = (cst.LessThan, cst.LessThanEqual, cst.GreaterThan, cst.GreaterThanEqual)
STATS = "scipy.stats."


@dataclass(frozen=True)
class Drawing:
    """A call that draws, or may, or the mention of a draw: its site."""

    site: int
    call: cst.BaseExpression
    line: int
    method: str


def find_sites(
    source: Source, paths: Paths, nodes: Iterable[cst.CSTNode], generators: Collection[str] = ()
) -> dict[cst.CSTNode, Drawing]:
    """Return what draws in these definitions, numbered from 1 in source order; `generators` are names that hold one."""
    found: dict[cst.CSTNode, Drawing] = {}
    nodes = [*nodes]
    held = _holding(paths, nodes, generators)
    for node in nodes:
        called = {call.func for call in inside(node, cst.Call)}
        inner = {part for name in inside(node, cst.Attribute) for part in (name.value, name.attr)}
        for each in _ordered(source, node):
            if isinstance(each, cst.Call):
                method = drawing_method(paths, each)
            else:
                method = None if each in called or each in inner else _mentioned(paths, each, held)
            if method is not None:
                found[each] = Drawing(len(found) + 1, each, source.line(each), method)
    return found


def _holding(paths: Paths, nodes: Iterable[cst.CSTNode], generators: Collection[str]) -> set[str]:
    """Return these names of generators, and the names and attributes to which generators are assigned."""
    assigned = [assign for node in nodes for assign in inside(node, cst.Assign)]
    held, known = {*generators, *PARAMETER_NAMES}, -1
    while known < len(held):
        known = len(held)
        for assign in assigned:
            made = isinstance(assign.value, cst.Call) and paths.imported(assign.value.func) in MAKERS
            if made or _last(assign.value) in held:
                held |= {_last(place.target) for place in assign.targets} - {""}
    return held


def _last(node: cst.BaseExpression) -> str:
    """Return a name, or that of an attribute; nothing for another expression."""
    node = node.attr if isinstance(node, cst.Attribute) else node
    return node.value if isinstance(node, cst.Name) else ""


def _ordered(source: Source, node: cst.CSTNode) -> Iterator[cst.Call | cst.Attribute | cst.Name]:
    def place(part: cst.CSTNode) -> tuple[int, int]:
        start = source.places[part].start
        return start.line, start.column

    calls = inside(node, cst.Call)
    return iter(sorted([*calls, *_values(node)], key=place))


def _values(node: cst.CSTNode) -> Iterator[cst.Attribute | cst.Name]:
    """Yield the names and attributes that are read, and no keywords, imports, annotations or targets."""
    passed: set[cst.CSTNode] = set()
    for part in inside(node, cst.Arg, cst.AssignTarget, cst.Import, cst.ImportFrom, cst.Annotation, cst.Param):
        match part:
            case cst.Arg(keyword=cst.Name() as keyword):
                passed.add(keyword)
            case cst.Arg():
                pass
            case cst.AssignTarget(target=target):
                passed.update(inside(target, cst.Name, cst.Attribute))
            case cst.Param(name=name):
                passed.add(name)
            case _:
                passed.update(inside(part, cst.Name, cst.Attribute))
    yield from (name for name in inside(node, cst.Attribute) if name not in passed)
    yield from (name for name in inside(node, cst.Name) if name not in passed)


def _mentioned(paths: Paths, node: cst.Attribute | cst.Name, held: set[str]) -> str | None:
    """Return the name of the draw that is mentioned, None for anything else."""
    path = paths.imported(node)
    if path is not None:
        module, _, name = path.rpartition(".")
        known = module in MODULES and path not in MAKERS and path not in SEEDING and name in METHODS
        return name if known or (path.startswith(STATS) and name == "rvs") else None
    match node:
        case cst.Attribute(attr=cst.Name(value="rvs")):
            return "rvs"
        case cst.Attribute(value=cst.Call(func=func), attr=attr) if paths.imported(func) in MAKERS:
            return attr.value if attr.value in METHODS else None
        case cst.Attribute(value=cst.Name(value=holder) | cst.Attribute(attr=cst.Name(value=holder)), attr=attr):
            return attr.value if holder in held and attr.value in METHODS else None
    return None


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


def threshold(call: cst.CSTNode, drawn: Mapping[cst.CSTNode, Drawing]) -> bool:
    """Tell whether a side of a comparison is a fresh uniform."""
    return isinstance(call, cst.Call) and call in drawn and drawn[call].method == "random" and not call.args


def compared(nodes: Iterable[cst.CSTNode], drawn: Mapping[cst.CSTNode, Drawing]) -> set[cst.Call]:
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
    methods = [d for d in drawn if d.method != "rvs" and isinstance(function_of(d.call), cst.Attribute)]
    known = [m for m in makes if all(m in makers_of(d.method) for d in methods)] or list(makes)
    calls = [(d.call, d.method) for d in methods if isinstance(d.call, cst.Call)]
    taking = [m for m in known if all(m in makers_taking(*each) for each in calls)]
    return " ".join(sorted(taking or known))


def function_of(node: cst.BaseExpression) -> cst.BaseExpression:
    """Return what a call calls; a draw that is only mentioned as it is."""
    return node.func if isinstance(node, cst.Call) else node


def spelled(drawing: Drawing) -> str:
    """Return a draw as the program spells it, short."""
    text = " ".join(code(drawing.call).split())
    return text if len(text) <= 60 else text[:57] + "..."
