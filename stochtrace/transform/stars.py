"""Write out `from module import *`: the names that the program uses of it, on the same line.

Accepts Python that compiles. Guarantees a text without such imports, with the same lines, in which the same names are
bound. The modules are those whose names a program computes with; which names another one brings cannot be read.
"""

from __future__ import annotations

import ast
import builtins
import importlib
from collections.abc import Iterator

KNOWN = frozenset(
    ("bisect", "cmath", "collections", "copy", "dataclasses", "decimal", "enum", "fractions", "functools", "heapq")
) | frozenset(
    ("itertools", "math", "numpy", "numpy.linalg", "numpy.random", "operator", "random", "scipy.special", "scipy.stats")
) | frozenset(("statistics", "string", "typing"))  # fmt: skip
# What the old interface of matplotlib brings of NumPy, without the functions in whose place it leaves Python's.
PYLAB = ("numpy", "numpy.random", "numpy.linalg")
PYTHONS = frozenset(("abs", "bool", "bytes", "max", "min", "pow", "round"))


class Unknown(Exception):
    """Names of a program that may be what a module brings of which nothing is known."""

    def __init__(self, node: ast.ImportFrom, module: str, names: list[str]) -> None:
        self.node, self.module, self.names = node, module, names


def written_out(text: str) -> str:
    """Return the text with the names in the place of stars; raises `Unknown` where these cannot be known."""
    if "*" not in text or not (stars := [*_stars(tree := ast.parse(text))]):
        return text
    loaded = {n.id for n in ast.walk(tree) if isinstance(n, ast.Name)}
    brought: dict[str, tuple[ast.ImportFrom, str]] = {}
    for star in stars:
        for module in PYLAB if star.module in ("pylab", "matplotlib.pylab") else (star.module or "",):
            if not star.level and module in KNOWN:
                hidden = PYTHONS if module != star.module else frozenset()
                brought |= {name: (star, module) for name in _exported(module) & loaded - hidden}
    bound = _bound(tree.body)
    for star in stars:
        if star.level or star.module not in KNOWN:
            _check(star, loaded - bound - _local(tree) - brought.keys() - set(dir(builtins)))
    lines = text.split("\n")
    for star in reversed(stars):
        names = [(module, name) for name, (node, module) in sorted(brought.items()) if node is star]
        names = [(module, name) for module, name in names if name not in bound]
        line = lines[star.lineno - 1].encode()
        ours = "; ".join(_imports(names)) or "pass"
        lines[star.lineno - 1] = (line[: star.col_offset] + ours.encode() + line[star.end_col_offset :]).decode()
    return "\n".join(lines)


def _stars(tree: ast.Module) -> Iterator[ast.ImportFrom]:
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and node.names[0].name == "*" and node.lineno == node.end_lineno:
            yield node


def _imports(names: list[tuple[str, str]]) -> list[str]:
    modules = sorted({module for module, _ in names})
    return [f"from {module} import {', '.join(name for m, name in names if m == module)}" for module in modules]


def _exported(module: str) -> set[str]:
    found = importlib.import_module(module)
    return set(getattr(found, "__all__", None) or [name for name in dir(found) if not name.startswith("_")])


def _check(star: ast.ImportFrom, free: set[str]) -> None:
    if free:
        raise Unknown(star, "." * star.level + (star.module or ""), sorted(free))


def _bound(body: list[ast.stmt]) -> set[str]:
    """Return the names that the statements of a module bind otherwise, but for what is inside functions."""
    names, todo = set[str](), list[ast.AST](body)
    while todo:
        node = todo.pop()
        match node:
            case ast.FunctionDef() | ast.AsyncFunctionDef() | ast.ClassDef():
                names.add(node.name)
                continue
            case ast.Name(ctx=ast.Store()):
                names.add(node.id)
            case ast.alias():
                names.add(node.asname or node.name.split(".")[0])
            case ast.Lambda():
                continue
        todo += ast.iter_child_nodes(node)
    return names


def _local(tree: ast.Module) -> set[str]:
    """Return the names that are bound somewhere inside functions."""
    names = {n.id for n in ast.walk(tree) if isinstance(n, ast.Name) and not isinstance(n.ctx, ast.Load)}
    names |= {n.arg for n in ast.walk(tree) if isinstance(n, ast.arg)}
    defined = (n.name for n in ast.walk(tree) if isinstance(n, ast.FunctionDef | ast.ClassDef | ast.ExceptHandler))
    names |= {name for name in defined if name}
    return names | {a.asname or a.name.split(".")[0] for a in ast.walk(tree) if isinstance(a, ast.alias)}
