"""Errors of samples with their place in the program."""

from __future__ import annotations

import linecache
import traceback
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from stochtrace.carried.running import Refused
from stochtrace.diagnostics import Refusal
from stochtrace.runtime.checks import DOMAINS, DomainError


def refusal_of(refused: Refused, primal: Callable[..., Any]) -> Refusal:
    """Return what a carried value met as a refusal, with the line of the program that runs."""
    file = primal.__code__.co_filename
    frames = [f for f in traceback.extract_tb(refused.__traceback__) if f.filename == file and f.lineno]
    first = primal.__code__.co_firstlineno
    line, what = frames[-1].lineno if frames else first, [*refused.args, ""]
    refusal = Refusal(what[0], line=line or 1, column=0, filename=file, instead=what[1])
    text = linecache.getline(file, refusal.line)
    indent = len(text) - len(text.lstrip())
    return replace(refusal, source_line=text.rstrip(), column=indent, end_column=len(text.rstrip()))


def explained(error: DomainError, source: str, draws: Mapping[int, tuple[int, str, str]]) -> DomainError:
    """Return an error of a draw with its line, its call and the domain of its parameter."""
    if len(error.args) != 3:
        return error
    site, name, value = error.args
    line, called, distribution = draws[site]
    domain = DOMAINS.get(distribution, {}).get(name, "its domain")
    return DomainError(f"{source}:{line}: {called}: {name} = {value} is outside {domain}")
