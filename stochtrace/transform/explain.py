"""Explain: the plan as a table for people, each draw with what it meets, how it is differentiated, and why."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from stochtrace.forms import BIASED
from stochtrace.spellings import SPELLINGS
from stochtrace.transform.carried_module import Carried
from stochtrace.transform.facts import Facts
from stochtrace.transform.header import cuts
from stochtrace.transform.pairs import pairs
from stochtrace.transform.plan import Planned
from stochtrace.transform.sites import Drawing, compared, spelled

# The kind of a part, its text -> the text as it is shown.
Style = Callable[[str, str], str]


@dataclass(frozen=True)
class Row:
    """One draw: what it meets, how it is differentiated, and why."""

    site: int
    line: int
    draw: str
    meets: str
    by: str
    why: str


@dataclass(frozen=True)
class Explanation:
    """What the transformer does with a file; `carried` says why tangent lines cannot be written."""

    entries: tuple[tuple[str, tuple[str, ...]], ...]
    rows: tuple[Row, ...]
    carried: str = ""
    notes: tuple[str, ...] = ()

    def __str__(self) -> str:
        return self.shown(lambda _, text: text)

    def shown(self, style: Style) -> str:
        """Return the explanation as lines of text, its parts in a style."""
        lines = [style("title", f"{name}: derivative with respect to {', '.join(by)}") for name, by in self.entries]
        if self.carried:
            lines.append(f"on carried values, as tangent lines cannot be written: {self.carried}")
        else:
            lines.append("with tangent lines")
        return "\n".join([*lines, "", *table(self.rows, style), *(style("biased", note) for note in self.notes)])


NEVER_SMALL = "no side of a decision is too small for it"
HEAD = ("line", "draw", "meets", "differentiated by", "why")


def table(rows: Sequence[Row], style: Style) -> list[str]:
    """Return rows as lines of text, in columns."""
    cells = [HEAD, *((str(r.line), r.draw, r.meets, r.by, r.why) for r in rows)]
    widths = [max(len(row[i]) for row in cells) for i in range(4)]
    head, *padded = ([f"{r[0]:>{widths[0]}}", *(f"{r[i]:<{widths[i]}}" for i in (1, 2, 3)), r[4]] for r in cells)
    styled = ([*r[:3], style(r[3].partition(",")[0].strip(), r[3]), r[4]] for r in padded)
    return [style("head", "  ".join(head)), *map("  ".join, styled)]


# -- tangent lines -------------------------------------------------------------------------------------------------


def of_tangent_lines(facts: Facts, plans: Sequence[Planned]) -> Explanation:
    """Explain a program that has a tangent line beside each line that has one."""
    rows = tuple(_planned(facts, p) for p in plans)
    return Explanation(tuple((e.name, facts.wrt[e]) for e in facts.entries), rows, notes=tuple(cuts(facts)))


def _planned(facts: Facts, planned: Planned) -> Row:
    draw = planned.draw
    compared = draw.called == "random" and draw.distribution in ("flip", "bernoulli")
    if draw in facts.jumping:
        meets = "one comparison" if compared else "what its outcome decides"
        return Row(
            draw.site, draw.line, planned.spelled, meets, "jump, leaving mass", "discrete, and its probabilities move"
        )
    if draw in facts.pathwise:
        why = "continuous, and its value moves smoothly where ω is fixed"
        return Row(draw.site, draw.line, planned.spelled, "no decision", "pathwise", why)
    return Row(draw.site, draw.line, planned.spelled, "anything", "nothing to do", "its parameters do not move")


# -- carried values ------------------------------------------------------------------------------------------------


def of_carried(facts: Carried, why: str) -> Explanation:
    """Explain a program that runs on carried values, as far as that is known before it runs."""
    rows = tuple(_drawing(facts, d) for d in facts.drawn.values())
    notes = (*(f"BIASED: {where}" for where in facts.marks.biased), *facts.cuts)
    return Explanation(tuple((e.name, facts.wrt[e]) for e in facts.entries), rows, why, notes)


def _drawing(facts: Carried, drawing: Drawing) -> Row:
    word = facts.marks.forms.get(drawing.site)
    meets, by, why = "what it is found in when it runs", "pathwise, its decisions two-sided", NEVER_SMALL
    if drawing.call in compared([facts.source.module], facts.drawn):
        meets, by, why = "one comparison", "jump, leaving mass", "a Bernoulli draw"
    elif _is_discrete(drawing):
        meets, by, why = "what its outcome decides", "jump, leaving mass", "discrete"
    if word is not None:
        by, why = word, "its comment accepts a bias" if word in BIASED else "its comment says so"
    return Row(drawing.site, drawing.line, spelled(drawing), meets, by, why)


def _is_discrete(drawing: Drawing) -> bool:
    rows = [s for s in SPELLINGS if s.method == drawing.method]
    drawn = {name for row in rows for name in re.findall(r"\w+(?=\()", row.draw)}
    smooth = {"read"} | {name for name, pair in pairs().items() if pair.continuous}
    return bool(rows) and not drawn & smooth
