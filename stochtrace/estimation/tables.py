"""Cells as a table: of text for a terminal, of HTML for a notebook."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from html import escape


def lines(cells: Sequence[Sequence[str]], first: str = ">") -> Iterator[str]:
    """Yield the lines of a table; `first` says how its first column is aligned."""
    widest, *widths = [max(map(len, column)) for column in zip(*cells, strict=True)]
    for left, *rest in cells:
        yield "  ".join([f"{left:{first}{widest}}", *map(str.ljust, rest, widths)]).rstrip()


def html(cells: Sequence[Sequence[str]]) -> str:
    """Return a table, whose first row is its head; a head without text is no head to readers of screens."""
    head, *rows = cells
    top = "".join(f"<th>{escape(cell)}</th>" if cell else "<td></td>" for cell in head)
    body = "".join(f"<tr>{''.join(f'<td>{escape(cell)}</td>' for cell in row)}</tr>" for row in rows)
    return f"<table><tr>{top}</tr>{body}</table>"
