"""A carried program whose draws are found as they run, made again as one that reads ω: see `lowering.sources`."""

from __future__ import annotations

import ast
import copy
from collections.abc import Collection, Iterator, Mapping
from contextlib import suppress
from dataclasses import replace
from types import FunctionType, ModuleType
from typing import Any, NamedTuple

from stochtrace.carried.rebinding import rebound
from stochtrace.estimation.functions import Functions, Given
from stochtrace.estimation.observing import Objects, observed
from stochtrace.estimation.reached import METHODS
from stochtrace.estimation.travelling import text_of
from stochtrace.lowering.attributes import INTO, Optional
from stochtrace.lowering.classes import OBJECTS, classes_of
from stochtrace.lowering.closures import Closures
from stochtrace.lowering.contents import numbered
from stochtrace.lowering.counts import Counts
from stochtrace.lowering.dataclasses import Class, NotLowered
from stochtrace.lowering.deques import Deques
from stochtrace.lowering.exceptions import without_exceptions
from stochtrace.lowering.families import Family, families, united
from stochtrace.lowering.kept_generators import without_kept_generators
from stochtrace.lowering.rings import rings_of, rooted
from stochtrace.lowering.sources import Place, Sources, reading
from stochtrace.lowering.trees import PREFIX, bound_in_functions

CONSTANTS = (int, float, bool, str)


class Parts(NamedTuple):
    """What compiled code has for a program: modules in the place of ours, what makes a draw, and generators."""

    modules: Mapping[ModuleType, ModuleType]
    drawing: Any
    helpers: Mapping[str, Any]


def reading_omega(functions: Functions, given: Given, parts: Parts) -> Iterator[tuple[Functions, ast.Module]]:
    """Yield a program that reads ω, and its text; one before where classes that stand on others are one class.

    Those in which the contents of containers are known come last.
    Raises `NotImplementedError` where it cannot be written so.
    """
    try:
        text = text_of(functions.primal, functions.name)
    except TypeError:
        raise NotImplementedError("its smooth values are carried by objects, and its text is not to be had") from None
    try:
        tree, written, classes = read(functions, text)
        objects = observed(functions, given, text, classes)
        if objects and (rings := rings_of(classes, objects.kinds)):
            tree, written, classes = read(functions, text, rings)
            objects = objects._replace(classes=classes, rings=rings)
    except NotLowered as error:
        raise NotImplementedError(str(error)) from None
    found = families(tree, classes) if objects else []
    ways = [(copy.deepcopy(tree), objects)]
    if objects and found:
        with suppress(NotLowered):
            whole = copy.deepcopy(tree)
            ways.insert(0, (whole, together(whole, found, objects)))
    for tree, objects in ways:
        plain = objects._replace(contents={}) if objects and classes else None
        yield made(functions, parts, written, copy.deepcopy(tree), plain)
    for tree, objects in ways:
        if objects and objects.contents:
            yield made(functions, parts, written, tree, objects)


def read(functions: Functions, text: str, rings: Collection[str] = ()) -> tuple[ast.Module, Sources, dict[str, Class]]:
    """Return a text that reads ω and has functions in the place of its classes, what it draws, and the classes."""
    tree = ast.parse(text)
    numbered(tree)
    without_exceptions(tree)
    without_kept_generators(tree)
    Closures(tree, functions.on_carried_values).visit(tree)
    Counts(tree).visit(tree)
    Deques(tree).visit(tree)
    rooted(tree, rings)
    written = reading(tree, functions.primal.__name__, functions.sources or {})
    if written is None:
        raise NotImplementedError("its generators are seeded, or its arguments given, as compiled code has it not")
    return tree, written, classes_of(tree, rings)


def together(tree: ast.Module, found: list[Family], objects: Objects) -> Objects:
    """Return the classes of a program with one in the place of each family, in place of its text."""
    classes, kinds = dict(objects.classes), {name: dict(held) for name, held in objects.kinds.items()}
    for family in found:
        united(tree, family, classes, kinds, objects.values)
    roots = {member: family.root for family in found for member in family.members}
    return objects._replace(classes=classes, kinds=kinds, roots=roots)


