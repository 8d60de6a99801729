"""Python as HTML: each line by itself, its tokens in spans of the classes k, s, n, c and f."""

from __future__ import annotations

import io
import keyword
import tokenize
from collections.abc import Iterator
from html import escape

# Keywords, strings, numbers, comments, and the names of functions and classes.
CLASSES = {tokenize.STRING: "s", tokenize.NUMBER: "n", tokenize.COMMENT: "c"}
CLASSES |= {getattr(tokenize, name): "s" for name in ("FSTRING_START", "FSTRING_MIDDLE", "FSTRING_END") if
            hasattr(tokenize, name)}  # fmt: skip

# The colours of JupyterLab's editor where there are any: right on a light page and on a dark one.
COLOURS = {"k": "keyword", "s": "string", "n": "number", "c": "comment", "f": "def"}
ELSEWHERE = {"k": "#a626a4", "s": "#2f7d32", "n": "#986801", "c": "#737373", "f": "#2d6fd2"}


def listing(text: str) -> str:
    """Return a Python module as HTML for a notebook."""
    code = "\n".join(highlighted(text.rstrip("\n")))
    for kind, name in COLOURS.items():
        colour = f"color: var(--jp-mirror-editor-{name}-color, {ELSEWHERE[kind]})"
        code = code.replace(f'<span class="{kind}">', f'<span style="{colour}">')
    return f'<pre style="overflow: auto"><code>{code}</code></pre>'


def highlighted(text: str) -> list[str]:
    """Return the HTML of each line of a Python module; a text that is none is escaped only."""
    lines = text.split("\n")
    try:
        marks = list(_marks(text, lines))
    except (tokenize.TokenError, SyntaxError):
        marks = []
    by_line: dict[int, list[tuple[int, int, str]]] = {}
    for line, start, end, kind in marks:
        by_line.setdefault(line, []).append((start, end, kind))
    return [_spans(line, by_line.get(i, [])) for i, line in enumerate(lines)]


def _marks(text: str, lines: list[str]) -> Iterator[tuple[int, int, int, str]]:
    """Yield line, start, end and class of what has one; a token of several lines is a mark in each."""
    defines = False
    for token in tokenize.generate_tokens(io.StringIO(text).readline):
        kind = CLASSES.get(token.type, "")
        if token.type == tokenize.NAME:
            kind = "k" if keyword.iskeyword(token.string) else "f" if defines else ""
            defines = token.string in ("def", "class")
        if not kind:
            continue
        (first, start), (last, end) = token.start, token.end
        for line in range(first, last + 1):
            yield line - 1, start if line == first else 0, end if line == last else len(lines[line - 1]), kind


def _spans(line: str, marks: list[tuple[int, int, str]]) -> str:
    """Return a line with its marks as spans."""
    parts, at = [], 0
    for start, end, kind in marks:
        parts += [escape(line[at:start]), f'<span class="{kind}">{escape(line[start:end])}</span>']
        at = end
    return "".join([*parts, escape(line[at:])])
