"""Which line of the source each line of a generated module comes from."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from difflib import SequenceMatcher

KIND = re.compile(r"_(primal|d)(_\d+)?$")
ADDED = re.compile(r"def \w+_d(_\d+)?\(|\w+ = Program\w*\(|from stochtrace")
SITE = re.compile(r"\bomega, (\d+)\b")


@dataclass(frozen=True)
class Block:
    """A statement at the top level: what it is called, or its text, and its lines, from 1."""

    key: str
    first: int
    lines: tuple[str, ...]


def blocks(text: str) -> list[Block]:
    """Return the statements at the top level; primal and derivative program are called as the user's function."""
    lines = text.split("\n")
    found = []
    for node in ast.parse(text).body:
        named = isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef)
        first = min([node.lineno, *(d.lineno for d in getattr(node, "decorator_list", []))])
        own = tuple(lines[first - 1 : node.end_lineno])
        found.append(Block(KIND.sub("", node.name) if named else "\n".join(own), first, own))  # type: ignore[attr-defined]
    return found


def links(source: str, generated: str, file: str, places: Mapping[int, int] | None = None) -> dict[int, int]:
    """Return the line of the source for each line of the generated module that has one.

    Lines that were introduced say in a note where they come from (`# model.py:12`); the others are those of the source,
    or stand in their place. `places` translates the lines of notes (None: as they are).
    """
    found: dict[int, int] = {}
    own = {block.key: block for block in reversed(blocks(source))}
    note = re.compile(rf"  # {re.escape(file)}:(\d+)$")
    for block in blocks(generated):
        noted = {i: int(m[1]) for i, line in enumerate(block.lines) if (m := note.search(line))}
        for i, line in noted.items():
            place = line if places is None else places.get(line)
            if place is not None:
                found[block.first + i] = place
        if block.key in own:
            kept = [i for i in range(len(block.lines)) if i not in noted]
            home = own[block.key]
            for i, j in _aligned(home.lines, [block.lines[i] for i in kept]):
                found[block.first + kept[j]] = home.first + i
    return found


def _aligned(before: tuple[str, ...], after: list[str]) -> Iterator[tuple[int, int]]:
    """Yield the lines that are the same, and those that were replaced line by line."""
    matcher = SequenceMatcher(None, [line.strip() for line in before], [line.strip() for line in after], autojunk=False)
    for tag, i, i_end, j, j_end in matcher.get_opcodes():
        if tag == "equal" or (tag == "replace" and i_end - i == j_end - j):
            yield from zip(range(i, i_end), range(j, j_end), strict=True)


def stand_in(generated: str) -> str:
    """Return the primal, and all that it uses, of a generated module."""
    found = blocks(generated)
    lines = generated.split("\n")
    added = [range(b.first, b.first + len(b.lines)) for b in found if ADDED.match(b.lines[0])]
    header = range(1, found[0].first)
    kept = [line for i, line in enumerate(lines, 1) if not any(i in each for each in (header, *added))]
    return re.sub(r"\n{4,}", "\n\n\n", "\n".join(kept)).strip("\n") + "\n"


def places(primal: str, draws: Mapping[int, tuple[int, str, str]]) -> dict[int, int]:
    """Return the lines of a primal for those of the source, as far as its draws tell them.

    A primal has the lines of its source, so that lines between two draws keep their distance.
    """
    lines = enumerate(primal.split("\n"), 1)
    known = {draws[int(m[1])][0]: i for i, line in lines for m in SITE.finditer(line) if int(m[1]) in draws}
    found: dict[int, int] = {}
    for line in range(1, max(known, default=0) + 100):
        nearest = max((n for n in known if n <= line), default=min(known, default=0))
        if nearest and known[nearest] + line - nearest > 0:
            found[line] = known[nearest] + line - nearest
    return found
