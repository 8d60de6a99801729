"""What a program's objects and containers hold, found out by running samples of it as plain Python."""

from __future__ import annotations

import ast
import time
from collections.abc import Collection, Mapping
from dataclasses import replace
from functools import reduce
from typing import Any, NamedTuple

from stochtrace.estimation import interpreted
from stochtrace.estimation.functions import Functions, Given
from stochtrace.lowering.classes import SET
from stochtrace.lowering.contents import NOTED, Noted, numbered
from stochtrace.lowering.dataclasses import Class
from stochtrace.lowering.families import unset
from stochtrace.lowering.observed import Contents, Kind, both, is_known, kind_of, watched
from stochtrace.runtime.uniforms import Omega

SAMPLES, SECONDS = 60, 0.5  # to be observed


class Objects(NamedTuple):
    """The classes of a program, what their attributes hold, the values of those of the classes, and its containers."""

    classes: dict[str, Class]
    kinds: dict[str, dict[str, Kind]]
    values: dict[str, dict[str, Any]]
    roots: Mapping[str, str] = {}  # by classes that are one with others, the name of that one
    rings: Collection[str] = ()  # classes whose objects may hold each other
    contents: Mapping[int, Kind] = {}  # what containers hold, by their numbers

    def told(self) -> list[Any]:
        """Return all that the compiled code of the classes depends on, but for their functions."""
        classes = [(name, sorted(c.methods.items()), sorted(c.properties)) for name, c in self.classes.items()]
        kinds = [(name, sorted((n, repr(kind)) for n, kind in held.items())) for name, held in self.kinds.items()]
        values = [(name, sorted(held.items())) for name, held in self.values.items()]
        return [classes, kinds, values, sorted(self.rings), sorted(self.contents.items())]


def observed(functions: Functions, given: Given, text: str, classes: dict[str, Class]) -> Objects | None:
    """Run samples, and return what they show of objects and containers; None where nothing is asked for."""
    seen, contents = ast.parse(text), Contents(functions.primal.__code__.co_filename)
    contents.numbered = numbered(seen)
    if not (classes or contents.numbered):
        return None
    home = functions.primal.__globals__
    space: dict[str, Any] = {name: home[name] for name in ("__name__", "__given__") if name in home}
    if contents.numbered:
        Noted().visit(seen)
        space[NOTED] = contents.note
    seen = without_slots(seen)
    exec(compile(seen, functions.primal.__code__.co_filename, "exec", dont_inherit=True), space)
    entries = space[functions.primal.__name__], space[functions.derivative.__name__]
    again = replace(functions, primal=entries[0], derivative=entries[1])
    kinds = watched({name: space[name] for name in classes}, lambda: run(again, given, contents))
    stored = {node.attr for node in ast.walk(seen) if isinstance(node, ast.Attribute) and is_stored(node)}
    for name, described in classes.items():
        for attribute in stored & described.constants.keys():
            held = [kinds[other][attribute] for other in classes if attribute in kinds[other]]
            kinds[name][attribute] = reduce(both, held, kind_of(getattr(home[name], attribute)))
    for name, described in classes.items():
        for attribute in kinds[name].keys() - described.assured - described.constants.keys():
            kinds[name][attribute] = unset(f"`{attribute}` of `{name}`", kinds[name][attribute])
        if hidden := {*kinds[name]} & {attribute.removeprefix(SET) for attribute in described.methods}:
            raise NotImplementedError(f"`{sorted(hidden)[0]}` of `{name}` is an attribute and a method")
    values = {name: {n: getattr(home[name], n) for n in described.constants} for name, described in classes.items()}
    known = {number: kind for number, kind in contents.kinds.items() if is_known(kind)}
    return Objects(classes, kinds, values, contents=known)


def is_stored(node: ast.Attribute) -> bool:
    """Tell whether something is stored in an attribute."""
    return isinstance(node.ctx, ast.Store)


def without_slots(tree: ast.Module) -> ast.Module:
    """Return a program whose objects have all of their attributes in a dictionary, where they are seen."""
    for node in ast.walk(tree):
        if isinstance(node, ast.ClassDef):
            kept = [part for part in node.body if not (isinstance(part, ast.Assign) and is_slots(part))]
            node.body = kept or [ast.Pass()]
            for word in [word for word in node.decorator_list if isinstance(word, ast.Call)]:
                word.keywords = [keyword for keyword in word.keywords if keyword.arg != "slots"]
    return ast.fix_missing_locations(tree)


def is_slots(node: ast.Assign) -> bool:
    """Tell whether an assignment names the attributes of a class."""
    return any(isinstance(target, ast.Name) and target.id == "__slots__" for target in node.targets)


def run(functions: Functions, given: Given, contents: Contents) -> None:
    """Run samples, as many as a moment allows; of the primal alone where that is compiled, without tangents."""
    omega, begin = Omega(0, functions.sites), time.perf_counter()
    for sample in range(SAMPLES):
        omega.start(sample)
        try:
            with contents.looked_at():
                if given.with_tangents:
                    interpreted.differentiated(functions, given, omega, interpreted.collection(functions, 1))
                else:
                    interpreted.drawn(functions, tuple(given.arguments), omega)
        except Exception:  # of the program, or of what it cannot be: an estimate tells it
            break
        if time.perf_counter() - begin > SECONDS:
            break
