"""Comments that choose how a draw is differentiated: `# stochtrace: score` at the end of its line.

A comment must stand on the line of a draw, or, for `constant`, of a decision on parameters; everything else is refused.
"""

from __future__ import annotations

import io
import re
import tokenize
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from typing import NoReturn

import libcst as cst

from stochtrace.forms import BIASED, WORDS
from stochtrace.transform.nodes import code, inside
from stochtrace.transform.sites import ORDERS, Drawing, compared
from stochtrace.transform.source import Source

COMMENT = re.compile(r"#\s*stochtrace:\s*(.*?)\s*$")
ROUNDING = {"int", "round", "max", "min", "abs", "sorted", "floor", "ceil", "trunc"}


@dataclass(frozen=True)
class Override:
    """A comment: the word, and where it stands."""

    line: int
    column: int
    end: int
    word: str


@dataclass(frozen=True)
class Marks:
    """What comments ask for: a form for each site, decisions held constant, values that absorb their draw.

    Beside them the comparisons that let a program raise: where they compare parameters alone, they are no decisions.
    """

    forms: dict[int, str] = field(default_factory=dict)
    lines: dict[int, str] = field(default_factory=dict)
    held: frozenset[cst.CSTNode] = frozenset()
    guarding: frozenset[cst.CSTNode] = frozenset()
    absorbing: dict[cst.CSTNode, int] = field(default_factory=dict)

    @property
    def biased(self) -> list[str]:
        """Where the derivative is biased, because a comment accepts that."""
        return [f"line {n}: `{word}` accepts a bias" for n, word in self.lines.items() if word in BIASED]


def find_overrides(source: Source) -> tuple[Override, ...]:
    """Return the comments of a file; refuse a word that says nothing."""
    found = []
    for token in tokenize.generate_tokens(io.StringIO(source.text).readline):
        match = COMMENT.search(token.string) if token.type == tokenize.COMMENT else None
        if match is None:
            continue
        line, start = token.start
        override = Override(line, start + match.start(), token.end[1], match[1])
        if override.word not in WORDS:
            refuse(
                source, override, f"`{match[1]}` is no way to differentiate a draw", f"Say one of {', '.join(WORDS)}."
            )
        found.append(override)
    return tuple(found)


def refuse(source: Source, override: Override, what: str, instead: str) -> NoReturn:
    """Refuse a comment."""
    raise source.refusal(override.line, override.column, override.end, what, "", instead)


def find_marks(
    source: Source,
    overrides: Iterable[Override],
    nodes: Collection[cst.CSTNode],
    drawn: Mapping[cst.CSTNode, Drawing],
    elsewhere: Collection[cst.CSTNode],
) -> Marks:
    """Return what the comments in these definitions ask for; those in definitions elsewhere are not looked at."""
    forms: dict[int, str] = {}
    lines: dict[int, str] = {}
    held: set[cst.CSTNode] = set()
    absorbing: dict[cst.CSTNode, int] = {}
    thresholds = compared(nodes, drawn)
    for override in overrides:
        if any(covers(source, node, override.line) for node in elsewhere):
            continue
        draws = [d for call, d in drawn.items() if covers(source, call, override.line)]
        decisions = [d for node in nodes for d in _decisions(source, node, override.line)]
        if draws:
            forms |= {d.site: override.word for d in draws}
            lines[override.line] = override.word
            if override.word == "score":
                values = [d for d in draws if d.call not in thresholds and _standard(d)]
                absorbing |= dict(_absorbing(source, override, nodes, d) for d in values)
        elif override.word == "constant" and decisions:
            held |= {*decisions}
        else:
            wanted = "a draw or a decision" if override.word == "constant" else "a draw"
            what = f"`{override.word}` stands on a line without {wanted}"
            refuse(source, override, what, "Put the comment at the end of the line that it is about.")
    return Marks(forms, lines, frozenset(held), frozenset(), absorbing)


def covers(source: Source, node: cst.CSTNode, line: int) -> bool:
    """Tell whether a node stands on a line."""
    place = source.places[node]
    return place.start.line <= line <= place.end.line


def _decisions(source: Source, node: cst.CSTNode, line: int) -> list[cst.CSTNode]:
    found: list[cst.CSTNode] = []
    for inner in inside(node, cst.Comparison, cst.Call, cst.BinaryOperation):
        if covers(source, inner, line) and _decides(inner):
            found.append(inner)
    return found


def _decides(node: cst.CSTNode) -> bool:
    match node:
        case cst.Comparison(comparisons=targets):
            return any(isinstance(t.operator, ORDERS) for t in targets)
        case cst.Call(func=func):
            return code(func).split(".")[-1] in ROUNDING
        case cst.BinaryOperation(operator=cst.FloorDivide() | cst.Modulo()):
            return True
    return False


def _standard(drawing: Drawing) -> bool:
    """Tell whether a draw has no parameter that could move."""
    if not isinstance(drawing.call, cst.Call):
        return False
    return not [name for arg in drawing.call.args for name in inside(arg.value, cst.Name, cst.Attribute)]


def _absorbing(
    source: Source, override: Override, nodes: Collection[cst.CSTNode], drawing: Drawing
) -> tuple[cst.CSTNode, int]:
    """Return the assignment whose value a draw without parameters makes."""
    for node in nodes:
        for statement in inside(node, cst.Assign):
            assert isinstance(statement, cst.Assign)
            single = len(statement.targets) == 1 and isinstance(statement.targets[0].target, cst.Name)
            if single and any(call is drawing.call for call in inside(statement.value, cst.Call)):
                return statement, drawing.site
    refuse(
        source,
        override,
        "`score` of a draw that has no parameter of its own",
        "Assign what is made of it to a name on this line: `x = mu + sigma * rng.normal()  # stochtrace: score`.",
    )
