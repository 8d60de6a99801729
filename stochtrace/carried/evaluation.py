"""Expressions evaluated again with another outcome of one draw: with its slope and its tangent, or over an interval.

Only what depends on that draw is evaluated; the rest of a program stands as it is.
"""

from __future__ import annotations

import math
import operator
from collections.abc import Callable, Iterable
from functools import cache
from typing import Any, NamedTuple

from stochtrace.carried import intervals, operations
from stochtrace.carried.intervals import EVERYTHING, NOWHERE, Interval, as_interval
from stochtrace.carried.smooth import CANCELLED, CURVED, STEADY, Smooth, value

FLAT = Interval(0.0, 0.0)
DRAWS = ("draw", "shaped")


class Hidden(Exception):
    """A draw acts on an expression in a way that cannot be followed: through the shape of another draw."""


class Dual(NamedTuple):
    """A value, its slope in the draw, and its tangent with the draw held."""

    v: float
    s: float
    d: float


def along(x: Any, k: int, z: float) -> Dual:
    """Return an expression as it is where draw k has the standard variable z."""
    return Dual(*_walk(x, k, Dual(z, 1.0, 0.0), _constant, _dual))


def enclosure(x: Any, k: int, z: Interval) -> tuple[Interval, Interval]:
    """Return bounds of the value of an expression and of its slope, for all z of draw k in an interval."""
    v, s = _walk(x, k, (z, Interval(1.0, 1.0)), _flat, enclosed)
    return v, s


ARITHMETIC: dict[str, Callable[..., float]] = {
    "add": operator.add,
    "sub": operator.sub,
    "mul": operator.mul,
    "div": operator.truediv,
    "neg": operator.neg,
    "frozen": operator.pos,
}


def keep_signs(expressions: Iterable[Smooth], k: int, z: float) -> bool:
    """Tell whether expressions have the signs that they have now where draw k has the standard variable z."""
    done: dict[int, float] = {}
    return all(
        (_walk(x, k, z, value, lambda node, parts: _function(node.op)(*parts), done=done) > 0) == (x.v > 0)
        for x in expressions
    )


def _function(op: str) -> Callable[..., float]:
    return ARITHMETIC[op] if op in ARITHMETIC else operations.VALUES[op]


class Other(Exception):
    """An expression is no polynomial of degree two or less."""


def quadratic(x: Smooth, k: int) -> tuple[float, float, float] | None:
    """Return a, b, c of an expression a z² + b z + c of the standard variable z of draw k, None where it is no such."""
    try:
        found: tuple[float, float, float] = _walk(x, k, (0.0, 1.0, 0.0), _degree_0, _squared)
    except Other:
        return None
    return found


def _degree_0(x: Any) -> tuple[float, float, float]:
    return (0.0, 0.0, x.v if type(x) is Smooth else float(x))


def _squared(node: Smooth, parts: list[tuple[float, float, float]]) -> tuple[float, float, float]:
    match node.op, parts:
        case "add", [(a, b, c), (d, e, f)]:
            return a + d, b + e, c + f
        case "sub", [(a, b, c), (d, e, f)]:
            return a - d, b - e, c - f
        case "neg", [(a, b, c)]:
            return -a, -b, -c
        case "mul", [(a, b, c), (d, e, f)] if not a * e and not b * d and not a * d:
            return a * f + b * e + c * d, b * f + c * e, c * f
        case "div", [(a, b, c), (d, e, f)] if not d and not e:
            return a / f, b / f, c / f
    if any(part[:2] != (0.0, 0.0) for part in parts):
        raise Other
    return 0.0, 0.0, node.v


def slope_at(x: Smooth, k: int) -> tuple[float, float]:
    """Return the slope of an expression in draw k where it is now, and the size of the terms that it is the sum of.

    The newer draws, in which it has cancelled, stay as they are, though k acts on their shapes.
    """
    node = next(n for n in nodes(x) if n.op in DRAWS and n.k == k)

    def sized(node: Smooth, parts: list[Any]) -> Any:
        dual = _dual(node, [p[0] for p in parts])
        size = abs(dual.s)
        if node.op in ("add", "sub"):
            size = sum(p[1] for p in parts)
        return dual, size

    dual, size = _walk(x, k, (Dual(node.v, 1.0, 0.0), 1.0), lambda n: (_constant(n), 0.0), sized, held=True)
    return dual.s, size


def nodes(x: Any) -> list[Smooth]:
    """Return all nodes of an expression."""
    seen: dict[int, Smooth] = {}
    todo = [x]
    while todo:
        node = todo.pop()
        if type(node) is Smooth and id(node) not in seen:
            seen[id(node)] = node
            todo += node.parts
    return [*seen.values()]


def draws_of(x: Any) -> list[int]:
    """Return the draws of an expression, the newest first; those that act through shapes of other draws too."""
    return sorted({node.k for node in nodes(x) if node.op in DRAWS}, reverse=True)


def depends(x: Any, k: int, known: dict[int, bool]) -> bool:
    """Tell whether draw k is a part of an expression; `known` keeps what was found out about its nodes."""
    if type(x) is not Smooth or x.k < k:
        return False
    todo = [x]
    while todo:
        node = todo[-1]
        key = id(node)
        if key in known:
            todo.pop()
        elif node.op in DRAWS and node.k == k:
            known[key] = True
        else:
            known[key] = waiting = False
            for part in node.parts:
                if type(part) is Smooth and part.k >= k:
                    if id(part) not in known:
                        waiting = True
                        todo.append(part)
                    elif known[id(part)]:
                        known[key] = True
            if waiting and not known[key]:
                del known[key]
    return known[id(x)]


