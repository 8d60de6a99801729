"""Compile a program's loop over samples on carried values with Numba."""

from __future__ import annotations

import types
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

import numba
import numpy as np
from llvmlite import binding
from numba.extending import register_jitable

from stochtrace import runtime
from stochtrace.carried import numba_draws, numba_library, numba_trace, numba_values
from stochtrace.carried.numba_memory import CANNOT, CROSSED, FORCED, FULL, PARAMETER, SIGNATURES, Tables, address_of, begin
from stochtrace.estimation.compiled import cached_copy, fingerprint, imported, reached
from stochtrace.runtime import numba_side
from stochtrace.runtime.uniforms import key_words

TEMPLATE, LIBRARY = Path(__file__).with_name("carried_loop.py"), Path(numba_library.__file__)
Function = Callable[..., Any]


class Full(Exception):
    """A sample needs more room."""


class GivenUp(Exception):
    """A sample needs what compiled code does not have."""


@cache
def library() -> list[Any]:
    """Compile what all programs share, or find it on disk, and give it the names by which they call it."""
    module = imported(cached_copy(LIBRARY, "library", fingerprint([], True)))
    compiled = []
    for name, signature in SIGNATURES.items():
        pointer = numba.cfunc(signature, cache=True, error_model="numpy")(getattr(module, name))
        binding.add_symbol(f"stochtrace_{name}", pointer.address)
        compiled.append(pointer)
    return compiled


def rebound(function: types.FunctionType) -> types.FunctionType:
    """Return a function of a generated module with all others that it uses, on carried values."""
    space = dict(function.__globals__)
    for name, value in function.__globals__.items():
        if value is runtime:
            space[name] = numba_draws
        elif isinstance(value, types.FunctionType) and value.__globals__ is function.__globals__:
            space[name] = types.FunctionType(value.__code__, space, value.__name__, value.__defaults__)
    return types.FunctionType(function.__code__, space, function.__name__, function.__defaults__)


def compile_carried(name: str, primal: types.FunctionType) -> Function:
    """Return the loop compiled for a program; what Numba cannot compile shows when it is first called."""
    library()
    program = rebound(primal)
    used = list(dict.fromkeys(reached(program)))
    for function in used:
        numba_side.register(function)
    module = imported(cached_copy(TEMPLATE, name, fingerprint(used, True)))
    module.__dict__.update({n: f for n, f in vars(numba_trace).items() if not n.startswith("__")})
    module.__dict__.update(
        program=program,
        start=numba_side.start,
        begin=begin,
        address_of=address_of,
        carried_arguments=numba_values.carried_arguments,
        write_value=numba_values.write_value,
        write_tangent=numba_values.write_tangent,
        CROSSED=CROSSED,
        FULL=FULL,
        Full=Full,
        GivenUp=GivenUp,
    )
    for helper in ("replayed", "verified", "same", "checked"):
        register_jitable(module.__dict__[helper])
    compiled: Function = numba.njit(cache=True, nogil=True)(module.run)
    return compiled


