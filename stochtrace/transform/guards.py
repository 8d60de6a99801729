"""Tests of parameters alone: guards, which only raise, clamps, and the rest, which no derivative exists for.

A program that raises has no mean, so what a guard lets pass is all there is, and it is no decision. A clamp has a kink
where its values tie, and an estimate says so there, as of `min`. Any other test that compares a parameter, and any
rounding of one, is refused here where it is plain that no draw is in it and that the parameter moves: the only one to
differentiate by, which the function never binds again.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

import libcst as cst

from stochtrace.transform.names import Scope
from stochtrace.transform.nodes import code, everything, inside, own
from stochtrace.transform.paths import Paths
from stochtrace.transform.source import Source

ORDERS = (cst.LessThan, cst.LessThanEqual, cst.GreaterThan, cst.GreaterThanEqual)
PARTS = (cst.Name, cst.BaseNumber, cst.BinaryOperation, cst.UnaryOperation, cst.Subscript)
ROUNDING = {"int", "round"}
ROUNDING_OF_MODULES = {f"{module}.{name}" for module in ("math", "numpy") for name in ("floor", "ceil", "trunc")}
JUMP, LEAVE_OUT = "A deterministic jump has no derivative.", "leave the parameter out with `--wrt`."


def only_raises(node: cst.If) -> bool:
    """Tell whether all that a test does is raise an error."""
    match node.body:
        case (
            cst.IndentedBlock(body=[cst.SimpleStatementLine(body=[cst.Raise()])])
            | cst.SimpleStatementSuite(body=[cst.Raise()])
        ):
            return node.orelse is None
    return False


def surely_raises(node: cst.If) -> bool:
    """Tell whether a test lets its branch raise at the end, whatever stands before and elsewhere."""
    match node.body:
        case cst.IndentedBlock(body=[*before, cst.SimpleStatementLine(body=[cst.Raise()])]):
            return all(isinstance(s, cst.SimpleStatementLine) for s in before)
        case cst.SimpleStatementSuite(body=[*_, cst.Raise()]):
            return True
    return False


def guarding(node: cst.CSTNode) -> set[cst.Comparison]:
    """Return the comparisons in tests by which a definition does nothing but raise, or clamp a value."""
    tests = [test.test for test in inside(node, cst.If) if surely_raises(test)]
    tests += [test.test for test in inside(node, cst.Assert)]
    tests += [*_named(node, tests)]
    tests += [test.test for test in inside(node, cst.If) if clamped(test)]
    tests += [choice.test for choice in inside(node, cst.IfExp) if clamped(choice)]
    return {comparison for test in tests for comparison in inside(test, cst.Comparison)}


def _named(node: cst.CSTNode, tests: list[cst.BaseExpression]) -> Iterator[cst.BaseExpression]:
    """Yield what is assigned to names that only these tests read: `valid = 0 < p < 1`."""
    asked = Counter(side.value for test in tests for side in compared(test) if isinstance(side, cst.Name))
    met = Counter(name.value for name in inside(node, cst.Name)) if asked else Counter()
    for assign in inside(node, cst.Assign):
        match assign.targets:
            case [cst.AssignTarget(cst.Name(value=name))] if name in asked and met[name] == asked[name] + 1:
                yield assign.value


def _plain(node: cst.BaseExpression) -> str:
    """Return the text of a value; of a number the same text, however it is written."""
    return repr(float(node.evaluated_value)) if isinstance(node, cst.Integer | cst.Float) else code(node)


def clamped(node: cst.CSTNode) -> set[str]:
    """Return the two values of which a test takes the larger or the smaller one, none where it does more.

    `if x > 1: x = 1`, with an `elif` that clamps x too, and `1 if x > 1 else x`. Where they tie, both are the same, so
    the test is a kink and no jump.
    """
    match node:
        case cst.If(test=test, body=body, orelse=orelse):
            match body:
                case (
                    cst.IndentedBlock(body=[cst.SimpleStatementLine(body=[cst.Assign([target], value)])])
                    | cst.SimpleStatementSuite(body=[cst.Assign([target], value)])
                ):
                    x = _plain(target.target)
                    other = orelse is None or (isinstance(orelse, cst.If) and x in clamped(orelse))
                    return {x, _plain(value)} if other and _sides(test) == {x, _plain(value)} else set()
        case cst.IfExp(test=test, body=value, orelse=orelse):
            others = clamped(orelse) or {_plain(orelse)}
            found = others & _sides(test)
            return {_plain(value), *others} if found and _sides(test) == {_plain(value), *found} else set()
    return set()


def _sides(test: cst.BaseExpression) -> set[str]:
    """Return the two sides of a comparison by order; none of any other test."""
    match test:
        case cst.Comparison(left=left, comparisons=[cst.ComparisonTarget(operator, right)]):
            return {_plain(left), _plain(right)} if isinstance(operator, ORDERS) else set()
    return set()


def seen(side: cst.BaseExpression, function: str) -> cst.BaseExpression:
    """Return what a function makes of a value; numbers and strings stay as they are."""
    plain = isinstance(side, cst.BaseNumber | cst.BaseString)
    return side if plain else cst.Call(cst.parse_expression(function), [cst.Arg(side)])


def compared_as(test: cst.Comparison, function: str) -> cst.Comparison:
    """Return a test that compares what a function makes of its sides."""
    parts = [part.with_changes(comparator=seen(part.comparator, function)) for part in test.comparisons]
    return test.with_changes(left=seen(test.left, function), comparisons=parts)


def is_of_numbers(test: cst.Comparison) -> bool:
    """Tell whether a comparison is surely one of numbers: by order, or with a number."""
    orders = all(isinstance(part.operator, ORDERS) for part in test.comparisons)
    return orders or any(isinstance(side, cst.BaseNumber) for side in compared(test))


def guards(scope: Scope) -> set[cst.Comparison]:
    """Return the comparisons of a function by which it raises for some of its parameters, and does nothing else."""
    names = unbound(scope)
    tests = [node.test for node in own(scope.node, cst.If) if only_raises(node)]
    tests += [node.test for node in own(scope.node, cst.Assert)]
    tests += [*_named(scope.node, tests)]
    alone = [test for test in tests if all(is_alone(part, names) for part in compared(test))]
    return {comparison for test in alone for comparison in inside(test, cst.Comparison)}


def compared(test: cst.BaseExpression) -> Iterator[cst.BaseExpression]:
    """Yield what a test compares or asks for its truth."""
    match test:
        case cst.BooleanOperation(left=left, right=right):
            yield from compared(left)
            yield from compared(right)
        case cst.UnaryOperation(operator=cst.Not(), expression=inner):
            yield from compared(inner)
        case cst.Comparison(left=left, comparisons=comparisons):
            yield left
            yield from (each.comparator for each in comparisons)
        case _:
            yield test


def check_parameters(
    source: Source, paths: Paths, scope: Scope, wrt: tuple[str, ...], held: frozenset[cst.CSTNode]
) -> None:
    """Refuse decisions on the parameter alone, and its rounding, but for those that a comment holds constant."""
    names, passed = unbound(scope), guarding(scope.node) | held
    if len(wrt) > 1 or not names.issuperset(wrt):
        return
    for node in own(scope.node, cst.Comparison, cst.Call, cst.BinaryOperation):
        if isinstance(node, cst.Comparison):
            orders = all(isinstance(c.operator, ORDERS) for c in node.comparisons)
            if orders and node not in passed and moves([*compared(node)], names, wrt[0]):
                what = "this decision compares a parameter, without a draw in it"
                source.refuse(node, what, JUMP, f"Compare draws, ask `stop_gradient(…)` in a guard, or {LEAVE_OUT}")
        elif moves(rounded(paths, node), names, wrt[0]):
            source.refuse(node, "a parameter is rounded, without a draw in it", JUMP, LEAVE_OUT.capitalize())


def rounded(paths: Paths, node: cst.CSTNode) -> list[cst.BaseExpression]:
    """Return what an expression rounds."""
    match node:
        case cst.BinaryOperation(operator=cst.FloorDivide() | cst.Modulo(), left=left, right=right):
            return [left, right]
        case cst.Call(func=func, args=[cst.Arg(value=value, star="")]):
            known = paths.builtin(func) in ROUNDING or paths.imported(func) in ROUNDING_OF_MODULES
            return [value] if known else []
    return []


def moves(parts: list[cst.BaseExpression], names: set[str], moving: str) -> bool:
    """Tell whether expressions are made of numbers and parameters, one of which moves."""
    used = {name.value for part in parts for name in inside(part, cst.Name)}
    return moving in used and all(is_alone(part, names) for part in parts)


def is_alone(node: cst.BaseExpression, names: set[str]) -> bool:
    """Tell whether an expression is arithmetic with numbers and these names."""
    return all(
        isinstance(part, PARTS) and (not isinstance(part, cst.Name) or part.value in names)
        for part in everything(node)
        if isinstance(part, cst.BaseExpression)
    )


def unbound(scope: Scope) -> set[str]:
    """Return the parameters that a function, and all in it, leaves as they are."""
    again = {name.value for loop in inside(scope.node, cst.CompFor) for name in inside(loop.target, cst.Name)}
    return {p.name for p in scope.parameters if not scope.times_bound[p.name]} - again
