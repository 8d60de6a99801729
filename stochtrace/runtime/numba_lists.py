"""Elements of Numba's lists that are moved: their old places are emptied.

`rows.pop(0)` moves the elements behind the first one, and leaves the last of them in its old place too. The next
`rows.append(row)` gives up what stands there, once too often: memory that is still in use was given back, where the
elements are lists, arrays or objects. `rows[1:1] = more` did the same. All of them move elements by one method.
"""

# mypy: disable-error-code="no-untyped-call"

from __future__ import annotations

from typing import Any

from numba.cpython.listobj import ListInstance

_moved = ListInstance.move


def move(self: Any, to: Any, at: Any, count: Any) -> None:
    """Move elements, and empty those of their old places in which none of them stands now."""
    _moved(self, to, at, count)
    if not self._datamodel.contains_nrt_meminfo():
        return
    builder = self._builder
    down = builder.icmp_signed("<", to, at)
    first = builder.select(down, builder.add(to, count), at)
    last = builder.select(down, builder.add(at, count), to)
    self.zfill(first, last)


def mend() -> None:
    """Let all lists of compiled code move their elements so."""
    ListInstance.move = move
