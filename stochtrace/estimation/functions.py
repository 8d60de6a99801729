"""The functions that a generated module binds, and the arguments of one run of them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Functions:
    """Primal and derivative program; `smooth` tells whether the latter returns a tangent beside the value."""

    name: str
    primal: Callable[..., Any]
    derivative: Callable[..., Any]
    smooth: bool
    sites: int


@dataclass(frozen=True)
class Given:
    """The user's arguments, and the same with the tangents of one direction between them."""

    arguments: Sequence[Any]
    with_tangents: Sequence[Any]
