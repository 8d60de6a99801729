"""The strings of a program as words, where Numba compiles it: its functions made again, with other constants."""

from __future__ import annotations

import dis
from collections.abc import Callable, Collection, Iterable, Iterator
from dataclasses import replace
from types import CodeType, FunctionType
from typing import Any

from stochtrace.carried.rebinding import rebound
from stochtrace.estimation.functions import Functions
from stochtrace.estimation.reached import codes, reached

Change = Callable[[Any], Any]
CALLED_BY_NAME = ("KW_NAMES", "CALL_KW")
CALLS = 3  # instructions from the text of an error to the one that raises it, at most


def in_words(functions: Functions) -> list[Functions]:
    """Return a program with words for its strings, if it has any, and as it is."""
    return [functions] if (worded := with_words(functions)) is None else [worded, functions]


def with_words(functions: Functions) -> Functions | None:
    """Return functions in which words stand for strings, None where there are no strings."""
    both = dict.fromkeys((functions.primal, functions.derivative))  # one function in carried programs
    used = [function for one in both for function in reached(one)]
    texts = sorted({text for function in used for text in strings(function)})
    if not texts:
        return None
    from stochtrace.runtime.numba_words import Word

    words = {text: Word(place) for place, text in enumerate(texts)}
    made = {function: spoken(function, lambda value: as_words(value, words)) for function in both}
    return replace(functions, primal=made[functions.primal], derivative=made[functions.derivative])


def holds_words(functions: Iterable[FunctionType]) -> bool:
    """Tell whether words stand for the strings of functions."""
    from stochtrace.runtime.numba_words import Word

    constants = (c for function in functions for code in codes(function.__code__) for c in code.co_consts)
    return any(isinstance(constant, Word) for constant in constants)


def strings(function: FunctionType) -> Iterator[str]:
    """Yield the strings among the values of a function, of its functions inside, and of the globals that it uses."""
    for code in codes(function.__code__):
        values = [code.co_consts[i] for i in loaded(code)]
        for value in [*values, *map(function.__globals__.get, code.co_names)]:
            yield from (part for part in parts(value) if type(part) is str)


def parts(value: Any) -> Collection[Any]:
    """Return the parts of a tuple or of a constant set, other values as they are."""
    return value if type(value) in (tuple, frozenset) else (value,)


def loaded(code: CodeType) -> set[int]:
    """Return the numbers of the constants that code loads as values, but for keywords and the texts of errors."""
    found, instructions = set(), list(dis.get_instructions(code))
    for i, instruction in enumerate(instructions):
        following = [other.opname for other in instructions[i + 1 : i + 1 + CALLS]]
        apart = "RAISE_VARARGS" in following or any(name in following[:2] for name in CALLED_BY_NAME)
        if instruction.opname in ("LOAD_CONST", "RETURN_CONST") and not apart:
            found.add(instruction.arg)
    return {i for i in found if i is not None}


def as_words(value: Any, words: dict[str, Any]) -> Any:
    """Return a value with words for its strings; a set of strings is only asked what is in it, as a tuple can be."""
    if type(value) is str:
        return words.get(value, value)
    if type(value) in (tuple, frozenset) and any(type(part) is str for part in value):
        return tuple(as_words(part, words) for part in value)
    return value


def spoken(function: Callable[..., Any], change: Change) -> FunctionType:
    """Return a function with other constants and globals, and with all functions of its module that it uses."""
    made = rebound(function, {}, {}, lambda code: changed(code, change))
    space = made.__globals__
    space.update({name: change(value) for name, value in space.items() if not name.startswith("__")})
    return made


def changed(code: CodeType, change: Change) -> CodeType:
    """Return code with other constants in the place of those that it loads as values."""
    values = loaded(code)
    constants = [
        changed(value, change) if isinstance(value, CodeType) else change(value) if i in values else value
        for i, value in enumerate(code.co_consts)
    ]
    return code.replace(co_consts=tuple(constants))
