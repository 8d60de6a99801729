"""Bring a spelled draw to its canonical form: distribution, arguments, and the values that an index chooses from."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from functools import reduce
from typing import NamedTuple

import libcst as cst

from stochtrace.spellings import Spelling
from stochtrace.transform.binding import Bound
from stochtrace.transform.nodes import code, inside
from stochtrace.transform.pairs import pairs
from stochtrace.transform.source import Source
from stochtrace.transform.terms import Term, sub, term

RT_COUNT = cst.Attribute(cst.Name("rt"), cst.Name("count"))
RT_SIZE = cst.Attribute(cst.Name("rt"), cst.Name("size"))
RT_UNSQUEEZED = cst.Attribute(cst.Name("rt"), cst.Name("unsqueezed"))
COUNTING: dict[cst.CSTNode, str] = {RT_COUNT: "count", RT_SIZE: "size", RT_UNSQUEEZED: "unsqueezed"}


class Canonical(NamedTuple):
    """A draw in canonical form.

    `values` are those that an index chooses from, `negated` says that the outcome counts from the other side; `listed`
    draws give a list, `in_place` ones bring their values into another order, `flat` ones reorder the elements of an
    array of any shape, and the values of a draw with a `table` stand in that shape; those with an `axis` lie along
    another one than the first. What is drawn is `shift + stretch * draw`.
    """

    distribution: str
    arguments: Bound
    size: cst.BaseExpression | None = None
    values: cst.BaseExpression | None = None
    negated: bool = False
    listed: bool = False
    in_place: bool = False
    shift: cst.BaseExpression | None = None
    stretch: cst.BaseExpression | None = None
    flat: bool = False
    table: cst.BaseExpression | None = None
    axis: cst.BaseExpression | None = None


def canonical(
    source: Source, node: cst.Call, spelling: Spelling, bound: Bound, size: cst.BaseExpression | None
) -> Canonical:
    """Return the canonical form of a spelled draw."""
    written = cst.parse_expression(spelling.draw)
    once(source, node, written, bound)
    draw, shift, stretch = framed(written, bound)
    distribution = cst.ensure_type(draw.func, cst.Name).value
    arguments = [substitute(a.value, bound) for a in draw.args]
    unlisted(source, node, arguments)
    match distribution, arguments:
        case "choice", [a, p, replace, axis]:
            along = other_axis(source, node, a, axis)
            if code(replace) == "True":
                return choice(a, p, size, along)
            return subset(source, node, a, p, replace, size, along)
        case "permutation" | "shuffle", [x, axis]:
            along = other_axis(source, node, x, axis)
            values, order = None if isinstance(x, cst.Integer) else x, {"n": number_of(x, along)}
            return Canonical("permutation", order, None, values, in_place=distribution == "shuffle", axis=along)
        case "permuted", [x]:
            return Canonical("permutation", {"n": cst.Call(RT_SIZE, [cst.Arg(x)])}, None, x, flat=True)
        case "sample", [population, k, cst.Name(value="None")]:
            return Canonical("subset", {"n": number_of(population), "k": k}, None, population, listed=True)
        case "sample", [population, k, counts]:
            return Canonical("subset_of_counts", {"counts": counts, "k": k}, None, population, listed=True)
        case "choices", [population, weights, sums, k]:
            return choices(source, node, population, weights, sums, k)
        case "random_integers", [low, cst.Name(value="None")]:
            return Canonical("integers", {"low": cst.Integer("1"), "high": one_more(low)}, size)
        case "random_integers", [low, high]:
            return Canonical("integers", {"low": low, "high": one_more(high)}, size)
        case "randrange", [start, stop, step]:
            return randrange(source, node, start, stop, step)
        case "triangular", [low, cst.Name(value="None"), high]:
            return Canonical("symmetric_triangular", {"left": low, "right": high}, size)
        case "integers", _:
            return Canonical("integers", integers(source, node, arguments), size, shift=shift)
        case "binomial", [cst.Integer(value="1"), p]:
            return Canonical("bernoulli", {"p": p}, size, shift=shift)
    named = dict(zip(parameters(distribution), arguments, strict=True))
    return Canonical(distribution, named, size, shift=shift, stretch=stretch)


def framed(
    written: cst.BaseExpression, bound: Bound
) -> tuple[cst.Call, cst.BaseExpression | None, cst.BaseExpression | None]:
    """Return the draw of `loc + scale * draw`, and what moves and stretches it, if it does."""
    shift = stretch = None
    if isinstance(written, cst.BinaryOperation):
        shift, written = bound[code(written.left)], written.right
    if isinstance(written, cst.BinaryOperation):
        stretch, written = bound[code(written.left)], written.right
    draw = cst.ensure_type(written, cst.Call)
    return draw, _unless(shift, ("0", "0.0")), _unless(stretch, ("1", "1.0"))


def _unless(node: cst.BaseExpression | None, texts: tuple[str, ...]) -> cst.BaseExpression | None:
    return None if node is None or code(node) in texts else node


def once(source: Source, node: cst.Call, written: cst.BaseExpression, bound: Bound) -> None:
    """Refuse an argument that the canonical form mentions twice, and that may only be evaluated once."""
    mentioned = Counter(name.value for name in inside(written, cst.Name))
    for name, argument in bound.items():
        if mentioned[name] > 1:
            uncalled(source, node, name, argument)


def uncalled(source: Source, node: cst.Call, name: str, argument: cst.BaseExpression) -> None:
    """Refuse a call in an argument that is used twice."""
    if any(True for _ in inside(argument, cst.Call)):
        source.refuse(node, f"`{name}` of this draw is used twice, and is a call", "", "Give it a name before.")


def unlisted(source: Source, node: cst.Call, arguments: Sequence[cst.BaseExpression]) -> None:
    """Refuse a list in an argument that is computed from those of the call: NumPy would make an array of it first."""
    for argument in arguments:
        operands = (argument.left, argument.right) if isinstance(argument, cst.BinaryOperation) else ()
        if any(isinstance(operand, cst.List | cst.Tuple) for operand in operands):
            source.refuse(node, "a list in a draw that computes with it", "", "Make it an array: `np.array(…)`.")


def parameters(distribution: str) -> tuple[str, ...]:
    """Return the parameters of a distribution, in the order of its sampler."""
    if distribution == "read":
        return ()
    return tuple(p for p in pairs()[distribution].parameters if not p.endswith("_dot"))


def other_axis(
    source: Source, node: cst.Call, values: cst.BaseExpression, axis: cst.BaseExpression
) -> cst.BaseExpression | None:
    """Return the axis along which the values of a draw lie; None where it is the first one."""
    if not isinstance(axis, cst.Integer | cst.UnaryOperation):
        source.refuse(axis, f"`axis` of `{code(node.func)}` must be written as a number")
    return None if code(axis) == "0" or isinstance(values, cst.Integer) else axis


def choice(
    a: cst.BaseExpression,
    p: cst.BaseExpression,
    size: cst.BaseExpression | None,
    axis: cst.BaseExpression | None = None,
) -> Canonical:
    """Return a choice as the draw of an index, and what is indexed (None where the choice is from range(n))."""
    values = None if isinstance(a, cst.Integer) else a
    if code(p) != "None":
        chance = complementary(p)
        if chance is not None:
            return Canonical("bernoulli", {"p": chance[0]}, size, values, negated=chance[1], axis=axis)
        return Canonical("categorical", {"p": p}, size, values, axis=axis)
    number = number_of(a, axis)
    return Canonical("integers", {"low": cst.Integer("0"), "high": number}, size, values, axis=axis)


def subset(
    source: Source,
    node: cst.Call,
    a: cst.BaseExpression,
    p: cst.BaseExpression,
    replace: cst.BaseExpression,
    size: cst.BaseExpression | None,
    axis: cst.BaseExpression | None,
) -> Canonical:
    """Return a choice without replacement."""
    if code(replace) != "False":
        source.refuse(node, "`replace` must be written as True or False")
    if size is None:
        return choice(a, p, None, axis)
    table = size if isinstance(size, cst.Tuple) else None
    k = size if table is None else product(source, node, table)
    values = None if isinstance(a, cst.Integer) else a
    if code(p) != "None":
        return Canonical("successive", {"p": p, "k": k}, None, values, table=table, axis=axis)
    return Canonical("subset", {"n": number_of(a, axis), "k": k}, None, values, table=table, axis=axis)


def product(source: Source, node: cst.Call, table: cst.Tuple) -> cst.BaseExpression:
    """Return how many values a table of this shape has."""
    uncalled(source, node, "size", table)
    lengths = [parenthesised(element.value) for element in table.elements] or [cst.Integer("1")]
    return reduce(lambda total, length: cst.BinaryOperation(total, cst.Multiply(), length), lengths)


def size_of(given: cst.BaseExpression) -> cst.BaseExpression | None:
    """Return the size of the array that is drawn, a list as a tuple; None for one number."""
    if isinstance(given, cst.List):
        given = cst.Tuple(given.elements, lpar=[cst.LeftParen()], rpar=[cst.RightParen()])
    return None if code(given) in ("None", "()") else given


def squeezed(size: cst.BaseExpression, site: int) -> cst.BaseExpression:
    """Return a size without the lengths that are written as 1; others are asked for when the program runs."""
    if isinstance(size, cst.Tuple):
        size = size.with_changes(elements=[e for e in size.elements if code(e.value) != "1"])
    if code(size) in ("None", "()", "1"):
        return cst.Name("None")
    lengths = [e.value for e in size.elements] if isinstance(size, cst.Tuple) else [size]
    if all(isinstance(length, cst.Integer) for length in lengths):
        return size
    return cst.Call(RT_UNSQUEEZED, [cst.Arg(cst.Integer(str(site))), cst.Arg(size)])


def number_of(a: cst.BaseExpression, axis: cst.BaseExpression | None = None) -> cst.BaseExpression:
    """Return the number of values that a choice without probabilities is made from."""
    if axis is not None:
        return cst.Call(RT_COUNT, [cst.Arg(a), cst.Arg(axis)])
    if isinstance(a, cst.Integer):
        return a
    if isinstance(a, cst.List | cst.Tuple) and all(isinstance(e, cst.Element) for e in a.elements):
        return cst.Integer(str(len(a.elements)))
    return cst.Call(RT_COUNT, [cst.Arg(a)])


def complementary(p: cst.BaseExpression) -> tuple[cst.BaseExpression, bool] | None:
    """Return q of the probabilities [1 - q, q], or of [q, 1 - q] (then told by True): a Bernoulli draw."""
    if not isinstance(p, cst.List | cst.Tuple) or len(p.elements) != 2:
        return None
    first, second = (e.value for e in p.elements)
    if term(first) == sub(Term("1"), term(second)):
        return second, False
    return (first, True) if term(second) == sub(Term("1"), term(first)) else None


def integers(source: Source, node: cst.Call, arguments: list[cst.BaseExpression]) -> Bound:
    """Return low and exclusive high of a draw of integers."""
    low, high, endpoint = arguments
    if not (isinstance(endpoint, cst.Name) and endpoint.value in ("True", "False")):
        source.refuse(node, "`endpoint` must be written as True or False")
    if isinstance(high, cst.Name) and high.value == "None":
        low, high = cst.Integer("0"), low
    if cst.ensure_type(endpoint, cst.Name).value == "True":
        high = one_more(high)
    unlisted(source, node, [high])
    return {"low": low, "high": high}


def one_more(high: cst.BaseExpression) -> cst.BaseExpression:
    """Return an inclusive end as an exclusive one."""
    return cst.BinaryOperation(parenthesised(high), cst.Add(), cst.Integer("1"))


def randrange(
    source: Source, node: cst.Call, start: cst.BaseExpression, stop: cst.BaseExpression, step: cst.BaseExpression
) -> Canonical:
    """Return a draw of range(start, stop, step): start + step k, k below the length -((start - stop) // step)."""
    if code(step) == "1":
        return Canonical("integers", integers(source, node, [start, stop, cst.Name("False")]))
    for argument in (start, step):
        if any(True for _ in inside(argument, cst.Call)):
            source.refuse(node, "a bound of this draw is used twice, and is a call", "", "Give it a name before.")
    width = cst.BinaryOperation(parenthesised(start), cst.Subtract(), parenthesised(stop))
    steps = cst.BinaryOperation(parenthesised(width), cst.FloorDivide(), parenthesised(step))
    count = cst.UnaryOperation(cst.Minus(), parenthesised(steps))
    return Canonical("integers", {"low": cst.Integer("0"), "high": count}, shift=start, stretch=step)


def choices(
    source: Source,
    node: cst.Call,
    population: cst.BaseExpression,
    weights: cst.BaseExpression,
    sums: cst.BaseExpression,
    k: cst.BaseExpression,
) -> Canonical:
    """Return a choice of k with replacement, by weights or by their sums up to each."""
    if code(sums) != "None" and code(weights) != "None":
        source.refuse(node, "a choice with weights and with their sums", "", "Give one of the two.")
    if code(sums) != "None":
        return Canonical("cumulative", {"sums": sums}, k, population, listed=True)
    if code(weights) != "None":
        return Canonical("weighted", {"weights": as_list(source, weights)}, k, population, listed=True)
    return choice(population, weights, k)._replace(listed=True)


def as_list(source: Source, weights: cst.BaseExpression) -> cst.BaseExpression:
    """Return weights that are read once, as those of a view of a dictionary or a generator, as a list."""
    match weights:
        case cst.GeneratorExp(elt=element, for_in=loops):
            return source.placed(cst.ListComp(element, loops), weights)
        case cst.Call(func=cst.Attribute(attr=cst.Name(value="values")) | cst.Name(value="map" | "filter" | "range")):
            return source.placed(cst.List([cst.StarredElement(weights)]), weights)
    return weights


def substitute(node: cst.BaseExpression, bound: Bound) -> cst.BaseExpression:
    """Return a canonical argument with the parameters of the call replaced by its arguments, identity kept."""
    if isinstance(node, cst.Name):
        return bound.get(node.value, node)
    if isinstance(node, cst.BinaryOperation):
        return node.with_changes(left=substitute(node.left, bound), right=parenthesised(substitute(node.right, bound)))
    return node


def parenthesised(node: cst.BaseExpression) -> cst.BaseExpression:
    """Return an expression that can stand as an operand."""
    if node.lpar or isinstance(node, cst.Name | cst.Integer | cst.Float | cst.Call | cst.Subscript | cst.Attribute):
        return node
    return node.with_changes(lpar=[cst.LeftParen()], rpar=[cst.RightParen()])
