"""Functions of a program that call themselves, or each other in turn: Numba takes them by its own dispatchers only."""

# Numba takes the signatures of overloads literally, so none of them is annotated.
# mypy: disable-error-code="no-untyped-def,untyped-decorator,misc"

from __future__ import annotations

import ast
import inspect
from collections.abc import Sequence
from types import FunctionType
from typing import Any

import numba
from llvmlite import ir
from numba import types
from numba.core import cgutils
from numba.extending import intrinsic, overload, register_jitable

from stochtrace.estimation.functions import Functions
from stochtrace.estimation.remade import made_again
from stochtrace.lowering.recursion import STACK, Recursion
from stochtrace.lowering.trees import PREFIX
from stochtrace.runtime import numba_meaning, numba_side
from stochtrace.runtime.numba_exact import TOLD, Beyond

DEEPEST = 1 << 20  # bytes of the stack that a recursion may take; threads have 2 MB and more


@intrinsic
def stack_pointer(typing):
    """Return an address on the stack."""

    def generate(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        return builder.ptrtoint(cgutils.alloca_once(builder, ir.IntType(8)), ir.IntType(64))

    return types.int64(), generate


@register_jitable
def require_stack(first):
    """Return where the stack of a recursion began; stop where it has become too long."""
    here = stack_pointer()
    if first == 0:
        return here
    if abs(first - here) > DEEPEST:
        raise Beyond(TOLD)
    return first


REQUIRING = {f"{PREFIX}require_stack": require_stack}


def with_stack(functions: Functions, tree: ast.Module) -> Functions:
    """Return a program, of which this is the text, whose functions know where the stack of a recursion began."""
    recursion = Recursion(tree)
    return made_again(functions, recursion.visit(tree), REQUIRING) if recursion.made else functions


def register_programs(functions: Sequence[FunctionType], compiler: Any = numba_meaning.Compiler) -> None:
    """Let compiled code call functions of a program."""
    again = turning(functions)
    for function in functions:
        if function not in again:
            numba_side.register_program(function, compiler)
    new = [function for function in again if function not in numba_side.registered]
    made = {function: dispatcher(function, compiler) for function in new}
    for function, each in made.items():
        numba_side.registered.add(function)
        each.py_func.__globals__.update({function.__name__: each for function, each in made.items()})
        overload(function, strict=False)(standing_for(function, each))


def turning(functions: Sequence[FunctionType]) -> list[FunctionType]:
    """Return those functions that may be called again before they return.

    What calls them cannot be kept on disk: Numba does not find them again where it loads it.
    """
    return [function for function in functions if STACK in inspect.signature(function).parameters]


def dispatcher(function: FunctionType, compiler: Any) -> Any:
    """Return the dispatcher of a copy of a function, which finds those of the others in its own namespace."""
    again = FunctionType(function.__code__, dict(function.__globals__), function.__name__, function.__defaults__)
    return numba.njit(boundscheck=True, pipeline_class=compiler)(again)


def standing_for(function: FunctionType, dispatcher: Any) -> Any:
    """Return what tells compiled code of a function that is to be called in the place of another one."""
    names = ", ".join(name for name in inspect.signature(function).parameters if name != STACK)
    space: dict[str, Any] = {"dispatcher": dispatcher}
    exec(f"def calling({names}):\n    return dispatcher({names}, 0)\n", space)
    space["calling"].__defaults__ = (function.__defaults__ or ())[:-1]
    return lambda *given, **named: space["calling"]
