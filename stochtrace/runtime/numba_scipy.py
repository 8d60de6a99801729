"""SciPy's special functions in Numba's nopython mode: the C functions of `cython_special`, by their address.

Named symbols, so that compiled programs that call them can be cached on disk.
"""

from __future__ import annotations

import ctypes
import inspect
import re
from collections.abc import Callable
from types import FunctionType

from llvmlite import binding
from numba import types
from numba.extending import overload
from scipy.special import cython_special

from stochtrace.runtime.functions import scipy_special

SIGNATURE = re.compile(r'<capsule object "(double \((?:double, )+int __pyx_skip_dispatch\))"')
capsule_pointer = ctypes.pythonapi.PyCapsule_GetPointer
capsule_pointer.restype, capsule_pointer.argtypes = ctypes.c_void_p, [ctypes.py_object, ctypes.c_char_p]


def address_of(name: str) -> tuple[int, int]:
    """Return the address of SciPy's C function on doubles, and its number of arguments.

    `cython_special` has several versions of some; each ends in an argument of Cython's own.
    """
    for symbol, capsule in cython_special.__pyx_capi__.items():
        match = re.fullmatch(r"(?:__pyx_fuse_\d)?" + name, symbol)
        signature = SIGNATURE.match(repr(capsule))
        if match and signature:
            return capsule_pointer(capsule, signature[1].encode()), signature[1].count("double") - 1
    raise LookupError(f"SciPy has no compiled {name}")


def external(name: str) -> types.ExternalFunction:
    """Return SciPy's C function for compiled code; its last argument is 0."""
    address, count = address_of(name)
    symbol = f"stochtrace_{name}"
    binding.add_symbol(symbol, address)
    return types.ExternalFunction(symbol, types.float64(*[types.float64] * count, types.int32))


def call_scipy(function: Callable[..., float]) -> None:
    """Let compiled code call a function of `scipy_special` as the C function of the same name."""
    names = ", ".join(inspect.signature(function).parameters)
    space = {"compiled": external(function.__name__)}
    exec(f"def typed({names}):\n    return lambda {names}: compiled({names}, 0)", space)
    overload(function)(space["typed"])


def register() -> None:
    """Let compiled code call all functions of `scipy_special`."""
    for function in vars(scipy_special).values():
        if isinstance(function, FunctionType):
            call_scipy(function)
