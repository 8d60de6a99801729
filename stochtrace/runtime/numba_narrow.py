"""NumPy's numbers of fewer than 64 bits, and its truth values: compiled code computes with all as with Python's.

A sum of two `np.int8` is one in NumPy, and wraps around; two `np.bool_` added are an *or*. Integers of few bits are
computed as long as they are the same; what is refused here is interpreted.
"""

from __future__ import annotations

import operator
from typing import Any

import numpy as np
from numba import types
from numba.core import errors, ir

ADDING = (operator.add, operator.sub, operator.iadd, operator.isub)
ARITHMETIC = (operator.add, operator.sub, operator.mul, operator.pow, operator.floordiv, operator.lshift)
NARROW = "a number of fewer than 64 bits computes otherwise in compiled code"
RANGES = [(low, high) for high in (127, 2**15 - 1, 2**31 - 1, 2**63 - 1) for low in (0, -high - 1)]
TRUTHS = "a sum of NumPy's truth values is a number in compiled code"
OUTPUT = "an array for the output of a function, which may share the memory of another one"


def check_single(state: Any) -> None:
    """Refuse numbers of 16 and 32 bits with fractions, which NumPy adds and rounds by themselves."""
    for kind in state.typemap.values():
        held = getattr(kind, "dtype", kind)
        if isinstance(held, types.Float) and held.bitwidth < 64:
            raise errors.UnsupportedError(NARROW, state.func_ir.loc)


def check_narrow(state: Any, expression: Any) -> None:
    """Refuse arithmetic on arrays of few bits, the negative of what has no sign, outputs, and sums of truth values."""
    if expression.op == "call":
        key = getattr(state.typemap[expression.func.name], "typing_key", None)
        if isinstance(key, np.ufunc) and len(expression.args) > key.nin:
            raise errors.UnsupportedError(OUTPUT, expression.loc)
    elif expression.op == "unary" and expression.fn is operator.neg:
        kind = state.typemap[expression.value.name]
        if bits(kind) and not getattr(kind, "dtype", kind).signed:
            raise errors.UnsupportedError(NARROW, expression.loc)
    elif expression.op in ("binop", "inplace_binop"):
        check_sides(state, expression, (expression.lhs, expression.rhs))


def check_sides(state: Any, expression: Any, sides: tuple[Any, Any]) -> None:
    """Refuse an operation on two values, if compiled code has another one."""
    kinds = [state.typemap[var.name] for var in sides]
    if expression.fn in ARITHMETIC and any(isinstance(kind, types.Array) and bits(kind) for kind in kinds):
        raise errors.UnsupportedError(NARROW, expression.loc)
    truths = all(isinstance(kind, types.Boolean) for kind in kinds)
    if truths and expression.fn in ADDING and any(of_numpy(state, var) for var in sides):
        raise errors.UnsupportedError(TRUTHS, expression.loc)


def of_numpy(state: Any, var: Any) -> bool:
    """Tell whether a truth value is an element of an array, or what a function or method of NumPy gives."""
    made = state.func_ir.get_definition(var)
    if not isinstance(made, ir.Expr):
        return False
    if made.op in ("getitem", "static_getitem"):
        return isinstance(state.typemap[made.value.name], types.Array)
    called = state.typemap[made.func.name] if made.op == "call" else None
    if isinstance(called, types.BoundFunction):
        return isinstance(called.this, types.Array)
    return str(getattr(getattr(called, "typing_key", None), "__module__", "")).startswith("numpy")


def bits(kind: Any) -> int:
    """Return how many bits an integer has, or those that an array holds; 0 where they are 64 with a sign, or none."""
    held = getattr(kind, "dtype", kind)
    is_plain = not isinstance(held, types.Integer) or (held.signed and held.bitwidth == 64)
    return 0 if is_plain or isinstance(held, types.Literal) else int(held.bitwidth)


def limits(*kinds: Any) -> tuple[int, int] | None:
    """Return one of the ranges that integers of few bits all hold; None where none is of few bits."""
    few = [kind for kind in kinds if bits(kind)]
    if not few:
        return None
    high = 2 ** (min(map(bits, few)) - 1) - 1
    return (-high - 1 if all(kind.signed for kind in few) else 0), high
