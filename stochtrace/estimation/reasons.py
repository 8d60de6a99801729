"""Why a program is not compiled, in one line: what Numba says of the form of it that got farthest, in simpler words."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

STEP = "Failed in nopython mode pipeline"
COLOURS = re.compile("\x1b\\[[0-9;]*m")
PLACE = re.compile(r'File "(.*)", line (\d+)')
LOOPS = "stochtrace_"  # files of ours that call the program
LONGEST = 200
UNTOLD = "Numba fails on it, and does not say why"
STAGES = ("TypingError", "LoweringError")  # later than all others

# What Numba says, and what it means to the writer of a program.
WORDS = (
    (r"Use of unsupported opcode \(MATCH_\w+\).*", "`match` with such a pattern"),
    (r"Use of unsupported opcode \(UNPACK_EX\).*", "`a, *rest = ...`"),
    (r"Use of unsupported opcode \((\w*YIELD\w*|SEND)\).*", "a generator that is kept, sent values or delegated to"),
    (r"Use of unsupported opcode \((\w*WITH\w*)\).*", "`with`"),
    (r"Cannot capture the non-constant value associated with variable '(\w+)'.*",
     r"a function inside another one that reads its `\1`, and is passed on or kept"),
    (r"Untyped global name '(\w+)': Cannot determine Numba type of <class '(dict|list|set)'>.*",
     r"`\1`, a \2 of the module, read in such a way"),
    (r"Untyped global name '(\w+)'.*", r"`\1`, which compiled code has not"),
    (r"Unknown attribute '(\w+)' of type Module\(<module '([\w.]+)'.*", r"`\2.\1`, which compiled code has not"),
    (r"Unknown attribute '(\w+)' of type (\w+).*", r"`.\1` of such a value (\2)"),
    (r"Cannot infer the type of variable '([A-Za-z]\w*)[.\w]*'.*", r"what `\1` holds is not known where it is made"),
    (r"Cannot infer the type of variable .*", "what a container holds is not known where it is made"),
    (r"Cannot unify (.+) and (.+) for '([A-Za-z]\w*)[.\w]*', defined at.*", r"`\3` is \1 and \2"),
    (r"Cannot unify (.+) and (.+) for '\$.*", r"a value is \1 and \2"),
    (r"Exception object cannot be stored into variable \((\w+)\).*", r"`except ... as \1`"),
    (r"The use of yield in a closure is unsupported.*", "a generator expression that is passed on or kept"),
    (r"(.+) as value is forbidden.*", r"a dictionary that holds \1"),
)  # fmt: skip
TYPES = (
    (r"<iv=[^>]*>", ""), (r"\bfloat64\b", "float"), (r"\bSmooth\b", "moving float"),
    (r"\b(int64|Literal\[int\]\(-?\d+\))", "int"),
    (r"\b(unicode_type|Word)\b", "str"), (r"\bDictType\[(.*)\]", r"dict(\1)"), (r"\b(Uni)?Tuple\(", "tuple("),
    (r"\bboolean\b", "bool"), (r"\breflected list\(", "list("),
)  # fmt: skip


class NotTaken(NotImplementedError):
    """Numba takes no form of a program; the reason is that of the form that got farthest."""


class Failure(NamedTuple):
    """How far Numba got with a form of a program: what it was doing, and at which line of what it calls first."""

    stage: int
    line: int
    told: str


def farthest(failures: Sequence[Failure]) -> Failure:
    """Return the failure of the form that got farthest, the first of several."""
    return max(failures, key=lambda failed: failed[:2])


def failure(error: Exception) -> Failure:
    """Return how far Numba got."""
    kind = type(error).__name__
    own = [line for file, line in places(COLOURS.sub("", str(error)).splitlines())]
    return Failure(STAGES.index(kind) + 1 if kind in STAGES else 0, own[-1] if own else 0, reason(error))


def places(lines: Sequence[str]) -> list[tuple[str, int]]:
    """Return the places in a program that an error names: the innermost first."""
    found = [(Path(m[1]).name, int(m[2])) for line in lines if (m := PLACE.search(line))]
    return [(file, line) for file, line in found if file.endswith(".py") and not file.startswith(LOOPS)]


def reason(error: Exception) -> str:
    """Return why a program is not compiled: Numba's innermost error, and the line that it blames."""
    if isinstance(error, ModuleNotFoundError) and error.name == "numba":
        return "Numba is not installed; it is the extra stochtrace[fast]"
    if isinstance(error, NotTaken):
        return str(error)
    lines = [line.strip() for line in COLOURS.sub("", str(error)).splitlines() if line.strip()]
    steps = [number for number, line in enumerate(lines) if STEP in line]
    told = lines[steps[-1] + 1 :] if steps else lines
    what = " ".join(told[: 2 if told[1:] and told[1].startswith(">>>") else 1])
    blamed = [f"{file}:{line}: " for file, line in places(told)]
    return f"{''.join(blamed[:1])}{type(error).__name__}: {simpler(what)[:LONGEST] or UNTOLD}"


def simpler(what: str) -> str:
    """Return what Numba says in simpler words, where they are known."""
    for pattern, words in (*WORDS, *TYPES):
        what = re.sub(pattern, words, what)
    return what
