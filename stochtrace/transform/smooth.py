"""What is smooth, what is a list, and how a program is refused: the ground on which tangents stand."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import NoReturn

import libcst as cst

from stochtrace.transform.facts import Facts
from stochtrace.transform.names import Scope
from stochtrace.transform.nodes import inside
from stochtrace.transform.terms import Term, term


class Smooth:
    """The smooth names of one function, as expressions of it see them.

    `text` gives the term of an expression (with draws replaced, where code is emitted), `dot` the name of a tangent;
    `held` tells for expressions that already stand on a line of their own the name of their tangent.
    """

    def __init__(
        self,
        facts: Facts,
        scope: Scope,
        text: Callable[[cst.BaseExpression], Term] = term,
        dot: Callable[[str], str] = "{}_dot".format,
        rt: str = "rt",
    ) -> None:
        self.facts, self.scope, self.text, self.dot, self.rt = facts, scope, text, dot, rt
        self.hidden: list[dict[str, bool]] = []
        self.held: dict[cst.CSTNode, str | None] = {}

    def smooth(self, name: str) -> bool:
        """Tell whether a name moves smoothly here."""
        for names in reversed(self.hidden):
            if name in names:
                return names[name]
        owner = self.scope.owner(name)
        function = self.facts.functions.get(owner) if owner else None
        return function is not None and name in function.smooth

    def is_list(self, node: cst.BaseExpression) -> bool:
        """Tell whether an expression is a list or tuple, for which + joins and * repeats."""
        if node in self.facts.draws.by_node:
            return self.facts.draws.by_node[node].listed
        match node:
            case cst.List() | cst.Tuple() | cst.ListComp():
                return True
            case cst.Name(value=name):
                owner = self.scope.owner(name)
                function = self.facts.functions.get(owner) if owner else None
                return function is not None and name in function.lists
            case cst.BinaryOperation(left=left, right=right):
                return self.is_list(left) or self.is_list(right)
            case cst.Call(func=func):
                return self.scope.dotted(func) in ("builtins.list", "builtins.tuple", "builtins.sorted")
            case cst.Subscript(value=value, slice=[cst.SubscriptElement(slice=cst.Slice())]):
                return self.is_list(value)
        return False

    def is_number(self, node: cst.BaseExpression) -> bool:
        """Tell whether an expression is a number for sure: not a list, not an array."""
        return self.facts.depths.of(self.scope, node).high == 0

    @contextmanager
    def hiding(self, names: dict[str, bool]) -> Iterator[None]:
        """Let names mean something else inside: the variables of a comprehension or lambda."""
        self.hidden.append(names)
        yield
        self.hidden.pop()

    def provenance(self, node: cst.CSTNode) -> str:
        """Say where the smooth values of an expression come from."""
        found = []
        for name in dict.fromkeys(n.value for n in inside(node, cst.Name) if self.smooth(n.value)):
            owner = self.scope.owner(name)
            line = self.facts.origins.get((owner, name)) if owner else None
            found.append(f"`{name}` is smooth since line {line}." if line else f"`{name}` is differentiated.")
        return " ".join(found)

    def decision(self, node: cst.CSTNode, what: str) -> NoReturn:
        self.refuse(
            node,
            f"{what} a value that moves smoothly with the parameters"
            if what.startswith("this")
            else f"{what}, applied to a value that moves smoothly with the parameters",
            f"{self.provenance(node)} Decisions on smooth values are not differentiated yet.",
            "Decide on discrete draws, compare a fresh uniform (`rng.random() < q`), or leave the parameter out "
            "with `--wrt`.",
        )

    def no_rule(self, node: cst.CSTNode, what: str) -> NoReturn:
        self.refuse(
            node,
            f"{what} has no rule, and gets a value that moves smoothly",
            self.provenance(node),
            "Write it with functions of math or NumPy that have one, or as a function in this file.",
        )

    def refuse(self, node: cst.CSTNode, what: str, why: str, instead: str) -> NoReturn:
        self.facts.source.refuse(node, what, why.strip(), instead)
