"""The line of the user's source that a line of a generated module was made from."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path

SITE = re.compile(r"rt\.(?:at\(.*?|\w+\(omega), (\d+)")


def source_line(generated: str, text: str, source: str, draws: Mapping[int, tuple[int, str, str]]) -> int | None:
    """Return the number of the source line behind the text of a line, None where that is not certain.

    A line that draws names its site. Any other stands in the source as it is, if that lies beside the generated file.
    """
    site = SITE.search(text)
    if site is not None and int(site[1]) in draws:
        return draws[int(site[1])][0]
    try:
        lines = Path(generated).with_name(source).read_text(encoding="utf-8").splitlines()
    except (OSError, ValueError):
        return None
    same = [number for number, line in enumerate(lines, start=1) if line.strip() == text.strip()]
    return same[0] if len(same) == 1 else None
