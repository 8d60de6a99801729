"""The functions that a generated module binds, and the arguments of one run of them."""

from __future__ import annotations

import copy
import inspect
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from stochtrace.carried import Source


@dataclass(frozen=True)
class Functions:
    """Primal and derivative program; `smooth` tells whether the latter returns a tangent beside the value.

    A carried program has no derivative program of its own: its primal runs on carried values, with `sources` in the
    place of its generators.
    """

    name: str
    primal: Callable[..., Any]
    derivative: Callable[..., Any]
    smooth: bool
    sites: int
    sources: Mapping[str, str] | None = None

    @cached_property
    def carried(self) -> Callable[..., Any]:
        """The primal of a carried program as a function of the user's arguments."""
        names = inspect.signature(self.primal).parameters
        sources = {name: Source(makes) for name, makes in (self.sources or {}).items()}

        def program(*arguments: Any) -> Any:
            given = iter(arguments)
            return self.primal(*(sources[name] if name in sources else fresh(next(given)) for name in names))

        return program


def fresh(argument: Any) -> Any:
    """Return an argument that a sample may change: what it changes must not survive it."""
    return argument if isinstance(argument, int | float | str) else copy.deepcopy(argument)


@dataclass(frozen=True)
class Given:
    """The user's arguments, and the same with the tangents of one direction between them."""

    arguments: Sequence[Any]
    with_tangents: Sequence[Any]
