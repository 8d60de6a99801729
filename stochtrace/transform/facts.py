"""What the passes know about the functions that are transformed."""

from __future__ import annotations

from dataclasses import dataclass, field

import libcst as cst

from stochtrace.transform.depths import Depths
from stochtrace.transform.draws import Draw, Draws
from stochtrace.transform.generators import Generators
from stochtrace.transform.names import Names, Parameter, Scope
from stochtrace.transform.source import Source


@dataclass(eq=False)
class Function:
    """One function, nested ones too: which of its names move smoothly, and what it returns."""

    scope: Scope
    parameters: tuple[Parameter, ...]
    smooth: set[str] = field(default_factory=set)
    lists: set[str] = field(default_factory=set)
    changed: set[str] = field(default_factory=set)
    reaches_out: bool = False
    returns_smooth: bool = False
    draws: bool = False
    offers: bool = False

    @property
    def name(self) -> str:
        """The function's own name."""
        return self.scope.name


@dataclass
class Facts:
    """Everything found out about a module before anything is written."""

    source: Source
    names: Names
    generators: Generators
    draws: Draws
    depths: Depths
    functions: dict[Scope, Function] = field(default_factory=dict)
    entries: tuple[Scope, ...] = ()
    wrt: dict[Scope, tuple[str, ...]] = field(default_factory=dict)
    origins: dict[tuple[Scope, str], int] = field(default_factory=dict)
    changes_in_place: bool = False
    seen: set[Draw] = field(default_factory=set)
    jumping: set[Draw] = field(default_factory=set)
    pathwise: set[Draw] = field(default_factory=set)
    passing: set[cst.CSTNode] = field(default_factory=set)  # comparisons of guards, in a carried program

    def called(self, scope: Scope, node: cst.Call) -> Function | None:
        """Return the transformed function that a call calls."""
        callee = scope.function(node.func)
        return self.functions.get(callee) if callee else None

    def reads_omega(self, function: Function) -> bool:
        """Whether a function gets omega: it draws, itself or through what it calls, or is one that users run."""
        return function.draws or function.scope in self.entries

    def has_derivative(self, function: Function) -> bool:
        """Whether a function has a derivative program of its own: a smooth value or a jump inside."""
        return function.offers or function.returns_smooth or function.reaches_out or bool(function.smooth)
