"""Find draws of `scipy.stats`: `D.rvs(...)`, `D(...).rvs(...)`, and `d.rvs(...)` where `d` is such a `D(...)`."""

from __future__ import annotations

from typing import NamedTuple

import libcst as cst

from stochtrace.transform.names import Names, Scope, target_names
from stochtrace.transform.nodes import everything, inside
from stochtrace.transform.source import Source

STATS = "scipy.stats."
DRAWING = ("rvs", "resample")


class Stats(NamedTuple):
    """A draw of `scipy.stats`: the distribution's name, all its arguments as one call, where it was frozen."""

    name: str
    call: cst.Call
    frozen: cst.BaseExpression
    statement: cst.Assign | None = None


def stats_draw(source: Source, names: Names, scope: Scope, node: cst.Call) -> Stats | None:
    """Return the draw that a call is, None where it is none; refuse a draw whose distribution is not known here."""
    if not isinstance(node.func, cst.Attribute) or node.func.attr.value not in DRAWING:
        return None
    base = node.func.value
    path = scope.dotted(base) or ""
    if path.startswith(STATS) and node.func.attr.value == "rvs":
        return Stats(path.removeprefix(STATS), node, base)
    statement = _bound(names, scope, base) if isinstance(base, cst.Name) else None
    frozen = statement.value if statement is not None else base
    path = (scope.dotted(frozen.func) or "") if isinstance(frozen, cst.Call) else ""
    if not isinstance(frozen, cst.Call) or not path.startswith(STATS) or node.func.attr.value != "rvs":
        source.refuse(
            node,
            "a draw of a distribution that is not known here",
            "",
            "Draw from the distribution itself: `scipy.stats.norm.rvs(mu, sigma, random_state=rng)`.",
        )
    if statement is not None:
        _constant(source, scope, frozen)
    sized = [a.with_changes(keyword=cst.Name("size")) if a.keyword is None else a for a in node.args[:1]]
    call = node.with_changes(args=[*frozen.args, *sized, *node.args[1:]])
    return Stats(path.removeprefix(STATS), source.placed(call, node), frozen, statement)


def _bound(names: Names, scope: Scope, name: cst.Name) -> cst.Assign | None:
    """Return the only assignment to a name."""
    owner = scope.owner(name.value)
    if owner is None or owner.times_bound[name.value] != 1:
        return None
    for statement in inside(owner.node, cst.Assign):
        match statement.targets:
            case [cst.AssignTarget(target=cst.Name(value=target))] if target == name.value:
                return statement
    return None


def _bound_in_loops(scope: Scope) -> set[str]:
    targets = [loop.target for loop in inside(scope.node, cst.For)]
    for loop in inside(scope.node, cst.For, cst.While):
        targets += [assigned.target for assigned in inside(loop.body, cst.AssignTarget)]
    return {name.value for target in targets for name in target_names(target)}


def _constant(source: Source, scope: Scope, frozen: cst.Call) -> None:
    """Refuse parameters that may have changed between the freezing and the draw."""
    for argument in frozen.args:
        for node in everything(argument.value):
            match node:
                case cst.BaseNumber() | cst.BinaryOperation() | cst.UnaryOperation():
                    continue
                case _ if not isinstance(node, cst.BaseExpression):
                    continue
                case cst.Name(value=name) if (owner := scope.owner(name)) is not None:
                    parameter = name in {p.name for p in owner.parameters}
                    if owner.times_bound[name] <= (0 if parameter else 1) and name not in _bound_in_loops(owner):
                        continue
            source.refuse(
                argument,
                "a frozen distribution with parameters that may change before it is drawn from",
                "",
                "Give the parameters names that are assigned once, or freeze it where it is drawn from.",
            )
