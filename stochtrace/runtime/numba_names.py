"""Names that are assigned in a loop and beside its `break`: Numba confuses their values, which is mended here.

Before it renames variables properly, Numba gives a new name to what is assigned where every way through a function
comes by. Of `while True` that is the statement before `break`; the loop, which is read later, goes on under the new
name, and begins with the old value:

    while True:
        if rng.random() < 0.5:
            last += 100  # Numba: 0 + 100
            break
        last = rng.poisson(3)

Without those names all variables are renamed properly.
"""

# mypy: disable-error-code="misc"

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from numba.core.byteflow import AdaptCFA
from numba.core.compiler_lock import global_compiler_lock


@contextmanager
def one_name_each() -> Iterator[None]:
    """Let Numba read functions without those names; others wait, as it compiles one at a time."""
    with global_compiler_lock:
        before = AdaptCFA.backbone
        AdaptCFA.backbone = property(nowhere)
        try:
            yield
        finally:
            AdaptCFA.backbone = before


def nowhere(flow: Any) -> frozenset[int]:
    """Return the blocks in which a new name is given."""
    return frozenset()
