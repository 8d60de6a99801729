"""What a compiled replay needs that begins with a round of a loop."""

# mypy: disable-error-code="no-untyped-def,untyped-decorator"

from __future__ import annotations

from typing import Any

from numba import types
from numba.extending import overload, register_jitable

from stochtrace.runtime.numba_threefry import fill


@register_jitable
def enter(omega: Any, visits: tuple[int, ...]) -> None:
    """Go on with the visit of each site from the first one on, in a replay."""
    for i in range(len(visits)):
        site, visit = i + 1, visits[i]
        omega.visits[site] = visit
        if omega.filled[site] == 0 and visit & 3 != 0:
            fill(omega, site, visit & ~3)


def number(value: Any) -> Any:
    """Return a number; nothing else compiles."""
    raise NotImplementedError("this function is compiled only")


@overload(number)
def number_typed(value):
    """Compiled `number`."""
    return (lambda value: value) if isinstance(value, types.Number | types.Boolean) else None
