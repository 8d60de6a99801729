"""Refuse what a model reaches through objects: methods that are not those of plain data, and values that keep a place.

Accepts functions whose calls by name have been seen into. Guarantees that every method that is called is a draw or one
of numbers, strings, containers or arrays, and that the values of the module that a model reads are data: a generator,
an iterator or another object draws, or changes from sample to sample, and nothing in the source shows it.
"""

from __future__ import annotations

from collections import Counter, deque
from collections.abc import Collection, Iterator, Sequence

import libcst as cst

from stochtrace.spellings import BIT_GENERATORS, MAKERS, MODULES, makers_of
from stochtrace.transform.functions import PURE, cannot_see, reach
from stochtrace.transform.generators import Generators
from stochtrace.transform.names import Names, Scope, target_names
from stochtrace.transform.nodes import code, inside, own
from stochtrace.transform.source import Source

PLAIN = (int, float, complex, str, bytes, list, dict, set, frozenset, tuple, range, deque, Counter)
ARRAY = """
    T all any argmax argmin argpartition argsort astype choose clip compress conj conjugate copy cumprod cumsum diagonal
    dot fill flat flatten item max mean min nonzero partition prod put ravel repeat reshape resize round searchsorted
    sort squeeze std sum swapaxes take tobytes tolist trace transpose var view at reduce accumulate outer
"""
METHODS = {name for kind in PLAIN for name in dir(kind) if name[:2] != "__" and callable(getattr(kind, name))}
METHODS |= set(ARRAY.split())
Binding = tuple[cst.BaseExpression, cst.BaseExpression]
ITERATORS = {f"builtins.{name}" for name in ("iter", "map", "filter", "zip", "enumerate", "reversed", "open")}


def check_closed(
    source: Source, names: Names, generators: Generators, reached: Sequence[Scope], drawn: Collection[cst.CSTNode]
) -> None:
    """Refuse unknown methods in these functions and values of the module that are no data, but for what is `drawn`."""
    for scope in reached:
        for call in own(cst.ensure_type(scope.node, cst.FunctionDef).body, cst.Call):
            if call not in drawn:
                _method(source, generators, scope, call)
    read = {name.value for scope in reached for name in inside(scope.node, cst.Name)}
    for target, value in module_bindings(names):
        bound = {name.value for name in target_names(target)} & read
        known = value in drawn or (isinstance(target, cst.Name) and generators.of(names.module, target))
        for name in sorted(bound) if not known else ():
            _value(source, names, name, value)


def _method(source: Source, generators: Generators, scope: Scope, call: cst.Call) -> None:
    func = call.func
    if not isinstance(func, cst.Name | cst.Attribute | cst.Lambda):
        cannot_see(source, call)
    if not isinstance(func, cst.Attribute) or scope.dotted(func) is not None or func.attr.value in METHODS:
        return
    stats = any((scope.dotted(name) or "").startswith("scipy.stats") for name in inside(func, cst.Name, cst.Attribute))
    if generators.of(scope, func.value) or func.attr.value == "rvs" or stats:
        return
    source.refuse(
        call,
        f"stochtrace cannot see what the method `{func.attr.value}` does here",
        f"`{code(func.value)}` is no generator that it knows."
        if makers_of(func.attr.value)
        else "It could draw, or keep state between samples.",
        "Make the generator a parameter, or a variable of its own."
        if makers_of(func.attr.value)
        else "Call it outside and pass the result in, or write it as a function of this file.",
    )


def module_bindings(names: Names) -> Iterator[Binding]:
    """Yield what the module's statements bind, in branches too, and to what."""
    for statement in cst.ensure_type(names.module.node, cst.Module).body:
        if isinstance(statement, cst.FunctionDef | cst.ClassDef):
            continue
        for assign in inside(statement, cst.Assign):
            for target in assign.targets:
                yield from paired(target.target, assign.value)
        for annotated in inside(statement, cst.AnnAssign):
            if annotated.value is not None:
                yield annotated.target, annotated.value


def paired(target: cst.BaseExpression, value: cst.BaseExpression) -> Iterator[Binding]:
    """Yield an assignment's target and value, one by one where both are written out."""
    match target, value:
        case (cst.Tuple() | cst.List(), cst.Tuple() | cst.List()) if len(target.elements) == len(value.elements):
            for one, other in zip(target.elements, value.elements, strict=True):
                yield from paired(one.value, other.value)
        case _:
            yield target, value


def _value(source: Source, names: Names, name: str, value: cst.BaseExpression) -> None:
    for part in kept(value):
        why = _unknown(names, part)
        if why:
            source.refuse(
                part,
                f"`{name}` of the module is more than data",
                why,
                "Make a list, a tuple or an array of it, or pass it to the model as an argument.",
            )


def kept(node: cst.BaseExpression) -> Iterator[cst.BaseExpression]:
    """Yield the expressions that a value consists of, containers and choices opened."""
    match node:
        case cst.Tuple(elements=items) | cst.List(elements=items) | cst.Set(elements=items) | cst.Dict(elements=items):
            for item in items:
                yield from kept(item.value)
        case cst.ListComp(elt=element) | cst.SetComp(elt=element) | cst.DictComp(value=element):
            yield from kept(element)
        case cst.IfExp(body=left, orelse=right) | cst.BooleanOperation(left=left, right=right):
            yield from kept(left)
            yield from kept(right)
        case cst.Attribute(value=value) | cst.Subscript(value=value):
            yield from kept(value)
        case _:
            yield node


def _unknown(names: Names, node: cst.BaseExpression) -> str:
    """Say why a part of a module's value is not known to be data; nothing where it is."""
    if isinstance(node, cst.GeneratorExp):
        return "A generator expression goes on where the last sample stopped."
    if not isinstance(node, cst.Call):
        return ""
    path, callee = names.module.dotted(node.func) or "", names.module.function(node.func)
    root = path.split(".")[0]
    if callee is not None:
        inner = [f for scope in reach(names, [callee]) for f in _hidden(scope)]
        return f"`{callee.name}` makes a generator or an iterator: its values cannot be told." if inner else ""
    if path in MAKERS or path in BIT_GENERATORS:
        return "A generator is followed only where it has a name of its own."
    if path in ITERATORS or root == "itertools":
        return "An iterator goes on where the last sample stopped."
    if path and root not in PURE and root != "builtins" and path.rpartition(".")[0] not in MODULES:
        return f"stochtrace cannot see into `{path}`: it could draw, or keep state between samples."
    if isinstance(node.func, cst.Name) and node.func.value in names.module.classes:
        return "Objects could draw, or keep state between samples."
    if isinstance(node.func, cst.Attribute) and not path and node.func.attr.value not in METHODS:
        return f"stochtrace cannot see what the method `{node.func.attr.value}` does."
    return ""


def _hidden(scope: Scope) -> Iterator[cst.CSTNode]:
    yield from inside(scope.node, cst.Yield)
    for call in inside(scope.node, cst.Call):
        path = scope.dotted(call.func) or ""
        if path in MAKERS or path == "builtins.iter" or path.startswith("itertools."):
            yield call
