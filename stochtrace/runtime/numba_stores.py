"""What a program does without reading the result: it is done.

Where a function has a comprehension, Numba takes out of it what stores into a variable that is not read afterwards, if
no variable that is read may be the same. It sees that `row = rows[i]` may be, but not that what a call returns may: of
`row = choice(rows); row[0] += 1` nothing remained, and `rows` was as before. It takes out operations whose result is
not read too: those of a class may act, and `row[i]` in a `try` may raise.
"""

from __future__ import annotations

from typing import Any

from numba.core import ir
from numba.core.ir_utils import remove_dead_extensions

ACTING = frozenset(("inplace_binop", "binop", "unary", "getitem", "static_getitem"))


def _store(statement: Any, read: set[str], with_others: set[str], *_: Any) -> Any:
    """Keep what is stored in an element."""
    with_others.add(statement.target.name)
    return statement


def _operation(statement: Any, read: set[str], *_: Any) -> Any:
    """Keep an operation."""
    if isinstance(statement.value, ir.Expr) and statement.value.op in ACTING:
        read.add(statement.target.name)
    return statement


def keep_stores() -> None:
    """Let all compiled code do what is written."""
    remove_dead_extensions[ir.SetItem] = _store
    remove_dead_extensions[ir.Assign] = _operation
