"""Find the sources of randomness: which names hold a generator, and of which make.

A parameter is a generator where draws are made from it, where it is annotated as one or named as one, or where a
caller passes one; a variable is one where a maker (`default_rng`) or another generator is assigned to it. What is
known of the make goes both ways between an argument and the parameter that it is passed to, of a class too.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import libcst as cst

from stochtrace.spellings import MAKERS, PARAMETER_NAMES, makers_of
from stochtrace.transform.binding import makers_taking
from stochtrace.transform.names import Names, Parameter, Scope, methods
from stochtrace.transform.nodes import inside, walk

ANNOTATIONS = {"Generator": "generator", "RandomState": "numpy", "Random": "random"}
ALL_MAKERS = frozenset({"generator", "numpy", "random"})


@dataclass
class Generators:
    """The possible makes of each generator, by the scope that binds it and its name."""

    makes: dict[tuple[Scope, str], frozenset[str]] = field(default_factory=dict)
    mixed: set[tuple[Scope, str]] = field(default_factory=set)

    def of(self, scope: Scope, node: cst.BaseExpression) -> frozenset[str] | None:
        """Return the makes of the generator that an expression is, None where it is none."""
        if isinstance(node, cst.Name):
            owner = scope.owner(node.value)
            return self.makes.get((owner, node.value)) if owner else None
        if isinstance(node, cst.Call) and (path := scope.dotted(node.func)) in MAKERS:
            return frozenset({MAKERS[path or ""]})
        given, made = with_default(node)
        known, new = (self.of(scope, given), self.of(scope, made)) if given and made else (None, None)
        return (known & new or new) if known and new else None

    def filled_in(self, scope: Scope, node: cst.If) -> bool:
        """Tell whether an `if` does nothing but make a generator where an argument is None."""
        match node:
            case cst.If(
                test=cst.Comparison(cst.Name(tested), [cst.ComparisonTarget(cst.Is(), cst.Name("None"))]),
                body=cst.IndentedBlock([cst.SimpleStatementLine([cst.Assign([cst.AssignTarget(target)], made)])]),
                orelse=None,
            ):
                same = isinstance(target, cst.Name) and target.value == tested
                return same and isinstance(made, cst.Call) and self.of(scope, made) is not None
        return False

    def parameters(self, scope: Scope) -> list[str]:
        """Return the parameters of a function that are generators."""
        return [p.name for p in scope.parameters if (scope, p.name) in self.makes]

    def narrow(self, scope: Scope, name: str, makes: frozenset[str]) -> bool:
        """Learn that a name holds a generator of one of these makes; tell whether that is news.

        Where that contradicts what is known, it holds one or another, and no more is learned of it.
        """
        known = self.makes.get((scope, name), makes)
        if (scope, name) in self.mixed:
            makes = known
        elif not known & makes:
            self.mixed.add((scope, name))
            known = makes = known | makes
        news = (scope, name) not in self.makes or self.makes[scope, name] != known & makes
        self.makes[scope, name] = known & makes
        return news


def with_default(node: cst.BaseExpression) -> tuple[cst.Name | None, cst.Call | None]:
    """Return the name and the call of `rng or make()`, and of the same written as a conditional expression."""
    match node:
        case cst.BooleanOperation(cst.Name() as given, cst.Or(), cst.Call() as made):
            return given, made
        case cst.IfExp(test=cst.Comparison(cst.Name(tested), [cst.ComparisonTarget(operator, cst.Name("None"))])):
            one, other = (node.body, node.orelse) if isinstance(operator, cst.IsNot) else (node.orelse, node.body)
            if isinstance(one, cst.Name) and isinstance(other, cst.Call) and one.value == tested:
                return one, other
    return None, None


def find_generators(names: Names) -> Generators:
    """Return all generators of a module: parameters and variables."""
    found = Generators()
    scopes = list(names.module.walk())
    made = {scope.parent.name: scope for scope in methods(names) if scope.name == "__init__" and scope.parent}
    for scope in (*scopes, *made.values()):
        _declared(scope, found)
    while any([_flow(scope, found, made) for scope in scopes]):
        pass
    return found


def _declared(scope: Scope, found: Generators) -> None:
    for parameter in scope.parameters:
        last = (parameter.annotation or "").strip("\"'").split("|")[0].strip().split(".")[-1]
        used = _methods(scope, parameter.name)
        made = found.of(scope, parameter.default) if isinstance(parameter.default, cst.Call) else None
        if last in ANNOTATIONS or made:
            found.narrow(scope, parameter.name, made or frozenset({ANNOTATIONS[last]}))
        elif parameter.name in PARAMETER_NAMES or used:
            makes = ALL_MAKERS
            for call, method in used:
                makes = makes & makers_taking(call, method) or makes & makers_of(method) or makes
            found.narrow(scope, parameter.name, makes)


def _methods(scope: Scope, name: str) -> list[tuple[cst.Call, str]]:
    found: list[tuple[cst.Call, str]] = []
    for call in inside(scope.node, cst.Call):
        match call.func:
            case cst.Attribute(value=cst.Name(value=base), attr=attr) if base == name and makers_of(attr.value):
                found.append((call, attr.value))
    return found


def _flow(scope: Scope, found: Generators, made: dict[str, Scope]) -> bool:
    flow = _Flow(scope, found, made)
    body = scope.node.body
    if isinstance(body, cst.BaseSuite):
        walk(body, flow)
    else:
        for statement in body:
            walk(statement, flow)
    return flow.news


class _Flow(cst.CSTVisitor):
    """Carries generators through assignments, and into and out of what they are passed to; `made` are constructors."""

    def __init__(self, scope: Scope, found: Generators, made: dict[str, Scope]) -> None:
        self.scope, self.found, self.made = scope, found, made
        self.news = False

    def visit_FunctionDef(self, node: cst.FunctionDef) -> bool:
        return False

    def visit_ClassDef(self, node: cst.ClassDef) -> bool:
        return False

    def visit_Assign(self, node: cst.Assign) -> None:
        makes = self.found.of(self.scope, node.value)
        for target in node.targets:
            if makes and isinstance(target.target, cst.Name):
                self._learn(target.target, makes)

    def visit_AnnAssign(self, node: cst.AnnAssign) -> None:
        makes = self.found.of(self.scope, node.value) if node.value else None
        if makes and isinstance(node.target, cst.Name):
            self._learn(node.target, makes)

    def _learn(self, target: cst.Name, makes: frozenset[str]) -> None:
        owner = self.scope.owner(target.value)
        if owner:
            self.news |= self.found.narrow(owner, target.value, makes)

    def visit_Call(self, node: cst.Call) -> None:
        callee, parameters = self._called(node.func)
        if callee is None:
            return
        for index, argument in enumerate(node.args):
            makes = self.found.of(self.scope, argument.value)
            name = argument.keyword.value if argument.keyword else None
            if makes and name is None and index < len(parameters):
                name = parameters[index].name
            if makes and name:
                self.news |= self.found.narrow(callee, name, makes)
                wanted = makes & self.found.makes[callee, name]
                if wanted and isinstance(argument.value, cst.Name):
                    self._learn(argument.value, wanted)

    def _called(self, func: cst.BaseExpression) -> tuple[Scope | None, tuple[Parameter, ...]]:
        """Return the function of this module that is called, and the parameters that a call gives."""
        callee = self.scope.function(func)
        if callee is not None:
            return callee, callee.parameters
        owner = self.scope.owner(func.value) if isinstance(func, cst.Name) else None
        made = (
            self.made.get(func.value) if isinstance(func, cst.Name) and owner and func.value in owner.classes else None
        )
        return made, made.parameters[1:] if made else ()
