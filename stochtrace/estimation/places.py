"""Errors of samples with their place in the program, and in the source that it was made from."""

from __future__ import annotations

import linecache
import re
import traceback
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np

from stochtrace.carried.probing import steps
from stochtrace.carried.running import Refused
from stochtrace.diagnostics import Refusal
from stochtrace.estimation.functions import Functions
from stochtrace.estimation.nested import leaves
from stochtrace.runtime.checks import ArrayError, DomainError, domain_of

SITE = re.compile(r"rt\.(?:at\(.*?|\w+\(omega), (\d+)")
# of a draw that scipy.stats moves and stretches
FRAME = {
    "scale": "[0, inf) (an array needs a `size`)",
    "loc": "the numbers, whole ones for counts (an array needs a `size`)",
}
PLACED = re.compile(r"\S*:\d+: ")
INTEGERS = re.compile("as an integer|of integers|be integers|only integers|non-int ")  # errors of Python and of NumPy
Draws = Mapping[int, tuple[int, str, str]]


@contextmanager
def placing(primal: Callable[..., Any], source: str, draws: Draws, wrt: Sequence[str]) -> Iterator[None]:
    """Tell errors of draws, refusals of carried values, and parameters that must be integers, with their place."""
    try:
        yield
    except DomainError as error:
        raise explained(error, primal, source, draws) from None
    except Refused as refused:
        raise refusal_of(refused, primal, source, draws) from None
    except (TypeError, IndexError) as error:
        if not (names := must_be_integers(error, primal.__code__.co_filename, wrt)):
            raise
        raise refusal_of(integers(error, names, wrt), primal, source, draws) from None


def must_be_integers(error: Exception, file: str, wrt: Sequence[str]) -> list[str]:
    """Return the parameters that are used where an integer is wanted, none if the error is another one.

    All parameters to differentiate by are floats. Those with whole values may be meant; of them, those which the
    expression that fails names, or else the call that led to it.
    """
    stack = zip(traceback.walk_tb(error.__traceback__), traceback.extract_tb(error.__traceback__), strict=True)
    frames = [(frame.f_locals, failed(place)) for (frame, _), place in stack if place.filename == file]
    if not frames or not INTEGERS.search(str(error)):
        return []
    given = frames[0][0]
    names = [name for name in wrt if all(whole(leaf) for _, leaf in leaves(given.get(name)))]
    for values, text in reversed(frames):
        if here := [name for name in names if name in text and values.get(name) is given[name]]:
            return here
    return names


def failed(place: traceback.FrameSummary) -> list[str]:
    """Return the names in the first line of the expression that fails."""
    line = linecache.getline(place.filename, place.lineno or 0).encode()
    end = place.end_colno if place.end_lineno == place.lineno else None
    return re.findall(r"\w+", line[place.colno or 0 : end].decode())


def whole(number: Any) -> bool:
    """Tell whether a parameter is a float, or an array of floats, that could be an integer."""
    return isinstance(number, float | np.ndarray) and bool(np.all(number == np.round(number)))


def integers(error: Exception, names: Sequence[str], wrt: Sequence[str]) -> Refused:
    """Return the refusal of parameters that must be integers."""
    others = [name for name in wrt if name not in names]
    leave = f"by `--wrt {','.join(others)}` or `wrt={others}`" if others else "with `--wrt`"
    refused = Refused(
        "a value that moves smoothly is used as a size, an index or a trip count",
        f"{' or '.join(f'`{name}`' for name in names)} is a float, as all is that is differentiated by. Leave it out "
        f"{leave}, or annotate it (`{names[0]}: int`).",
    )
    return refused.with_traceback(error.__traceback__)


def refusal_of(refused: Refused, primal: Callable[..., Any], source: str, draws: Draws) -> Refusal:
    """Return what a carried value met as a refusal, with the line of the program that runs."""
    file = primal.__code__.co_filename
    frames = [f for f in traceback.extract_tb(refused.__traceback__) if f.filename == file and f.lineno]
    first = primal.__code__.co_firstlineno
    line, what = frames[-1].lineno if frames else first, [*refused.args, ""]
    refusal = Refusal(what[0], line=line or 1, column=0, filename=file, instead=what[1])
    text = linecache.getline(file, refusal.line)
    indent, number = len(text) - len(text.lstrip()), source_line(file, text, source, draws)
    why = f"It is line {number} of {source}." if number is not None else ""
    return replace(refusal, source_line=text.rstrip(), column=indent, end_column=len(text.rstrip()), why=why)


def source_line(generated: str, text: str, source: str, draws: Draws) -> int | None:
    """Return the number of the source line behind the text of a line, None where that is not certain.

    A line that draws names its site. Any other stands in the source as it is, if that lies beside the generated file.
    """
    site = SITE.search(text)
    if site is not None and int(site[1]) in draws:
        return draws[int(site[1])][0]
    try:
        lines = Path(generated).with_name(source).read_text(encoding="utf-8").splitlines()
    except (OSError, ValueError):
        return None
    same = [number for number, line in enumerate(lines, start=1) if line.strip() == text.strip()]
    return same[0] if len(same) == 1 else None


def stepping(functions: Functions, source: str, draws: Draws) -> Iterator[str]:
    """Say where what a program compares or rounds holds no continuous draw in any sample, and moves."""
    file = functions.primal.__code__.co_filename
    for line in steps(functions.carried, file) if functions.on_carried_values else ():
        number = source_line(file, linecache.getline(file, line), source, draws)
        where = f"line {number} of {source}" if number is not None else f"{Path(file).name}:{line}"
        yield (
            f"{where} decides by the parameters and discrete draws alone: the mean jumps where that ties, and the "
            "derivative is the one between the jumps"
        )


def placed(error: DomainError, file: str, source: str, draws: Draws) -> DomainError:
    """Return an error with the line of the program that met it: of the source, or of the generated file."""
    lines = [f.lineno for f in traceback.extract_tb(error.__traceback__) if f.filename == file and f.lineno]
    if not lines:
        return error
    text = linecache.getline(file, lines[-1])
    note = re.search(rf"# {re.escape(source)}:(\d+)", text)
    number = int(note[1]) if note else source_line(file, text, source, draws)
    return DomainError(f"{f'{source}:{number}' if number is not None else f'{Path(file).name}:{lines[-1]}'}: {error}")


def explained(error: DomainError, primal: Callable[..., Any], source: str, draws: Draws) -> DomainError:
    """Return an error of a draw with its line, its call and the domain of its parameter; of a density with its line."""
    if len(error.args) != 3:
        return error if PLACED.match(str(error)) else placed(error, primal.__code__.co_filename, source, draws)
    site, name, value = error.args
    line, called, distribution = draws[site]
    if isinstance(error, ArrayError):
        shape = np.shape(value)
        return ArrayError(
            f"{source}:{line}: {called}: {name} is an array of shape {shape}, and this draws one number. "
            f"Give the draw a size, such as size=np.shape(…), or index the array."
        )
    domain = domain_of(distribution, name) or FRAME.get(name, "its domain")
    return DomainError(f"{source}:{line}: {called}: {name} = {value} is outside {domain}")
