"""`match` as `if` and `elif`, for Numba, which has no bytecode of patterns.

    match (sick, day):              if sick_0 and day_0 == 0: ...
        case (True, 0): ...    →    elif sick_0 and day_0 > 2: ...
        case (True, k) if k > 2: ...

A value is taken apart where it is written out as a tuple; of others, patterns of values, names and `_` are known, and
sequences of a length. A `match` with other patterns stays, and is not compiled.
"""

from __future__ import annotations

import ast
import copy

from stochtrace.lowering.trees import PREFIX, Filled, helper

Bound = list[tuple[str, ast.expr]]


class Unknown(Exception):
    """A pattern that is not written in another way."""


class Matches(ast.NodeTransformer):
    """Writes `match` in another way; `made` counts the places."""

    def __init__(self, tree: ast.Module) -> None:
        self.made = 0
        self.functions: list[ast.FunctionDef] = []
        self.arrays = any(map(brings_arrays, ast.walk(tree)))

    def visit_FunctionDef(self, node: ast.FunctionDef) -> ast.FunctionDef:
        self.functions.append(node)
        self.generic_visit(node)
        self.functions.pop()
        return node

    def visit_Match(self, node: ast.Match) -> ast.stmt | list[ast.stmt]:
        self.generic_visit(node)
        parts = node.subject.elts if isinstance(node.subject, ast.Tuple) else [node.subject]
        if not self.functions or any(isinstance(part, ast.Starred) for part in parts):
            return node
        names = [f"{PREFIX}matched_{self.made}_{i}" for i in range(len(parts))]
        held: list[ast.expr] = [ast.Name(name, ast.Load()) for name in names]
        subject = ast.Tuple(held, ast.Load()) if isinstance(node.subject, ast.Tuple) else held[0]
        truths = {name for name, part in zip(names, parts, strict=True) if self.is_truth(part)}
        try:
            chain = self.chain(node, node.cases, subject, truths)
        except Unknown:
            return node
        self.made += 1
        before = [ast.Assign([ast.Name(n, ast.Store())], p) for n, p in zip(names, parts, strict=True)]
        return [*before, *chain]

    def is_truth(self, node: ast.expr) -> bool:
        """Tell whether an expression is surely `True` or `False` of Python."""
        match node:
            case ast.Compare(ops=[op]):
                return not self.arrays or isinstance(op, ast.Is | ast.IsNot)
            case ast.UnaryOp(op=ast.Not()):
                return True
            case ast.Call(func=ast.Attribute(attr="flip" | "miss") | ast.Name(id="bool")):
                return True
            case ast.Name(id=name):
                given = values_of(self.functions[-1], name)
                return bool(given) and all(v and not isinstance(v, ast.Name) and self.is_truth(v) for v in given)
        return False

    def chain(
        self, whole: ast.Match, cases: list[ast.match_case], subject: ast.expr, truths: set[str]
    ) -> list[ast.stmt]:
        """Return one question after the other."""
        if not cases:
            return []
        case, *rest = cases
        tests, bound = copy.deepcopy(asked(case.pattern, subject, truths))
        if case.guard is not None:
            if any(read_outside(self.functions[-1], whole, name) for name, _ in bound):
                raise Unknown
            tests.append(Filled(dict(bound)).visit(copy.deepcopy(case.guard)))
        body = [*(ast.Assign([ast.Name(n, ast.Store())], v, lineno=1) for n, v in bound), *case.body]
        if not tests:
            return body
        test = tests[0] if len(tests) == 1 else ast.BoolOp(ast.And(), tests)
        return [ast.If(test, body, self.chain(whole, rest, subject, truths))]


def brings_arrays(node: ast.AST) -> bool:
    """Tell whether arrays come in with a part of a program: what compares their elements is no `True` of Python."""
    match node:
        case ast.Import(names=names):
            return any(alias.name.partition(".")[0] in ("numpy", "scipy") for alias in names)
        case ast.ImportFrom(module=module, names=names):
            home = str(module).rpartition(".")[2]
            return home in ("numpy", "scipy") or any(alias.name in ("numpy", "scipy") for alias in names)
        case ast.keyword(arg="size"):
            return True
    return False


