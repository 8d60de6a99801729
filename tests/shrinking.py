"""Makes a program that fails smaller, as long as it fails in the same way.

A statement is left out, or becomes the block in it; an expression becomes one of its parts, or 1.
"""

from __future__ import annotations

import ast
import copy
from collections.abc import Callable, Iterator


def shrunk(source: str, fails: Callable[[str], bool]) -> str:
    """Return the smallest program that is found from a source text, by steps after each of which it fails."""
    source = ast.unparse(ast.parse(source))
    while smaller := next((text for text in candidates(source) if fails(text)), None):
        source = smaller
    return source


def candidates(source: str) -> Iterator[str]:
    """Yield programs that are one step smaller, the largest steps first."""
    tree = ast.parse(source)
    count = sum(1 for _ in ast.walk(tree))
    for index in range(count):
        for step in range(6):
            changed = copy.deepcopy(tree)
            if replace(changed, list(ast.walk(changed))[index], step):
                text = ast.unparse(ast.fix_missing_locations(changed))
                if len(text) < len(source):
                    yield text


def replace(tree: ast.AST, node: ast.AST, step: int) -> bool:
    """Make one step at a node, and tell whether there is one."""
    for parent in ast.walk(tree):
        for name, value in ast.iter_fields(parent):
            if isinstance(value, list) and any(part is node for part in value):
                new = instead(node, step, len(value) > 1 and name in ("body", "orelse", "finalbody"))
                if new is not None:
                    at = next(i for i, part in enumerate(value) if part is node)
                    value[at : at + 1] = new
                    return True
            elif value is node and isinstance(node, ast.expr) and (new := instead(node, step, False)):
                setattr(parent, name, new[0])
                return True
    return False


def instead(node: ast.AST, step: int, spare: bool) -> list[ast.AST] | None:
    """Return what stands in the place of a node after a step, None where there is no such step."""
    if isinstance(node, ast.stmt):
        if step == 0:
            return [] if spare else ([ast.Pass()] if not isinstance(node, ast.Pass) else None)
        body = getattr(node, ("body", "orelse", "finalbody")[step % 3], None)
        inner = isinstance(node, ast.If | ast.For | ast.While | ast.Try)
        return body if step < 4 and inner and body else None
    if isinstance(node, ast.expr) and isinstance(getattr(node, "ctx", ast.Load()), ast.Load):
        parts = [part for part in ast.iter_child_nodes(node) if isinstance(part, ast.expr)]
        if step < len(parts):
            return [parts[step]]
        return [ast.Constant(1)] if step == 5 and not isinstance(node, ast.Constant) else None
    return None
