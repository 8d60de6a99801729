"""Narrow the types of LibCST's nodes, where what a node is follows from where it stands."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache, lru_cache
from typing import TypeVar, cast

import libcst as cst

Node = TypeVar("Node", bound=cst.CSTNode)


def expression(node: object) -> cst.BaseExpression:
    """Return a node that is an expression."""
    assert isinstance(node, cst.BaseExpression)
    return node


def statement(node: object) -> cst.BaseStatement:
    """Return a node that is a statement."""
    assert isinstance(node, cst.BaseStatement)
    return node


def small_statement(node: object) -> cst.BaseSmallStatement:
    """Return a node that is a statement without a block."""
    assert isinstance(node, cst.BaseSmallStatement)
    return node


def suite(node: object) -> cst.BaseSuite:
    """Return a node that is the body of a compound statement."""
    assert isinstance(node, cst.BaseSuite)
    return node


def code(node: cst.CSTNode) -> str:
    """Return the source text of a node."""
    return cst.Module([]).code_for_node(node)


def inside(node: cst.CSTNode, *kinds: type[Node]) -> Iterator[Node]:
    """Yield the nodes of these kinds inside a node, itself too, in source order."""
    yield from narrowed(everything(node), kinds)


@lru_cache(maxsize=1 << 12)
def everything(node: cst.CSTNode) -> tuple[cst.CSTNode, ...]:
    """Return a node and all nodes inside it, in source order."""
    return descended([node])


def own(node: cst.CSTNode, *kinds: type[Node]) -> Iterator[Node]:
    """Yield the nodes of these kinds inside a function, but not in the functions inside it."""
    yield from narrowed(all_own(node), kinds)


@lru_cache(maxsize=1 << 12)
def all_own(node: cst.CSTNode) -> tuple[cst.CSTNode, ...]:
    """Return the nodes inside a function, but not in the functions inside it."""
    return descended([*backwards(node)], cst.FunctionDef)


def descended(todo: list[cst.CSTNode], closed: type[cst.CSTNode] | None = None) -> tuple[cst.CSTNode, ...]:
    """Return these nodes, the last one first, and all inside them, but for what is inside nodes of a closed kind."""
    found: list[cst.CSTNode] = []
    while todo:
        found.append(todo.pop())
        if type(found[-1]) is not closed:
            todo += backwards(found[-1])
    return (*found,)


def narrowed(nodes: tuple[cst.CSTNode, ...], kinds: tuple[type[Node], ...]) -> Iterator[Node]:
    """Yield the nodes of these kinds."""
    for node in nodes:
        if is_of(type(node), kinds):
            yield cast(Node, node)


@cache
def is_of(kind: type[cst.CSTNode], kinds: tuple[type[cst.CSTNode], ...]) -> bool:
    """Tell whether a type is one of these; kept, as LibCST's are abstract and slow to ask."""
    return issubclass(kind, kinds)


def walk(node: cst.CSTNode, visitor: cst.CSTVisitor) -> None:
    """Let a visitor see a node and all inside it, as `node.visit(visitor)` does, without the copies that this makes."""
    if visitor.on_visit(node):
        for child in reversed(backwards(node)):
            walk(child, visitor)
    visitor.on_leave(node)


class Variables(cst.CSTVisitor):
    """Sees the names that are variables: not those of attributes (`rng.f` is not `f`), nor those of keywords."""

    def visit_Attribute(self, node: cst.Attribute) -> bool:
        walk(node.value, self)
        return False

    def visit_Arg(self, node: cst.Arg) -> bool:
        walk(node.value, self)
        return False


@lru_cache(maxsize=1 << 18)
def backwards(node: cst.CSTNode) -> list[cst.CSTNode]:
    """Return the children of a node, the last one first.

    Kept, as pass after pass asks for them, and LibCST copies the node to find them.
    """
    return [*reversed(node.children)]
