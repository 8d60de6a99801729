"""Prune tangents that nothing reads: an assignment to a tangent of which no other line makes use.

What changes a tangent in place stays: it may be another one's too.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection

import libcst as cst

from stochtrace.transform.nodes import inside, walk


def prune(node: cst.FunctionDef, dots: Collection[str]) -> cst.FunctionDef:
    """Return a derivative program without the assignments to tangents that are never read."""
    dead = _only_written(node, set(dots))
    return cst.ensure_type(node.visit(_Remover(dead)), cst.FunctionDef) if dead else node


def _only_written(node: cst.FunctionDef, dots: set[str]) -> set[str]:
    """Return the tangents that nothing reads, once the lines that only write such tangents are gone."""
    uses = _Uses(dots)
    walk(node, uses)
    used = uses.everywhere
    dead: set[str] = set()
    while found := {name for name in uses.written.keys() - dead if len(uses.written[name]) == used[name]}:
        dead |= found
        for gone in (line for name in found for line in uses.written[name]):
            used -= gone
    return dead


class _Uses(cst.CSTVisitor):
    """Counts of tangents: in the whole function, and in each line that only writes one."""

    def __init__(self, dots: set[str]) -> None:
        super().__init__()
        self.dots = dots
        self.everywhere: Counter[str] = Counter()
        self.written: dict[str, list[Counter[str]]] = {}
        self.line: Counter[str] = Counter()

    def visit_SimpleStatementLine(self, node: cst.SimpleStatementLine) -> None:
        self.line = Counter()
        if name := _written(node, self.dots):
            self.written.setdefault(name, []).append(self.line)

    def visit_Name(self, node: cst.Name) -> None:
        if node.value in self.dots:
            self.everywhere[node.value] += 1
            self.line[node.value] += 1


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
