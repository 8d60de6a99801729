"""The same in one step, for a notebook: from a function to its program object."""

from __future__ import annotations

import builtins
import inspect
import linecache
import sys
import textwrap
import types
from collections.abc import Callable, Iterator, Sequence
from typing import Any

from stochtrace.estimation.program import Program
from stochtrace.transform.pipeline import transform


def differentiate(function: Callable[..., Any], wrt: str | Sequence[str] | None = None) -> Program:
    """Return the program object of a Python function, by the parameters `wrt` (None: all that hold floats).

    The source of the function, and of the functions of its module that it uses, must be available. Module
    constants keep the values that they have now. Raises `Refusal` for a program that cannot be differentiated without
    bias.
    """
    if not isinstance(function, types.FunctionType):
        raise TypeError(f"{function!r} is not a plain Python function")
    names = (wrt,) if isinstance(wrt, str) else None if wrt is None else tuple(wrt)
    used = dict(_used(function))
    source, values = _module(used)
    shown = f"{function.__name__}.py"
    result = transform(
        source.encode(), filename=shown, output=f"{function.__name__}_d.py", functions=(function.__name__,), wrt=names
    )
    return _executed(result.code, function.__name__, values)


def _used(function: types.FunctionType) -> Iterator[tuple[str, Any]]:
    """Yield the function and all globals and closure variables that it uses, and those that they use."""
    seen: set[str] = set()
    todo = [(function.__name__, function)]
    while todo:
        name, value = todo.pop()
        if name in seen:
            continue
        seen.add(name)
        yield name, value
        if isinstance(value, types.FunctionType) and value.__module__ == function.__module__:
            scope = {**value.__globals__, **inspect.getclosurevars(value).nonlocals}
            todo += [(n, scope[n]) for n in _names(value.__code__) if n in scope and not hasattr(builtins, n)]


def _names(code: types.CodeType) -> Iterator[str]:
    yield from (*code.co_names, *code.co_freevars)
    for constant in code.co_consts:
        if isinstance(constant, types.CodeType):
            yield from _names(constant)


def _module(used: dict[str, Any]) -> tuple[str, dict[str, Any]]:
    """Return the text of a module with these functions, and the values of its other names."""
    first = next(iter(used.values()))
    heads: list[str] = []
    bodies: list[str] = []
    values: dict[str, Any] = {}
    for name, value in used.items():
        if isinstance(value, types.ModuleType):
            heads.append(f"import {value.__name__} as {name}")
        elif isinstance(value, types.FunctionType) and value.__module__ == first.__module__:
            bodies.append(textwrap.dedent(inspect.getsource(value)))
        elif (imported := _import(name, value)) is not None:
            heads.append(imported)
        else:
            heads.append(f"{name} = __given__[{name!r}]")
            values[name] = value
    return "\n".join([*sorted(heads), "", "", *bodies]), values


def _import(name: str, value: Any) -> str | None:
    """Return the import of a function or class, or the maker of a generator."""
    kind = type(value)
    if kind.__module__.startswith("numpy.random") and kind.__name__ in ("Generator", "RandomState"):
        return (
            f"import numpy\n{name} = numpy.random.{'default_rng' if kind.__name__ == 'Generator' else 'RandomState'}()"
        )
    if kind.__module__ == "random" and kind.__name__ == "Random":
        return f"import random\n{name} = random.Random()"
    owner = getattr(value, "__self__", None)
    if callable(value) and type(owner).__module__ in ("random", "numpy.random.mtrand"):
        module = "random" if type(owner).__module__ == "random" else "numpy.random"
        return f"from {module} import {value.__name__} as {name}"
    home = getattr(value, "__module__", None)
    if callable(value) and isinstance(home, str) and hasattr(value, "__name__"):
        return f"from {home} import {value.__name__} as {name}"
    return f"from numpy import {value.__name__} as {name}" if kind.__name__ == "ufunc" else None


def _executed(code: str, name: str, values: dict[str, Any]) -> Program:
    filename = f"<derivative of {name}>"
    linecache.cache[filename] = (len(code), None, code.splitlines(keepends=True), filename)
    module = types.ModuleType(f"stochtrace_derivative_{name}")
    module.__dict__["__given__"] = values
    sys.modules[module.__name__] = module
    exec(compile(code, filename, "exec"), module.__dict__)
    program: Program = module.__dict__[name]
    return program