def asked(pattern: ast.pattern, subject: ast.expr, truths: set[str]) -> tuple[list[ast.expr], Bound]:
    """Return what a pattern asks of a value, and the names that it gives to its parts."""
    match pattern, subject:
        case ast.MatchAs(pattern=None, name=name), _:
            return [], [(name, subject)] if name else []
        case ast.MatchAs(pattern=ast.pattern() as inner, name=str(name)), _:
            tests, bound = asked(inner, subject, truths)
            return tests, [*bound, (name, subject)]
        case ast.MatchValue(value=value), ast.Name():
            return [ast.Compare(subject, [ast.Eq()], [value])], []
        case ast.MatchSingleton(value=None), ast.Name():
            return [ast.Compare(subject, [ast.Is()], [ast.Constant(None)])], []
        case ast.MatchSingleton(value=bool(value)), ast.Name(id=name) if name in truths:
            return [subject if value else ast.UnaryOp(ast.Not(), subject)], []
        case ast.MatchOr(patterns=patterns), _:
            ways = [asked(each, subject, truths) for each in patterns]
            if any(bound or not tests for tests, bound in ways):
                raise Unknown
            each = [tests[0] if len(tests) == 1 else ast.BoolOp(ast.And(), tests) for tests, _ in ways]
            return [ast.BoolOp(ast.Or(), each)], []
        case ast.MatchSequence(patterns=patterns), ast.Tuple(elts=parts):
            if len(patterns) != len(parts) or any(isinstance(each, ast.MatchStar) for each in patterns):
                raise Unknown
            return together([asked(each, part, truths) for each, part in zip(patterns, parts, strict=True)])
        case ast.MatchSequence(patterns=patterns), ast.Name():
            return of_sequence(patterns, subject, truths)
    raise Unknown


def of_sequence(patterns: list[ast.pattern], subject: ast.expr, truths: set[str]) -> tuple[list[ast.expr], Bound]:
    """Return what is asked of a list or tuple that is not written out: its length, and its elements."""
    rest = bool(patterns) and isinstance(patterns[-1], ast.MatchStar) and patterns[-1].name is None
    first = patterns[:-1] if rest else patterns
    if any(not isinstance(each, ast.MatchValue | ast.MatchAs) for each in first):
        raise Unknown
    ways: list[tuple[list[ast.expr], Bound]] = []
    for i, each in enumerate(first):
        element = ast.Subscript(subject, ast.Constant(i), ast.Load())
        match each:
            case ast.MatchValue(value=value):
                ways.append(([ast.Compare(element, [ast.Eq()], [value])], []))
            case ast.MatchAs(pattern=None, name=name):
                ways.append(([], [(name, element)] if name else []))
            case _:
                raise Unknown
    tests, bound = together(ways)
    long = ast.Compare(helper("sequence", subject), [ast.GtE() if rest else ast.Eq()], [ast.Constant(len(first))])
    return [long, *tests], bound


def together(ways: list[tuple[list[ast.expr], Bound]]) -> tuple[list[ast.expr], Bound]:
    """Return all questions, and all names."""
    return [test for tests, _ in ways for test in tests], [pair for _, bound in ways for pair in bound]


def values_of(function: ast.FunctionDef, name: str) -> list[ast.expr | None]:
    """Return what a function gives a name, None for what is not one expression."""
    found: list[ast.expr | None] = []
    for node in ast.walk(function):
        match node:
            case ast.Assign(targets=[ast.Name(id=given)], value=value) if given == name:
                found.append(value)
            case ast.arg(arg=given) if given == name:
                found.append(None)
    names = [node for node in ast.walk(function) if isinstance(node, ast.Name) and node.id == name]
    stores = sum(isinstance(node.ctx, ast.Store) for node in names)
    return [*found, None] if stores > len(found) else found


def read_outside(function: ast.FunctionDef, whole: ast.Match, name: str) -> bool:
    """Tell whether a name that cases bind is read anywhere but in those cases."""
    cases = [(case, [*ast.walk(case.pattern)]) for case in whole.cases]
    binding = [case for case, parts in cases if any(getattr(part, "name", None) == name for part in parts)]
    inside = {id(part) for case in binding for part in ast.walk(case)}
    return any(isinstance(n, ast.Name) and n.id == name and id(n) not in inside for n in ast.walk(function))
