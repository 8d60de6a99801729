"""The same in one step, for a notebook: from a function to its program object."""

from __future__ import annotations

import ast
import builtins
import copy
import inspect
import random
import sys
import types
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from stochtrace.diagnostics import Refusal
from stochtrace.estimation.program import Program
from stochtrace.estimation.travelling import executed
from stochtrace.transform.pipeline import transform

LITERALS = (bool, int, float, str, type(None))


def differentiate(function: Callable[..., Any], wrt: str | Sequence[str] | None = None) -> Program:
    """Return the program object of a Python function, by the parameters `wrt` (None: all that hold floats).

    The source of the function, and of the functions of its module that it uses, must be available. Module
    constants keep the values that they have now. Raises `Refusal` for a program that cannot be differentiated without
    bias.
    """
    if not isinstance(function, types.FunctionType) or function.__name__ == "<lambda>":
        raise TypeError(f"{function!r} is not a function made by `def`")
    used = dict(_used(function))
    source, given = _module(function, used)
    result = transform(
        source.encode(),
        filename=Path(function.__code__.co_filename).name,
        output=f"{function.__name__}_d.py",
        functions=(function.__name__,),
        wrt=(wrt,) if isinstance(wrt, str) else None if wrt is None else tuple(wrt),
    )
    name = function.__name__
    module = executed(result.code, f"stochtrace_derivative_{name}", f"<derivative of {name}>", given)
    program: Program = module.__dict__[name]
    return program


def source_of(function: types.FunctionType) -> str:
    """Return a function's source, moved to the left margin."""
    try:
        lines, _ = inspect.getsourcelines(function)
    except OSError:
        raise TypeError(f"the source of {function.__name__} is not available") from None
    margin = lines[0][: len(lines[0]) - len(lines[0].lstrip())]
    return "".join(line.removeprefix(margin) for line in lines)


def _used(function: types.FunctionType) -> Iterator[tuple[str, Any]]:
    """Yield the function and all globals and closure variables that it uses, and those that they use."""
    seen: dict[str, Any] = {}
    todo: list[tuple[str, Any]] = [(function.__name__, function)]
    while todo:
        name, value = todo.pop()
        if name in seen:
            if seen[name] is not value:
                why = f"the functions that `{function.__name__}` uses mean different things by it"
                raise Refusal(f"`{name}` is ambiguous", line=1, column=0, why=why, instead="Give them two names.")
            continue
        seen[name] = value
        yield name, value
        if isinstance(value, types.FunctionType) and value.__module__ == function.__module__:
            scope = {**value.__globals__, **inspect.getclosurevars(value).nonlocals}
            tree = ast.parse(source_of(value))
            names = {node.id for node in ast.walk(tree) if isinstance(node, ast.Name)}
            todo += [(n, scope[n]) for n in sorted(names) if n in scope]


def _module(function: types.FunctionType, used: dict[str, Any]) -> tuple[str, dict[str, Any]]:
    """Return the text of a module with these functions on their own lines, and the values of its other names."""
    given: dict[str, Any] = {}
    own = {n: v for n, v in used.items() if isinstance(v, types.FunctionType) and v.__module__ == function.__module__}
    heads = [_head(name, value, given) for name, value in sorted(used.items()) if name not in own]
    placed = sorted(own.items(), key=lambda item: item[1].__code__.co_firstlineno)
    lines = [line for head in heads for line in head.split("\n")]
    if len(lines) >= placed[0][1].__code__.co_firstlineno - 1:
        lines = ["; ".join(lines)] if lines and placed[0][1].__code__.co_firstlineno > 2 else lines
    for name, value in placed:
        lines += [""] * (value.__code__.co_firstlineno - 1 - len(lines))
        text = source_of(value).replace(f"def {value.__name__}(", f"def {name}(", 1)
        lines += text.rstrip("\n").split("\n")
    return "\n".join(lines) + "\n", given


def _head(name: str, value: Any, given: dict[str, Any]) -> str:
    """Return the line that binds a name that is no function of the module."""
    kind = type(value)
    if isinstance(value, types.ModuleType):
        return f"import {value.__name__} as {name}"
    if isinstance(value, np.random.Generator):
        return f"import numpy\n{name} = numpy.random.default_rng()"
    if isinstance(value, np.random.RandomState):
        return f"import numpy\n{name} = numpy.random.RandomState()"
    if kind is random.Random:
        return f"import random\n{name} = random.Random()"
    if callable(value) and (home := _home(value)) is not None:
        return f"from {home} import {value.__name__} as {name}"
    if kind in LITERALS and value == value and value not in (float("inf"), -float("inf")):
        return f"{name} = {value!r}"
    given[name] = copy.deepcopy(value)
    return f"{name} = __given__[{name!r}]"


def _home(value: Any) -> str | None:
    """Return the module from which a function or class can be imported by its name."""
    owner = getattr(value, "__self__", None)
    homes = [getattr(value, "__module__", None), "numpy", "scipy.special", "math"]
    if isinstance(owner, random.Random):
        homes = ["random"]
    elif isinstance(owner, np.random.RandomState):
        homes = ["numpy.random"]
    name = getattr(value, "__name__", "")
    modules = [sys.modules[home] for home in homes if isinstance(home, str) and home in sys.modules]
    return next((m.__name__ for m in modules if getattr(m, name, None) == value and m is not builtins), None)
