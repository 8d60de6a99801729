"""The functions of a generated module that one of them uses, their code, and the names in it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from types import CodeType, FunctionType
from typing import Any

METHODS = "stochtrace_methods"  # where a namespace has the names of the functions that were methods


def reached(function: Callable[..., Any]) -> Iterator[FunctionType]:
    """Yield a function and all functions of its module that it uses."""
    seen: set[str] = set()
    todo = [function]
    while todo:
        current = todo.pop()
        assert isinstance(current, FunctionType)
        yield current
        for name in (*names_used(current.__code__), *current.__globals__.get(METHODS, ())):
            other = current.__globals__.get(name)
            if isinstance(other, FunctionType) and other.__globals__ is current.__globals__ and name not in seen:
                seen.add(name)
                todo.append(other)


def codes(code: CodeType) -> Iterator[CodeType]:
    """Yield the code of a function and of the functions inside it."""
    yield code
    for constant in code.co_consts:
        if isinstance(constant, CodeType):
            yield from codes(constant)


def names_used(code: CodeType) -> Iterator[str]:
    """Yield the global names of a function and of the functions inside it."""
    for inner in codes(code):
        yield from inner.co_names
