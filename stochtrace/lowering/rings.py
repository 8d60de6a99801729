"""Classes whose objects hold each other: agents that know their world, nodes that know their neighbours.

Nothing frees objects that hold each other in a ring, in compiled code, but the end of their sample: they are noted in a
record of ω as they are made. So what makes them takes the source of draws, as functions that draw from modules do.
"""

from __future__ import annotations

import ast
from collections.abc import Collection, Iterator, Mapping

from stochtrace.lowering.dataclasses import Class, NotLowered
from stochtrace.lowering.families import root_of
from stochtrace.lowering.observed import Kind
from stochtrace.lowering.sources import SOURCE


def rings_of(classes: Mapping[str, Class], kinds: Mapping[str, Mapping[str, Kind]]) -> set[str]:
    """Return the classes whose objects may hold such of their own class, or hold what holds these."""
    roots = {name: root_of(name, classes) for name in classes}
    holding: dict[str, set[str]] = {root: set() for root in roots.values()}
    for name in classes:
        holding[roots[name]] |= {held for kind in kinds[name].values() for held in held_by(kind)}
    while True:
        before = sum(map(len, holding.values()))
        for held in holding.values():
            held |= set().union(*(holding.get(other, set()) for other in held))
        if before == sum(map(len, holding.values())):
            return {name for name, root in roots.items() if root in holding[root]}


def held_by(kind: Kind) -> Iterator[str]:
    """Yield the classes of objects that a value holds: those on which they stand in the end."""
    if kind.word == "object":
        yield kind.parts[1]
    else:
        for part in kind.parts:
            if isinstance(part, Kind):
                yield from held_by(part)


def rooted(tree: ast.Module, rings: Collection[str]) -> None:
    """Let what makes objects of such classes ask for the source of draws, in place."""
    for node in tree.body:
        if isinstance(node, ast.ClassDef) and node.name in rings:
            made = [part for part in node.body if isinstance(part, ast.FunctionDef) and part.name == "__init__"]
            if not (made or any(isinstance(base, ast.Name) and base.id in rings for base in node.bases)):
                raise NotLowered(f"objects of the class `{node.name}` hold each other, and it has no `__init__`")
            for init in made:
                init.body.insert(0, ast.Expr(ast.Name(SOURCE, ast.Load())))
