"""Arguments that draw for themselves: objects that hold a generator, functions that draw from that of a module.

Such a draw is no function of ω: it would be the same in all samples, or another one in each replay. What an argument
holds is followed where it does not draw, as an environment whose generator the program leaves alone.
"""

from __future__ import annotations

import copy
import io
import pickle
import random
from collections.abc import Iterable
from typing import Any

import numpy as np

from stochtrace.carried.running import Refused

GENERATORS = (np.random.Generator, np.random.BitGenerator, np.random.RandomState, random.Random)
PLAIN = (bool, int, float, complex, str, bytes, type(None), np.generic, np.ndarray)


def draws_for_itself() -> Refused:
    """Return the refusal of an argument that draws."""
    return Refused(
        "an argument draws for itself, where stochtrace does not see it",
        "Draw in the program and pass the outcome on, give the program a generator of its own (`rng`), or write what "
        "draws in its module.",
    )


class Foreign:
    """Stands for a generator that an argument holds; it may be passed on, and not be asked."""

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__") or not any(hasattr(kind, name) for kind in GENERATORS):
            raise AttributeError(name)
        raise draws_for_itself()

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        raise draws_for_itself()

    def __deepcopy__(self, memo: Any) -> Foreign:
        return self


class Finding(pickle.Pickler):
    """Collects the generators in what it writes."""

    def __init__(self) -> None:
        super().__init__(io.BytesIO())
        self.found: list[Any] = []

    def persistent_id(self, value: Any) -> int | None:
        """Note a generator, and do not go into it."""
        if not isinstance(value, GENERATORS):
            return None
        self.found.append(value)
        return len(self.found)


def without_generators(value: Any) -> Any:
    """Return an argument, or where it holds generators a copy that is refused where it asks one."""
    if isinstance(value, PLAIN):
        return value
    if isinstance(value, GENERATORS) or isinstance(getattr(value, "__self__", None), GENERATORS):
        return Foreign()
    finding = Finding()
    try:
        finding.dump(value)
        return copy.deepcopy(value, {id(g): Foreign() for g in finding.found}) if finding.found else value
    except Exception:  # what cannot be written, such as a function that is made in another one
        return value


def shared_generators(arguments: Iterable[Any]) -> dict[str, bytes]:
    """Return the states of the modules' own generators, if an argument might draw from them."""
    if all(isinstance(argument, (*PLAIN, list, tuple)) for argument in arguments):
        return {}
    return {"random": pickle.dumps(random.getstate()), "numpy.random": pickle.dumps(np.random.get_state())}


def check_generators(arguments: Iterable[Any], before: dict[str, bytes]) -> None:
    """Refuse samples in which an argument has drawn from the generator of a module."""
    if before and shared_generators(arguments) != before:
        raise draws_for_itself()
