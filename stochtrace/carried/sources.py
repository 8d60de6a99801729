"""Sources of randomness in carried programs: what stands for a generator, or for the modules that draw.

`at(rng, 3).exponential(2.0)` draws at site 3. The methods are the rows of the table of spellings; anything that is no
source of randomness is left as it is, so that a program's own methods may have the same names.
"""

from __future__ import annotations

import inspect
import re
from collections.abc import Callable
from functools import cache
from types import ModuleType
from typing import Any

import numpy as np

from stochtrace.carried.draws import called as draw
from stochtrace.carried.running import Refused, current
from stochtrace.spellings import AMBIGUOUS, SPELLINGS, Spelling


class Source:
    """A generator: of the make "generator", "numpy" or "random"; or of any of them, where a parameter holds it."""

    def __init__(self, makes: str) -> None:
        self.makes = makes

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        return Bound(self.makes, name)

    def __deepcopy__(self, memo: Any) -> Source:
        return self

    def __enter__(self) -> Any:
        raise Refused("a generator is entered by `with`", "Draw from it.")

    def __exit__(self, *_: Any) -> None:
        pass

    def seed(self, *_: Any) -> None:
        """Do nothing: the seed is the program object's."""


class Bound:
    """A method of a source, not yet at a site: a function imported from a module that draws."""

    def __init__(self, makes: str, name: str) -> None:
        self.makes, self.name = makes, name

    def __call__(self, *_: Any, **__: Any) -> Any:
        raise Refused(
            f"`{self.name}` of a generator is called under another name, or passed on as a function",
            f"Call it where it draws: write `{self.name}(...)` out, or pass the generator.",
        )


class Site:
    """A source at a site."""

    def __init__(self, makes: str, site: int) -> None:
        self._makes, self._site = makes, site

    def __getattr__(self, name: str) -> Callable[..., Any]:
        function = method(self._makes, name)
        if function is None:
            raise Refused(f"stochtrace does not know the draw `{name}`", "Write it with draws that it knows.")
        bound = function.__get__(self)
        setattr(self, name, bound)
        return bound  # type: ignore[no-any-return]


@cache
def _site(makes: str, site: int) -> Site:
    return Site(makes, site)


@cache
def _function(makes: str, name: str, site: int) -> Callable[..., Any]:
    return getattr(_site(makes, site), name)  # type: ignore[no-any-return]


def at(source: Any, site: int) -> Any:
    """Return a source of randomness at a site; anything else as it is."""
    if type(source) is Source:
        return _site(source.makes, site)
    if type(source) is Bound:
        return _function(source.makes, source.name, site)
    if type(source) is ModuleType and type(own := getattr(source, "_SOURCE", None)) is Source:
        return _site(own.makes, site)
    placed = getattr(type(source), "_at", None)
    return source if placed is None else placed(source, site)


def flip(source: Any, site: int, q: Any, closed: bool = False) -> Any:
    """Decide `source.random() < q` at a site, or `source() < q`; `closed`: `<=`, for a program's own `random`.

    One uniform that is compared with all elements of an array is several decisions on the same draw.
    """
    kind = type(source)
    if isinstance(q, np.ndarray) and q.ndim:
        x = at(source, site)
        x = x() if callable(x) else x.random()
        return x <= q if closed else x < q
    if kind is Source or kind is Bound or (kind is ModuleType and type(getattr(source, "_SOURCE", None)) is Source):
        return current().draw("flip", site, (q,))
    x = source.random() if hasattr(source, "random") else source()
    return x <= q if closed else x < q


def miss(source: Any, site: int, q: Any, closed: bool = False) -> Any:
    """Decide the contrary of `flip`."""
    hit = flip(source, site, q, closed)
    return np.logical_not(hit) if isinstance(hit, np.ndarray) else not hit


@cache
def method(makes: str, name: str) -> Any:
    """Return the function of a method, made from its row of the table."""
    rows = [s for s in SPELLINGS if s.method == name and set(s.makers.split()) & set(makes.split())]
    if name in AMBIGUOUS and len({row.draw for row in rows}) > 1:
        raise Refused(
            f"`{name}` of which generator? It means one thing in random, another in numpy",
            "Make the generator in the function, or annotate the parameter: `rng: np.random.RandomState`.",
        )
    return written(rows[0]) if rows else None


OPTIONS = {"dtype", "out", "axis", "shuffle", "method", "check_valid", "tol"}


def written(row: Spelling) -> Any:
    """Return the function that a row of the table describes."""
    parameters = parameters_of(row)
    given = [p.name for p in parameters if p.default is not inspect.Parameter.empty]
    options = [name for name in given if name in OPTIONS and not row.mentions(name)]
    head = row.call.replace("(", "(self, ").replace(", )", ")")[:-1]
    head = f"{row.method}(self, *size" if row.dimensions else f"{head}, size=None" if row.sized else head
    size = "size or None" if row.dimensions else "size" if row.sized or "size=" in row.call else "None"
    frame, name, arguments = draw_of(row)
    call = ", ".join(["self._site", size, repr(name), *([arguments] if arguments else [])])
    checks = "".join(f"    harmless({option!r}, {option}, {row.method!r})\n" for option in options)
    return _defined(f"def {head}):\n{checks}    return {frame}draw({call})", row.method)


def parameters_of(row: Spelling) -> list[inspect.Parameter]:
    """Return the parameters of the method of a row."""
    return [*inspect.signature(_defined(f"def {row.call}: ...", row.method)).parameters.values()]


def draw_of(row: Spelling) -> tuple[str, str, str]:
    """Return what stands before the draw of a row, the name of its sampler, and the arguments."""
    frame, _, arguments = row.draw.removesuffix(")").partition("(")
    name = re.split(r"\W", frame)[-1]
    return frame.removesuffix(name), name, arguments


def _defined(text: str, name: str) -> Any:
    space: dict[str, Any] = {"draw": draw, "harmless": harmless, "np": np}
    exec(text, space)
    return space[name]


def harmless(option: str, given: Any, method: str) -> None:
    """Refuse an option of a draw that changes what is drawn."""
    kinds = (float, int, np.float64, np.int64, "float64", "int64")
    free = option in ("method", "check_valid", "tol")
    plain = given is None or (option == "axis" and given == 0) or (option == "shuffle" and given is True)
    if not (free or plain or (option == "dtype" and given in kinds)):
        raise Refused(f"the option `{option}={given!r}` of `{method}`", "Leave it out.")
