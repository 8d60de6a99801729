"""Values that are equal, which Numba sorts in another order than Python and NumPy: of more than fifteen.

    for _, name in sorted(candidates, key=lambda c: c[0]):
    order = np.argsort(-votes)

The first is refused where Numba would sort it; `lowering.keys` has what compiled code does in its place. Of the second,
samples in which values are equal are left to interpreted code.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numba import types
from numba.core import errors, ir

ALIKE = (types.Number, types.Boolean, types.UnicodeType)  # those of equal values are one as good as the other
PARTED = (np.partition, np.argpartition)
SORT, ARGSORT = (types.List, "sort"), "array.argsort"
CARRIED = ("Smooth", "Word")  # values that move, and words, by the names of their types
HELD = ("dtype", "key_type", "yield_type")  # what a list, a dictionary or an iterator holds
TOLD = "values that are equal stand in another order in compiled code"


def check_sorted(state: Any, expression: Any) -> None:
    """Refuse to sort by a key, or what is told apart though it is equal, and to part an array around a value.

    A list of values that move is sorted by the comparisons of Python, which its method does not make.
    """
    if expression.op != "call":
        return
    kind = state.typemap[expression.func.name]
    key = getattr(kind, "typing_key", None)
    if key in PARTED:
        raise errors.UnsupportedError(TOLD, expression.loc)
    if key is sorted or key == SORT:
        given = kind.this if key == SORT else state.typemap[expression.args[0].name]
        by_key = "key" in dict(expression.kws) or len(expression.args) > (key is sorted)
        if by_key or not alike(given) or (key == SORT and "Smooth" in str(given)):
            raise errors.UnsupportedError(TOLD, expression.loc)


def alike(kind: Any) -> bool:
    """Tell whether of values of a type, or of what it holds, equal ones are one as good as the other."""
    if isinstance(kind, types.BaseTuple):
        return all(map(alike, kind))
    held = next((getattr(kind, name) for name in HELD if hasattr(kind, name)), kind)
    return isinstance(held, ALIKE) or str(held) in CARRIED or (held is not kind and alike(held))


def sorted_array(state: Any, expression: Any) -> Any:
    """Return the variable of an array of numbers whose order is asked for, None in most expressions."""
    if expression.op != "call" or expression.kws:
        return None
    key, array = getattr(state.typemap[expression.func.name], "typing_key", None), None
    if key is np.argsort and len(expression.args) == 1:
        (array,) = expression.args
    elif key == ARGSORT and not expression.args:
        method = state.func_ir.get_definition(expression.func)
        array = method.value if isinstance(method, ir.Expr) else None
    is_of_numbers = array is not None and isinstance(getattr(state.typemap[array.name], "dtype", None), types.Number)
    return array if is_of_numbers else None