def made(
    functions: Functions, parts: Parts, written: Sources, tree: ast.Module, objects: Objects | None
) -> tuple[Functions, ast.Module]:
    """Return the functions of a text that reads ω, and the text as they have it."""
    read: dict[str, Any] = {}
    if objects:
        objects = with_plain_names(tree, objects)
        with_constants(tree, objects)
        of_class = OfClass(tree, objects)
        of_class.visit(tree)
        read = of_class.read
        Optional(named(objects, "unset"), named(objects, "optional")).visit(tree)
    tree.body = [*brought(written), *(node for node in tree.body if isinstance(node, ast.FunctionDef))]
    space = namespace(functions, written.places, parts) | read
    filename = functions.primal.__code__.co_filename
    exec(compile(ast.fix_missing_locations(tree), filename, "exec", dont_inherit=True), space)
    if objects:
        space[OBJECTS] = objects
        space[METHODS] = tuple(dict.fromkeys(f for c in objects.classes.values() for f in c.methods.values()))
    entry = space[functions.primal.__name__]
    return replace(functions, primal=entry, derivative=entry), tree


def namespace(functions: Functions, places: Mapping[str, Place], parts: Parts) -> dict[str, Any]:
    """Return a namespace with the values of a program, and without its functions and classes."""
    space = rebound(functions.primal, parts.modules, {}).__globals__
    values = {name: value for name, value in space.items() if not isinstance(value, FunctionType)}
    return values | {**parts.helpers} | {name: parts.drawing(place) for name, place in places.items()}


def brought(written: Sources) -> list[ast.stmt]:
    """Return the imports of a program at the top of its text: of what it has imported anywhere."""
    made: list[ast.stmt] = []
    for name, path in written.paths.items():
        module, _, attribute = path.rpartition(".")
        if path.partition(".")[0] in ("stochtrace", "__future__"):
            continue
        if module:
            made.append(ast.ImportFrom(module, [ast.alias(attribute, name)], 0))
        else:
            made.append(ast.Import([ast.alias(path, name if name != path else None)]))
    return made


def named(objects: Objects, word: str) -> set[str]:
    """Return the names of attributes of a kind."""
    return {name for held in objects.kinds.values() for name, kind in held.items() if kind.word == word}


def with_plain_names(tree: ast.Module, objects: Objects) -> Objects:
    """Give attributes that begin with an underscore other names, in place: Numba's structs have no such fields."""
    new = {name: plain(name) for held in objects.kinds.values() for name in held if name.startswith("_")}
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute):
            node.attr = new.get(node.attr, node.attr)
        elif isinstance(node, ast.Name) and node.id.startswith(INTO):
            held = next(start for start in INTO if node.id.startswith(start))
            node.id = held + new.get(node.id.removeprefix(held), node.id.removeprefix(held))
    kinds = {name: {new.get(n, n): kind for n, kind in held.items()} for name, held in objects.kinds.items()}
    values = {name: {new.get(n, n): value for n, value in held.items()} for name, held in objects.values.items()}
    return objects._replace(kinds=kinds, values=values)


class OfClass(ast.NodeTransformer):
    """Writes `Machine.limit` as the number or string that it is, where no object changes it.

    Lists and dictionaries get names in the namespace: `values` are those that are read.
    """

    def __init__(self, tree: ast.Module, objects: Objects) -> None:
        self.read: dict[str, Any] = {}
        own = bound_in_functions(tree)
        self.values = {name: values for name, values in objects.values.items() if name not in own}

    def visit_Attribute(self, node: ast.Attribute) -> ast.expr:
        self.generic_visit(node)
        name = node.value.id if isinstance(node.value, ast.Name) else ""
        value = self.values.get(name, {}).get(node.attr)
        if type(value) in (list, dict, tuple) and isinstance(node.ctx, ast.Load):
            self.read[f"{PREFIX}{name}_{node.attr}"] = value
            return ast.Name(f"{PREFIX}{name}_{node.attr}", ast.Load())
        return ast.Constant(value) if type(value) in CONSTANTS and isinstance(node.ctx, ast.Load) else node


def plain(name: str) -> str:
    """Return the name of a field for an attribute that begins with an underscore."""
    return f"stochtrace{name}"


def with_constants(tree: ast.Module, objects: Objects) -> None:
    """Let objects begin with those attributes of their class that they may change."""
    for node in tree.body:
        described = objects.classes.get(node.name) if isinstance(node, ast.FunctionDef) else None
        if described is None:
            continue
        assert isinstance(node, ast.FunctionDef)
        for name in sorted(objects.values[described.name].keys() & objects.kinds[described.name].keys()):
            value = objects.values[described.name][name]
            if type(value) not in CONSTANTS:
                raise NotImplementedError(f"`{described.name}.{name}` is no number and no string")
            target = ast.Attribute(ast.Name("self", ast.Load()), name, ast.Store())
            node.body.insert(1, ast.Assign([target], ast.Constant(value)))
