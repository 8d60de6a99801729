"""The functions that a generated module binds, and the arguments of one run of them."""

from __future__ import annotations

import copy
import inspect
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from stochtrace import runtime
from stochtrace.carried import Source
from stochtrace.carried.rebinding import on_carried_values, rebound
from stochtrace.carried.replaying import REPLAYING
from stochtrace.carried.running import current


@dataclass(frozen=True)
class Functions:
    """Primal and derivative program; `smooth` tells whether the latter returns a tangent beside the value.

    A carried program has no derivative program of its own: its primal runs on carried values, and draws at the sites of
    `forms` are differentiated as comments ask for. It reads ω, or it has `sources` in the place of its generators.
    """

    name: str
    primal: Callable[..., Any]
    derivative: Callable[..., Any]
    smooth: bool
    sites: int
    sources: Mapping[str, str] | None = None
    reads_omega: bool = True
    forms: Mapping[int, str] = field(default_factory=dict)

    @property
    def on_carried_values(self) -> bool:
        """Tell whether the derivative program is the primal on carried values."""
        return self.sources is not None

    @cached_property
    def carried(self) -> Callable[..., Any]:
        """The primal of a carried program as a function of the user's arguments, which draws in the run under way."""
        if self.reads_omega:
            primal = on_carried_values(self.primal)
            return lambda *arguments: primal(*map(fresh, arguments), None)
        names = inspect.signature(self.primal).parameters
        sources = {name: Source(makes) for name, makes in (self.sources or {}).items()}

        def program(*arguments: Any) -> Any:
            given = iter(arguments)
            return self.primal(*(sources[name] if name in sources else fresh(next(given)) for name in names))

        return program

    @cached_property
    def replayed(self) -> Callable[..., Any]:
        """The same for replays, where all values are plain: of a text that reads ω, the primal itself."""
        if not self.reads_omega:
            return self.carried
        primal = rebound(self.primal, {runtime: REPLAYING}, {})
        return lambda *arguments: primal(*map(fresh, arguments), current().omega)


NUMBERS = frozenset((float, int, bool))


def fresh(argument: Any) -> Any:
    """Return an argument that a sample may change: what it changes must not survive it."""
    kind = type(argument)
    if kind in NUMBERS or kind is str:
        return argument
    if (kind is list or kind is tuple) and NUMBERS.issuperset(map(type, argument)):
        return argument[:]
    return argument if isinstance(argument, int | float | str) else copy.deepcopy(argument)


@dataclass(frozen=True)
class Given:
    """The user's arguments, and the same with the tangents of one direction between them.

    For a carried program, `with_tangents` holds carried values, and `tangents` what they were made of (None: nothing).
    """

    arguments: Sequence[Any]
    with_tangents: Sequence[Any]
    tangents: Sequence[Any] = ()
