"""Intervals in compiled code: as `intervals`, pairs of numbers; bounds of an expression over an interval of a draw."""

# mypy: disable-error-code="no-untyped-def,no-untyped-call,untyped-decorator"

from __future__ import annotations

import ast
import math
from typing import Any

from numba.extending import register_jitable

from stochtrace.carried.intervals import RISING
from stochtrace.carried.numba_functions import FIRST, ROWS, call, written
from stochtrace.carried.numba_memory import atom_row, node_row, scratch_row
from stochtrace.carried.numba_smooth import ADD, DIV, MUL, NEG, SUB
from stochtrace.carried.numba_tape import marked

INF = math.inf


@register_jitable
def ordered(low, high):
    """Return an interval, all numbers where an end is not known."""
    return (-INF, INF) if math.isnan(low) or math.isnan(high) else (low, high)


@register_jitable
def plus(a, b):
    """Return a + b."""
    return ordered(a[0] + b[0], a[1] + b[1])


@register_jitable
def minus(a, b):
    """Return a - b."""
    return ordered(a[0] - b[1], a[1] - b[0])


@register_jitable
def product(x, y):
    """Return x * y, 0 where one is 0."""
    return 0.0 if x == 0.0 or y == 0.0 else x * y


@register_jitable
def times(a, b):
    """Return a * b."""
    p, q, r, s = product(a[0], b[0]), product(a[0], b[1]), product(a[1], b[0]), product(a[1], b[1])
    if math.isnan(p + q + r + s) and (math.isnan(p) or math.isnan(q) or math.isnan(r) or math.isnan(s)):
        return -INF, INF
    return min(min(p, q), min(r, s)), max(max(p, q), max(r, s))


@register_jitable
def over(a, b):
    """Return a / b."""
    if b[0] < 0.0 < b[1] or b[0] == b[1] == 0.0:
        return -INF, INF
    return times(a, (1 / b[1] if b[1] != 0.0 else -INF, 1 / b[0] if b[0] != 0.0 else INF))


@register_jitable
def whole_power(x, n):
    """Return x ** n for a whole n > 0."""
    low, high = x[0] ** n, x[1] ** n
    if n % 2 == 0 and x[0] < 0.0 < x[1]:
        return 0.0, max(low, high)
    return ordered(min(low, high), max(low, high))


@register_jitable
def power(x, n):
    """Return x ** n."""
    if n[0] == n[1] and n[0] == math.floor(n[0]):
        return whole_power(x, n[0]) if n[0] >= 0.0 else over((1.0, 1.0), whole_power(x, -n[0]))
    return rising_exp(times(rising_log(x), n))


@register_jitable
def meets(x, point, period):
    """Tell whether an interval, widened by rounding, holds one of the points point + n period."""
    margin = 1e-12 * (1 + abs(x[0]) + abs(x[1]))
    return point + math.ceil((x[0] - margin - point) / period) * period <= x[1] + margin


@register_jitable
def sine(x):
    """Return sin on an interval."""
    if not x[1] - x[0] < 2 * math.pi:
        return -1.0, 1.0
    low, high = math.sin(x[0]), math.sin(x[1])
    bottom = -1.0 if meets(x, -math.pi / 2, 2 * math.pi) else min(low, high)
    return bottom, 1.0 if meets(x, math.pi / 2, 2 * math.pi) else max(low, high)


@register_jitable
def cosine(x):
    """Return cos on an interval."""
    return sine((x[0] + math.pi / 2, x[1] + math.pi / 2))


@register_jitable
def tangent(x):
    """Return tan on an interval: it rises between its poles."""
    if not x[1] - x[0] < math.pi or meets(x, math.pi / 2, math.pi):
        return -INF, INF
    return ordered(math.tan(x[0]), math.tan(x[1]))


def rising(name: str, start: float) -> Any:
    """Return an increasing function whose domain begins at `start`."""
    text = f"""
def function(x):
    if x[1] < {start}:
        return nan, nan
    return ordered({name}(max(x[0], {start})), {name}(x[1]))
"""
    return written(text, {"ordered": ordered, "nan": math.nan})


SPACE: dict[str, Any] = {f"rising_{name}": rising(name, start) for name, start in RISING.items()}
rising_exp, rising_log = SPACE["rising_exp"], SPACE["rising_log"]
WAVES = {"sin": sine, "cos": cosine, "tan": tangent}
SPACE |= {f"{name}_wave": function for name, function in WAVES.items()}
SPACE |= {"plus": plus, "minus": minus, "times": times, "over": over, "power": power}
OPERATORS = {ast.Add: "plus", ast.Sub: "minus", ast.Mult: "times", ast.Div: "over", ast.Pow: "power"}
ALL = "(-inf, inf)"


