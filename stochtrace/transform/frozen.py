"""Find methods of `scipy.stats` distributions: `D.rvs(...)`, `D(...).rvs(...)`, and `d.rvs(...)` where `d` is such a
`D(...)`; in the same way `D.logpdf(x, ...)` and all others that do not draw.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import NamedTuple

import libcst as cst

from stochtrace.spellings import Spelling
from stochtrace.transform.names import Names, Parameter, Scope, target_names
from stochtrace.transform.nodes import code, everything, inside
from stochtrace.transform.source import Source

STATS = "scipy.stats."
DRAWING = ("rvs", "resample")


class Stats(NamedTuple):
    """A method of `scipy.stats`: the distribution's name, all its arguments as one call, where it was frozen."""

    name: str
    method: str
    call: cst.Call
    frozen: cst.BaseExpression
    statement: cst.Assign | None = None


def stats_method(names: Names, scope: Scope, node: cst.Call) -> Stats | None:
    """Return the method of a distribution that a call calls, with the call as it is written; None where it is none."""
    if not isinstance(node.func, cst.Attribute):
        return None
    base, method = node.func.value, node.func.attr.value
    path = scope.dotted(base) or ""
    if path.startswith(STATS):
        return Stats(path.removeprefix(STATS), method, node, base)
    statement = only_assignment(names, scope, base) if isinstance(base, cst.Name) else None
    frozen = statement.value if statement is not None else base
    path = (scope.dotted(frozen.func) or "") if isinstance(frozen, cst.Call) else ""
    if not path.startswith(STATS):
        return None
    return Stats(path.removeprefix(STATS), method, node, frozen, statement)


def stats_function(source: Source, names: Names, scope: Scope, node: cst.Call, methods: Sequence[str]) -> Stats | None:
    """Return one of these methods, which takes its argument before those of the distribution; None for other calls."""
    stats = stats_method(names, scope, node)
    if stats is None or stats.method not in methods:
        return None
    if not isinstance(stats.frozen, cst.Call):
        return stats
    if stats.statement is not None:
        _constant(source, scope, stats)
    given = [a.with_changes(keyword=None, equal=cst.MaybeSentinel.DEFAULT) for a in node.args]
    call = node.with_changes(args=[*given, *stats.frozen.args])
    return stats._replace(call=source.placed(call, node))


def stats_draw(source: Source, names: Names, scope: Scope, node: cst.Call) -> Stats | None:
    """Return the draw that a call is, None where it is none; refuse a draw whose distribution is not known here."""
    if not isinstance(node.func, cst.Attribute) or node.func.attr.value not in DRAWING:
        return None
    stats = stats_method(names, scope, node)
    if stats is None or stats.method != "rvs":
        source.refuse(
            node,
            "a draw of a distribution that is not known here",
            "",
            "Draw from the distribution itself: `scipy.stats.norm.rvs(mu, sigma, random_state=rng)`.",
        )
    if not isinstance(stats.frozen, cst.Call):
        return stats
    if stats.statement is not None:
        _constant(source, scope, stats)
    named = [
        a.with_changes(keyword=cst.Name(name)) if a.keyword is None else a
        for name, a in zip(("size", "random_state"), node.args, strict=False)
    ]
    call = node.with_changes(args=[*stats.frozen.args, *named, *node.args[2:]])
    return stats._replace(call=source.placed(call, node))


def of_size(spelling: Spelling, stats: Stats, parameters: tuple[Parameter, ...]) -> tuple[Parameter, ...]:
    """Return the parameters of a draw with its `size`, that of a frozen vector being 1 as long as none is given."""
    if "size=" not in spelling.call:
        return (*parameters[:-1], Parameter("size", None, cst.Name("None")), parameters[-1])
    frozen = isinstance(stats.frozen, cst.Call)
    return tuple(replace(p, default=cst.Integer("1")) if frozen and p.name == "size" else p for p in parameters)


def only_assignment(names: Names, scope: Scope, name: cst.Name) -> cst.Assign | None:
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


def _constant(source: Source, scope: Scope, stats: Stats) -> None:
    """Refuse parameters that may have changed between the freezing and the draw, or whose names mean others there."""
    home = scope.owner(code(cst.ensure_type(stats.call.func, cst.Attribute).value))
    for argument in cst.ensure_type(stats.frozen, cst.Call).args:
        for node in everything(argument.value):
            match node:
                case cst.BaseNumber() | cst.BinaryOperation() | cst.UnaryOperation() | cst.List() | cst.Tuple():
                    continue
                case _ if not isinstance(node, cst.BaseExpression):
                    continue
                case cst.Name(value=name) if home is not None and (owner := scope.owner(name)) is home.owner(name):
                    if owner is not None and _bound_once(owner, name):
                        continue
            source.refuse(
                argument,
                "a frozen distribution with parameters that may change before it is used",
                "",
                "Give the parameters names that are assigned once, or freeze it where it is used.",
            )


def _bound_once(owner: Scope, name: str) -> bool:
    parameter = name in {p.name for p in owner.parameters}
    return owner.times_bound[name] <= (0 if parameter else 1) and name not in _bound_in_loops(owner)