def _walk(
    x: Any,
    k: int,
    own: Any,
    constant: Callable[[Any], Any],
    combined: Callable[[Smooth, list[Any]], Any],
    held: bool = False,
    done: dict[int, Any] | None = None,
) -> Any:
    """Evaluate the nodes of an expression that may depend on draw k, parts before what is made of them.

    Draw k must not act through the shapes of others, unless these are `held`. What is `done` already is kept.
    """

    def leaf(node: Smooth) -> Any:
        if node.op in DRAWS:
            return own if node.k == k else constant(node if held else _apart(node, k))
        return constant(node) if node.k < k else None

    return evaluated(x, leaf, constant, combined, {} if done is None else done)


def evaluated(
    x: Any,
    leaf: Callable[[Smooth], Any],
    constant: Callable[[Any], Any],
    combined: Callable[[Smooth, list[Any]], Any],
    done: dict[int, Any],
) -> Any:
    """Evaluate an expression, parts before what is made of them; what is `done` already is kept.

    At a node that `leaf` gives something for, not None, there is no more to be evaluated.
    """
    if type(x) is not Smooth:
        return constant(x)
    todo = [x]
    while todo:
        node = todo[-1]
        key = id(node)
        if key in done:
            todo.pop()
        elif (found := leaf(node)) is not None:
            done[key] = found
        elif waiting := [p for p in node.parts if type(p) is Smooth and id(p) not in done]:
            todo += waiting
        else:
            done[key] = combined(node, [done[id(p)] if type(p) is Smooth else constant(p) for p in node.parts])
    return done[id(x)]


def _apart(node: Smooth, k: int) -> Smooth:
    """Return another draw, on which draw k must not act through its shapes."""
    if node.op == "shaped" and node.k > k and any(depends(p, k, {}) for p in node.parts):
        raise Hidden
    return node


def _constant(x: Any) -> Dual:
    return Dual(x.v, 0.0, x.d) if type(x) is Smooth else Dual(x, 0.0, 0.0)


def _flat(x: Any) -> tuple[Interval, Interval]:
    v = as_interval(x.v if type(x) is Smooth else x)
    return v, FLAT


def _dual(node: Smooth, parts: list[Dual]) -> Dual:
    match node.op, parts:
        case "add", [a, b]:
            return Dual(a.v + b.v, a.s + b.s, a.d + b.d)
        case "sub", [a, b]:
            return Dual(a.v - b.v, a.s - b.s, a.d - b.d)
        case "mul", [a, b]:
            return Dual(a.v * b.v, a.s * b.v + a.v * b.s, a.d * b.v + a.v * b.d)
        case "div", [a, b]:
            v = a.v / b.v
            return Dual(v, (a.s - v * b.s) / b.v, (a.d - v * b.d) / b.v)
        case "neg", [a]:
            return Dual(-a.v, -a.s, -a.d)
        case "frozen", [a]:
            return Dual(a.v, a.s, 0.0)
    x = [p.v for p in parts]
    y = operations.VALUES[node.op](*x)
    moved = [bool(p.s or p.d) for p in parts]
    try:
        slopes = operations.partials(node.op, x, y, moved)
    except ZeroDivisionError:  # at the end of a domain, as in compiled code
        slopes = [math.inf if m else 0.0 for m in moved]
    pairs = [*zip(slopes, parts, strict=True)]
    return Dual(y, sum(p * a.s for p, a in pairs if a.s), sum(p * a.d for p, a in pairs if a.d))


@cache
def _interval_partials(name: str) -> list[Callable[..., Any]]:
    return operations.compiled(name, intervals.FUNCTIONS)


def enclosed(node: Smooth, parts: list[tuple[Interval, Interval]]) -> tuple[Interval, Interval]:
    if any(v.is_empty() for v, _ in parts):
        return NOWHERE, EVERYTHING
    match node.op, parts:
        case "add", [(a, a_s), (b, b_s)]:
            return a + b, a_s + b_s
        case "sub", [(a, a_s), (b, b_s)]:
            return a - b, a_s - b_s
        case "mul", [(a, a_s), (b, b_s)]:
            if node.parts[0] is node.parts[1]:
                return a**2, 2.0 * (a * a_s)
            return a * b, a_s * b + a * b_s
        case "div", [(a, a_s), (b, b_s)]:
            v = a / b
            return v, (a_s - v * b_s) / b
        case "neg", [(a, a_s)]:
            return -a, -a_s
        case "frozen", [same]:
            return same
    if node.op not in intervals.FUNCTIONS:
        return EVERYTHING, EVERYTHING
    x = [v if v.low < v.high else v.low for v, _ in parts]
    y = as_interval(intervals.FUNCTIONS[node.op](*x))
    slope = FLAT
    for partial, (_, s) in zip(_interval_partials(node.op), parts, strict=True):
        if s != FLAT:
            slope = slope + s * _bounded(partial, x, y)
    return y, slope


def _bounded(partial: Callable[..., Any], x: list[Any], y: Interval) -> Interval:
    try:
        return as_interval(partial(*x, y))
    except (TypeError, KeyError, NameError, ValueError, OverflowError, ZeroDivisionError):
        return EVERYTHING


def older(x: Smooth) -> Any:
    """Return x, in which the newest draw has cancelled, as a function of the newest one that is left."""
    for k in draws_of(x):
        if k < x.k:
            slope, size = slope_at(x, k)
            if abs(slope) > CANCELLED * size:
                return Smooth(x.v, x.d, k, slope, 0.0, CURVED, x.op, x.parts)
    return Smooth(x.v, x.d, -1, 0.0, 0.0, STEADY, x.op, x.parts) if x.d else x.v
