"""Plan: how each draw is differentiated, and why. The table in the header of a generated file."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from stochtrace.transform.draws import Draw
from stochtrace.transform.facts import Facts, Function
from stochtrace.transform.functions import reach
from stochtrace.transform.pairs import pairs
from stochtrace.transform.terms import term


@dataclass(frozen=True)
class Planned:
    """One draw and its treatment."""

    draw: Draw
    treatment: str

    @property
    def spelled(self) -> str:
        """The draw in canonical form: distribution and parameters."""
        arguments = [f"{name}={term(node)}" for name, node in self.draw.arguments.items()]
        if self.draw.size is not None:
            arguments.append(f"size={term(self.draw.size)}")
        return f"{'uniform' if self.draw.distribution == 'read' else self.draw.distribution}({', '.join(arguments)})"


def plan(facts: Facts) -> tuple[Planned, ...]:
    """Return the draws in the order of their sites, with their treatment; learn which functions draw and jump."""
    for function in facts.functions.values():
        inside = facts.draws.inside(function.scope.node)
        function.draws = bool(inside)
        function.offers = any(draw in facts.jumping for draw in inside)
    while any([_inherit(facts, function) for function in facts.functions.values()]):
        pass
    return tuple(Planned(draw, _treatment(facts, draw)) for draw in facts.draws.by_node.values())


def _inherit(facts: Facts, function: Function) -> bool:
    before = (function.draws, function.offers, function.reaches_out)
    for callee in reach(facts.names, [function.scope]):
        function.draws |= facts.functions[callee].draws
        function.offers |= facts.functions[callee].offers
        function.reaches_out |= facts.functions[callee].reaches_out
    return before != (function.draws, function.offers, function.reaches_out)


def _treatment(facts: Facts, draw: Draw) -> str:
    if draw in facts.jumping:
        return "jump"
    if draw in facts.pathwise:
        return "pathwise"
    return "nothing to do: its parameters do not move"


def carried(plans: Sequence[Planned]) -> tuple[Planned, ...]:
    """Return the draws of a program that runs on carried values, with their treatment."""
    return tuple(replace(p, treatment="jump" if is_discrete(p.draw) else "carried") for p in plans)


def is_discrete(draw: Draw) -> bool:
    """Tell whether a draw has outcomes that jump."""
    return draw.distribution != "read" and not pairs()[draw.distribution].continuous