def on_intervals(node: ast.AST) -> str:
    """Return the text of an expression of the table, on intervals."""
    match node:
        case ast.Constant():
            return f"({float(node.value)}, {float(node.value)})"  # type: ignore[arg-type]
        case ast.Name(id="pi"):
            return f"({math.pi}, {math.pi})"
        case ast.Name():
            return node.id
        case ast.UnaryOp():
            return f"minus((0.0, 0.0), {on_intervals(node.operand)})"
        case ast.BinOp():
            return f"{OPERATORS[type(node.op)]}({on_intervals(node.left)}, {on_intervals(node.right)})"
        case ast.Call(func=ast.Name(id=name), args=[argument]) if name in RISING:
            return f"rising_{name}({on_intervals(argument)})"
        case ast.Call(func=ast.Name(id=name), args=[argument]) if name in WAVES:
            return f"{name}_wave({on_intervals(argument)})"
        case ast.Call(func=ast.Name(id="square"), args=[argument]):
            return f"power({on_intervals(argument)}, (2.0, 2.0))"
        case ast.Call(func=ast.Name(id="reciprocal"), args=[argument]):
            return f"over((1.0, 1.0), {on_intervals(argument)})"
        case ast.Call(func=ast.Name(id="erfc"), args=[argument]):
            return f"minus((1.0, 1.0), rising_erf({on_intervals(argument)}))"
        case ast.Call(func=ast.Name(id="cosh"), args=[argument]):
            x = on_intervals(argument)
            return f"over(plus(rising_exp({x}), rising_exp(minus((0.0, 0.0), {x}))), (2.0, 2.0))"
    return ALL


def branches(head: str, texts: list[str]) -> Any:
    """Return a function with one branch for each row of the table."""
    lines = [f"def function({head}):"]
    for i, (rule, text) in enumerate(zip(ROWS, texts, strict=True)):
        targets = ", ".join((*rule.arguments.split(), "_")[:2])
        translated = on_intervals(ast.parse(text, mode="eval").body)
        lines += [f"    if op == {FIRST + i}:", f"        {targets} = first, second", f"        return {translated}"]
    return written("\n".join([*lines, f"    return {ALL}"]), SPACE)


value_of = branches("op, first, second", [call(rule) for rule in ROWS])
slope_of_first = branches("op, first, second, y", [rule.partials[0] for rule in ROWS])
slope_of_second = branches("op, first, second, y", [rule.partials[-1] for rule in ROWS])


@register_jitable
def enclosed(op, square, x, xs, y, ys):
    """Return bounds of the value of an operation and of its slope; not a number, where it has no values."""
    if math.isnan(x[0]) or math.isnan(y[0]):
        return (math.nan, math.nan), (-INF, INF)
    if op == ADD:
        return plus(x, y), plus(xs, ys)
    if op == SUB:
        return minus(x, y), minus(xs, ys)
    if op == MUL:
        if square:
            return power(x, (2.0, 2.0)), times((2.0, 2.0), times(x, xs))
        return times(x, y), plus(times(xs, y), times(x, ys))
    if op == DIV:
        v = over(x, y)
        return v, over(minus(xs, times(v, ys)), y)
    if op == NEG:
        return minus((0.0, 0.0), x), minus((0.0, 0.0), xs)
    v = value_of(op, x, y)
    s = (0.0, 0.0)
    if xs[0] != 0.0 or xs[1] != 0.0:
        s = times(xs, slope_of_first(op, x, y, v))
    if ys[0] != 0.0 or ys[1] != 0.0:
        s = plus(s, times(ys, slope_of_second(op, x, y, v)))
    return v, s


@register_jitable
def enclosure(trace, k, low, high, last):
    """Return bounds of the marked expression in row `last` and of its slope, for all z of draw k between two ends."""
    first = atom_row(trace.atoms, k).node
    cell = scratch_row(trace.scratch, first)
    cell.low, cell.high, cell.s_low, cell.s_high = low, high, 1.0, 1.0
    for i in range(first + 1, last + 1):
        cell = scratch_row(trace.scratch, i)
        if cell.own != 2:
            continue
        node = node_row(trace.nodes, i)
        x, xs, y, ys = (node.x, node.x), (0.0, 0.0), (node.y, node.y), (0.0, 0.0)
        if marked(trace, node.a, first):
            part = scratch_row(trace.scratch, node.a)
            x, xs = (part.low, part.high), (part.s_low, part.s_high)
        if marked(trace, node.b, first):
            part = scratch_row(trace.scratch, node.b)
            y, ys = (part.low, part.high), (part.s_low, part.s_high)
        v, s = enclosed(node.op, node.a == node.b, x, xs, y, ys)
        cell.low, cell.high, cell.s_low, cell.s_high = v[0], v[1], s[0], s[1]
