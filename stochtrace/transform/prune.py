"""Prune tangents that nothing reads: an assignment to a tangent of which no other line makes use.

What changes a tangent in place stays: it may be another one's too.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection

import libcst as cst

from stochtrace.transform.nodes import inside


def prune(node: cst.FunctionDef, dots: Collection[str]) -> cst.FunctionDef:
    """Return a derivative program without the assignments to tangents that are never read."""
    dead = _only_written(node, set(dots))
    return cst.ensure_type(node.visit(_Remover(dead)), cst.FunctionDef) if dead else node


def _only_written(node: cst.FunctionDef, dots: set[str]) -> set[str]:
    """Return the tangents that nothing reads, once the lines that only write such tangents are gone."""
    used = _counted(node, dots)
    lines: dict[str, list[Counter[str]]] = {}
    for line in inside(node, cst.SimpleStatementLine):
        if name := _written(line, dots):
            lines.setdefault(name, []).append(_counted(line, dots))
    dead: set[str] = set()
    while found := {name for name in lines.keys() - dead if len(lines[name]) == used[name]}:
        dead |= found
        for gone in (line for name in found for line in lines[name]):
            used -= gone
    return dead


def _counted(node: cst.CSTNode, dots: set[str]) -> Counter[str]:
    return Counter(name.value for name in inside(node, cst.Name) if name.value in dots)


def _written(line: cst.SimpleStatementLine, dots: set[str]) -> str | None:
    """Return the name of these that a line only writes, None for a line that does anything else too."""
    match line.body:
        case [cst.Assign(targets=[cst.AssignTarget(target=cst.Name(value=name))], value=value)] if name in dots:
            return None if any(isinstance(call.func, cst.Attribute) for call in inside(value, cst.Call)) else name
    return None


class _Remover(cst.CSTTransformer):
    def __init__(self, dead: set[str]) -> None:
        super().__init__()
        self.dead = dead

    def leave_SimpleStatementLine(
        self, original_node: cst.SimpleStatementLine, updated_node: cst.SimpleStatementLine
    ) -> cst.SimpleStatementLine | cst.RemovalSentinel:
        return cst.RemoveFromParent() if _written(original_node, self.dead) else updated_node
