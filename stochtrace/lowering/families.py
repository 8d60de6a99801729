"""Classes that stand on one another as one class, for Numba: objects of several of them may stand in one list.

An object has a number for its class, and the attributes of all of them; what it has not, by its class, has no value. A
method asks for the number:

    def stochtrace_any_Shape_area(self):
        if self.stochtrace_class == 0:
            return stochtrace_Square_area(self)
        if self.stochtrace_class == 1:
            return stochtrace_Disc_area(self)
        raise AttributeError()
"""

from __future__ import annotations

import ast
import copy
from collections.abc import Mapping
from dataclasses import replace
from functools import reduce
from typing import Any, NamedTuple

from stochtrace.lowering.dataclasses import Class, NotLowered
from stochtrace.lowering.observed import WHOLE, Kind, both, kind_of
from stochtrace.lowering.trees import PREFIX

NUMBER, PLAIN = f"{PREFIX}class", (int, float, bool, str)
Kinds = dict[str, dict[str, Kind]]
Values = dict[str, dict[str, Any]]


class Family(NamedTuple):
    """The class on which the others stand, those of which objects are made, with their numbers, and all of them."""

    root: str
    made: dict[str, int]
    members: list[str]


def families(tree: ast.Module, classes: Mapping[str, Class]) -> list[Family]:
    """Return the families of which objects of two classes are made."""
    calls = {
        part.func.id
        for node in tree.body
        if isinstance(node, ast.FunctionDef) and node.name not in classes
        for part in ast.walk(node)
        if isinstance(part, ast.Call) and isinstance(part.func, ast.Name)
    }
    by_root: dict[str, list[str]] = {}
    for name in classes:
        by_root.setdefault(root_of(name, classes), []).append(name)
    found = []
    for root, members in by_root.items():
        made = {name: number for number, name in enumerate(members) if name in calls}
        found += [Family(root, made, members)] if len(made) > 1 else []
    return found


def root_of(name: str, classes: Mapping[str, Class]) -> str:
    """Return the class on which a class stands in the end."""
    base = classes[name].base
    return name if base is None else root_of(base, classes)


def united(tree: ast.Module, family: Family, classes: dict[str, Class], kinds: Kinds, values: Values) -> None:
    """Make one class of a family, in place: of its text, and of what is known of its classes."""
    constants = {name: {n: kind_of(v) for n, v in values[name].items() if type(v) in PLAIN} for name in family.made}
    of_each = [constants[name] | kinds[name] for name in family.made]
    methods = dispatched(tree, family, classes)
    attributes = {name for held in of_each for name in held}
    kinds[family.root] = {name: shared(name, of_each) for name in sorted(attributes)} | {NUMBER: WHOLE}
    properties = set().union(*(classes[name].properties for name in family.made))
    for name in family.members:
        own = properties if name == family.root else set()
        classes[name] = replace(classes[name], methods=methods if name == family.root else {}, properties=own)
        if name != family.root:
            kinds[name] = kinds[family.root]
    for node in tree.body:
        if isinstance(node, ast.FunctionDef) and node.name in family.made:
            target = ast.Attribute(ast.Name("self", ast.Load()), NUMBER, ast.Store())
            node.body.insert(1, ast.Assign([target], ast.Constant(family.made[node.name]), lineno=1))
    Asked(family, classes).visit(tree)


def shared(name: str, of_each: list[dict[str, Kind]]) -> Kind:
    """Return what an attribute holds that objects of several classes have, or of some of them only."""
    held = [kinds[name] for kinds in of_each if name in kinds]
    late = len(held) < len(of_each) or any(kind.word == "unset" for kind in held)
    kind = reduce(both, [k.parts[0] if k.word == "unset" else k for k in held])
    return unset(f"`{name}`", kind) if late else kind


def unset(place: str, kind: Kind) -> Kind:
    """Return what an attribute is that may have no value where it is read."""
    if kind.word in ("optional", "none"):
        raise NotLowered(f"{place} may have no value where it is read, and may be None")
    return Kind("unset", (kind,))


def dispatched(tree: ast.Module, family: Family, classes: Mapping[str, Class]) -> dict[str, str]:
    """Return the functions of the methods of a family; those that ask for the class are written into the module."""
    functions = {node.name: node for node in tree.body if isinstance(node, ast.FunctionDef)}
    names = dict.fromkeys(method for name in family.made for method in classes[name].methods if method != "__init__")
    made = {}
    for method in names:
        called = {name: classes[name].methods[method] for name in family.made if method in classes[name].methods}
        alike = {ast.dump(functions[function].args) for function in called.values()}
        places = {method in classes[name].properties for name in called}
        if len(alike) > 1 or len(places) > 1:
            raise NotLowered(f"the method `{method}` has other arguments in another class")
        if len({*called.values()}) > 1 and method.startswith("__"):
            raise NotLowered(f"the operator `{method}` is another one in another class")
        if len({*called.values()}) == 1 and len(called) == len(family.made):
            made[method] = next(iter(called.values()))
            continue
        made[method] = f"{PREFIX}any_{family.root}_{method}"
        arguments = copy.deepcopy(functions[next(iter(called.values()))].args)
        passed: list[ast.expr] = [ast.Name(argument.arg, ast.Load()) for argument in arguments.args]
        body: list[ast.stmt] = [
            ast.If(
                is_one_of(passed[0], [family.made[name]]),
                [ast.Return(ast.Call(ast.Name(function, ast.Load()), passed, []))],
                [],
            )
            for name, function in called.items()
        ]
        body.append(ast.Raise(ast.Call(ast.Name("AttributeError", ast.Load()), [], [])))
        tree.body.append(ast.FunctionDef(made[method], arguments, body, [], lineno=1))
    return made


def is_one_of(value: ast.expr, numbers: list[int]) -> ast.expr:
    """Return what tells whether an object is of one of some classes."""
    number = ast.Attribute(copy.deepcopy(value), NUMBER, ast.Load())
    return ast.Compare(number, [ast.In()], [ast.Tuple([ast.Constant(n) for n in numbers], ast.Load())])


class Asked(ast.NodeTransformer):
    """Writes `isinstance(x, Disc)` as the question for the number of the class."""

    def __init__(self, family: Family, classes: Mapping[str, Class]) -> None:
        self.numbers = {
            name: [number for other, number in family.made.items() if name in standing(other, classes)]
            for name in family.members
        }

    def visit_Call(self, node: ast.Call) -> ast.expr:
        self.generic_visit(node)
        match node:
            case ast.Call(func=ast.Name(id="isinstance"), args=[value, ast.Name(id=name)]) if self.numbers.get(name):
                return is_one_of(value, self.numbers[name])
        return node


def standing(name: str, classes: Mapping[str, Class]) -> list[str]:
    """Return a class, and those on which it stands."""
    base = classes[name].base
    return [name, *(standing(base, classes) if base else [])]
