"""How a program travels to other processes: as the text of its generated module, so that no worker needs the file."""

from __future__ import annotations

import hashlib
import linecache
import sys
import types
from collections.abc import Callable, Mapping
from contextlib import suppress
from functools import lru_cache
from threading import Lock
from typing import Any, NamedTuple

_LOCK = Lock()


class Luggage(NamedTuple):
    """The text of a generated module, its name and file name, and the name of the program in it.

    `given` holds the values that `stochtrace.differentiate` has put into the module, pickled.
    """

    text: str
    module: str
    filename: str
    name: str
    given: bytes | None

    @property
    def digest(self) -> str:
        """A hash of the program."""
        return hashlib.sha256(repr((self.text, self.name, self.given)).encode()).hexdigest()


def text_of(primal: Callable[..., Any], name: str) -> str:
    """Return the text of the module of a primal; raises `TypeError` where it is not to be had."""
    code = primal.__code__
    text = "".join(linecache.getlines(code.co_filename, primal.__globals__))
    try:
        constants = compile(text, code.co_filename, "exec", dont_inherit=True).co_consts
    except SyntaxError:
        constants = ()
    if code not in constants:
        raise TypeError(
            f"{name} cannot travel to other processes or be known again: {code.co_filename} is not the text of the "
            "generated module that runs. Write the module to a file, and import it again where that has changed"
        )
    return text


def packed(primal: Callable[..., Any], name: str) -> Luggage:
    """Return what makes the program of a primal again; raises `TypeError` where its text is not to be had."""
    import pickle

    code, home, text = primal.__code__, primal.__globals__, text_of(primal, name)
    given = pickle.dumps(home["__given__"]) if "__given__" in home else None
    return Luggage(text, home["__name__"], code.co_filename, name, given)


def unpacked(luggage: Luggage) -> Any:
    """Return the program, once for each process: that of the module, where it is here."""
    here = getattr(sys.modules.get(luggage.module), luggage.name, None)
    with suppress(TypeError, AttributeError):
        if here is not None and here.luggage == luggage:
            return here
    with _LOCK:
        return _unpacked(luggage)


@lru_cache(maxsize=64)
def _unpacked(luggage: Luggage) -> Any:
    import pickle

    name = luggage.module if luggage.module != "__main__" else f"stochtrace_{luggage.digest[:16]}"
    given = None if luggage.given is None else pickle.loads(luggage.given)
    return executed(luggage.text, name, luggage.filename, given).__dict__[luggage.name]


def executed(text: str, name: str, filename: str, given: Mapping[str, Any] | None) -> types.ModuleType:
    """Return the module of a text, as if it were imported from a file; `given` are values that it finds there."""
    linecache.cache[filename] = (len(text), None, text.splitlines(keepends=True), filename)
    module = types.ModuleType(name)
    if given is not None:
        module.__dict__["__given__"] = given
    # Numba finds the modules of cached code again by their names.
    sys.modules[name] = module
    exec(compile(text, filename, "exec", dont_inherit=True), module.__dict__)
    return module
