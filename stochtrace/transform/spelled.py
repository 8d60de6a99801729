"""Spell the names that are introduced, so that none clashes with a name of the user."""

from __future__ import annotations

from dataclasses import dataclass, field

import libcst as cst

from stochtrace.transform.facts import Facts, Function
from stochtrace.transform.names import Fresh
from stochtrace.transform.nodes import inside


@dataclass
class Spelled:
    """The names of a generated module: of the runtime, of ω and the jumps, of functions and of tangents."""

    fresh: Fresh
    rt: str
    omega: str
    jumps: str
    program: str
    primals: dict[str, str] = field(default_factory=dict)
    derivatives: dict[str, str] = field(default_factory=dict)
    dots: dict[str, str] = field(default_factory=dict)

    def primal(self, function: Function) -> str:
        """The name of a function's primal; functions inside functions keep theirs."""
        return self.primals.get(function.name, function.name) if function.scope.top is function.scope else function.name

    def derivative(self, function: Function) -> str:
        """The name of a function's derivative program."""
        return self.derivatives[function.name]

    def inside(self, function: Function) -> Fresh:
        """Return a supply of names for one function: its own are taken, those of its neighbours are free."""
        own = {name.value for name in inside(function.scope.node, cst.Name)}
        ours = {self.rt, self.omega, self.jumps, self.program, *self.primals.values(), *self.derivatives.values()}
        return Fresh(own | ours | function.scope.top.module_names() | set(self.dots.values()))

    def dot(self, name: str) -> str:
        """The name of a variable's tangent."""
        if name not in self.dots:
            self.dots[name] = self.fresh(f"{name}_dot")
        return self.dots[name]


def spell(facts: Facts) -> Spelled:
    """Choose all names of a generated module, in source order."""
    fresh = facts.names.fresh()
    spelled = Spelled(fresh, fresh("rt"), fresh("omega"), fresh("jumps"), fresh("Program"))
    for function in facts.functions.values():
        if function.scope.top is function.scope and facts.reads_omega(function):
            spelled.primals.setdefault(function.name, fresh(f"{function.name}_primal"))
        if facts.has_derivative(function):
            spelled.derivatives.setdefault(function.name, fresh(f"{function.name}_d"))
        for parameter in function.parameters:
            if parameter.name in function.smooth:
                spelled.dot(parameter.name)
    return spelled
