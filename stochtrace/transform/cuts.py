"""Where a program cuts its derivative on purpose: the calls of `stochtrace.stop_gradient`, for people to see."""

from __future__ import annotations

from collections.abc import Callable, Iterable

import libcst as cst

from stochtrace.transform.nodes import code, inside
from stochtrace.transform.source import Source

Path = Callable[[cst.BaseExpression], str | None]


def find_cuts(source: Source, nodes: Iterable[cst.CSTNode], path: Path) -> list[str]:
    """Return a word on each place in these nodes; `path` tells what a name or an attribute was imported from."""
    calls = [call for node in nodes for call in inside(node, cst.Call) if path(call.func) == "stochtrace.stop_gradient"]
    lines = dict.fromkeys((source.line(call), code(call)) for call in calls)
    return [f"line {line}: the derivative is cut on purpose by `{text}`" for line, text in sorted(lines)]
