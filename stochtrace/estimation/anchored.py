"""Carried programs in the forms in which Numba takes them: their functions made again from their text.

Numba cannot find the type of `rate = mu + sum([kernel(t - s) for s in events])` where `events` is filled with what
depends on `rate`: each waits for the other. Written as `sum(...) if stochtrace_always_true() else 0.0` the sum is a
number from the start. Interpreted code does not need that, and keeps the plain text.
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Mapping
from typing import Any

from stochtrace.estimation.functions import Functions, Given
from stochtrace.estimation.observing import observed
from stochtrace.estimation.reached import reached
from stochtrace.estimation.remade import made_again
from stochtrace.estimation.travelling import text_of
from stochtrace.lowering.arrays import Arrays
from stochtrace.lowering.calls import Lowering
from stochtrace.lowering.classes import OBJECTS
from stochtrace.lowering.closures import Closures
from stochtrace.lowering.contents import Typed, numbered
from stochtrace.lowering.counts import Counts
from stochtrace.lowering.deques import Deques
from stochtrace.lowering.folds import Folds
from stochtrace.lowering.generators import Generators
from stochtrace.lowering.keys import Keys
from stochtrace.lowering.keywords import Keywords
from stochtrace.lowering.lists import Lists
from stochtrace.lowering.matches import Matches
from stochtrace.lowering.movable import Stores
from stochtrace.lowering.passed import Passed
from stochtrace.lowering.records import Records
from stochtrace.lowering.recursion import Recursion
from stochtrace.lowering.tables import Tables
from stochtrace.lowering.walrus import Walrus

ALWAYS = "stochtrace_always_true"
OnRecords = Mapping[str, Callable[[tuple[str, ...]], Any]]
COUNTED = (ast.Constant, ast.Compare, ast.BoolOp)  # what makes a sum a whole number, which may be an index


def forms_of(functions: Functions, helpers: Mapping[str, Any], on_records: OnRecords) -> list[Functions]:
    """Return a carried program in the forms in which Numba may take it, the plain one last.

    One makes containers for what is stored in them: it guesses what moves. One more has records for dictionaries;
    `on_records` returns what makes, reads and writes those of some keys. All may call the `helpers`.
    """
    try:
        text = text_of(functions.primal, functions.name)
    except TypeError:
        return [functions]
    return forms_from(functions, ast.parse(text), helpers, on_records)


def typed_forms(
    functions: Functions, given: Given, helpers: Mapping[str, Any], on_records: OnRecords
) -> list[Functions]:
    """Return the forms of a program that reads ω in which the contents of its containers are known, by running it."""
    try:
        text = text_of(functions.primal, functions.name)
    except TypeError:
        return []
    objects = observed(functions, given, text, {})
    if objects is None or not objects.contents:
        return []
    tree = ast.parse(text)
    numbered(tree)
    return forms_from(made_again(functions, tree, {OBJECTS: objects}), tree, helpers, on_records)


def forms_from(
    functions: Functions, tree: ast.Module, helpers: Mapping[str, Any], on_records: OnRecords
) -> list[Functions]:
    """Return the forms of a program of which a text is known."""
    objects = functions.primal.__globals__.get(OBJECTS)
    contents = objects.contents if objects else {}
    typed = Typed(tree, contents)
    typed.visit(tree)
    if contents and not typed.made:
        return []
    walrus, closures = Walrus(), Closures(tree, functions.on_carried_values)
    walrus.visit(tree)
    closures.visit(tree)
    own = {statement.name for statement in tree.body if isinstance(statement, ast.FunctionDef)}
    space = functions.primal.__globals__
    entries = dict.fromkeys((functions.primal, functions.derivative))  # one function in carried programs
    lists = Lists(tree, space, {function.__name__ for entry in entries for function in reached(entry)})
    first = Keywords(tree), lists, Counts(tree), Deques(tree), Passed(tree), Tables(tree, space), Matches(tree)
    steps = *first, Keys(tree), Folds(tree), Generators(tree), Arrays(tree), Lowering(tree), Anchors(), Recursion(tree)
    stores, helpers = Stores(own), {**helpers, **lists.constants}
    written = tree
    for step in steps:
        written = step.visit(written)
    again = any(step.made for step in (typed, walrus, closures, *steps))
    forms = [made_again(functions, written, helpers)] if again else []
    if functions.on_carried_values:
        written = stores.visit(written)
    if stores.made:
        forms.insert(0, made_again(functions, written, helpers))
    records = Records(written)
    written = records.visit(written)
    if records.names:
        made = {name: on_records[what](keys) for (what, keys), name in records.names.items()}
        forms.insert(0, made_again(functions, written, {**helpers, **made}))
    return forms if contents else [*forms, functions]


class Anchors(ast.NodeTransformer):
    """Writes each sum of a comprehension as a number that it might be."""

    def __init__(self) -> None:
        self.made = 0

    def visit_Call(self, node: ast.Call) -> ast.expr:
        self.generic_visit(node)
        match node:
            case ast.Call(func=ast.Name(id="sum"), args=[ast.ListComp(elt=elt)]) if not isinstance(elt, COUNTED):
                self.made += 1
                return ast.IfExp(ast.Call(ast.Name(ALWAYS, ast.Load()), [], []), node, ast.Constant(0.0))
        return node


def always_true() -> bool:
    """Return True, which Numba cannot know while it finds types."""
    return True
