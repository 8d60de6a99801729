"""What stands still: expressions of draws in which the parameters have no part, so that no boundary in them moves."""

from __future__ import annotations

from typing import Any

from stochtrace.carried.smooth import Smooth

Known = dict[int, tuple[Smooth, bool]]
ALONE = (
    "this decision compares a parameter, without a draw in it",
    "A deterministic jump has no derivative. Compare draws, ask `stop_gradient(…)` in a guard, or leave the parameter "
    "out with `--wrt`.",
)


def stands_still(x: Smooth, known: Known) -> bool:
    """Tell whether no parameter is a part of an expression, by how it is written; `known` keeps it of its nodes."""
    todo: list[Smooth] = [x]
    while todo:
        node = todo[-1]
        if id(node) in known:
            todo.pop()
        elif node.op in ("draw", "frozen") or node.k < 0:
            known[id(node)] = node, node.k >= 0
        elif waiting := [p for p in _carried(node) if id(p) not in known]:
            todo += waiting
        else:
            known[id(node)] = node, all(known[id(p)][1] for p in _carried(node))
    return known[id(x)][1]


def _carried(node: Smooth) -> list[Any]:
    return [p for p in node.parts if type(p) is Smooth]
