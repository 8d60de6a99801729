"""How tables of programs are written.

Each program begins with `### what it shows`, then `| name=value` where it is not run at p = 0.6, and defines `f`.
"""

from __future__ import annotations

import re
from typing import Any, NamedTuple


class Case(NamedTuple):
    """A program and the point at which it is run."""

    name: str
    source: str
    at: dict[str, Any]


def cases(text: str) -> list[Case]:
    """The programs of a text."""
    found = []
    for part in re.split(r"^### ", text, flags=re.M)[1:]:
        head, _, source = part.partition("\n")
        name, _, at = head.partition(" | ")
        found.append(Case(name, source.strip() + "\n", eval(f"dict({at or 'p=0.6'})")))
    return found
