"""What a program object does with the arguments of a call."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager
from inspect import BoundArguments, Signature
from typing import Any

from stochtrace.estimation.foreign import without_generators
from stochtrace.estimation.functions import Functions
from stochtrace.estimation.nested import described, frozen, mapped, parameter, read_again
from stochtrace.estimation.numbers import check_numbers, kinds
from stochtrace.estimation.spelling import means_lists

OPTIONS = {"samples", "seed", "mode", "replays", "threads", "executor", "progress", "memory", "direction", "checkpoint"}
OPTIONS |= {"per_site", "target_stderr", "max_samples", "antithetic", "omega", "sample", "prune", "resolve"}
OPTIONS |= {"steps", "rate", "maximise", "callback"}


def bind(signature: Signature, args: Sequence[Any], kwargs: Mapping[str, Any]) -> BoundArguments:
    """Return the arguments of a call by name. Raises `TypeError`, and says where options have taken one."""
    try:
        return signature.bind(*args, **kwargs)
    except TypeError as error:
        taken = [name for name in signature.parameters if name in OPTIONS and f"'{name}'" in str(error)]
        if not taken:
            raise
        other = f"{taken[0]} is an option too: give that of the program by position, or rename it in the model"
        raise TypeError(f"{error}; {other}") from None


class ArgumentMethods:
    """The methods of `Program` that make arguments of what a user gives."""

    __signature__: Signature
    functions: Functions
    primal: Callable[..., Any]
    parameters: tuple[str, ...]
    wrt: tuple[str, ...]
    drawn: Callable[..., Any]
    explaining: Callable[[], AbstractContextManager[None]]
    _follow_module: Callable[[], None]

    def _forget(self) -> None:
        """Know nothing of any arguments."""
        self._checked: set[Any] = set()
        self._lists: dict[Any, bool] = {}

    def bound(self, args: Sequence[Any], kwargs: Mapping[str, Any]) -> dict[str, Any]:
        """Return the arguments of a call by name, those to differentiate by as floats and arrays of floats."""
        bound = bind(self.__signature__, args, kwargs)
        bound.apply_defaults()
        self._follow_module()
        held = {
            name: frozen(without_generators(read_again(name, value)))
            for name, value in bound.arguments.items()
            if name not in self.wrt
        }
        arguments, lists = (self._frozen(bound.arguments, held, lists) for lists in (False, True))
        if (kind := described(lists)) != described(arguments):
            if kind not in self._lists:
                self._lists[kind] = means_lists(self.drawn, lists, arguments)
            arguments = lists if self._lists[kind] else arguments
        self._check(tuple(arguments.values()))
        return arguments

    def _frozen(self, given: Mapping[str, Any], held: Mapping[str, Any], lists: bool) -> dict[str, Any]:
        """Return those that are `held`, and those to differentiate by as floats in arrays, or in `lists`."""
        return {
            name: held[name]
            if name in held
            else mapped(lambda _, leaf: frozen(leaf), parameter(name, given[name], lists))
            for name in self.parameters
        }

    def _check(self, arguments: tuple[Any, ...]) -> None:
        """Refuse arguments of a new kind that make a draw of one number one of an array."""
        kind = tuple(map(kinds, arguments))
        if self.functions.reads_omega and kind not in self._checked:
            with self.explaining():
                check_numbers(self.primal, arguments, self.functions.sites)
            self._checked.add(kind)
