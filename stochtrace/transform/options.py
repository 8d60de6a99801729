"""Options of a draw that are no parameters of its distribution: accepted where they cannot change what is drawn."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

import libcst as cst

from stochtrace.transform.binding import Bound
from stochtrace.transform.names import Parameter, Scope
from stochtrace.transform.nodes import code
from stochtrace.transform.source import Source

NUMBERS = {
    "np.float64": {"numpy.float64", "numpy.double", "builtins.float"},
    "np.int64": {"numpy.int64", "builtins.int"},
    "int": {"numpy.int64", "builtins.int"},
}


class Option(NamedTuple):
    """The values of an option that change nothing (beside its default), why others are refused, and the way out."""

    harmless: tuple[str, ...]
    why: str
    instead: str


OPTIONS = {
    "dtype": Option((), "Draws are double precision numbers or 64-bit integers.", "Convert what is drawn."),
    "out": Option((), "What is drawn would be written over other values.", "Assign what is drawn to a name."),
    "axis": Option((), "Each line would have an order of its own.", "Permute line by line, in a loop."),
    "shuffle": Option((), "The order of what is drawn would not be random.", "Leave it out."),
    "check_valid": Option(("'raise'", '"raise"', '"warn"'), "A covariance is always checked.", "Leave it out."),
    "method": Option(("'", '"'), "It is no text.", "Leave it out: a draw is the quantile of its uniform in any case."),
    "tol": Option(("",), "", ""),
}


def take_options(source: Source, scope: Scope, parameters: Iterable[Parameter], bound: Bound) -> None:
    """Take the options out of the arguments of a draw; refuse those that would change what is drawn."""
    for parameter in parameters:
        if parameter.name in OPTIONS and parameter.default is not None:
            _check(source, scope, parameter.name, parameter.default, bound.pop(parameter.name))


def _check(source: Source, scope: Scope, name: str, default: cst.BaseExpression, given: cst.BaseExpression) -> None:
    option, text = OPTIONS[name], code(given)
    harmless = text == code(default) or text.startswith(option.harmless)
    if harmless or (name == "dtype" and scope.dotted(given) in NUMBERS[code(default)]):
        return
    source.refuse(given, f"the option `{name}={text}` of a draw", option.why, option.instead)
