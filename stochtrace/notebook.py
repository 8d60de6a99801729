"""The same in one step, for a notebook: from a function to its program object."""

from __future__ import annotations

import ast
import builtins
import copy
import inspect
import random
import re
import sys
import types
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any, TypeGuard

import numpy as np

from stochtrace.diagnostics import Refusal
from stochtrace.estimation.program import Program
from stochtrace.estimation.travelling import executed
from stochtrace.transform.pipeline import transform

Own = types.FunctionType | type
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
        filename=_file_name(function),
        output=f"{function.__name__}_d.py",
        functions=(function.__name__,),
        wrt=(wrt,) if isinstance(wrt, str) else None if wrt is None else tuple(wrt),
    )
    name = function.__name__
    module = executed(result.code, f"stochtrace_derivative_{name}", f"<derivative of {name}>", given)
    program: Program = module.__dict__[name]
    return program


def _file_name(function: types.FunctionType) -> str:
    """Return what notes call the file of a function; the cells of a notebook have names that change."""
    file = function.__code__.co_filename
    return "cell.py" if re.match(r"<ipython-input-|.*ipykernel_\d+", file) else Path(file).name


def source_of(thing: Own) -> str:
    """Return the source of a function or class, moved to the left margin."""
    lines, _ = _lines(thing)
    margin = lines[0][: len(lines[0]) - len(lines[0].lstrip())]
    return "".join(line.removeprefix(margin) for line in lines)


def _lines(thing: Own) -> tuple[list[str], int]:
    """Return the lines of a function or class, and the number of the first one.

    The module of a notebook has no file, so that classes are looked for where their methods are.
    """
    try:
        methods = [m for m in vars(thing).values() if isinstance(m, types.FunctionType)] if _is_class(thing) else []
        for method in methods:
            text, _ = inspect.findsource(method)
            for node in ast.walk(ast.parse("".join(text))):
                if isinstance(node, ast.ClassDef) and node.name == thing.__name__:
                    first = min([node.lineno, *(d.lineno for d in node.decorator_list)])
                    return text[first - 1 : node.end_lineno], first
        return inspect.getsourcelines(thing)
    except (OSError, TypeError):
        raise TypeError(f"the source of {thing.__name__} is not available") from None


def _is_class(value: Any) -> TypeGuard[type]:
    return isinstance(value, type)


def _is_own(value: Any, function: types.FunctionType) -> TypeGuard[Own]:
    """Tell whether a value is a function or class of the module of a function, whose text goes with it.

    A class without a text, such as a named tuple, is imported as those of other modules are.
    """
    if not isinstance(value, types.FunctionType | type) or value.__module__ != function.__module__:
        return False
    if isinstance(value, types.FunctionType):
        return True
    try:
        return bool(_lines(value))
    except TypeError:
        return False


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
        if _is_own(value, function):
            scope = _scope(value)
            todo += [(n, scope[n]) for n in sorted(_free(source_of(value))) if n in scope]


def _scope(thing: Own) -> dict[str, Any]:
    """Return what names mean in a function or class."""
    if isinstance(thing, type):
        return vars(sys.modules[thing.__module__])
    return {**thing.__globals__, **inspect.getclosurevars(thing).nonlocals}


def _free(text: str) -> set[str]:
    """Return the names that a function or class takes from where it stands."""
    names = {node.id for node in ast.walk(ast.parse(text)) if isinstance(node, ast.Name)}
    codes, found = [compile(text, "", "exec", dont_inherit=True)], set[str]()
    for code in codes:
        found.update(code.co_names)
        codes += [each for each in code.co_consts if isinstance(each, types.CodeType)]
    return names & found


def _module(function: types.FunctionType, used: dict[str, Any]) -> tuple[str, dict[str, Any]]:
    """Return the text of a module with these functions on their own lines, and the values of its other names."""
    given: dict[str, Any] = {}
    own = {name: value for name, value in used.items() if _is_own(value, function)}
    heads = [_head(name, value, given) for name, value in sorted(used.items()) if name not in own]
    placed = _bases_first(own)
    lines = [line for head in heads for line in head.split("\n")]
    if len(lines) >= placed[0][0] - 1:
        lines = ["; ".join(lines)] if lines and placed[0][0] > 2 else lines
    for first, name in placed:
        lines += [""] * (first - 1 - len(lines))
        old, text = own[name].__name__, source_of(own[name])
        text = re.sub(rf"^(def|class) {old}\b", rf"\1 {name}", text, count=1, flags=re.MULTILINE)
        lines += text.rstrip("\n").split("\n")
    return "\n".join(lines) + "\n", given


def _bases_first(own: dict[str, Own]) -> list[tuple[int, str]]:
    """Return first line and name of each function and class, by line, but a class after those that it extends."""
    names = {value: name for name, value in own.items()}
    placed: dict[str, int] = {}
    for _, name in sorted((_lines(value)[1], name) for name, value in own.items()):
        value = own[name]
        family = value.__mro__[::-1] if isinstance(value, type) else [value]
        placed |= {names[each]: _lines(each)[1] for each in family if each in names and names[each] not in placed}
    return [(first, name) for name, first in placed.items()]


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
    if (frozen := _frozen(value)) is not None:
        return f"import scipy.stats\n{name} = scipy.stats.{frozen}"
    if (home := _home(value)) is not None:
        return f"from {home[0]} import {home[1]} as {name}"
    if kind in LITERALS and value == value and value not in (float("inf"), -float("inf")):
        return f"{name} = {value!r}"
    given[name] = copy.deepcopy(value)
    return f"{name} = __given__[{name!r}]"


def _frozen(value: Any) -> str | None:
    """Return the call that makes a frozen distribution of scipy.stats, where its parameters are numbers."""
    family = getattr(value, "dist", None)
    name = getattr(family, "name", "")
    if family is None or type(getattr(sys.modules.get("scipy.stats"), name, None)) is not type(family):
        return None
    given = [("", each) for each in value.args] + [(f"{key}=", each) for key, each in value.kwds.items()]
    if not all(isinstance(each, float | int | np.integer) and np.isfinite(each) for _, each in given):
        return None
    written = [f"{key}{float(each) if isinstance(each, float) else int(each)!r}" for key, each in given]
    return f"{name}({', '.join(written)})"


def _home(value: Any) -> tuple[str, str] | None:
    """Return the module that a function, a class or a distribution of SciPy can be imported from, and its name."""
    owner = getattr(value, "__self__", None)
    homes = [getattr(value, "__module__", None), "numpy", "scipy.special", "math"]
    if isinstance(owner, random.Random):
        homes = ["random"]
    elif isinstance(owner, np.random.RandomState):
        homes = ["numpy.random"]
    modules = [sys.modules[home] for home in homes if isinstance(home, str) and home in sys.modules]
    if name := getattr(value, "__name__", "") if callable(value) else "":
        found = (m.__name__ for m in modules if getattr(m, name, None) == value and m is not builtins)
        return next(((home, name) for home in found), None)
    stats = vars(sys.modules["scipy.stats"]) if "scipy.stats" in sys.modules else {}
    return next((("scipy.stats", name) for name, each in stats.items() if each is value), None)
